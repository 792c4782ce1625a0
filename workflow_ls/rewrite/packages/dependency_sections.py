"""The section of a manifest that a dependency belongs in: that of the package it replaces, or as its importers need."""

from __future__ import annotations

from collections.abc import Iterable

from workflow_ls.config.table import Table
from workflow_ls.project.configuration.manifest import Package
from workflow_ls.project.resolution.bare_specifiers import split_package
from workflow_ls.project.test_files import is_development_code
from workflow_ls.project.workspace import Workspace

DEPENDENCIES = "dependencies"
_DEVELOPMENT = "devDependencies"


def replaced_packages(table: Table) -> dict[str, bool]:
    """The packages that the legacy specifiers name; whether all of a package is legacy, not only modules below it."""
    found: dict[str, bool] = {}
    for root in table.roots:
        parts = split_package(root)
        if parts is not None:
            found[parts[0]] = found.get(parts[0], False) or parts[1] == "."
    return found


def replaced_among(table: Table, names: Iterable[str]) -> dict[str, bool]:
    """Those of `names` that are such packages, by their name or by a scope that is legacy as a whole."""
    known = replaced_packages(table)
    scopes = tuple(f"{root}/" for root in table.roots if root.startswith("@") and "/" not in root)
    names = dict.fromkeys(names)
    of_scopes = {name: True for name in names if name.startswith(scopes)}
    return {**{name: whole for name, whole in known.items() if name in names}, **of_scopes}


def sections_for(workspace: Workspace, package: Package, name: str) -> tuple[str, ...]:
    """The sections in which a manifest should declare the package `name`.

    These are the sections of the packages that it replaces.  Where such a package stays, because only some of its
    modules are legacy, its place in `dependencies` decides nothing.  Without a model the importing files decide: code
    that only tests and tools run needs the package in `devDependencies`.
    """
    found = dict[str, None]()
    names = dict.fromkeys(each for versions in package.sections.values() for each in versions)
    for old, is_whole in replaced_among(workspace.table, names).items():
        declared = [section for section, versions in package.sections.items() if old in versions and old != name]
        if is_whole or DEPENDENCIES not in declared:
            found.update(dict.fromkeys(declared))
    if found:
        return tuple(found)
    return (_DEVELOPMENT if _is_for_development(workspace, package, name) else DEPENDENCIES,)


def _is_for_development(workspace: Workspace, package: Package, name: str) -> bool:
    """Whether only tests and tools of a package import another package, or a legacy module."""
    importers = []
    for path in workspace.sources.candidates_of(package):
        canonical = workspace.sources.canonical_references(path)
        if workspace.sources.imports_legacy(path) or any(_names(each.specifier, name) for each in canonical):
            importers.append(path)
    return bool(importers) and all(map(is_development_code, importers))


def _names(specifier: str, name: str) -> bool:
    return specifier == name or specifier.startswith(f"{name}/")
