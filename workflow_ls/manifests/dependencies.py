"""Finds the dependencies that a manifest must declare, and writes them in the style of the workspace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workflow_ls.diagnostics import FileEdit
from workflow_ls.jsonc.property_edits import set_properties_at
from workflow_ls.manifests.dependency_versions import version_for
from workflow_ls.project.configuration.manifest import DEPENDENCY_SECTIONS, Package
from workflow_ls.project.file_facts import Area, area_of
from workflow_ls.project.queries.database import Component, query
from workflow_ls.project.resolution.bare_specifiers import split_package
from workflow_ls.project.workspace import Workspace
from workflow_ls.rewrite.packages.dependency_sections import replaced_packages, sections_for
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.rewrite.target import ImportPart
from workflow_ls.text import Edit, Span, sort_edits
from workflow_ls.vfs.files import is_within

_BEFORE_IT = ("name", "version", "private", "type", "main", "types", "exports", "scripts", *DEPENDENCY_SECTIONS)


def undeclared_in(workspace: Workspace, importer: str, specifier: str) -> Package | None:
    """The package of the file `importer`, if its manifest does not declare the package that a specifier names.

    None as well if nothing must be declared: in the core, which may not import EE code; in the package itself; in a
    root manifest whose `workspaces` contain the package, since the installation links it there; and of a library
    without a manifest, to which an alias leads.
    """
    parts = split_package(specifier)
    if parts is None or area_of(workspace.table, importer) in (Area.LEGACY, Area.CORE):
        return None
    name, package = parts[0], workspace.packages.package_of(importer)
    if package is None or package.broken is not None or package.name == name or name in (package.dependencies or {}):
        return None
    target = workspace.packages.package_named(name, importer)
    if target is None and _is_aliased_library(workspace, importer, specifier, name):
        return None
    if target is not None and package.workspaces and is_within(target.directory, package.directory):
        return None
    return package


def _is_aliased_library(workspace: Workspace, importer: str, specifier: str, name: str) -> bool:
    """Whether an alias leads to a file that is in no package of the name, so that nothing can be installed."""
    path = next(workspace.resolver.resolve_alias(specifier, importer), None)
    owner = None if path is None else workspace.packages.package_of(path)
    return path is not None and (owner is None or owner.name != name)


def declarations(targets: TargetResolver, importer: str, parts: Iterable[ImportPart]) -> tuple[FileEdit, ...]:
    """The edits of manifests that a rewrite needs, so that the importer's package declares its new imports."""
    edits = list[FileEdit]()
    for specifier in dict.fromkeys(part.specifier for part in parts):
        package = undeclared_in(targets.workspace, importer, specifier)
        split = split_package(specifier)
        if package is not None and split is not None:
            edit = targets.database.component(Declarations).edit(package.directory, split[0])
            edits += () if edit is None else (edit,)
    return tuple(dict.fromkeys(edits))


class Declarations(Component):
    """The edits that declare dependencies."""

    @query
    def edit(self, directory: str, name: str) -> FileEdit | None:
        """As `declare`, for the package in a directory."""
        workspace = Workspace.of(self.database)
        package = workspace.packages.package_at(directory)
        return None if package is None else declare(workspace, package, name)


def declare(workspace: Workspace, package: Package, name: str) -> FileEdit | None:
    """The edit that adds a dependency to a package's manifest; None if `name` is not found, or the text not editable.

    The sections are those of `sections_for`, and the version in each that of `version_for`.
    """
    placed = workspace.packages.placed_configuration(package.path)
    target = workspace.packages.package_named(name, package.path)
    if placed is None or placed.root.kind != "object" or target is None:
        return None
    edits = list[Edit]()
    for section in sections_for(workspace, package, name):
        version = version_for(workspace, package, target, section, replaced_packages(workspace.table))
        edits += set_properties_at(*placed, (section,), [(name, version)], after=_BEFORE_IT)
    return FileEdit(package.path, sort_edits(edits), placed.text)


def imported_without(workspace: Workspace, package: Package) -> Iterator[tuple[str, str, Span]]:
    """What the files of a package import from the table's packages without the manifest declaring it.

    Yields the name of the imported package, the file, and the place of the specifier; in order of the files.
    """
    for path in workspace.sources.candidates_of(package):
        for reference in workspace.sources.canonical_references(path):
            importing = undeclared_in(workspace, path, reference.specifier)
            if importing is not None and importing.directory == package.directory:
                parts = split_package(reference.specifier)
                if parts is not None:
                    yield parts[0], path, reference.span
