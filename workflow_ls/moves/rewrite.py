"""The texts of all files after the moves: references and strings are updated, barrels are merged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workflow_ls.diagnostics import Blocked
from workflow_ls.manifests.configured_aliases import legacy_build_aliases
from workflow_ls.moves.affected_files import affected_files
from workflow_ls.moves.move_set import MoveSet, changed_texts
from workflow_ls.moves.outside.build_entries import FollowedBuilds, follow_builds
from workflow_ls.moves.outside.covering_paths import find_covering_paths
from workflow_ls.moves.outside.other_files import follow_other_files
from workflow_ls.moves.plan_model import FileMove, MoveOutcome, Note, OtherMention, Problem, Rewrite
from workflow_ls.moves.updates.barrel_statements import is_star
from workflow_ls.moves.updates.expected_code import follow_expected_code
from workflow_ls.moves.updates.manifests import declare_dependencies, export_subpaths
from workflow_ls.moves.updates.moved_aliases import follow_build_aliases, follow_json_aliases, json_with_aliases
from workflow_ls.moves.updates.new_specifiers import BlockedReference
from workflow_ls.moves.updates.references import Change, follow, merge_into
from workflow_ls.moves.updates.strings import follow_strings
from workflow_ls.records import record
from workflow_ls.rewrite.packages.package_lookup import Conditions
from workflow_ls.text import Edit, LineIndex, OverlappingEditsError, Span, apply_edits, sort_edits


@record
class RewrittenFiles:
    """The files after the moves: the texts that are new or changed, by new path, and what was changed in them.

    `paths` are the old paths of the files that were searched for references.  `in_strings` are the mentions of the
    legacy tree in strings and in other files that could not be updated.
    """

    paths: tuple[str, ...]
    texts: dict[str, bytes]
    rewrites: tuple[Rewrite, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Note, ...]
    in_strings: tuple[OtherMention, ...]


def rewrite_all(move_set: MoveSet) -> RewrittenFiles:
    """Update the references to moved files and those inside them, and the manifests that have to serve them."""
    paths = affected_files(move_set)
    requests = RequestedSubpaths()
    unwritten = move_set.dropped | move_set.inlined | move_set.overwritten
    written = [path for path in paths if path not in unwritten]
    for path in paths:
        requests.add(move_set, path)  # what a removed barrel imports, its importers import afterwards
    export_subpaths(move_set, requests.views)
    declare_dependencies(move_set)
    move_set.manifests_final = True
    texts = {m.new: move_set.text(m.old) for m in move_set.file_moves if m.new is not None and not m.is_dropped}
    taken = _Taken(move_set, follow_builds(move_set))
    for path in written:
        taken.take(path, changes_in(move_set, path))
    without_code = {path: tuple(found) for path, found in taken.edits.items()}
    for path in written:
        taken.take(path, ((*found, True) for found in follow_expected_code(move_set, path, without_code)))
    for path, edits in taken.edits.items():
        edited = _edited(move_set, path, edits)
        if isinstance(edited, bytes):
            texts[move_set.destination(path)] = edited
        else:
            taken.problems.append(edited)
    for file_move in move_set.file_moves:
        if file_move.outcome is MoveOutcome.APPENDED_TO_BARREL and file_move.new is not None:
            texts[file_move.new], blocking = append_barrel(move_set, file_move, texts[file_move.new])
            taken.problems += blocking
    texts.update(changed_texts(move_set.before, move_set.manifests))
    _follow_in_json(move_set, texts, taken.rewrites)
    followed = tuple(follow_other_files(move_set, texts))
    rewrites = (*taken.rewrites, *(each for each in followed if isinstance(each, Rewrite)))
    others = (each for each in followed if isinstance(each, OtherMention))
    left = (*taken.left, *others, *find_covering_paths(move_set))
    return RewrittenFiles(paths, texts, rewrites, tuple(taken.problems), tuple(taken.notes), left)


class _Taken:
    """The changes that were taken so far: edits by path, and what to say of them; `left` is for a person."""

    def __init__(self, move_set: MoveSet, builds: FollowedBuilds) -> None:
        self.move_set = move_set
        self.builds = builds
        self.edits = {path: list(edits) for path, edits in builds.edits.items()}
        for path, spans in move_set.cuts.items():
            self.edits.setdefault(path, []).extend(Edit(span, "") for span in spans)
        self.rewrites = list(builds.rewrites)
        self.left = list(builds.left)
        self.problems = list[Problem]()
        self.notes = list[Note]()

    def take(self, path: str, changes: Iterable[tuple[str, int, Change | BlockedReference, bool]]) -> None:
        lines = LineIndex(self.move_set.text(path))
        for old, offset, change, is_string in changes:
            if self.builds.takes(path, offset) or self.move_set.is_cut(path, offset):
                continue
            line = lines.line_at(offset) + 1
            if isinstance(change, Change):
                self.edits.setdefault(path, []).extend(change.edits)
                self.rewrites.extend([Rewrite(path, line, change.rule, old, change.new)] if change.edits else [])
                self.notes.extend([Note(path, change.note, line)] if change.note else [])
            elif is_string:
                message = f"{old}: {change.blocked.message}"
                self.left.append(OtherMention(self.move_set.destination(path), line, "path string", message))
            else:
                self.problems.append(Problem(path, change.blocked, line, old))


def _follow_in_json(move_set: MoveSet, texts: dict[str, bytes], rewrites: list[Rewrite]) -> None:
    """Update the aliases of configurations in JSON, and the `imports` of manifests."""
    for path in json_with_aliases(move_set) if not move_set.renames else ():
        text = texts.get(path, move_set.text(path))
        lines = LineIndex(text)
        found = follow_json_aliases(move_set, path, text)
        for edit in found:
            old = text[edit.span.start : edit.span.end].decode()
            rewrites.append(Rewrite(path, lines.line_at(edit.span.start) + 1, "moved", old, edit.new))
        if found:
            texts[path] = apply_edits(text, found)


def _edited(move_set: MoveSet, path: str, edits: Iterable[Edit]) -> bytes | Problem:
    try:
        return apply_edits(move_set.text(path), sort_edits(edits))
    except OverlappingEditsError as error:
        return Problem(path, overlapping(error))


def overlapping(error: OverlappingEditsError) -> Blocked:
    """Why a file can't be edited whose changes overlap."""
    return Blocked(f"two of its changes overlap ({error})", "make one of them by hand first")


class RequestedSubpaths:
    """The subpaths that references to moved files need and that the packages do not serve yet.

    `views` has the views that need a subpath, by package name and subpath.
    """

    def __init__(self) -> None:
        self.views: dict[tuple[str, str], tuple[Conditions, ...]] = {}

    def add(self, move_set: MoveSet, path: str) -> None:
        """Add what the file `path` (its old path) needs."""
        for _, _, change, _ in changes_in(move_set, path):
            request = change.request if isinstance(change, BlockedReference) else None
            if request is not None:
                key = request.package, request.subpath
                self.views[key] = tuple(dict.fromkeys((*self.views.get(key, ()), *request.views)))


def changes_in(move_set: MoveSet, path: str) -> Iterator[tuple[str, int, Change | BlockedReference, bool]]:
    """The changes of the references and strings of a file: the old text, its offset, and whether it is a string."""
    references = move_set.references(path)
    if references is None:
        return
    merged = set[int]()
    for barrel in move_set.merged_into(path):
        for reference, change in merge_into(move_set, path, barrel):
            merged.add(reference.span.start)
            yield reference.specifier, reference.span.start, change, False
    for reference in references:
        if reference.span.start not in merged:
            followed = follow(move_set, path, reference)
            if followed is not None:
                yield reference.specifier, reference.span.start, followed, False
    if not move_set.renames:
        yield from _strings_in(move_set, path)


def _strings_in(move_set: MoveSet, path: str) -> Iterator[tuple[str, int, Change | BlockedReference, bool]]:
    """The changes of strings: by their use, or else as the tool that reads the file uses them."""
    aliases = list(follow_build_aliases(move_set, path))
    done = list[Span]()
    # The name of an alias stays for what still needs it; without need, the alias is removed.
    names = [alias.key_at.span for alias in legacy_build_aliases(move_set.before, path)]
    for text, offset, change in follow_strings(move_set, path):
        if any(span.start <= offset < span.end for span in names):
            continue
        aliased = next((span for _, span, _ in aliases if span.start <= offset < span.end), None)
        if isinstance(change, Change):
            done += (edit.span for edit in change.edits)
        elif aliased is not None:
            continue
        yield text, offset, change, True
    for text, span, moved in aliases:
        if not any(each.start <= span.end and span.start <= each.end for each in done):
            yield text, span.start, moved, True


def append_barrel(move_set: MoveSet, file_move: FileMove, text: bytes) -> tuple[bytes, list[Problem]]:
    """The text of a moved module with the other re-exports of the barrel at its new path, and what blocks that."""
    barrel, problems = str(file_move.replaced), list[Problem]()
    source, references = move_set.text(barrel), move_set.references(barrel) or ()
    exported = {export.name for export in move_set.before.sources.syntax(file_move.old).exports}
    added = list[bytes]()
    for reference in references:
        statement = reference.statement
        if statement is None or move_set.target(barrel, reference) == file_move.old:
            continue
        if not is_star(source, reference) and any((n.local or n.name) in exported for n in reference.names):
            reason = f"it exports a name that {file_move.old} exports, too"
            problems.append(Problem(barrel, Blocked(reason, "remove one of them")))
        change = follow(move_set, barrel, reference)
        if isinstance(change, BlockedReference):
            problems.append(Problem(barrel, change.blocked, specifier=reference.specifier))
        edits = change.edits if isinstance(change, Change) else ()
        added.append(apply_edits(source, edits)[statement.start : statement.end + _growth(edits)])
    line_break = b"\r\n" if b"\r\n" in text else b"\n"
    return text.rstrip() + line_break + line_break.join(added) + line_break, problems


def _growth(edits: tuple[Edit, ...]) -> int:
    return sum(len(edit.new.encode()) - (edit.span.end - edit.span.start) for edit in edits)
