"""Progress: legacy and canonical references, counted by surface and by package."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from workflow_ls.config.table import Table
from workflow_ls.project.file_facts import LegacyReference, is_proxy
from workflow_ls.project.workspace import Workspace
from workflow_ls.status.report import Progress, ordered
from workflow_ls.vfs.files import is_source

ROOT = "root"
"""The surface that has no segment: the barrel of the whole tree."""


class Use(NamedTuple):
    """One reference to a workflow module: legacy, or canonical (`legacy` is None)."""

    path: str
    offset: int
    surface: str
    package: str
    legacy: LegacyReference | None = None


def find_uses(workspace: Workspace, paths: Iterable[str]) -> Iterator[Use]:
    """The references in the source files among `paths`, in file order.

    A proxy's references to the legacy tree are left out: they go when the files move, and no caller sees them.
    """
    surfaces = canonical_surfaces(workspace.table)
    for path in paths:
        facts = workspace.sources.facts(path) if is_source(path) else None
        if facts is None or not (facts.legacy or facts.canonical):
            continue
        package = package_label(workspace, path)
        for legacy in facts.legacy:
            if not is_proxy(workspace.table, path, legacy):
                yield Use(path, legacy.reference.span.start, surface_of(legacy.module), package, legacy)
        for reference in facts.canonical:
            surface = surfaces(reference.specifier)
            if surface is not None:
                yield Use(path, reference.span.start, surface, package)


def progress_by(uses: Iterable[Use], key: Callable[[Use], str]) -> tuple[Progress, ...]:
    """The references counted by `key`."""
    left, done = Counter[str](), Counter[str]()
    for use in uses:
        (done if use.legacy is None else left)[key(use)] += 1
    return ordered(Progress(name, left[name], done[name]) for name in left | done)


def surface_of(module: str) -> str:
    """The surface that a legacy module belongs to."""
    return module.partition("/")[0] or ROOT


def canonical_surfaces(table: Table) -> Callable[[str], str | None]:
    """From a canonical specifier to the surface whose modules went there; None for what never was legacy."""
    exact, below = dict[str, str](), list[tuple[str, str]]()
    for row in table.modules:
        surface = surface_of(row.module)
        if "*" in surface:
            continue  # the row for all that is not named says nothing about a surface
        first, star, _ = row.to[0].partition("*")
        if star:
            below.append((first, surface))
        else:
            exact.setdefault(first, surface)
    below.sort(key=lambda entry: -len(entry[0]))

    def find(specifier: str) -> str | None:
        known = exact.get(specifier)
        return known or next((surface for start, surface in below if specifier.startswith(start)), None)

    return find


def package_label(workspace: Workspace, path: str) -> str:
    """The package that a file belongs to, by name, or else by directory."""
    package = workspace.packages.package_of(path)
    return "." if package is None else package.name or package.directory or "."
