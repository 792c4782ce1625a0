"""Where each file of the legacy tree goes, and what happens where its new place is taken."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from workflow_ls import CONFIG_FILE
from workflow_ls.config.table import Table
from workflow_ls.moves.legacy_tree import Spellings, tree_files, walk_tree
from workflow_ls.moves.model import Placement, Problem
from workflow_ls.printable import listed
from workflow_ls.project.build_outputs import split_extension
from workflow_ls.project.export_index import Meaning, ModuleExports, Origin
from workflow_ls.project.parsed_sources import is_utf8
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, is_configuration, is_source, is_within, parents

_PREFER = "pass --prefer-canonical to keep that one only, or bring the two together by hand"


@record
class Places:
    """Where the files of the legacy tree go, in order, and what nothing decides.

    `left` are files and directories that no search finds, since git ignores them, and that stay.
    """

    placements: tuple[Placement, ...]
    problems: tuple[Problem, ...]
    left: tuple[str, ...]


def place_files(targets: TargetResolver, *, prefer_canonical: bool = False) -> Places:
    """Find the new place of each file of the legacy tree.

    With `prefer_canonical`, a legacy module goes where another module in its place exports the same names.
    """
    placements, problems = list[Placement](), list[Problem]()
    taken: dict[str, str] = {}
    workspace = targets.workspace
    spellings = Spellings(workspace)
    files = tree_files(workspace)
    for path in files:
        new = new_place(workspace.table, path)
        spoiled = _spoiled(workspace, path, new)
        if spoiled is not None:
            problems.append(spoiled)
            continue
        found = _place(targets, path, new, prefer_canonical)
        if isinstance(found, Placement) and found.new is not None and not found.absorbed:
            other = taken.setdefault(found.new, path)
            alike = spellings.other(path, found.new)
            if other != path:
                found = Problem(path, f"it goes to {found.new}, and so does {other}; {_decide(workspace.table, path)}")
            elif alike is not None:
                told = f"it goes to {found.new}, which is {alike} where capitals do not count; rename one of them first"
                found = Problem(path, told)
        if isinstance(found, Placement):
            placements.append(found)
        else:
            problems.append(found)
    links, left = walk_tree(workspace, files)
    nested = [path for path in left if posixpath.basename(path) == ".git"]
    problems += (
        Problem(path, "it is a symbolic link, which is not moved; move or remove it by hand") for path in links
    )
    problems += (
        Problem(
            posixpath.dirname(path), "it is a repository of its own, which a move would take apart; move it by hand"
        )
        for path in nested
    )
    return Places(tuple(placements), tuple(dict.fromkeys(problems)), tuple(path for path in left if path not in nested))


def _spoiled(workspace: Workspace, path: str, new: str) -> Problem | None:
    """Why a file can't move anywhere."""
    known = next((package for package in workspace.table.packages if is_within(new, package.directory)), None)
    package = None if known is None else workspace.packages.package_at(known.directory)
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


def _place(targets: TargetResolver, path: str, new: str, prefer: bool) -> Placement | Problem:
    files = targets.workspace.files
    blocking = next((parent for parent in parents(new) if parent and files.kind(parent) == "file"), None)
    if blocking is not None or files.kind(new) == "directory":
        return Problem(path, f"it goes to {new}, where {blocking or new} stands in the way; move that by hand")
    if files.kind(new) == "file" and files.read(new) == files.read(path):
        return Placement(path, new, "same file", new)
    occupants = list(_occupants(targets.workspace, new)) if is_source(path) else [new] * (files.kind(new) == "file")
    if not occupants:
        return Placement(path, new, "moved")
    decide = _decide(targets.workspace.table, path)
    if occupants[1:]:
        return Problem(path, f"it goes to {new}, and {' and '.join(occupants)} are there already; {decide}")
    if not is_source(path):
        return Problem(path, f"it goes to {new}, where there is another file of that name; {decide}")
    return meet(targets, path, new, occupants[0], prefer_canonical=prefer)


def _occupants(workspace: Workspace, new: str) -> Iterator[str]:
    """The files that serve the module of a path already: `x.ts` and `x/index.tsx` are one module."""
    stem, ending = split_extension(new)
    module = posixpath.dirname(stem) if posixpath.basename(stem) == "index" else stem
    # A declaration file lies beside the JavaScript that it is about; TypeScript hides it.
    declares = ending.startswith(".d.")
    stems = (stem,) if declares else (module, posixpath.join(module, "index"))
    endings = (ending, ".ts", ".tsx") if declares else (*SOURCE_EXTENSIONS, ".d.ts")
    yield from (path for s in stems for e in endings if workspace.files.kind(path := s + e) == "file")


def meet(
    targets: TargetResolver, path: str, new: str, occupant: str, *, prefer_canonical: bool = False
) -> Placement | Problem:
    """Decide between a legacy module that goes to `new` and the canonical module in its place, `occupant`."""
    workspace, index = targets.workspace, targets.index
    there, here = workspace.sources.syntax(occupant), workspace.sources.syntax(path)
    behind = {specifier: workspace.resolver.resolve(specifier, occupant) for specifier in there.specifiers}
    if path not in behind.values():
        return _meet_another(targets, path, occupant, prefer_canonical)
    passed = index.exports(occupant).names.keys() <= index.exports(path).names.keys()
    if there.proxy and set(behind.values()) == {path} and passed and not _renames(there.exports):
        return Placement(path, new, "proxy replaced", occupant)
    by_name = [export for export in there.exports if export.specifier and behind[export.specifier] == path]
    whole = any(behind[star.specifier] == path and not star.type_only for star in there.stars)
    if whole and here.proxy and all(export.name == export.source for export in by_name):
        return Placement(path, occupant, "merged into the barrel", occupant)
    if whole and there.proxy and all(export.name == export.source for export in by_name):
        return Placement(path, new, "joined with the barrel", occupant)
    told = f"passes on {path} under other names" if there.proxy else f"has code of its own beside {path}, which it uses"
    return Problem(path, f"{occupant} {told}; {_decide(workspace.table, path)}")


def _meet_another(targets: TargetResolver, path: str, occupant: str, prefer: bool) -> Placement | Problem:
    """A legacy module and a canonical module that does not pass it on."""
    workspace, here = targets.workspace, targets.index.exports(path)
    table, there = workspace.table, targets.index.exports(occupant)
    facts, module = workspace.sources.facts(occupant), table.module_at(path) or ""
    asks = facts is not None and any(legacy.module == module for legacy in facts.legacy_references)
    names = here.names.keys() - table.moved_names(module).keys()
    lacks = sorted(name for name in names if not _serves(there, name, here.names[name]))
    covered = here.opaque is None and not asks and not lacks
    barrel = workspace.sources.syntax(path).proxy
    if covered and barrel and all(_alike(table, here.origins[name], there.origins[name]) for name in names):
        return Placement(path, occupant, "same exports", occupant)
    if covered and prefer:
        return Placement(path, occupant, "superseded", occupant)
    if barrel and len(table.candidates(module)) > 1:
        return Placement(path, None, "dissolved")
    told = f"{occupant} is another module of that name"
    if covered:
        return Problem(path, f"{told}; {_PREFER}")
    if lacks and here.opaque is None:
        shown = listed([f"`{name}`" + " as a value" * (name in there.names) for name in lacks])
        told += f", which does not export {shown}"
    elif asks:
        told += f", which uses {path} itself"
    return Problem(path, f"{told}; {_decide(table, path)}")


def _decide(table: Table, path: str) -> str:
    module = table.module_at(path) if is_source(path) else path[len(table.tree) + 1 :]
    specifier = posixpath.join(table.roots[0], module or "")
    return f"send `{specifier}` elsewhere in `modules` of {CONFIG_FILE}, or bring the two together by hand"


def _serves(module: ModuleExports, name: str, wanted: Meaning) -> bool:
    found = module.names.get(name)
    return found is not None and found.value >= wanted.value and found.type >= wanted.type


def _alike(table: Table, one: Origin, other: Origin) -> bool:
    """Whether two names are of one declaration, once it has moved."""
    places = (new_place(table, o.path) if o.path.startswith(f"{table.tree}/") else o.path for o in (one, other))
    return next(places) == next(places) and one.name == other.name


def _renames(exports: Sequence[object]) -> bool:
    return any(getattr(export, "name", None) != getattr(export, "source", None) for export in exports)
