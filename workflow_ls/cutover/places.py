"""Where each file of the legacy tree goes, and what happens where its new place is taken."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from workflow_ls.cutover.model import Placement, Problem
from workflow_ls.mapping.table import Table
from workflow_ls.rewrite.target import Targets
from workflow_ls.workspace.exports import Meaning, ModuleExports, Origin
from workflow_ls.workspace.files import SOURCE_EXTENSIONS, Query, is_configuration, is_source, is_within, parents
from workflow_ls.workspace.model import Workspace, is_utf8
from workflow_ls.workspace.outputs import split_extension
from workflow_ls.workspace.resolve import resolve

_DECIDE = "give the module a row of its own in workflow-ls.json, or bring the two together by hand"
_PREFER = "pass --prefer-canonical to keep that one only, or bring the two together by hand"


def tree_files(workspace: Workspace) -> tuple[str, ...]:
    """All files of the legacy tree, documentation and assets included, without what git ignores."""
    tree = workspace.table.tree
    return tuple(path for path in workspace.files.search((Query(("",), under=tree),)) if path.startswith(f"{tree}/"))


def place_files(
    targets: Targets, *, prefer_canonical: bool = False
) -> tuple[tuple[Placement, ...], tuple[Problem, ...]]:
    """Where the files of the legacy tree go, in order; and the collisions that nothing decides.

    With `prefer_canonical`, a legacy module goes where another module in its place exports the same names.
    """
    placements, problems = list[Placement](), list[Problem]()
    taken: dict[str, str] = {}
    workspace = targets.workspace
    for path in tree_files(workspace):
        new = new_place(workspace.table, path)
        spoiled = _spoiled(workspace, path, new)
        if spoiled is not None:
            problems.append(spoiled)
            continue
        found = _place(targets, path, new, prefer_canonical)
        if isinstance(found, Placement) and found.new is not None and not found.absorbed:
            other = taken.setdefault(found.new, path)
            if other != path:
                found = Problem(path, f"it goes to {found.new}, and so does {other}; {_DECIDE}")
        if isinstance(found, Placement):
            placements.append(found)
        else:
            problems.append(found)
    return tuple(placements), (*dict.fromkeys(problems), *_links(workspace))


def _spoiled(workspace: Workspace, path: str, new: str) -> Problem | None:
    """Why a file can't move anywhere."""
    known = next((package for package in workspace.table.packages if is_within(new, package.directory)), None)
    package = None if known is None else workspace.package_at(known.directory)
    if known is not None and (package is None or package.broken is not None):
        manifest = posixpath.join(known.directory, "package.json")
        wrong = "is not there; create it" if package is None else "has a manifest that can't be read; correct it"
        return Problem(manifest, f"{known.name}, where legacy modules go, {wrong} first")
    if is_configuration(path):
        return Problem(path, "it would mean something else in another place; move it by hand, or remove it")
    text = workspace.files.read(path) if is_source(path) and not workspace.table.is_doc(path) else b""
    if text is None or not is_utf8(text):
        return Problem(path, "it can't be read as UTF-8, so what it refers to is not known; convert or move it by hand")
    if len(text) > workspace.settings.max_file_size:
        limit = f"{workspace.settings.max_file_size / 1_000_000:g} MB"
        return Problem(
            path, f"it is larger than {limit}, so it is not looked into; raise maxFileSize in workflow-ls.json"
        )
    return None


def new_place(table: Table, path: str) -> str:
    """The path that a file of the legacy tree gets: below the sources of the package that its first candidate names.

    It lies there as it lies in the tree, or, where a row gives its module another subpath, as that says.
    """
    below = path[len(table.tree) + 1 :]
    module = table.module_at(path) if is_source(path) else below
    row = None if module is None else table.row_for(module)
    first = next(iter(table.candidates(module or "")), "")
    known = table.split(first)
    package, subpath = known or (table.canonical, "")
    sources = posixpath.join(package.directory, package.sources).rstrip("/")
    asked = subpath.removeprefix(".").removeprefix("/")
    barrel = row is not None and "*" in row.module and "*" not in row.to[0]
    if known is None or asked == module or barrel:
        return posixpath.join(sources, below)
    stem, ending = split_extension(below) if is_source(path) else (below, "")
    if is_source(path) and (posixpath.basename(stem) == "index" or not asked):
        return posixpath.join(sources, asked, f"index{ending}")
    return posixpath.join(sources, asked + ending)


def _place(targets: Targets, path: str, new: str, prefer: bool) -> Placement | Problem:
    files = targets.workspace.files
    blocking = next((parent for parent in parents(new) if parent and files.kind(parent) == "file"), None)
    if blocking is not None or files.kind(new) == "directory":
        return Problem(path, f"it goes to {new}, where {blocking or new} stands in the way; move that by hand")
    if files.kind(new) == "file" and files.read(new) == files.read(path):
        return Placement(path, new, "same file", new)
    occupants = list(_occupants(targets.workspace, new)) if is_source(path) else [new] * (files.kind(new) == "file")
    if not occupants:
        return Placement(path, new, "moved")
    if occupants[1:]:
        return Problem(path, f"it goes to {new}, and {' and '.join(occupants)} are there already; {_DECIDE}")
    if not is_source(path):
        return Problem(path, f"it goes to {new}, where there is another file of that name; {_DECIDE}")
    return _meet(targets, path, new, occupants[0], prefer)


def _occupants(workspace: Workspace, new: str) -> Iterator[str]:
    """The files that serve the module of a path already: `x.ts` and `x/index.tsx` are one module."""
    stem, ending = split_extension(new)
    module = posixpath.dirname(stem) if posixpath.basename(stem) == "index" else stem
    stems = (stem,) if ending.startswith(".d.") else (module, posixpath.join(module, "index"))
    endings = (ending,) if ending.startswith(".d.") else SOURCE_EXTENSIONS
    yield from (path for s in stems for e in endings if workspace.files.kind(path := s + e) == "file")


def _meet(targets: Targets, path: str, new: str, occupant: str, prefer: bool) -> Placement | Problem:
    """A legacy module and the canonical module in its place."""
    workspace, index = targets.workspace, targets.index
    there, here = workspace.syntax(occupant), workspace.syntax(path)
    behind = {specifier: resolve(workspace, specifier, occupant) for specifier in there.specifiers}
    if path not in behind.values():
        return _meet_another(targets, path, occupant, prefer)
    passed = index.exports(occupant).names.keys() <= index.exports(path).names.keys()
    if there.proxy and set(behind.values()) == {path} and passed and not _renames(there.exports):
        return Placement(path, new, "proxy replaced", occupant)
    by_name = [export for export in there.exports if export.specifier and behind[export.specifier] == path]
    whole = any(behind[star.specifier] == path and not star.type_only for star in there.stars)
    if whole and here.proxy and all(export.name == export.source for export in by_name):
        return Placement(path, occupant, "merged into the barrel", occupant)
    if whole and there.proxy and all(export.name == export.source for export in by_name):
        return Placement(path, new, "joined with the barrel", occupant)
    return Problem(path, f"{occupant} has code of its own beside what it takes from {path}; {_DECIDE}")


def _meet_another(targets: Targets, path: str, occupant: str, prefer: bool) -> Placement | Problem:
    """A legacy module and a canonical module that does not pass it on."""
    workspace, here = targets.workspace, targets.index.exports(path)
    table, there = workspace.table, targets.index.exports(occupant)
    facts, module = workspace.facts(occupant), table.module_at(path) or ""
    asks = facts is not None and any(legacy.module == module for legacy in facts.legacy)
    names = here.names.keys() - table.moved_names(module).keys()
    covered = here.opaque is None and not asks and all(_serves(there, name, here.names[name]) for name in names)
    barrel = workspace.syntax(path).proxy
    if covered and barrel and all(_alike(table, here.origins[name], there.origins[name]) for name in names):
        return Placement(path, occupant, "same exports", occupant)
    if covered and prefer:
        return Placement(path, occupant, "superseded", occupant)
    if barrel and len(table.candidates(module)) > 1:
        return Placement(path, None, "dissolved")
    return Problem(path, f"{occupant} is another module of that name; {_PREFER if covered else _DECIDE}")


def _serves(module: ModuleExports, name: str, wanted: Meaning) -> bool:
    found = module.names.get(name)
    return found is not None and found.value >= wanted.value and found.type >= wanted.type


def _alike(table: Table, one: Origin, other: Origin) -> bool:
    """Whether two names are of one declaration, once it has moved."""
    places = (new_place(table, o.path) if o.path.startswith(f"{table.tree}/") else o.path for o in (one, other))
    return next(places) == next(places) and one.name == other.name


def _renames(exports: Sequence[object]) -> bool:
    return any(getattr(export, "name", None) != getattr(export, "source", None) for export in exports)


def _links(workspace: Workspace) -> Iterator[Problem]:
    """The symbolic links in the tree, which no search finds and no move takes along."""
    todo = [workspace.table.tree]
    while todo:
        directory = todo.pop()
        if workspace.files.real(directory) != directory:
            if workspace.files.kind(directory) is not None:
                yield Problem(directory, "it is a symbolic link, which is not moved; move or remove it by hand")
            continue
        for name in workspace.files.entries(directory):
            path = posixpath.join(directory, name)
            if name == "node_modules":
                continue
            if workspace.files.real(path) != path:
                yield Problem(path, "it is a symbolic link, which is not moved; move or remove it by hand")
            elif workspace.files.kind(path) == "directory":
                todo.append(path)
