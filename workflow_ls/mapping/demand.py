"""What a workspace takes of each legacy module, and what of it the table in force serves already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from workflow_ls.diagnostics import Blocked
from workflow_ls.project.exports.export_index import ExportIndex
from workflow_ls.project.exports.proxies import Proxies
from workflow_ls.project.file_facts import Area, area_of
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import field, record
from workflow_ls.rewrite.file_outcomes import FileOutcomes
from workflow_ls.rewrite.required_names import follows_imports
from workflow_ls.rewrite.target import CORE_WITHOUT_EE


@record
class Demand:
    """What the workspace takes of one legacy module.

    `file` is its file, None if it is deleted.  `names` counts the references that take each name; they are all that the
    module exports where no reference says which.  `importers` are the files with references, `open` those of them whose
    references the table in force does not serve.  `takers` are the files that take each name, by name; a name that is
    not in it may be taken by any of the importers.
    """

    module: str
    file: str | None
    names: Mapping[str, int]
    importers: tuple[str, ...]
    open: tuple[str, ...] = ()
    takers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_served(self) -> bool:
        """Whether the table in force leads every reference to a verified target."""
        return not self.open


def collect_demand(workspace: Workspace) -> tuple[Demand, ...]:
    """The demand for each legacy module, sorted by module; references within the tree and in proxies do not count."""
    names = dict[str, Counter[str]]()
    takers = dict[str, dict[str, dict[str, None]]]()
    importers, unsettled = dict[str, dict[str, None]](), dict[str, dict[str, None]]()
    proxies, outcomes = workspace.component(Proxies), workspace.component(FileOutcomes)
    for path in workspace.sources.candidates():
        if area_of(workspace.table, path) is Area.LEGACY:
            continue
        for outcome in outcomes.of_file(path):
            legacy = outcome.legacy
            if proxies.is_proxied(path, legacy) or outcome.target is CORE_WITHOUT_EE:
                continue
            importers.setdefault(legacy.module, {})[path] = None
            taken = names.setdefault(legacy.module, Counter())
            if not follows_imports(legacy.reference):
                taken.update(dict.fromkeys((name.name for name in legacy.names), 1))  # in their order
                by_name = takers.setdefault(legacy.module, {})
                for name in legacy.names:
                    by_name.setdefault(name.name, {})[path] = None
            if isinstance(outcome.target, Blocked) or outcome.target.unverified is not None:
                unsettled.setdefault(legacy.module, {})[path] = None
    return tuple(
        Demand(
            module,
            file := _file_of(workspace, module, found),
            names[module] or _every(workspace, file),
            tuple(found),
            tuple(unsettled.get(module, ())),
            {name: tuple(paths) for name, paths in takers.get(module, {}).items()},
        )
        for module, found in sorted(importers.items())
    )


def _file_of(workspace: Workspace, module: str, importers: Mapping[str, None]) -> str | None:
    """The file of a module: at its path, or wherever the package of the tree serves it from."""
    file = workspace.resolver.legacy_file(module)
    if file is not None:
        return file
    for specifier in workspace.table.specifiers_of(module):
        found = workspace.resolver.resolve(specifier, next(iter(importers)))
        if found is not None:
            return found
    return None


def _every(workspace: Workspace, file: str | None) -> Mapping[str, int]:
    if file is None:
        return {}
    return dict.fromkeys(workspace.component(ExportIndex).exports(file).names, 0)
