"""From a specifier to the file behind it.

Follows TypeScript's module resolution ("Modules - Reference", moduleResolution bundler: relative paths with extension
substitution, `paths`, then packages) and Node's PACKAGE_RESOLVE for packages.  Sources stand in for what a build
would make: a target in an output folder leads to the source it is built from.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workflow_ls.workspace.exports_map import Match, match_subpath, resolve_exports
from workflow_ls.workspace.files import Files, is_within, join
from workflow_ls.workspace.manifest import Package

if TYPE_CHECKING:
    from workflow_ls.workspace.model import Workspace

TYPES_VIEW = ("types", "import", "node")
TYPES_OF_REQUIRE_VIEW = ("types", "require", "node")
IMPORT_VIEW = ("import", "node", "module-sync")
REQUIRE_VIEW = ("require", "node", "module-sync")

_SUBSTITUTES = {
    ".js": (".ts", ".tsx", ".d.ts"),
    ".jsx": (".tsx", ".d.ts"),
    ".mjs": (".mts", ".d.mts"),
    ".cjs": (".cts", ".d.cts"),
}
_APPENDED = (".ts", ".tsx", ".d.ts", ".js", ".jsx")
_OUTPUT_FOLDERS = ("dist", "lib", "build", "out", "esm", "cjs")


@dataclass(frozen=True, slots=True)
class PackageTarget:
    """What a package says of one subpath, in one view (a set of conditions).

    `match` is the exports map's answer, None for a package without `exports`.  `path` is the file behind it, None
    where there is none.
    """

    package: Package
    subpath: str
    match: Match | None
    path: str | None


def resolve(workspace: Workspace, specifier: str, importer: str) -> str | None:
    """The file that a specifier leads to for TypeScript, seen from the file `importer`; None where none is found.

    The result has its symbolic links resolved.
    """
    found = next(_attempts(workspace, specifier, importer), None)
    return None if found is None else workspace.files.real(found)


def _attempts(workspace: Workspace, specifier: str, importer: str) -> Iterator[str]:
    files, directory = workspace.files, posixpath.dirname(importer)
    if specifier.startswith(("./", "../")) or specifier in (".", ".."):
        path = join(directory, specifier)
        if path is not None:
            yield from _file(files, path, as_directory=specifier.endswith(("/", ".")))
        return
    yield from resolve_alias(workspace, specifier, importer)
    if specifier.startswith("#"):
        yield from _imports(workspace, specifier, importer)
        return
    target = resolve_in_package(workspace, specifier, importer, TYPES_VIEW)
    if target is not None and target.path is not None:
        yield target.path


def resolve_alias(workspace: Workspace, specifier: str, importer: str) -> Iterator[str]:
    """The files that the importer's `tsconfig` finds through `paths` or `baseUrl`, best first."""
    config = workspace.tsconfig_for(importer)
    if config is None:
        return
    for path in config.path_targets(specifier):
        yield from _file(workspace.files, path)
    if config.base_url is not None and not specifier.startswith(("/", "#")):
        path_below_base = join(config.base_url, specifier)
        if path_below_base is not None:
            yield from _file(workspace.files, path_below_base)


def split_package(specifier: str) -> tuple[str, str] | None:
    """The package name and the exports subpath of a bare specifier; None where it is none.

    Node, PACKAGE_RESOLVE, steps 3 to 7.
    """
    count = 2 if specifier.startswith("@") else 1
    parts = specifier.split("/", count)
    if len(parts) < count or not all(parts[:count]) or specifier[0] in "./#":
        return None
    name = "/".join(parts[:count])
    return name, "." if len(parts) == count else f"./{parts[count]}"


def resolve_in_package(
    workspace: Workspace, specifier: str, importer: str, conditions: Collection[str]
) -> PackageTarget | None:
    """Look a bare specifier up in the package it names; None where that package can't be found."""
    parts = split_package(specifier)
    if parts is None:
        return None
    package = workspace.package_named(parts[0], importer)
    return None if package is None else look_up(workspace, package, parts[1], conditions)


def look_up(workspace: Workspace, package: Package, subpath: str, conditions: Collection[str]) -> PackageTarget:
    """Which file a package serves for a subpath ("." or "./x") under the given conditions."""
    files = workspace.files
    if package.exports is None:
        if subpath != ".":
            path = join(package.directory, subpath)
            return PackageTarget(package, subpath, None, next(_file(files, path), None) if path is not None else None)
        for entry in (*package.entries, "."):
            path = join(package.directory, entry)
            found = None if path is None else _source_behind(workspace, package, path)
            if found is not None:
                return PackageTarget(package, subpath, None, found)
        return PackageTarget(package, subpath, None, None)
    match = resolve_exports(package.exports, subpath, conditions)
    path = join(package.directory, match.target) if match.target is not None else None
    found = None if path is None else _source_behind(workspace, package, path, exact=True)
    return PackageTarget(package, subpath, match, found)


def _imports(workspace: Workspace, specifier: str, importer: str) -> Iterator[str]:
    """Node, PACKAGE_IMPORTS_RESOLVE."""
    package = workspace.package_of(importer)
    if package is None or not isinstance(package.imports, dict):
        return
    match = match_subpath(package.imports, specifier, TYPES_VIEW)
    if match.target is None:
        return
    path = join(package.directory, match.target)
    found = None if path is None else _source_behind(workspace, package, path, exact=True)
    if found is not None:
        yield found


def _source_behind(workspace: Workspace, package: Package, path: str, exact: bool = False) -> str | None:
    """The file at `path`; for a path in an output folder, the source it is built from.

    `exact` is for exports targets, which name a file in full.  The folder pair is the package's own `outDir` and
    `rootDir`, else the first of the usual pairs that leads to a file.
    """
    files = workspace.files
    for source in _paired(workspace, package, path):
        found = next(_file(files, source), None)
        if found is not None:
            return found
    if exact:
        return next(_exact(files, path), None)
    return next(_file(files, path), None)


def _paired(workspace: Workspace, package: Package, path: str) -> Iterator[str]:
    config = workspace.tsconfig_at(package.directory)
    if config is not None and config.out_dir and is_within(path, config.out_dir):
        rest = path[len(config.out_dir) + 1 :]
        roots = (config.root_dir,) if config.root_dir is not None else ("src", "")
        for root in roots:
            base = root if config.root_dir is not None else posixpath.join(package.directory, root or "")
            yield posixpath.join(base, rest)
    below = path[len(package.directory) + 1 :] if package.directory else path
    folder, _, rest = below.partition("/")
    if folder in _OUTPUT_FOLDERS and rest:
        for root in ("src", ""):
            yield posixpath.join(package.directory, root, rest)


def _file(files: Files, path: str, as_directory: bool = False) -> Iterator[str]:
    """The module files that an extensionless, or emitted, path may mean; best first."""
    if not as_directory:
        yield from _exact(files, path)
        for extension in _APPENDED:
            if files.kind(path + extension) == "file":
                yield path + extension
    if files.kind(path) == "directory":
        for extension in _APPENDED:
            index = posixpath.join(path, f"index{extension}")
            if files.kind(index) == "file":
                yield index


def _exact(files: Files, path: str) -> Iterator[str]:
    """A path that names its file in full, or names the JavaScript that TypeScript emits from it."""
    stem, extension = _split_extension(path)
    for substitute in _SUBSTITUTES.get(extension, ()):
        if files.kind(stem + substitute) == "file":
            yield stem + substitute
    if files.kind(path) == "file":
        yield path


def _split_extension(path: str) -> tuple[str, str]:
    for declaration in (".d.ts", ".d.mts", ".d.cts"):
        if path.endswith(declaration):
            return path[: -len(declaration)], declaration
    return posixpath.splitext(path)


def module_file(files: Files, directory: str, module: str) -> str | None:
    """The file of the module at the path `module` below `directory` ("" for the directory's own index)."""
    return next(_file(files, posixpath.join(directory, module) if module else directory), None)
