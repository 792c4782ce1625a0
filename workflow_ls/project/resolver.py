"""From a specifier to the file behind it.

Follows TypeScript's module resolution ("Modules - Reference", moduleResolution bundler: relative paths with extension
substitution, `paths`, then packages) and Node's PACKAGE_RESOLVE for packages.  Sources stand in for what a build
would make: a target in an output folder leads to the source it is built from.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from workflow_ls.project.build_outputs import is_output, sources_of, split_extension
from workflow_ls.project.exports_field import Match, match_subpath, resolve_exports
from workflow_ls.project.manifest import Package
from workflow_ls.records import record
from workflow_ls.vfs.files import Files, join

if TYPE_CHECKING:
    from workflow_ls.project.workspace import Workspace

TYPES_VIEW = ("types", "import", "node")
TYPES_OF_REQUIRE_VIEW = ("types", "require", "node")
IMPORT_VIEW = ("import", "node", "module-sync")
REQUIRE_VIEW = ("require", "node", "module-sync")

_ADDED = (".ts", ".tsx", ".d.ts", ".js", ".jsx")
_SUBSTITUTES = {
    **dict.fromkeys((".js", ".ts", ".d.ts"), _ADDED),
    **dict.fromkeys((".jsx", ".tsx"), (".tsx", ".ts", ".d.ts", ".jsx", ".js")),
    **dict.fromkeys((".mjs", ".mts", ".d.mts"), (".mts", ".d.mts", ".mjs")),
    **dict.fromkeys((".cjs", ".cts", ".d.cts"), (".cts", ".d.cts", ".cjs")),
}
_FORMATS = (".mts", ".cts", ".d.mts", ".d.cts", ".mjs", ".cjs")
_RELATIVE = ("./", "../")
_JAVASCRIPT = (".js", ".jsx", ".mjs", ".cjs")
_TYPESCRIPT = (".ts", ".tsx", ".mts", ".cts")


@record
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
    if specifier.startswith(_RELATIVE) or specifier in (".", ".."):
        path = join(posixpath.dirname(importer), specifier)
        if path is not None:
            last = specifier.rpartition("/")[2]
            yield from _module(workspace, path, as_directory=last in ("", ".", ".."))
        return
    yield from resolve_alias(workspace, specifier, importer)
    conditions = _conditions(workspace, importer)
    if specifier.startswith("#"):
        target = _look_up_import(workspace, specifier, importer, conditions)
    else:
        target = resolve_in_package(workspace, specifier, importer, conditions)
    found = None if target is None else target.path
    if (found is None or not found.endswith(_TYPESCRIPT)) and (types := _types_package(specifier)) is not None:
        apart = resolve_in_package(workspace, types, importer, conditions)
        if apart is not None and apart.path is not None and apart.path.endswith(_TYPESCRIPT):
            yield apart.path
    if found is not None:
        yield found


def _types_package(specifier: str) -> str | None:
    """The specifier that leads to the types of a package without types of its own: `@types/a`, `@types/a__b`."""
    parts = split_package(specifier)
    return None if parts is None else f"@types/{parts[0].removeprefix('@').replace('/', '__')}{parts[1][1:]}"


def _conditions(workspace: Workspace, importer: str) -> tuple[str, ...]:
    """What the compiler looks for in `exports`: as the importer asks, with the conditions that a project adds."""
    config = workspace.tsconfig_for(importer)
    resolution = "" if config is None else config.module_resolution
    view = TYPES_OF_REQUIRE_VIEW if _is_common_js(workspace, importer, resolution) else TYPES_VIEW
    bundled = resolution in ("bundler", "preserve")
    return (*(view[:2] if bundled else view), *(() if config is None else config.custom_conditions))


def _is_common_js(workspace: Workspace, importer: str, resolution: str) -> bool:
    """Whether the imports of a file become calls of `require` (TypeScript, "Module format detection")."""
    if importer.endswith((".cts", ".cjs", ".mts", ".mjs")):
        return importer.endswith((".cts", ".cjs"))
    package = workspace.package_of(importer)
    declared = "" if package is None else package.type
    if resolution.startswith("node") and resolution not in ("node", "node10"):
        return declared != "module"
    return declared == "commonjs" and "node_modules" in importer.split("/")


def resolve_alias(workspace: Workspace, specifier: str, importer: str) -> Iterator[str]:
    """The files that the importer's `tsconfig` finds through `paths` or `baseUrl`, best first."""
    config = workspace.tsconfig_for(importer)
    if config is None:
        return
    targets = config.path_targets(specifier)
    named = split_extension(specifier)[1] in _SUBSTITUTES
    for path in targets:
        # A target may name its file in full; a specifier names what is emitted.
        if not named and split_extension(path)[1] in _SUBSTITUTES and workspace.files.kind(path) == "file":
            yield path
        yield from _module(workspace, path)
    if not targets and config.base_url is not None:
        below = join(config.base_url, specifier)
        if below is not None:
            yield from _module(workspace, below)


@lru_cache(maxsize=4096)
def split_package(specifier: str) -> tuple[str, str] | None:
    """The package name and the exports subpath of a bare specifier; None where it is none.

    Node, PACKAGE_RESOLVE, steps 3 to 7.
    """
    count = 2 if specifier.startswith("@") else 1
    parts = specifier.split("/", count)
    if len(parts) < count or not all(parts[:count]) or specifier[0] in "./#":
        return None
    name = "/".join(parts[:count])
    if "\\" in name or "%" in name or ":" in name:
        return None
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
    # What is found holds the package, so no other one can come by its id meanwhile.
    key = (id(package), subpath, tuple(conditions))
    if key not in workspace.looked_up:
        workspace.looked_up[key] = _look_up(workspace, package, subpath, conditions)
    return workspace.looked_up[key]


def _look_up(workspace: Workspace, package: Package, subpath: str, conditions: Collection[str]) -> PackageTarget:
    if package.exports is not None:
        match = resolve_exports(package.exports, subpath, conditions)
        found = _behind(workspace, package, match)
        if found is None and _is_built(workspace, package, match):
            # The folders don't tell which source it is built from, but the `types` condition may.
            types = resolve_exports(package.exports, subpath, ("types", *conditions))
            found = _behind(workspace, package, types)
        return PackageTarget(package, subpath, match, found)
    if subpath != ".":
        files = _below(workspace, package, subpath)
    elif "types" in conditions:
        files = _typed(workspace, package)
    else:
        files = _main(workspace, package, package.main)
    return PackageTarget(package, subpath, None, next(files, None))


def _look_up_import(
    workspace: Workspace, specifier: str, importer: str, conditions: Collection[str]
) -> PackageTarget | None:
    """Node, PACKAGE_IMPORTS_RESOLVE."""
    package = workspace.package_of(importer)
    if package is None or not isinstance(package.imports, dict):
        return None
    match = match_subpath(package.imports, specifier, conditions)
    if match.target is not None and not match.target.startswith("./"):
        return resolve_in_package(workspace, match.target, package.path, conditions)
    return PackageTarget(package, specifier, match, _behind(workspace, package, match))


def _behind(workspace: Workspace, package: Package, match: Match) -> str | None:
    """The file behind an exports target, which must name it in full, or else its source."""
    path = None if match.target is None else join(package.directory, match.target)
    if path is None:
        return None
    extension = split_extension(path)[1]
    if extension in _SUBSTITUTES:
        source = next(sources_of(workspace, package, path), None)
        if source is not None:
            return source
        if extension in _JAVASCRIPT:
            return next(_substituted(workspace.files, path), None)
    return path if workspace.files.kind(path) == "file" else None


def _is_built(workspace: Workspace, package: Package, match: Match) -> bool:
    path = None if match.target is None else join(package.directory, match.target)
    return path is not None and is_output(workspace, package, path)


def _typed(workspace: Workspace, package: Package) -> Iterator[str]:
    """What the compiler finds behind a bare name without `exports`: types anywhere, before it makes do without."""
    entry = package.types or package.main
    yield from (path for path in _main(workspace, package, entry) if path.endswith(_TYPESCRIPT))
    yield from (path for path in _main(workspace, package, package.main) if not path.endswith(_TYPESCRIPT))


def _below(workspace: Workspace, package: Package, subpath: str) -> Iterator[str]:
    path = None if subpath.endswith("/") else join(package.directory, subpath)
    if path is not None:
        found = [*sources_of(workspace, package, path), *_module(workspace, path)]
        yield from sorted(found, key=lambda path: not path.endswith(_TYPESCRIPT))


def _main(workspace: Workspace, package: Package, entry: str) -> Iterator[str]:
    """The files that serve a package whose manifest names `entry`: that, then the index."""
    yield from _entry(workspace, package, entry)
    yield from _index(workspace.files, package.directory)


def _entry(workspace: Workspace, package: Package, entry: str) -> Iterator[str]:
    path = join(package.directory, entry) if entry else None
    if path is not None:
        yield from sources_of(workspace, package, path)
        if path.endswith(_TYPESCRIPT) and workspace.files.kind(path) == "file":
            yield path  # a manifest names its types in full, where a specifier would name what is emitted
        yield from _plain(workspace.files, path)


def _module(workspace: Workspace, path: str, *, as_directory: bool = False) -> Iterator[str]:
    """As `_plain`, but a directory with a manifest is served by what that names."""
    package = workspace.package_at(path) if workspace.files.kind(path) == "directory" else None
    if package is None:
        yield from _plain(workspace.files, path, as_directory=as_directory)
        return
    if not as_directory:
        yield from _file(workspace.files, path)
    yield from _main(workspace, package, package.types or package.main)


def _plain(files: Files, path: str, *, as_directory: bool = False) -> Iterator[str]:
    """The files that an extensionless, or emitted, path may mean; best first."""
    if not as_directory:
        yield from _file(files, path)
    kind = files.kind(path)
    if kind == "directory":
        yield from _index(files, path)
    elif kind == "file" and not as_directory:
        yield path


def _file(files: Files, path: str) -> Iterator[str]:
    yield from _substituted(files, path)
    yield from _added(files, path)


def _index(files: Files, directory: str) -> Iterator[str]:
    yield from _added(files, posixpath.join(directory, "index"))


def _added(files: Files, path: str) -> Iterator[str]:
    return (path + ending for ending in _ADDED if files.kind(path + ending) == "file")


def _substituted(files: Files, path: str) -> Iterator[str]:
    """The sources and declarations of a path that names what TypeScript emits, or names its file in full."""
    stem, extension = split_extension(path)
    declaration = (f".d{extension}.ts",) if extension else ()  # of an asset: `a.d.css.ts`
    return (stem + e for e in _SUBSTITUTES.get(extension, declaration) if files.kind(stem + e) == "file")


def module_file(files: Files, directory: str, module: str) -> str | None:
    """The file of the module at the path `module` below `directory` ("" for the directory's own index).

    One whose ending tells its format counts, too, though no specifier without that ending finds it.
    """
    path = posixpath.join(directory, module) if module else directory
    formats = (path + ending for ending in _FORMATS if files.kind(path + ending) == "file")
    return next(_plain(files, path), None) or next(formats, None)


def legacy_file(workspace: Workspace, module: str) -> str | None:
    """The file of a legacy module, symbolic links resolved; None where it is gone."""
    path = module_file(workspace.files, workspace.table.tree, module)
    return None if path is None else workspace.files.real(path)
