"""Updates paths that a program builds: from the directory of its file, or from several strings."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from workflow_ls.diagnostics import Blocked
from workflow_ls.moves.move_set import MoveSet
from workflow_ls.moves.updates.new_specifiers import BlockedReference
from workflow_ls.moves.updates.references import Change
from workflow_ls.project.path_strings import PathStrings
from workflow_ls.project.resolution.resolver import module_file
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.rewrite.specifiers.specifier_style import spelling, stem_of
from workflow_ls.rewrite.text_edits.import_edits import escape
from workflow_ls.syntax.strings.path_expressions import PathExpression, join_arguments
from workflow_ls.text import Edit, Span
from workflow_ls.vfs.files import is_source, is_within, join

_BANNED = Blocked("a test expects that there is nothing at this path", "keep it, or change it by hand")
_PATTERN = compile_on_use(r"[*?{\[(!]")
_CLIMBING = compile_on_use(r"\.\.(/[\w@.-]+)*/?")


def follow_paths(move_set: MoveSet, path: str) -> Iterator[tuple[str, Span, Change | BlockedReference | None]]:
    """The built paths of the file `path` (its old path) that name moved files, or that move with it.

    Each has its text, its span, and its change, None where it stays right.
    """
    for built in move_set.before.component(PathStrings).built(path):
        found = _anchored(move_set, path, built) if built.anchored else _from_root(move_set, built)
        if found is not None:
            change = found[0]
            if built.banned and isinstance(change, Change) and change.rule == "deprecated-reference":
                change = BlockedReference(_BANNED)
            yield built.text, built.span, change


def find_climbing(move_set: MoveSet, path: str, taken: list[Span]) -> Iterator[tuple[str, int, BlockedReference]]:
    """The strings of a moved file with `..` that would lead elsewhere, if they are relative to the file.

    The strings do not show whether they are.  Those that overlap `taken` are handled already.
    """
    for mention in move_set.before.component(PathStrings).climbing(path):
        old = join(posixpath.dirname(path), mention.text) if _CLIMBING.fullmatch(mention.text) else None
        if old is None or any(span.start <= mention.span.start < span.end for span in taken):
            continue
        new = destination_of(move_set, old)
        if move_set.before.files.kind(old) is not None and new is not None:
            importer = move_set.destination(path)
            if join(posixpath.dirname(importer), mention.text) != new:
                written = _relative(new, importer, mention.text)
                reason = f"it leads to {old} if it is relative to this file"
                blocked = Blocked(reason, f"in that case change it to `{written}`")
                yield mention.text, mention.span.start, BlockedReference(blocked)


def destination_of(move_set: MoveSet, path: str) -> str | None:
    """The new path of a file or directory; None for a directory of the legacy tree whose files do not stay together.

    Where the table lets some of its files stay, the directory does, too.
    """
    if not move_set.partial and any(is_within(each, path) for each in move_set.staying):
        return path
    if (
        move_set.moves_file(path)
        or not move_set.before.table.in_tree(path)
        or move_set.before.files.kind(path) == "file"
    ):
        return move_set.destination(path)
    return new_directory(move_set, path)


def new_directory(move_set: MoveSet, directory: str) -> str | None:
    """The new path of a directory of the legacy tree; None where its files do not stay together, or do not move."""
    found: str | None = None
    for file_move in move_set.file_moves:
        if is_within(file_move.old, directory) and file_move.new is not None:
            below = file_move.old[len(directory) :]
            place = file_move.new[: -len(below)] if file_move.new.endswith(below) else None
            if place is None or found not in (None, place):
                return None
            found = place
    return None if any(is_within(path, directory) for path in move_set.staying) else found


def _anchored(move_set: MoveSet, path: str, built: PathExpression) -> tuple[Change | BlockedReference | None] | None:
    """The change of a path that starts at the directory of its file; None where the moves do not concern it."""
    text = built.text.lstrip("/") if built.quote == "`" or len(built.strings) == 1 else built.text
    lead = built.text[: len(built.text) - len(text)]
    written, rest = _fixed_part(move_set.text(path), built, text)
    old = join(posixpath.dirname(path), written)
    if old is None:
        return None
    target, moves = _file_at(move_set, old), move_set.destination(path) != path
    in_tree = move_set.before.table.in_tree(target)
    if not moves and not in_tree:
        return None
    importer = move_set.destination(path)
    if move_set.before.files.kind(target) is None:
        # Output of a build in the tree moves with the tree; for other missing files the new path is unknown.
        unknown = moves and not in_tree and join(posixpath.dirname(importer), written) != old
        return (BlockedReference(Blocked(f"{old} does not exist")) if unknown else None,)
    if target in move_set.inlined:
        return (BlockedReference(Blocked(f"the barrel {target} is removed")),)
    new = destination_of(move_set, target)
    if new is None:
        return (BlockedReference(Blocked(f"the files of {target} do not stay together")),)
    spelled = _spelled(written, old, target, new)
    if join(posixpath.dirname(importer), written) == spelled:
        return (None,)
    relative = _relative(spelled, importer, written)
    new_text = lead + relative + rest
    rule = "moved" if new == target or move_set.before.table.in_tree(path) else "deprecated-reference"
    return (Change((Edit(built.span, escape(new_text, built.quote)),), rule, new_text),)


def _from_root(move_set: MoveSet, built: PathExpression) -> tuple[Change | BlockedReference] | None:
    """The change of a path that names the legacy tree in several strings, from the root or an unknown directory."""
    tree = move_set.before.table.tree
    at = f"/{built.text}/".find(f"/{tree}/")
    old = built.text[at:].rstrip("/")
    target = _file_at(move_set, old)
    if move_set.before.files.kind(target) is None:
        return None
    if target in move_set.inlined:
        return (BlockedReference(Blocked(f"the barrel {target} is removed")),)
    new = destination_of(move_set, target)
    if new is None:
        return (BlockedReference(Blocked(f"the files of {target} do not stay together")),)
    if new == target:
        return None
    spelled = _spelled(old, old, target, new)
    prefix, segments = built.text[:at], [string.strip("/") for string in built.strings]
    alone = segments[segments.index(tree.partition("/")[0]) :] if tree.partition("/")[0] in segments else [""]
    if all("/" not in segment for segment in alone) and "/".join(alone) == old:
        before = built.strings[: len(built.strings) - len(alone)]
        written = join_arguments([*(escape(part, built.quote) for part in (*before, *spelled.split("/")))], built.quote)
    else:
        written = escape(prefix + spelled, built.quote)
    return (Change((Edit(built.span, written),), "deprecated-reference", prefix + spelled),)


def _fixed_part(source: bytes, built: PathExpression, text: str) -> tuple[str, str]:
    """The part of a path before any pattern or computed part, and the rest."""
    pattern = _PATTERN.search(text)
    computed = source.startswith(b"${", built.span.end)
    if pattern is None and not computed:
        return text, ""
    end = text.rfind("/", 0, pattern.start() if pattern is not None else len(text)) + 1
    return text[:end], text[end:]


def _file_at(move_set: MoveSet, path: str) -> str:
    """The file that a path names, with or without its ending; the path itself where there is none."""
    if move_set.before.files.kind(path) is not None:
        return path
    stem = stem_of(path)
    return module_file(move_set.before.files, stem, "") or path


def _spelled(written: str, old: str, target: str, new: str) -> str:
    """A new path with the ending that the old one was written with."""
    if old == target or not is_source(target):
        return new
    return spelling(written, target)(new) if is_source(written) else new[: len(new) - (len(target) - len(old))]


def _relative(new: str, importer: str, written: str) -> str:
    relative = posixpath.relpath(new or ".", posixpath.dirname(importer) or ".")
    dotted = relative if relative.startswith("..") or not written.startswith(".") else f"./{relative}"
    dotted = "." if dotted == "./." else dotted
    return dotted + "/" * (written.endswith("/") and not dotted.endswith("/"))
