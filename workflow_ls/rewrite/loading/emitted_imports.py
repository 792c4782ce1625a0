"""Where Node goes from a file that `tsc` emits: through `node_modules`, unless its configuration has an alias."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Mapping
from itertools import islice

from workflow_ls.diagnostics import Blocked, Obstacle, Related
from workflow_ls.project.configuration.emitted_files import EmittedFiles
from workflow_ls.project.configuration.tsconfig import TsConfig
from workflow_ls.project.file_facts import Area, area_of
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.runtime.module_graph import ModuleGraph
from workflow_ls.project.source_index import Sources
from workflow_ls.project.test_files import is_test_code
from workflow_ls.project.workspace import Workspace
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.rewrite.loading.emitted_programs import EmittedPrograms
from workflow_ls.rewrite.packages.package_lookup import PackageLocation, conditions_of, locate
from workflow_ls.syntax.model import Reference
from workflow_ls.text import Span
from workflow_ls.vfs.files import is_within

_TYPESCRIPT = compile_on_use(r"(?<!\.d)\.[mc]?tsx?$")


class EmittedImports(Component):
    """The imports that Node can't follow once they are emitted, since a configuration lacks an alias."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.workspace = Workspace.of(database)
        self.emitted = database.component(EmittedFiles)
        self.programs = database.component(EmittedPrograms)
        self.modules = database.component(ModuleGraph)
        self.sources = database.component(Sources)

    def obstacle(
        self, importer: str, reference: Reference, specifier: str, location: PackageLocation
    ) -> Blocked | None:
        """Why Node could not load what `specifier` leads to in the place of a reference that it can follow."""
        config = self._lacking(importer, reference, specifier, location)
        if config is None:
            return None
        place, target = config.paths_from or config.path, posixpath.normpath(location.runtime or "")
        reason = (
            f"{config.path} has no alias for `{specifier}`, so the emitted import leads Node to {target} of the "
            "package, which is TypeScript"
        )
        summary = f"{config.path} has no aliases for {{}}, so that the emitted imports lead Node to TypeScript"
        shared = Obstacle("emitted", place, summary, f"add the aliases to {place} first", (specifier,))
        related = (Related(place, None, "the `paths` of the build"),)
        return Blocked(reason, f"add the alias to {place} first", related, obstacle=shared)

    @query
    def lacking_since(self, importer: str, old: str, new: str) -> tuple[TsConfig, ...]:
        """The configurations that emit a file in which `new` has replaced `old`, and have an alias for `old` only.

        They are the first one that includes the file, and those of other packages that import it.
        """
        including = (config for config in self.emitted.emitted_by(importer) if _leads_only(config, old, new))
        others = self.programs.emitting_from_elsewhere(importer, new) if not is_test_code(importer) else iter(())
        found = (*islice(including, 1), *(config for config in others if _leads_only(config, old, new)))
        references = self._canonical_by_specifier(importer).get(new, ()) if found else ()
        is_needed = any(self._leads_to_typescript(importer, reference, new) for reference in references)
        return found if is_needed else ()

    def _leads_to_typescript(self, importer: str, reference: Reference, specifier: str) -> bool:
        """Whether Node would find TypeScript by a specifier in the place of a reference that is left at run time."""
        location = locate(self.workspace, specifier, importer, conditions_of(reference))
        if not isinstance(location, PackageLocation) or location.runtime is None:
            return False
        return _TYPESCRIPT.search(location.runtime) is not None and reference.span in self._loaded(importer)

    @query
    def _canonical_by_specifier(self, path: str) -> Mapping[str, tuple[Reference, ...]]:
        """The canonical references of a file by their specifiers."""
        facts, found = self.sources.facts(path), defaultdict[str, list[Reference]](list)
        for reference in () if facts is None else facts.canonical_references:
            found[reference.specifier].append(reference)
        return {specifier: tuple(references) for specifier, references in found.items()}

    def _lacking(
        self, importer: str, reference: Reference, specifier: str, location: PackageLocation
    ) -> TsConfig | None:
        """The configuration that emits a file, and lacks the alias for the new specifier of one of its references."""
        if location.runtime is None or not _TYPESCRIPT.search(location.runtime):
            return None
        for config in self.emitted.emitted_by(importer):
            if _leads_only(config, reference.specifier, specifier) and reference.span in self._loaded(importer):
                return config
        return None

    @query
    def _loaded(self, path: str) -> frozenset[Span]:
        """The places of the imports of a file that are left after types are erased."""
        return frozenset(edge.span for edge in self.modules.imports(path).edges)

    @query
    def first_file_that_needs(self, path: str) -> str | None:
        """The first file that needs an alias for the canonical package which the configuration at `path` lacks."""
        directory = posixpath.dirname(path)
        for file in self.sources.candidates() if self.emitted.emits(path) else ():
            if is_within(file, directory) and area_of(self.table, file) in (Area.ELSEWHERE, Area.CANONICAL):
                for reference, specifier in self._canonical_imports(file):
                    location = locate(self.workspace, specifier, file, conditions_of(reference))
                    if isinstance(location, PackageLocation):
                        config = self._lacking(file, reference, specifier, location)
                        if config is not None and config.path == path:
                            return file
        return None

    @query
    def _canonical_imports(self, path: str) -> tuple[tuple[Reference, str], ...]:
        """The legacy references of a file, each with the specifiers that it may get in the canonical package."""
        facts, name = self.sources.facts(path), self.table.canonical.name
        return tuple(
            (legacy.reference, specifier)
            for legacy in (() if facts is None else facts.legacy_references)
            for specifier in self.table.candidates(legacy.module)
            if specifier == name or specifier.startswith(f"{name}/")
        )


def _leads_only(config: TsConfig, old: str, new: str) -> bool:
    """Whether Node can follow a specifier by a configuration, and by an alias of it not another one."""
    # Without an alias for the present specifier, Node can't follow it either.
    return bool(old.startswith(".") or config.path_targets(old)) and not config.path_targets(new)
