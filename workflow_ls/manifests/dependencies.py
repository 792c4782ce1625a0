"""Finds the dependencies that a manifest must declare, and writes them in the style of the workspace."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from workflow_ls.diagnostics import FileEdit
from workflow_ls.jsonc.property_edits import set_properties_at
from workflow_ls.project.file_facts import Area, area_of
from workflow_ls.project.manifest import Package
from workflow_ls.project.queries.database import Component, query
from workflow_ls.project.resolution.bare_specifiers import split_package
from workflow_ls.project.workspace import Workspace
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.rewrite.target import ImportPart
from workflow_ls.text import Span
from workflow_ls.vfs.files import is_within

FIELD = "dependencies"
_BEFORE_IT = ("name", "version", "private", "type", "main", "types", "exports", "scripts")
_BY_PATH = re.compile(r"(file|link|portal):")
_RANGE = re.compile(r"(workspace:)?(\^|~|>=|)(?=\d)")


def undeclared_in(workspace: Workspace, importer: str, specifier: str) -> Package | None:
    """The package of the file `importer`, if its manifest does not declare the package that a specifier names.

    None as well if nothing must be declared: in the core, which may not import EE code; in the package itself; and in
    a root manifest whose `workspaces` contain the package, since the installation links it there.
    """
    parts = split_package(specifier)
    if parts is None or area_of(workspace.table, importer) in (Area.LEGACY, Area.CORE):
        return None
    name, package = parts[0], workspace.packages.package_of(importer)
    if package is None or package.broken is not None or package.name == name or name in (package.dependencies or {}):
        return None
    target = workspace.packages.package_named(name, importer)
    if target is not None and package.workspaces and is_within(target.directory, package.directory):
        return None
    return package


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

    The version follows the manifest's other dependencies on packages of the workspace, else the way in which other
    manifests declare this dependency, else the most common way in the workspace.
    """
    text, root = workspace.files.read(package.path), workspace.packages.configuration(package.path)
    target = workspace.packages.package_named(name, package.path)
    if text is None or root is None or root.kind != "object" or target is None:
        return None
    edits = set_properties_at(text, root, (FIELD,), [(name, _version(workspace, package, target))], after=_BEFORE_IT)
    return FileEdit(package.path, edits)


def _version(workspace: Workspace, package: Package, target: Package) -> str:
    for shapes in _neighbours(workspace, package, target):
        if shapes:
            return _spelled(shapes.most_common(1)[0][0], package, target)
    return "*"


def _neighbours(workspace: Workspace, package: Package, target: Package) -> Iterator[Counter[str]]:
    """The shapes of dependencies, counted; the nearest model first."""
    yield _shapes(workspace, package)
    others = [other for other in workspace.packages.members().values() if other.directory != package.directory]
    yield Counter(shape for other in others if (shape := _shape((other.dependencies or {}).get(target.name, ""))))
    yield sum((_shapes(workspace, other) for other in others), Counter[str]())


def _shapes(workspace: Workspace, package: Package) -> Counter[str]:
    """How a manifest declares the packages of the workspace, by shape."""
    members = workspace.packages.members()
    return Counter(
        shape
        for name, version in (package.dependencies or {}).items()
        if name in members and (shape := _shape(version))
    )


def _shape(version: str) -> str:
    """What versions of one style have in common: `file:`, `workspace:^`, `^`, `=` for a bare version, `*`.

    "" for an address or an alias, which is that of one package and no model for another.
    """
    by_path = _BY_PATH.match(version)
    if by_path is not None:
        return by_path[0]
    exact = _RANGE.match(version)
    if exact is not None:
        if exact[1]:
            return exact[1] + (exact[2] if exact[2] in ("^", "~") else "*")
        return exact[2] or "="
    rest = version.removeprefix("workspace:")
    return "" if ":" in rest or "/" in rest else version


def _spelled(shape: str, package: Package, target: Package) -> str:
    if _BY_PATH.fullmatch(shape):
        path = posixpath.relpath(target.directory or ".", package.directory or ".")
        return shape + (path if path.startswith("..") else f"./{path}")
    if shape in ("^", "~", ">=", "="):
        return shape.removeprefix("=") + target.version if target.version else "*"
    return shape


def imported_without(workspace: Workspace, package: Package) -> Iterator[tuple[str, str, Span]]:
    """What the files of a package import from the table's packages without the manifest declaring it.

    Yields the name of the imported package, the file, and the place of the specifier; in order of the files.
    """
    for path in workspace.sources.candidates_of(package):
        facts = workspace.sources.facts(path)
        for reference in facts.canonical_references if facts is not None else ():
            importing = undeclared_in(workspace, path, reference.specifier)
            if importing is not None and importing.directory == package.directory:
                parts = split_package(reference.specifier)
                if parts is not None:
                    yield parts[0], path, reference.span
