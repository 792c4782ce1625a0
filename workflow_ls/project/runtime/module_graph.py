"""The module graph: which modules each file imports at run time, as Vitest identifies them.

Vitest keys its mocks and its module graph by resolved file, so two specifiers of one file are one module.  The id of
a module without a file is its specifier, or its path if the specifier is relative.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from workflow_ls.project.builds.aliases.build_resolution import BuildResolution, Lead
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.resolution.bare_specifiers import IMPORT_CONDITIONS, REQUIRE_CONDITIONS, split_package
from workflow_ls.project.resolution.build_outputs import split_extension
from workflow_ls.project.resolution.resolver import Resolver
from workflow_ls.project.source_index import Sources
from workflow_ls.records import record
from workflow_ls.syntax.mocks.mock_factories import has_standalone_factory
from workflow_ls.syntax.model import Form, Reference
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.runtime_imports import (
    LoadKind,
    find_import_candidates,
    find_runtime_imports,
    has_computed_imports,
)
from workflow_ls.text import Span
from workflow_ls.vfs.files import holds_code, join

_DECLARATIONS = {".d.ts": (".js", ".jsx"), ".d.mts": (".mjs",), ".d.cts": (".cjs",)}
_ALIAS_SIGNS = ("@/", "~", "#", "$", "/")


class ImportEdge(NamedTuple):
    """An import of a module at run time: its place in the importing file, and the module.

    `module_id` identifies the module; `path` is its file, None if it does not resolve to one.  `names` are the names
    that the text shows it to take, types left out where they are marked; `whole` says that it may take others, too.
    `exports` says that it re-exports them.
    """

    specifier: str
    span: Span
    kind: LoadKind
    module_id: str
    path: str | None
    names: tuple[str, ...] = ()
    whole: bool = False
    exports: bool = False


@record
class FileImports:
    """The imports of one file at run time, in file order.

    `unresolved` is set if the file may import further modules: "" for a computed specifier, the file's own path if it
    can't be parsed.  It is None if `edges` is complete.
    """

    edges: tuple[ImportEdge, ...]
    unresolved: str | None = None


class ModuleGraph(Component):
    """The run-time imports of the files of a workspace."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.packages = database.component(Packages)
        self.resolver = database.component(Resolver)
        self.sources = database.component(Sources)
        self.builds = database.component(BuildResolution)

    @query
    def imports(self, path: str) -> FileImports:
        """The run-time imports of the file at `path`; none for declaration files, assets and installed packages."""
        if not holds_code(path) or path.endswith(tuple(_DECLARATIONS)) or "node_modules" in path.split("/"):
            return FileImports(())
        found = self.sources.parsed(imports_of, path, self.settings.callees, verbatim=self.keeps_types(path))
        if found is None:
            return FileImports((), path)
        computes, written = found
        edges, unresolved = list[ImportEdge](), "" if computes else None
        for reference, kind in written:
            module_id, file = self.resolve_id(reference.specifier, path, required=kind is LoadKind.REQUIRE)
            names = tuple(name.name for name in reference.names if not name.type_only)
            exports = reference.form is Form.EXPORT
            edge = ImportEdge(
                reference.specifier, reference.span, kind, module_id, file, names, reference.whole, exports
            )
            edges.append(edge)
        return FileImports(tuple(edges), unresolved)

    def keeps_types(self, path: str) -> bool:
        """Whether the imports of a file run that only import types, by its configuration."""
        config = self.packages.tsconfig_for(path)
        return config is not None and config.keeps_types

    def resolve_id(self, specifier: str, importer: str, *, required: bool = False) -> tuple[str, str | None]:
        """The id of the module that the file `importer` imports, and its file; None without a file.

        Imports of a file with different queries (`?raw`) are different modules, each of which is mocked by itself.

        The file is the one that runs, symbolic links resolved.  `required` selects the `require` conditions.
        """
        return self._resolve_id(specifier, importer.rpartition("/")[0], required)

    @query
    def _resolve_id(self, specifier: str, directory: str, required: bool) -> tuple[str, str | None]:
        # The query after `?` selects a bundler's transformation of the file, which is a module of its own.
        importer = f"{directory}/importer.ts" if directory else "importer.ts"
        written, mark, transformation = specifier.partition("?")
        path = self._running_file(written, importer, required=required)
        unknown = specifier
        if specifier.startswith("."):
            unknown = f"./{join(directory, specifier) or specifier}"
        return unknown if path is None else f"{path}{mark}{transformation}", path

    @query
    def replaced(self, path: str) -> frozenset[str]:
        """The ids of the modules that never run in a test, since Vitest replaces them by the result of a factory.

        A mock without a factory, or with a factory that takes the original, still runs the module.
        """
        mocked, unmocked = set[str](), set[str]()
        for specifier, is_mocked in self.sources.parsed(mocks_of, path, self.settings.callees) or ():
            (mocked if is_mocked else unmocked).add(self.resolve_id(specifier, path)[0])
        return frozenset(mocked - unmocked)

    def _running_file(self, specifier: str, importer: str, *, required: bool) -> str | None:
        runner = self.builds.runner_table(importer.rpartition("/")[0])
        captured = None if runner is None else self.builds.captured(runner, specifier, importer)
        if captured is not None and captured.lead in (Lead.FILE, Lead.EMPTY, Lead.NOWHERE):
            return self._with_code(captured.path)
        if specifier.startswith((".", "#")):
            return self._with_code(self.resolver.resolve(specifier, importer))
        aliased = self.resolver.resolve_alias(specifier, importer)
        # Without a plugin, Vitest and Jest know no `paths`; where only these lead somewhere, they count nevertheless.
        packages_first = runner is not None and runner.uses_paths is False
        found = None if packages_first else next(aliased, None)
        if found is None:
            conditions = REQUIRE_CONDITIONS if required else IMPORT_CONDITIONS
            target = self.resolver.resolve_in_package(specifier, importer, conditions)
            found = None if target is None else target.path
        if found is None and packages_first:
            found = next(aliased, None)
        if found is None:
            # The table resolves a legacy specifier even if no alias does.
            module = self.table.module_of(specifier)
            found = None if module is None else self.resolver.legacy_file(module)
        return self._with_code(None if found is None else self.files.real(found))

    def _with_code(self, path: str | None) -> str | None:
        """The JavaScript file beside a declaration file, since that file runs; otherwise `path` itself."""
        if path is None:
            return None
        stem, extension = split_extension(path)
        files = (stem + ending for ending in _DECLARATIONS.get(extension, ()))
        return next((file for file in files if self.files.kind(file) == "file"), path)

    def may_be_unresolved(self, specifier: str, path: str | None, importer: str) -> bool:
        """Whether an unresolved module (`path` is None) might be workspace code, which could import other modules."""
        return path is None and self._may_be_unresolved(specifier, importer.rpartition("/")[0])

    @query
    def _may_be_unresolved(self, specifier: str, directory: str) -> bool:
        if specifier.startswith((".", *_ALIAS_SIGNS)):
            return True
        if self.table.module_of(specifier) is not None:
            return False
        importer = f"{directory}/importer.ts" if directory else "importer.ts"
        config = self.packages.tsconfig_for(importer)
        if config is not None and config.path_targets(specifier) and "*" not in config.paths:
            return True
        named = split_package(specifier)
        if named is None:
            return False
        package = self.packages.package_named(named[0], importer)
        if package is not None:
            # A subpath that the canonical package does not export exists for no runner.
            # Other packages may use other conditions.
            members = "node_modules" not in package.directory.split("/")
            return members and self.table.split(specifier) is None
        return named[0].partition("/")[0] in self._scopes()

    def _scopes(self) -> Collection[str]:
        table = self.table
        names = (*(package.name for package in table.packages), *table.roots)
        return {name.partition("/")[0] for name in names if name.startswith("@")}


_HOISTED = frozenset({"vi.mock", "vitest.mock"})


def imports_of(
    source: Source, callees: Collection[str], *, verbatim: bool
) -> tuple[bool, tuple[tuple[Reference, LoadKind], ...]]:
    """Whether a text computes what it loads, and the references by which it loads something when it runs."""
    written = find_import_candidates(source, callees)
    return has_computed_imports(source), find_runtime_imports(source, written, verbatim=verbatim)


def mocks_of(source: Source, callees: Collection[str]) -> tuple[tuple[str, bool], ...]:
    """The specifiers that a text has hoisted mocks of, without the original, each with True; and those it unmocks."""
    found = []
    for reference in find_import_candidates(source, callees):
        if reference.form is not Form.MOCK:
            continue
        if reference.callee in _HOISTED and has_standalone_factory(source, reference):
            found.append((reference.specifier, True))
        elif "nmock" in (reference.callee or ""):
            found.append((reference.specifier, False))
    return tuple(found)
