"""The new path of each file of the legacy tree, and what happens where another file has that path."""

from __future__ import annotations

import posixpath
from codecs import BOM_UTF8 as BOM
from collections.abc import Iterable, Iterator

from workflow_ls import CONFIG_FILE
from workflow_ls.config.table import Table
from workflow_ls.config.table_records import NO_PACKAGE
from workflow_ls.diagnostics import Blocked
from workflow_ls.moves.cutover.legacy_tree import CaseInsensitivePaths, staying_files, tree_files, walk_tree
from workflow_ls.moves.plan_model import FileMove, MoveOutcome, Problem
from workflow_ls.printable import listed
from workflow_ls.project.exports.module_exports import Meaning, ModuleExports, Origin
from workflow_ls.project.resolution.build_outputs import split_extension
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.syntax.exports.module_syntax import Export
from workflow_ls.text import is_utf8
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, is_configuration, is_source, is_within, parents


@record
class Destinations:
    """The moves of the files of the legacy tree, in order, and the files that can't move.

    `ignored` are files and folders of the tree that git ignores, which do not move; `staying` are the files of its
    folder that the table lets stay.
    """

    file_moves: tuple[FileMove, ...]
    problems: tuple[Problem, ...]
    ignored: tuple[str, ...]
    staying: tuple[str, ...] = ()


def find_destinations(targets: TargetResolver, *, prefer_canonical: bool = False) -> Destinations:
    """Find the destination of each file of the legacy tree.

    With `prefer_canonical`, a legacy module is deleted where another module at its new path exports the same names.
    """
    file_moves, problems = list[FileMove](), list[Problem]()
    sources: dict[str, str] = {}  # by new path
    workspace = targets.workspace
    paths = CaseInsensitivePaths(workspace)
    files = tree_files(workspace)
    for path in files:
        new = canonical_path(workspace.table, path)
        problem = _check_movable(workspace, path, new)
        if problem is not None:
            problems.append(problem)
            continue
        destination = _destination(targets, path, new, prefer_canonical)
        if isinstance(destination, FileMove) and destination.new is not None and not destination.is_dropped:
            other = sources.setdefault(destination.new, path)
            colliding = paths.colliding(path, destination.new)
            if other != path:
                reason = f"its new path is {destination.new}, and so is that of {other}"
                destination = Blocked(reason, _choose(workspace.table, path))
            elif colliding is not None:
                reason = f"its new path is {destination.new}, which differs from {colliding} in letter case only"
                destination = Blocked(reason, "rename one of them first")
        if isinstance(destination, FileMove):
            file_moves.append(destination)
        else:
            problems.append(Problem(path, destination))
    staying = staying_files(workspace)
    links, ignored = walk_tree(workspace, (*files, *staying))
    problems += (Problem(path, Blocked("symbolic links are not moved", "move or remove it by hand")) for path in links)
    nested = [path for path in ignored if posixpath.basename(path) == ".git"]
    repository = Blocked("this is a nested git repository, which a move would break", "move it by hand")
    problems += (Problem(posixpath.dirname(path), repository) for path in nested)
    ignored = [path for path in ignored if path not in nested]
    return Destinations(tuple(file_moves), tuple(dict.fromkeys(problems)), tuple(ignored), staying)


def _check_movable(workspace: Workspace, path: str, new: str) -> Problem | None:
    """Why a file can't move, whatever is at its new path."""
    nowhere = _without_place(workspace.table, path)
    if nowhere is not None:
        return Problem(path, nowhere)
    known = next((package for package in workspace.table.packages if is_within(new, package.directory)), None)
    package = None if known is None else workspace.packages.package_at(known.directory)
    if known is not None and (package is None or package.broken is not None):
        blocked = (
            Blocked(f"the target package {known.name} has no manifest", "create it first")
            if package is None
            else Blocked(f"the manifest of the target package {known.name} can't be read", "correct it first")
        )
        return Problem(posixpath.join(known.directory, "package.json"), blocked)
    if is_configuration(path):
        reason = "a configuration file applies to its folder, so it would have another effect at the new path"
        return Problem(path, Blocked(reason, "move it by hand, or remove it"))
    text = workspace.files.read(path) if is_source(path) and not workspace.table.is_doc(path) else b""
    if text is None or not is_utf8(text):
        reason = "it can't be read as UTF-8, so its references are unknown"
        return Problem(path, Blocked(reason, "convert it, or move it by hand"))
    limit = workspace.settings.max_file_size
    if len(text) > limit:
        reason = f"it is larger than {limit / 1_000_000:g} MB, so its references are unknown"
        return Problem(path, Blocked(reason, f"raise maxFileSize in {CONFIG_FILE}"))
    return None


def _without_place(table: Table, path: str) -> Blocked | None:
    """Why the table does not say where a file goes; None if it does."""
    module = table.module_at(path) if is_source(path) else path[len(table.tree) + 1 :]
    first = next(iter(table.candidates(module or "")), "")
    specifier = table.specifier_of(module or "")
    if first and table.is_alias(first):
        reason = f"`{first}`, its target, is an alias, which each application has for files of its own"
        return Blocked(reason, f'move it by hand; until then, add a row with `"stays": true` for `{specifier}`')
    if (table.canonical == NO_PACKAGE or table.parts) and table.split(first) is None:  # of several, none is for all
        reason = f"no row of {CONFIG_FILE} says where it moves"
        return Blocked(reason, f'add a row for `{specifier}`, with "to", or with "stays"')
    return None


def canonical_path(table: Table, path: str) -> str:
    """The new path of a file of the legacy tree: below the sources of the package that its first candidate names.

    Its path below the tree is kept, unless a row of the table gives its module another subpath.
    """
    below = path[len(table.tree) + 1 :]
    module = table.module_at(path) if is_source(path) else below
    row = None if module is None else table.row_for(module)
    first = next(iter(table.candidates(module or "")), "")
    known = table.split(first)
    package, subpath = known or (table.canonical, "")
    sources = posixpath.join(package.directory, package.sources).rstrip("/")
    subpath = subpath.removeprefix(".").removeprefix("/")
    is_barrel_row = row is not None and bool(row.to) and "*" in row.module and "*" not in row.to[0]
    if known is None or subpath == module or is_barrel_row:
        return posixpath.join(sources, below)
    stem, ending = split_extension(below) if is_source(path) else (below, "")
    if is_source(path) and (posixpath.basename(stem) == "index" or not subpath):
        return posixpath.join(sources, subpath, f"index{ending}")
    return posixpath.join(sources, subpath + ending)


def _destination(targets: TargetResolver, path: str, new: str, prefer_canonical: bool) -> FileMove | Blocked:
    files = targets.workspace.files
    blocking = next((parent for parent in parents(new) if parent and files.kind(parent) == "file"), None)
    if blocking is not None or files.kind(new) == "directory":
        reason = f"its new path is {new}, but {blocking or new} is a {'file' if blocking else 'folder'}"
        return Blocked(reason, "move that by hand first")
    if files.kind(new) == "file" and files.read(new) == files.read(path):
        return FileMove(path, new, MoveOutcome.SAME_FILE, new)
    occupants = list(_occupants(targets.workspace, new)) if is_source(path) else [new] * (files.kind(new) == "file")
    if not occupants:
        return FileMove(path, new, MoveOutcome.MOVED)
    remedy = _choose(targets.workspace.table, path)
    if occupants[1:]:
        return Blocked(f"its new path is {new}, but {' and '.join(occupants)} already exist", remedy)
    if not is_source(path):
        return Blocked(f"its new path is {new}, where another file already exists", remedy)
    return resolve_conflict(targets, path, new, occupants[0], prefer_canonical=prefer_canonical)


def _occupants(workspace: Workspace, new: str) -> Iterator[str]:
    """The files that already serve the module of a path: `x.ts` and `x/index.tsx` are one module."""
    stem, ending = split_extension(new)
    module = posixpath.dirname(stem) if posixpath.basename(stem) == "index" else stem
    # A declaration file lies beside the JavaScript that it describes; TypeScript hides it.
    declares = ending.startswith(".d.")
    stems = (stem,) if declares else (module, posixpath.join(module, "index"))
    endings = (ending, ".ts", ".tsx") if declares else (*SOURCE_EXTENSIONS, ".d.ts")
    yield from (path for s in stems for e in endings if workspace.files.kind(path := s + e) == "file")


def resolve_conflict(
    targets: TargetResolver, path: str, new: str, occupant: str, *, prefer_canonical: bool = False
) -> FileMove | Blocked:
    """Decide between the legacy module `path`, whose new path is `new`, and `occupant`, the module in its place."""
    workspace, index = targets.workspace, targets.index
    if _is_stub(workspace.files.read(occupant) or b""):
        return FileMove(path, new, MoveOutcome.STUB_REPLACED, occupant)
    canonical, legacy = workspace.sources.syntax(occupant), workspace.sources.syntax(path)
    resolved = {specifier: workspace.resolver.resolve(specifier, occupant) for specifier in canonical.specifiers}
    if path not in resolved.values():
        return _resolve_unrelated(targets, path, occupant, prefer_canonical)
    covered = index.exports(occupant).names.keys() <= index.exports(path).names.keys()
    if canonical.proxy and set(resolved.values()) == {path} and covered and not _renames(canonical.exports):
        return FileMove(path, new, MoveOutcome.PROXY_REPLACED, occupant)
    by_name = [export for export in canonical.exports if export.specifier and resolved[export.specifier] == path]
    has_star = any(resolved[star.specifier] == path and not star.type_only for star in canonical.stars)
    if has_star and legacy.proxy and not _renames(by_name):
        return FileMove(path, occupant, MoveOutcome.MERGED_INTO_BARREL, occupant)
    if has_star and canonical.proxy and not _renames(by_name):
        return FileMove(path, new, MoveOutcome.APPENDED_TO_BARREL, occupant)
    verb = "re-exports it under other names" if canonical.proxy else "imports it and has code of its own"
    return Blocked(f"{occupant}, the module at its new path, {verb}", _choose(workspace.table, path))


def _is_stub(text: bytes) -> bool:
    """Whether a module has no code but `export {}`, which keeps its place; a `/// <reference …>` counts as code."""
    at = len(BOM) if text.startswith(BOM) else 0
    while at < len(text) and (found := _WITHOUT_CODE.match(text, at)) is not None:
        at = found.end()
    return at == len(text)


_WITHOUT_CODE = compile_on_use(rb"\s+|;|//(?!/)[^\n\r]*|/\*(?:[^*]|\*(?!/))*\*/|export\s*\{\s*\}")


def _resolve_unrelated(targets: TargetResolver, path: str, occupant: str, prefer_canonical: bool) -> FileMove | Blocked:
    """Decide between a legacy module and a canonical module that does not re-export it."""
    workspace, legacy = targets.workspace, targets.index.exports(path)
    table, canonical = workspace.table, targets.index.exports(occupant)
    facts, module = workspace.sources.facts(occupant), table.module_at(path) or ""
    imports_it = facts is not None and any(legacy.module == module for legacy in facts.legacy_references)
    names = legacy.names.keys() - table.moved_names(module).keys()
    missing = sorted(name for name in names if not _serves(canonical, name, legacy.names[name]))
    covered = legacy.opaque is None and not imports_it and not missing
    is_barrel = workspace.sources.syntax(path).proxy
    # What the canonical module has through the legacy one, it would lose with it.
    independent = not targets.index.reaches(occupant, path)
    same = (_is_same(table, legacy.origins[name], canonical.origins[name]) for name in names)
    if covered and independent and is_barrel and all(same):
        return FileMove(path, occupant, MoveOutcome.SAME_EXPORTS, occupant)
    if covered and independent and prefer_canonical:
        return FileMove(path, occupant, MoveOutcome.DUPLICATE, occupant)
    if is_barrel and len(table.candidates(module)) > 1:
        return FileMove(path, None, MoveOutcome.INLINED)
    reason = f"{occupant} is another module with the same name"
    if not independent:
        reason = f"{occupant}, the module at its new path, re-exports it through other modules"
        return Blocked(reason, _choose(table, path))
    if covered:
        return Blocked(reason, "pass --prefer-canonical to keep that one only, or merge the two by hand")
    if missing and legacy.opaque is None:
        shown = listed([f"`{name}`" + " as a value" * (name in canonical.names) for name in missing])
        reason += f" and does not export {shown}"
    elif imports_it:
        reason += f" and imports {path}"
    return Blocked(reason, _choose(table, path))


def _choose(table: Table, path: str) -> str:
    """The remedy where two files compete for one path."""
    module = table.module_at(path) if is_source(path) else path[len(table.tree) + 1 :]
    specifier = table.specifier_of(module or "")
    return f"map `{specifier}` to another path in `modules` of {CONFIG_FILE}, or merge the two by hand"


def _serves(module: ModuleExports, name: str, required: Meaning) -> bool:
    found = module.names.get(name)
    return found is not None and found.value >= required.value and found.type >= required.type


def _is_same(table: Table, first: Origin, second: Origin) -> bool:
    """Whether two names are of one declaration, once it has moved."""
    paths = (canonical_path(table, o.path) if o.path.startswith(f"{table.tree}/") else o.path for o in (first, second))
    return next(paths) == next(paths) and first.name == second.name


def _renames(exports: Iterable[Export]) -> bool:
    return any(export.name != export.source for export in exports)
