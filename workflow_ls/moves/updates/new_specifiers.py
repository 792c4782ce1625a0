"""The specifier by which a file refers to another one after the moves: by package, by path, or of its old kind."""

from __future__ import annotations

import posixpath

from workflow_ls.config.table_records import TargetPackage
from workflow_ls.diagnostics import Blocked
from workflow_ls.moves.move_set import MoveSet
from workflow_ls.project.file_facts import Area, area_of
from workflow_ls.project.resolution.build_outputs import split_extension
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record, replace
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.rewrite.loading.node_loading import loader_failure
from workflow_ls.rewrite.packages.package_lookup import Conditions, PackageLocation, conditions_of, locate
from workflow_ls.rewrite.specifiers.relative_specifier import relative_path, relative_specifier
from workflow_ls.rewrite.specifiers.specifier_style import rebase_alias, spelling, stem_of
from workflow_ls.rewrite.target import boundary
from workflow_ls.syntax.model import Form, Reference
from workflow_ls.vfs.files import is_source, is_within

_RELATIVE = compile_on_use(r"\.\.?(/|$)")
_NO_PATH = Blocked("`/// <reference types>` takes no path", "use an import instead")


@record
class RequestedSubpath:
    """A subpath that a package has to serve, and the views (see `locate`) that need it."""

    package: str
    subpath: str
    views: tuple[Conditions, ...]


@record
class BlockedReference:
    """A reference that can't be updated as it should be.

    `request` is the subpath that would unblock it.  `fallback` is a path that the compiler resolves nevertheless.
    """

    blocked: Blocked
    request: RequestedSubpath | None = None
    fallback: str | None = None


def blocked_reference(reason: str, remedy: str = "edit it by hand") -> BlockedReference:
    """A reference that nothing unblocks but an edit by hand."""
    return BlockedReference(Blocked(reason, remedy))


def is_relative(specifier: str) -> bool:
    """Whether a specifier is a path that starts with a dot."""
    return _RELATIVE.match(specifier) is not None


def specifier_to(move_set: MoveSet, reference: Reference, path: str, target: str) -> str | BlockedReference:
    """The specifier by which a reference of the file `path` names the file `target` after the moves.

    Both paths are old ones.  The package name is used where another package needs the file, and a path otherwise.
    """
    table, importer, new = move_set.before.table, move_set.destination(path), move_set.destination(target)
    relative, is_types = is_relative(reference.specifier), _is_types_reference(move_set, reference)
    package = move_set.package_of(new)
    inside = package is not None and is_within(importer, package.directory)
    leaving = importer != path and new == target
    by_path = is_file_reference(move_set, reference) or leaving or package is None
    if inside and not is_types:
        circular = new == importer or move_set.targets.index.reaches(target, path)
        by_path = by_path or relative or table.in_tree(path) or circular
    refused: BlockedReference | None = None
    if not by_path:
        specifier = _by_package(move_set, reference, path, new)
        if isinstance(specifier, BlockedReference):
            refused = specifier
        else:
            failure = _loader_failure(move_set, reference, specifier, importer)
            if failure is None or not (relative or _could_load(move_set, reference, path)):
                return specifier
            refused = BlockedReference(failure)
    if is_types:
        return refused or BlockedReference(_NO_PATH)
    if leaving and is_installed(new):
        return blocked_reference(f"`{reference.specifier}` would lead nowhere from {importer}")
    by_path_specifier = _by_path(move_set, reference, path, target)
    if refused is None or isinstance(by_path_specifier, BlockedReference):
        return refused or by_path_specifier
    # A script that could not load the target before is no worse off, but code must not turn into TypeScript.
    same = relative and _code_ending(move_set.before, target) == _code_ending(move_set.after, new)
    return replace(refused, fallback=by_path_specifier if refused.request is not None or same else None)


def renamed_specifier(move_set: MoveSet, reference: Reference, path: str, target: str) -> str | BlockedReference | None:
    """The specifier of the same kind by which a reference of the file `path` names the file `target` after renames.

    Both paths are old ones.  None where the renames do not concern the reference.
    """
    table, importer, new = move_set.before.table, move_set.destination(path), move_set.destination(target)
    specifier, package = reference.specifier, move_set.package_of(new)
    inside = package is not None and is_within(importer, package.directory)
    out_of_tree = table.in_tree(target) and package is not None
    if is_relative(specifier) or is_file_reference(move_set, reference):
        crosses_border = out_of_tree and not inside and area_of(table, importer) is Area.ELSEWHERE
        by_path = reference.form is Form.REFERENCE or not crosses_border
    else:
        by_path = reference.form is not Form.REFERENCE and out_of_tree and inside and table.in_tree(path)
    if by_path:
        return _by_path(move_set, reference, path, target)
    if target == new:
        return None  # an alias that the importer's new folder does not have
    is_legacy, named = table.module_of(specifier) is not None, table.split(specifier)
    if is_legacy and table.in_tree(new):
        root = next(root for root in table.roots if is_within(specifier, root))
        renamed = root + spelling(specifier, target)(new)[len(table.tree) :]
    elif package is None or not (is_legacy or named is not None or is_relative(specifier)):
        alias = rebase_alias(specifier, target, new)
        if alias is None:
            return blocked_reference(f"no specifier of its kind leads to {new}")
        renamed = alias
    elif area_of(table, path) is Area.CORE and not _names(move_set, reference, package):
        return BlockedReference(boundary(table))
    else:
        return _by_package(move_set, reference, path, new)
    if move_set.target_after(reference.form, renamed, importer) == new:
        return renamed
    return blocked_reference(f"`{renamed}` would not lead to {new}")


def _code_ending(workspace: Workspace, path: str) -> str:
    """The ending of the file that is loaded for a module: for declarations that of the code beside them."""
    stem, ending = split_extension(path)
    if ending.startswith(".d."):
        code = ending.replace(".d.", ".").replace("ts", "js")
        return code if workspace.files.kind(stem + code) == "file" else ending
    return ending


def is_installed(path: str) -> bool:
    """Whether a file belongs to an installed package."""
    return "node_modules" in path.split("/")


def is_file_reference(move_set: MoveSet, reference: Reference) -> bool:
    """Whether a reference is a `/// <reference path>`, which names a file with or without a leading dot."""
    return reference.form is Form.REFERENCE and not _is_types_reference(move_set, reference)


def _is_types_reference(move_set: MoveSet, reference: Reference) -> bool:
    """Whether a reference is a `/// <reference types>` of a legacy module."""
    return reference.form is Form.REFERENCE and move_set.before.table.module_of(reference.specifier) is not None


def _names(move_set: MoveSet, reference: Reference, package: TargetPackage) -> bool:
    """Whether a reference names a package of the table by its name today."""
    named = move_set.before.table.split(reference.specifier)
    return named is not None and named[0] == package


def _by_path(move_set: MoveSet, reference: Reference, path: str, target: str) -> str | BlockedReference:
    """A path from `path` to `target` at their new places, with the ending and the `index` of the present specifier."""
    specifier, importer, new = reference.specifier, move_set.destination(path), move_set.destination(target)
    if is_relative(specifier) or is_file_reference(move_set, reference):
        preferred = _relative(specifier, importer, target, new)
    else:
        legacy = move_set.before.table.module_of(specifier) is not None
        written = spelling(specifier if legacy else stem_of(posixpath.basename(target)), target)(new)
        preferred = relative_specifier(move_set.after, importer, written, new)
    for trial in dict.fromkeys((preferred, _relative("./index", importer, target, new))):
        if move_set.target_after(reference.form, trial, importer) == new:
            return trial
    return blocked_reference(f"`{preferred}` would not lead to {new}")


def _relative(specifier: str, importer: str, target: str, new: str) -> str:
    relative = relative_path(importer, spelling(specifier, target)(new), new)
    if relative.startswith("../") or relative == ".." or not is_relative(specifier):
        return relative
    return "." if relative == "." else f"./{relative}"


def _by_package(move_set: MoveSet, reference: Reference, path: str, new: str) -> str | BlockedReference:
    """The specifier of the file `new` by the name of its package, for a reference of the file `path`.

    All views of the reference must find the file, except for those that can't resolve the present specifier either.
    """
    package, importer = move_set.package_of(new), move_set.destination(path)
    if package is None:
        return blocked_reference(f"{new} is in no package of the table")
    sources = posixpath.join(package.directory, package.sources).rstrip("/")
    if not is_within(new, sources):
        return blocked_reference(f"{new} is outside of {sources}", "move it there")
    stem, views = stem_of(new)[len(sources) :], conditions_of(reference)
    plain = stem.removesuffix("/index")
    ending = posixpath.splitext(reference.specifier)[1] if is_source(reference.specifier) else ""
    needed = views
    if _names(move_set, reference, package):
        present = (locate(move_set.before, reference.specifier, path, (view,)) for view in views)
        needed = tuple(view for view, location in zip(views, present) if isinstance(location, PackageLocation))
        same = (stem if posixpath.basename(stem_of(reference.specifier)) == "index" else plain) + ending
        spellings = (same, plain, stem)
    else:
        spellings = (plain, stem, stem + ending)
    # As long as entries may be added, they are added for the plain subpath.
    refusals = list[Blocked]()
    for subpath in dict.fromkeys(spellings if move_set.manifests_final else (plain,)):
        specifier = package.name + subpath
        location = locate(move_set.after, specifier, importer, needed)
        compiled = move_set.target_after(reference.form, specifier, importer)
        if compiled == new and (not needed or (isinstance(location, PackageLocation) and location.path == new)):
            return specifier
        if isinstance(location, PackageLocation):
            cause = Blocked(f"`{specifier}` leads to {location.path}", "correct `exports`")
        else:
            cause = location if isinstance(location, Blocked) else location.cause
        refusals.append(Blocked(f"{new} has no package specifier, since {cause.reason}", cause.remedy))
    return BlockedReference(refusals[0], RequestedSubpath(package.name, f".{plain}", views))


def _loader_failure(move_set: MoveSet, reference: Reference, specifier: str, importer: str) -> Blocked | None:
    location = locate(move_set.after, specifier, importer, conditions_of(reference))
    return loader_failure(move_set.after, location, importer) if isinstance(location, PackageLocation) else None


def _could_load(move_set: MoveSet, reference: Reference, path: str) -> bool:
    """Whether Node finds the target of the present specifier in a package, and can load it."""
    location = locate(move_set.before, reference.specifier, path, conditions_of(reference))
    if not isinstance(location, PackageLocation) or location.runtime is None:
        return False  # an alias leads there, of which Node knows nothing
    return loader_failure(move_set.before, location, path) is None
