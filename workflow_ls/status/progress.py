"""Progress: legacy and canonical references, counted by surface and by package."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from workflow_ls.config.table import Table
from workflow_ls.project.exports.proxies import Proxies
from workflow_ls.project.file_facts import LegacyReference, is_proxy
from workflow_ls.project.workspace import Workspace
from workflow_ls.status.report import Progress, ordered
from workflow_ls.vfs.files import holds_code

ROOT = "root"
"""The surface that has no segment: the barrel of the whole tree."""


class WorkflowReference(NamedTuple):
    """A reference to a workflow module: legacy, or canonical where `legacy` is None; `offset` is in bytes.

    `passes_on`: it is that of a module of another package that only re-exports the legacy tree.
    """

    path: str
    offset: int
    surface: str
    package: str
    legacy: LegacyReference | None = None
    passes_on: bool = False


def find_workflow_references(workspace: Workspace, paths: Iterable[str]) -> Iterator[WorkflowReference]:
    """The references in the source files among `paths`, in file order.

    The references of a proxy to the legacy tree are left out: the move deletes them, and no caller depends on them.
    """
    surfaces, proxies = canonical_surfaces(workspace.table), workspace.component(Proxies)
    for path in paths:
        facts = workspace.sources.facts(path) if holds_code(path) else None
        if facts is None or not (facts.legacy_references or facts.canonical_references):
            continue
        package = package_label(workspace, path)
        for legacy in facts.legacy_references:
            if not is_proxy(workspace.table, path, legacy):
                offset, passes_on = legacy.reference.span.start, proxies.in_proxy(path, legacy)
                yield WorkflowReference(path, offset, surface_of(legacy.module), package, legacy, passes_on)
        for reference in facts.canonical_references:
            surface = surfaces(reference.specifier)
            if surface is not None:
                yield WorkflowReference(path, reference.span.start, surface, package)


def progress_by(
    references: Iterable[WorkflowReference], key: Callable[[WorkflowReference], str]
) -> tuple[Progress, ...]:
    """The references counted by `key`, but for those that no caller has: what only re-exports the tree goes with it."""
    left, done = Counter[str](), Counter[str]()
    for reference in (each for each in references if not each.passes_on):
        (done if reference.legacy is None else left)[key(reference)] += 1
    return ordered(Progress(name, left[name], done[name]) for name in left | done)


def surface_of(module: str) -> str:
    """The surface that a legacy module belongs to."""
    return module.partition("/")[0] or ROOT


def canonical_surfaces(table: Table) -> Callable[[str], str | None]:
    """A function from a canonical specifier to its surface; None for modules that never were legacy."""
    exact, prefixes = dict[str, str](), list[tuple[str, str]]()
    for row in table.modules:
        surface = surface_of(row.module)
        if "*" in surface or not row.to:
            continue  # the row for all other modules names no surface, and what stays has no target
        first, star, _ = row.to[0].partition("*")
        if star:
            prefixes.append((first, surface))
        else:
            exact.setdefault(first, surface)
    prefixes.sort(key=lambda entry: -len(entry[0]))

    def find(specifier: str) -> str | None:
        surface = exact.get(specifier)
        return surface or next((surface for prefix, surface in prefixes if specifier.startswith(prefix)), None)

    return find


def package_label(workspace: Workspace, path: str) -> str:
    """The name of the package that a file belongs to, or its directory where it has no name."""
    package = workspace.packages.package_of(path)
    return "." if package is None else package.name or package.directory or "."
