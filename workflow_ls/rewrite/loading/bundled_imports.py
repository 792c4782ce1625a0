"""What a bundle would leave to Node after a rewrite: a module that stays out of it and is TypeScript.

An import that leads to a source of the workspace comes into the bundle.  One that names an installed package may stay
as it is, so that Node looks it up in `node_modules`, and loads what the `exports` of the package name.
"""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterator, Mapping

from workflow_ls.diagnostics import Blocked, Obstacle, Related
from workflow_ls.project.builds.bundles.bundle_files import BundleFiles
from workflow_ls.project.builds.bundles.bundle_model import Bundle, Decision
from workflow_ls.project.file_facts import Area, area_of
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.resolution.bare_specifiers import split_package
from workflow_ls.project.runtime.module_graph import ModuleGraph
from workflow_ls.project.source_index import Sources
from workflow_ls.project.test_files import is_test_code
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record, replace
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.rewrite.loading.node_loading import node_could_load
from workflow_ls.rewrite.packages.dependency_sections import sections_for
from workflow_ls.rewrite.packages.package_lookup import (
    Conditions,
    PackageLocation,
    UnavailablePackage,
    conditions_of,
    locate,
)
from workflow_ls.syntax.model import Reference
from workflow_ls.text import Span
from workflow_ls.vfs.files import is_within

_TYPESCRIPT = compile_on_use(r"(?<!\.d)\.[mc]?tsx?$")
_KEEPING = {"tsup": "`noExternal`", "tsdown": "`noExternal`", "webpack-node-externals": "its `allowlist`"}


@record
class LeftOutImport:
    """A new import that a bundle leaves out, or may leave out."""

    bundle: Bundle
    decision: Decision


class BundledImports(Component):
    """The imports that bundles would leave to Node, which can't load what they lead to."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.workspace = Workspace.of(database)
        self.bundles = database.component(BundleFiles)
        self.modules = database.component(ModuleGraph)
        self.sources = database.component(Sources)

    def obstacle(
        self, importer: str, reference: Reference, specifier: str, location: PackageLocation
    ) -> Blocked | None:
        """Why Node could not load what `specifier` leads to, in the place of a reference that is no worse today."""
        if reference.specifier == specifier or not self._needs_bundle(importer, reference, location):
            return None
        for found in self._left_out(importer, specifier):
            if not self.is_as_bad(found.bundle, importer, reference):
                return refusal(found, specifier, location)
        return None

    def obstacle_to_declaring(self, importer: str, span: Span) -> Blocked | None:
        """Why the manifest of the file `importer` must not declare the package of an import that is there already."""
        for reference, found, location in self._canonical_left_out(importer, None):
            present = self.bundles.decide(found.bundle, reference.specifier, importer, None)
            if reference.span == span and present.leaves is False:
                return refusal(found, reference.specifier, location)
        return None

    def left_out_since(self, importer: str, old: str, new: str, base: BundledImports, old_path: str) -> Blocked | None:
        """Why Node could not load what `new` leads to, which has replaced `old` since `base`.

        The file `importer` was at `old_path` there.
        """
        for reference, found, location in self._canonical_left_out(importer, new):
            if not base.is_as_bad(found.bundle, old_path, replace(reference, specifier=old)):
                return refusal(found, new, location)
        return None

    def _canonical_left_out(
        self, importer: str, specifier: str | None
    ) -> Iterator[tuple[Reference, LeftOutImport, PackageLocation]]:
        """The canonical references of a file, or those by one specifier, that need a bundle which leaves them out."""
        by_specifier = self._canonical(importer)
        chosen = by_specifier.values() if specifier is None else (by_specifier.get(specifier, ()),)
        for reference in (reference for references in chosen for reference in references):
            location = locate(self.workspace, reference.specifier, importer, conditions_of(reference))
            if isinstance(location, PackageLocation) and self._needs_bundle(importer, reference, location):
                yield from ((reference, found, location) for found in self._left_out(importer, reference.specifier))

    @query
    def _canonical(self, path: str) -> Mapping[str, tuple[Reference, ...]]:
        """The canonical references of a file, by their specifiers."""
        facts, found = self.sources.facts(path), defaultdict[str, list[Reference]](list)
        for reference in () if facts is None else facts.canonical_references:
            found[reference.specifier].append(reference)
        return {specifier: tuple(references) for specifier, references in found.items()}

    def _needs_bundle(self, importer: str, reference: Reference, location: PackageLocation) -> bool:
        """Whether Node can load what a reference leads to only as a part of a bundle."""
        if location.runtime is None or not _TYPESCRIPT.search(location.runtime) or is_test_code(importer):
            return False
        return reference.span in self._loaded(importer)

    def is_as_bad(self, bundle: Bundle, importer: str, reference: Reference) -> bool:
        """Whether a bundle already leaves the present import to a Node that can't load it, or fails to find it."""
        specifier = reference.specifier
        if self.bundles.decide(bundle, specifier, importer, None).leaves is True:
            return not node_could_load(self.workspace, reference, importer)
        return self.modules.resolve_id(specifier, importer)[1] is None

    def _left_out(self, importer: str, specifier: str) -> Iterator[LeftOutImport]:
        """The bundles that hold a file and leave a new specifier of it out, or may do so."""
        for number in self._leaving(importer.rpartition("/")[0], specifier):
            if self.bundles.holds(number, importer) and not self._is_compiled_further(number):
                bundle = self.bundles.all()[number]
                yield LeftOutImport(bundle, self._decision(bundle, specifier, importer))

    @query
    def _leaving(self, directory: str, specifier: str) -> tuple[int, ...]:
        """The bundles that leave a new specifier of the files in a directory out, or may do so, by their numbers."""
        importer = f"{directory}/importer.ts" if directory else "importer.ts"
        return tuple(
            number
            for number, bundle in enumerate(self.bundles.all())
            if self._decision(bundle, specifier, importer).leaves is not False
        )

    @query
    def _is_compiled_further(self, number: int) -> bool:
        """Whether a bundle leaves other TypeScript of the workspace out, so that it is no program for Node by itself.

        What loads such a bundle, as Next.js does, compiles what stays out of it.
        """
        bundle, members = self.bundles.all()[number], self.workspace.packages.members()
        for path in sorted(self.bundles.held(number)):
            for specifier in self.bundles.specifiers(path):
                named = split_package(specifier)
                if named is None or named[0] not in members:
                    continue
                if self.bundles.decide(bundle, specifier, path, None).leaves is True:
                    location = locate(self.workspace, specifier, path, (Conditions.IMPORT,))
                    if self._is_other_typescript(location):
                        return True
        return False

    def _is_other_typescript(self, location: PackageLocation | Blocked | UnavailablePackage) -> bool:
        """Whether a specifier leads to TypeScript that is no workflow code, which a rewrite may have led there."""
        if not isinstance(location, PackageLocation):
            return False
        is_typescript = _TYPESCRIPT.search(location.runtime or location.path) is not None
        return is_typescript and area_of(self.table, location.path) is not Area.CANONICAL

    def _decision(self, bundle: Bundle, specifier: str, importer: str) -> Decision:
        """What a bundle does with a new specifier, once the manifest of the importing file declares its package."""
        package, sections = self.workspace.packages.package_of(importer), None
        if package is not None and package.directory == bundle.directory:
            sections = self._sections_after(package.directory, specifier)
        return self.bundles.decide(bundle, specifier, importer, sections)

    @query
    def _sections_after(self, directory: str, specifier: str) -> tuple[str, ...] | None:
        """The sections in which a rewrite will declare the package of a specifier; None if they stay those of today."""
        package, named = self.workspace.packages.package_at(directory), split_package(specifier)
        if package is None or named is None or named[0] in (package.dependencies or {}) or package.name == named[0]:
            return None
        if area_of(self.table, f"{directory}/x.ts") in (Area.LEGACY, Area.CORE):
            return None
        target = self.workspace.packages.package_named(named[0], f"{directory}/x.ts")
        if target is not None and package.workspaces and is_within(target.directory, directory):
            return None
        return sections_for(self.workspace, package, named[0])

    @query
    def _loaded(self, path: str) -> frozenset[Span]:
        """The places of the imports of a file that are left after types are erased."""
        return frozenset(edge.span for edge in self.modules.imports(path).edges)


def refusal(found: LeftOutImport, specifier: str, location: PackageLocation) -> Blocked:
    """The reason why a bundle must not leave a specifier out, and what changes that."""
    bundle, decision = found.bundle, found.decision
    where, target = bundle.configuration, posixpath.normpath(location.runtime or "")
    named = split_package(specifier)
    package = specifier if named is None else named[0]
    step = decision.step
    option = "" if step is None else step.name
    if decision.leaves is None:
        what = f"{where} may leave `{{}}` out of the bundle, since `{option}` is computed, and Node would find {target}"
    elif not bundle.joins:
        what = f"{where} compiles each file by itself, so that `{{}}` leads Node to {target}"
    elif step is not None and step.sections:
        what = f"{where} leaves what the manifest declares out of the bundle, so that `{{}}` leads Node to {target}"
    else:
        what = f"`{option}` in {where} leaves `{{}}` out of the bundle, so that it leads Node to {target}"
    reason = f"{what.format(specifier)} of the package, which is TypeScript"
    keeping = _KEEPING.get(option) or _KEEPING.get(bundle.tool)
    remedy = f"give {package} a built entry for it, or change that option"
    if keeping is not None and bundle.joins:
        remedy = f"add `{package}` to {keeping} in {where} first, or give the package a built entry"
    elif option == "packages":
        remedy = f"add an alias for `{package}` to {where} first, or give the package a built entry"
    at = decision.at
    related = (Related(where if at is None else at.path, None if at is None else at.span, "the build"),)
    shared = Obstacle("left-out", where, f"{what} of the package, which is TypeScript", remedy, (specifier,))
    return Blocked(reason, remedy, related, obstacle=shared)
