"""Resolves a specifier to a file.

Follows TypeScript's module resolution ("Modules - Reference", moduleResolution bundler: relative paths with extension
substitution, `paths`, then packages) and Node's PACKAGE_RESOLVE for packages.  A target in an
output folder resolves to its source, since a checkout may not be built.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator

from workflow_ls.project.configuration.manifest import Package
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.resolution.bare_specifiers import TYPES_CONDITIONS, TYPES_OF_REQUIRE_CONDITIONS, split_package
from workflow_ls.project.resolution.build_outputs import is_output, sources_of, split_extension
from workflow_ls.project.resolution.exports_field import Match, match_subpath, resolve_exports
from workflow_ls.records import record
from workflow_ls.vfs.files import Files, join, with_endings

_ADDED = (".ts", ".tsx", ".d.ts", ".js", ".jsx")
_SUBSTITUTES = {
    **dict.fromkeys((".js", ".ts", ".d.ts"), _ADDED),
    **dict.fromkeys((".jsx", ".tsx"), (".tsx", ".ts", ".d.ts", ".jsx", ".js")),
    **dict.fromkeys((".mjs", ".mts", ".d.mts"), (".mts", ".d.mts", ".mjs")),
    **dict.fromkeys((".cjs", ".cts", ".d.cts"), (".cts", ".d.cts", ".cjs")),
}
_FORMATS = (".mts", ".cts", ".d.mts", ".d.cts", ".mjs", ".cjs")
_WITH_FORMAT = (".cts", ".cjs", ".mts", ".mjs")
_RELATIVE = ("./", "../")
_JAVASCRIPT = (".js", ".jsx", ".mjs", ".cjs")
_TYPESCRIPT = (".ts", ".tsx", ".mts", ".cts")


@record
class PackageTarget:
    """The resolution of one subpath of a package, under one set of conditions.

    `match` is the match in `exports`, None for a package without `exports`.  `path` is the file, None if there is none.
    """

    package: Package
    subpath: str
    match: Match | None
    path: str | None


class Resolver(Component):
    """Resolves the specifiers of a workspace."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.packages = database.component(Packages)

    def resolve(self, specifier: str, importer: str) -> str | None:
        """The file that TypeScript resolves a specifier of the file `importer` to; None if there is none.

        The result has its symbolic links resolved.
        """
        directory, slash, name = importer.rpartition("/")
        ending = name[-4:] if name.endswith(_WITH_FORMAT) else ".ts"
        return self._resolve(specifier, f"{directory}{slash}{ending}")

    @query
    def _resolve(self, specifier: str, importer: str) -> str | None:
        # `importer` has only the importer's directory and ending, since resolution depends on nothing else.
        found = next(self._attempts(specifier, importer), None)
        return None if found is None else self.files.real(found)

    def _attempts(self, specifier: str, importer: str) -> Iterator[str]:
        if specifier.startswith(_RELATIVE) or specifier in (".", ".."):
            path = join(posixpath.dirname(importer), specifier)
            if path is not None:
                as_directory = specifier.rpartition("/")[2] in ("", ".", "..")
                yield from self._module(path, as_directory=as_directory)
                config = self.packages.tsconfig_for(importer)
                for other in () if config is None or not config.root_dirs else config.virtual_paths(path):
                    yield from self._module(other, as_directory=as_directory)
            return
        yield from self.resolve_alias(specifier, importer)
        conditions = self._conditions(importer)
        if specifier.startswith("#"):
            target = self._look_up_import(specifier, importer, conditions)
        else:
            target = self.resolve_in_package(specifier, importer, conditions)
        found = None if target is None else target.path
        if (found is None or not found.endswith(_TYPESCRIPT)) and (types := _types_package(specifier)) is not None:
            apart = self.resolve_in_package(types, importer, conditions)
            if apart is not None and apart.path is not None and apart.path.endswith(_TYPESCRIPT):
                yield apart.path
        if found is not None:
            yield found

    def _conditions(self, importer: str) -> tuple[str, ...]:
        """The compiler's conditions for `exports`: those of the importer's module format, and `customConditions`."""
        config = self.packages.tsconfig_for(importer)
        resolution = "" if config is None else config.module_resolution
        view = TYPES_OF_REQUIRE_CONDITIONS if self._is_common_js(importer, resolution) else TYPES_CONDITIONS
        bundled = resolution in ("bundler", "preserve")
        return (*(view[:2] if bundled else view), *(() if config is None else config.custom_conditions))

    def emits_require(self, importer: str) -> bool:
        """Whether the compiler resolves the imports of a file as `require`: a CommonJS file under node16 and later."""
        config = self.packages.tsconfig_for(importer)
        resolution = "" if config is None else config.module_resolution
        return resolution.startswith(("node1", "nodenext")) and (
            resolution != "node10" and self._is_common_js(importer, resolution)
        )

    def _is_common_js(self, importer: str, resolution: str) -> bool:
        """Whether the imports of a file are emitted as `require` (TypeScript, "Module format detection")."""
        if importer.endswith(_WITH_FORMAT):
            return importer.endswith((".cts", ".cjs"))
        package = self.packages.package_of(importer)
        declared = "" if package is None else package.type
        if resolution.startswith("node") and resolution not in ("node", "node10"):
            return declared != "module"
        return declared == "commonjs" and "node_modules" in importer.split("/")

    def resolve_alias(self, specifier: str, importer: str) -> Iterator[str]:
        """The files that the importer's `tsconfig` finds through `paths` or `baseUrl`, best first."""
        config = self.packages.tsconfig_for(importer)
        if config is None:
            return
        targets = config.path_targets(specifier)
        named = split_extension(specifier)[1] in _SUBSTITUTES
        for path in targets:
            # A target may have the extension of the source file; a specifier has that of the emitted file.
            if not named and split_extension(path)[1] in _SUBSTITUTES and self.files.kind(path) == "file":
                yield path
            yield from self._module(path)
        if not targets and config.base_url is not None:
            below = join(config.base_url, specifier)
            if below is not None:
                yield from self._module(below)

    def resolve_in_package(self, specifier: str, importer: str, conditions: Collection[str]) -> PackageTarget | None:
        """Look a bare specifier up in the package it names; None if that package can't be found."""
        parts = split_package(specifier)
        if parts is None:
            return None
        package = self.packages.package_named(parts[0], importer)
        return None if package is None else self.look_up(package, parts[1], conditions)

    def look_up(self, package: Package, subpath: str, conditions: Collection[str]) -> PackageTarget:
        """The file that a package exports for a subpath ("." or "./x") under the given conditions."""
        return self._look_up(package.directory, subpath, tuple(conditions))

    @query
    def _look_up(self, directory: str, subpath: str, conditions: tuple[str, ...]) -> PackageTarget:
        package = self.packages.package_at(directory) or Package(directory)
        if package.exports is not None:
            match = resolve_exports(package.exports, subpath, conditions)
            found = self._behind(package, match)
            if found is None and self._is_built(package, match):
                # The folders don't determine the source of the output, but the `types` condition may.
                types = resolve_exports(package.exports, subpath, ("types", *conditions))
                found = self._behind(package, types)
            return PackageTarget(package, subpath, match, found)
        if subpath != ".":
            files = self._below(package, subpath)
        elif "types" in conditions:
            files = self._typed(package)
        else:
            files = self._main(package, package.main)
        return PackageTarget(package, subpath, None, next(files, None))

    def file_of_target(self, package: Package, target: str) -> str | None:
        """The file of a target of `exports`, or its source if it is a build output; None if there is none."""
        return self._behind(package, resolve_exports({".": target}, ".", ()))

    def _look_up_import(self, specifier: str, importer: str, conditions: Collection[str]) -> PackageTarget | None:
        """Node, PACKAGE_IMPORTS_RESOLVE."""
        package = self.packages.package_of(importer)
        if package is None or not isinstance(package.imports, dict):
            return None
        match = match_subpath(package.imports, specifier, conditions)
        if match.target is not None and not match.target.startswith("./"):
            return self.resolve_in_package(match.target, package.path, conditions)
        return PackageTarget(package, specifier, match, self._behind(package, match))

    def _behind(self, package: Package, match: Match) -> str | None:
        """The file of an exports target, which must have the full path of the file or of its build output."""
        path = None if match.target is None else join(package.directory, match.target)
        if path is None:
            return None
        extension = split_extension(path)[1]
        if extension in _SUBSTITUTES:
            source = next(sources_of(self.packages, package, path), None)
            if source is not None:
                return source
            if extension in _JAVASCRIPT:
                return next(_substituted(self.files, path), None)
        return path if self.files.kind(path) == "file" else None

    def _is_built(self, package: Package, match: Match) -> bool:
        path = None if match.target is None else join(package.directory, match.target)
        return path is not None and is_output(self.packages, package, path)

    def _typed(self, package: Package) -> Iterator[str]:
        """The compiler's candidates for a bare name without `exports`: any types, then JavaScript."""
        entry = package.types or package.main
        yield from (path for path in self._main(package, entry) if path.endswith(_TYPESCRIPT))
        yield from (path for path in self._main(package, package.main) if not path.endswith(_TYPESCRIPT))

    def _below(self, package: Package, subpath: str) -> Iterator[str]:
        path = None if subpath.endswith("/") else join(package.directory, subpath)
        if path is not None:
            found = [*self._sources(package, path), *self._module(path)]
            yield from sorted(found, key=lambda path: not path.endswith(_TYPESCRIPT))

    def _main(self, package: Package, entry: str) -> Iterator[str]:
        """The candidates for a package whose manifest names `entry`: that file, then the index."""
        yield from self._entry(package, entry)
        yield from _index(self.files, package.directory)

    def _entry(self, package: Package, entry: str) -> Iterator[str]:
        path = join(package.directory, entry) if entry else None
        if path is not None:
            yield from self._sources(package, path)
            if path.endswith(_TYPESCRIPT) and self.files.kind(path) == "file":
                yield path  # unlike a specifier, a manifest has the extension of the source file
            yield from _plain(self.files, path)

    def _sources(self, package: Package, path: str) -> Iterator[str]:
        """The sources of an output that is named without `exports`: of that file, or of a folder's index."""
        yield from sources_of(self.packages, package, path)
        if not split_extension(path)[1]:
            yield from sources_of(self.packages, package, posixpath.join(path, "index"))

    def _module(self, path: str, *, as_directory: bool = False) -> Iterator[str]:
        """As `_plain`, but a directory with a manifest resolves to the entry of the manifest."""
        package = self.packages.package_at(path) if self.files.kind(path) == "directory" else None
        if package is None:
            yield from _plain(self.files, path, as_directory=as_directory)
            return
        if not as_directory:
            yield from _file(self.files, path)
        yield from self._main(package, package.types or package.main)

    @query
    def legacy_file(self, module: str) -> str | None:
        """The file of a legacy module, symbolic links resolved; None if it does not exist."""
        path = module_file(self.files, self.table.tree, module)
        return None if path is None else self.files.real(path)


def _types_package(specifier: str) -> str | None:
    """The specifier of the separate types of a package: `@types/a`, `@types/a__b`."""
    parts = split_package(specifier)
    return None if parts is None else f"@types/{parts[0].removeprefix('@').replace('/', '__')}{parts[1][1:]}"


def _plain(files: Files, path: str, *, as_directory: bool = False) -> Iterator[str]:
    """The candidates for a path without extension, or with that of an emitted file; best first."""
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
    return with_endings(files, path, _ADDED)


def _substituted(files: Files, path: str) -> Iterator[str]:
    """The sources and declarations for the path of an emitted file, or for the full path of a source file."""
    stem, extension = split_extension(path)
    declaration = (f".d{extension}.ts",) if extension else ()  # of an asset: `a.d.css.ts`
    return with_endings(files, stem, _SUBSTITUTES.get(extension, declaration))


def module_file(files: Files, directory: str, module: str) -> str | None:
    """The file of the module at the path `module` below `directory` ("" for the directory's own index).

    A file whose ending has a module format counts, although no specifier without that ending resolves to it, and so
    does JSON, which `require` and bundlers find.
    """
    path = posixpath.join(directory, module) if module else directory
    formats = with_endings(files, path, (*_FORMATS, ".json"))
    return next(_plain(files, path), None) or next(formats, None)
