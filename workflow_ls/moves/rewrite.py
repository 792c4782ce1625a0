"""The texts of all files as the moves leave them: references and strings follow, barrels are merged."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from workflow_ls.moves.manifests import declare_dependencies, export_subpaths
from workflow_ls.moves.model import Placement, Problem, Rewrite
from workflow_ls.moves.move_set import Cut
from workflow_ls.moves.references import Change, follow, is_star, merge_into
from workflow_ls.moves.specifiers import Stuck
from workflow_ls.moves.strings import follow_strings
from workflow_ls.project.build_outputs import split_extension
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record
from workflow_ls.rewrite.package_lookup import Conditions
from workflow_ls.syntax.path_expressions import may_anchor_path, may_split_path, split_path_needles
from workflow_ls.text import Edit, LineIndex, OverlappingEditsError, apply_edits, sort_edits
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, Query, is_configuration, is_source, is_within, parents


@record
class Moved:
    """The workspace after the moves: the texts that are new or changed, by new path, and what was done for them.

    `paths` are the files that were looked at, where they lie now.
    `strings` are those that could not be rewritten, with their lines: (path as it will be, line, text, why).
    """

    paths: tuple[str, ...]
    texts: dict[str, bytes]
    rewrites: tuple[Rewrite, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    strings: tuple[tuple[str, int, str, str], ...]


def rewrite_all(cut: Cut) -> Moved:
    """Rewrite what refers to moved files, and what moved files refer to."""
    paths = tuple(concerned(cut))
    wanted = Wanted()
    for path in paths:
        wanted.add(cut, path)
    export_subpaths(cut, wanted.views)
    declare_dependencies(cut)
    cut.settled = True
    texts, rewrites = dict[str, bytes](), list[Rewrite]()
    problems, notes = list[Problem](), list[Problem]()
    strings = list[tuple[str, int, str, str]]()
    absorbed, superseded = cut.absorbed, cut.superseded
    for placement in cut.placements:
        if placement.new is not None and placement.old not in absorbed:
            texts[placement.new] = cut.before.files.read(placement.old) or b""
    for path in paths:
        if path in absorbed or path in cut.dissolved or path in superseded:
            continue
        text = cut.before.files.read(path) or b""
        lines = LineIndex(text)
        changes = list[Change]()
        for old, offset, found, is_string in changes_of(cut, path):
            line = lines.line_at(offset) + 1
            if isinstance(found, Change):
                changes.append(found)
                if found.edits:
                    rewrites.append(Rewrite(path, line, found.rule, old, found.new))
                notes += [Problem(path, found.note, line)] if found.note else []
            elif is_string:
                strings.append((cut.moved(path), line, old, found.reason))
            else:
                problems.append(Problem(path, f"`{old}` can't follow: {found.way_out}", line))
        edits = [edit for change in changes for edit in change.edits]
        if edits:
            try:
                texts[cut.moved(path)] = apply_edits(text, sort_edits(edits))
            except OverlappingEditsError as error:
                problems.append(Problem(path, f"its changes meet in one place ({error}); change one of them by hand"))
    problems += _join_barrels(cut, texts)
    texts.update({path: new for path, new in cut.manifests.items() if cut.before.files.read(path) != new})
    return Moved(paths, texts, tuple(rewrites), tuple(problems), tuple(notes), tuple(strings))


def concerned(cut: Cut) -> Iterator[str]:
    """The source files that may refer to a moved file, or move: where they lie now, in order."""
    workspace = cut.before
    tree = [placement.old for placement in cut.placements if is_source(placement.old)]
    found = {*workspace.sources.candidates(), *workspace.files.search(tuple(_queries(cut)))}
    found.update(_building_paths(workspace))
    outside = (path for path in found if is_source(path) and not workspace.is_exempt(path))
    yield from sorted({*outside, *(path for path in tree if not workspace.table.is_doc(path))})


def _building_paths(workspace: Workspace) -> Iterator[str]:
    """The files that build a path to the tree of several strings, which no search for its name finds."""
    files, tree = workspace.files, workspace.table.tree
    for path in files.search((Query(SOURCE_EXTENSIONS, split_path_needles(tree)),)) if "/" in tree else ():
        if may_split_path(files.read(path) or b"", tree):
            yield path
    for directory in filter(None, parents(tree)):
        near = tuple(quote + tree[len(directory) + 1 :] for quote in ("'", '"', "`"))
        for path in files.search((Query(SOURCE_EXTENSIONS, near, under=directory),)):
            if may_anchor_path(files.read(path) or b""):
                yield path


def _queries(cut: Cut) -> Iterator[Query]:
    """What else than the table's names may lead to a moved file: aliases into the tree, and names of replaced files."""
    workspace, tree = cut.before, cut.before.table.tree
    prefixes = set[str]()
    for path in workspace.files.search((Query((".json",), (posixpath.basename(tree),)),)):
        name = posixpath.basename(path)
        if is_configuration(path) and name != "package.json":
            config = workspace.packages.tsconfig_at(posixpath.dirname(path))
            for key in () if config is None else config.paths:
                prefix = key.partition("*")[0]
                if any(is_within(target, tree) for target in config.path_targets(prefix + "x")) if config else False:
                    prefixes.add(prefix)
    yield Query(SOURCE_EXTENSIONS, (workspace.table.tree, *sorted(filter(None, prefixes))))
    for placement in cut.placements:
        if placement.replaced not in (None, placement.new):
            stem = posixpath.basename(split_extension(str(placement.replaced))[0])
            directory = posixpath.dirname(str(placement.replaced))
            needle = posixpath.basename(directory) if stem == "index" else stem
            yield Query(SOURCE_EXTENSIONS, (needle,), under=directory)


class Wanted:
    """The subpaths that references to moved files need, and that the packages do not serve yet.

    `views` has, by package name and subpath, the views that ask for it.
    """

    def __init__(self) -> None:
        self.views: dict[tuple[str, str], tuple[Conditions, ...]] = {}

    def add(self, cut: Cut, path: str) -> None:
        """Add what the file `path` (where it lies now) needs."""
        for _, _, found, _ in changes_of(cut, path):
            if isinstance(found, Stuck) and found.wanted is not None:
                name, subpath, views = found.wanted
                self.views[name, subpath] = tuple(dict.fromkeys((*self.views.get((name, subpath), ()), *views)))


def changes_of(cut: Cut, path: str) -> Iterator[tuple[str, int, Change | Stuck, bool]]:
    """What becomes of the references and strings of a file: what they say, their offset, and whether it is a string."""
    read = cut.references(path)
    if read is None:
        return
    done = set[int]()
    for placement in cut.placements:
        if placement.how == "merged into the barrel" and placement.new == path:
            for reference, found in merge_into(cut, path, placement.old):
                done.add(reference.span.start)
                yield reference.specifier, reference.span.start, found, False
    for reference in read[1]:
        if reference.span.start not in done:
            found_here = follow(cut, path, reference)
            if found_here is not None:
                yield reference.specifier, reference.span.start, found_here, False
    for text, offset, found in follow_strings(cut, path):
        yield text, offset, found, True


def _join_barrels(cut: Cut, texts: dict[str, bytes]) -> Iterator[Problem]:
    for placement in cut.placements:
        if placement.how == "joined with the barrel" and placement.new is not None:
            texts[placement.new], problems = joined(cut, placement, texts[placement.new])
            yield from problems


def joined(cut: Cut, placement: Placement, text: bytes) -> tuple[bytes, list[Problem]]:
    """A moved module, and behind it what the barrel in its place re-exports beside; and what is wrong with that."""
    barrel, problems = str(placement.replaced), list[Problem]()
    read = cut.references(barrel)
    source, references = (b"", ()) if read is None else (read[0].text, read[1])
    taken = {export.name for export in cut.before.sources.syntax(placement.old).exports}
    added = list[bytes]()
    for reference in references:
        statement = reference.statement
        if statement is None or cut.target(barrel, reference) == placement.old:
            continue
        if not is_star(source, reference) and any((n.local or n.name) in taken for n in reference.names):
            problems.append(Problem(barrel, f"it exports a name that {placement.old} exports, too; remove one of them"))
        found = follow(cut, barrel, reference)
        if isinstance(found, Stuck):
            problems.append(Problem(barrel, f"`{reference.specifier}` can't follow: {found.way_out}"))
        edits = found.edits if isinstance(found, Change) else ()
        added.append(apply_edits(source, edits)[statement.start : statement.end + _growth(edits)])
    line_break = b"\r\n" if b"\r\n" in text else b"\n"
    return text.rstrip() + line_break + line_break.join(added) + line_break, problems


def _growth(edits: tuple[Edit, ...]) -> int:
    return sum(len(edit.new.encode()) - (edit.span.end - edit.span.start) for edit in edits)
