"""Proves the rows of a table against the workspace, and says which of them are wrong, useless or not used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from workflow_ls.analysis import Analysis
from workflow_ls.config.module_names import matched_by
from workflow_ls.config.table import Table
from workflow_ls.config.table_records import ModuleRow, NameRow
from workflow_ls.config.validation import ValuePath
from workflow_ls.diagnostics import Blocked, Severity
from workflow_ls.mapping.checking.config_places import ConfigPlaces, read_config_places
from workflow_ls.mapping.checking.corrections import near_specifier
from workflow_ls.mapping.checking.frame_check import frame_findings
from workflow_ls.mapping.checking.table_report import RowFinding, RowService, TableReport
from workflow_ls.mapping.checking.target_faults import target_faults
from workflow_ls.mapping.rows.choice_of_rows import package_name
from workflow_ls.mapping.rows.table_proof import LegacyPlace, RowVerdicts, verdicts_of
from workflow_ls.printable import capitalized, listed
from workflow_ls.project.exports.export_index import ExportIndex
from workflow_ls.project.queries.database import Component, query
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import replace
from workflow_ls.rewrite.candidates import CandidateChecker
from workflow_ls.rewrite.packages.package_lookup import Conditions, PackageLocation
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, Query


def check_table(analysis: Analysis) -> TableReport:
    """Prove the table in force; the rows of `workflow-ls.json` have places, those of the built-in table have none."""
    workspace = analysis.workspace
    config = read_config_places(workspace)
    verdicts = verdicts_of(analysis)
    modules = frozenset(place.module for place in verdicts) | _named_in_core(workspace)
    legacy = workspace.component(LegacyModules)
    found = [*frame_findings(workspace, config)]
    for row in workspace.table.modules:
        found += _module_row(workspace, config, row, verdicts, modules, legacy.existing(), legacy.present())
    for name_row in workspace.table.names:
        found += _name_row(workspace, config, name_row, modules)
    verified = sum(verdict.is_verified for verdict in verdicts.values())
    rows = len(workspace.table.modules) + len(workspace.table.names)
    ordered = sorted(found, key=lambda each: (each.span is None, each.span or (0, 0), each.row, each.message))
    return TableReport(tuple(ordered), rows, verified, len(verdicts), _served(workspace, config, verdicts))


def _served(workspace: Workspace, config: ConfigPlaces, verdicts: RowVerdicts) -> Mapping[ValuePath, RowService]:
    """What comes of the references of each row of modules."""
    found = dict[str, list[LegacyPlace]]()
    for place in verdicts:
        row = workspace.table.row_for(place.module)
        if row is not None and row.module in config.modules:
            found.setdefault(row.module, []).append(place)
    served = dict[ValuePath, RowService]()
    staying = {row.module for row in workspace.table.modules if row.stays}
    for module, index in config.modules.items():
        places = found.get(module, [])
        if module in staying and not places:
            continue  # it leads nowhere, as it should
        good = [verdicts[place] for place in places if verdicts[place].is_verified]
        targets = dict.fromkeys(target for verdict in good for target in verdict.replacements)
        importers = dict.fromkeys(place.path for place in places)
        served["modules", index] = RowService(len(places), len(good), tuple(targets), tuple(importers))
    return served


def _named_in_core(workspace: Workspace) -> frozenset[str]:
    """The modules that any file outside of the tree refers to, code of the core and proxies included."""
    return frozenset(
        legacy.module for facts in workspace.sources.candidate_facts() for legacy in facts.legacy_references
    )


class LegacyModules(Component):
    """The modules that the legacy folders have."""

    @query
    def existing(self) -> frozenset[str]:
        """The modules with a file."""
        return self._at(self.table)

    @query
    def present(self) -> frozenset[str]:
        """The modules with a file, those that stay among them."""
        return self._at(replace(self.table, modules=()))

    def _at(self, table: Table) -> frozenset[str]:
        endings = (*SOURCE_EXTENSIONS, ".json")
        paths = self.files.search(tuple(Query(endings, (), under=folder) for folder in table.folders))
        return frozenset(module for path in paths if (module := table.module_at(path)) is not None)


def _module_row(
    workspace: Workspace,
    config: ConfigPlaces,
    row: ModuleRow,
    verdicts: RowVerdicts,
    referenced: frozenset[str],
    existing: frozenset[str],
    present: frozenset[str],
) -> Iterator[RowFinding]:
    table, index = workspace.table, config.modules.get(row.module)
    place = None if index is None else ("modules", index)
    name = table.specifier_of(row.module)

    def finding(message: str, severity: Severity, *below: str | int, **more: Any) -> RowFinding:
        where = None if place is None else (*place, *(below or ("from",)))
        return RowFinding(name, message, severity, where, None if where is None else config.span(where), **more)

    covered = [module for module in referenced if matched_by(row.module, module) is not None]
    ours = [module for module in covered if table.row_for(module) is row]
    if row.stays and any(matched_by(row.module, each) is not None for each in present):
        return  # the file is there, so that the row says something even without references
    if not ours:
        if place is not None:
            yield from _unused(finding, table, row, covered, existing)
        return
    served = [verdict for at, verdict in verdicts.items() if at.module in ours]
    importers = sorted({at.path for at in verdicts if at.module in ours})
    faults = [
        finding(message, Severity.WARNING, "to", number, replacement=replacement)
        for number, target in enumerate(row.to)
        for message, replacement in target_faults(workspace, row, target, ours, importers)
    ]
    yield from faults
    if served and not faults and not any(verdict.is_verified or verdict.replacements for verdict in served):
        cause = next((verdict.cause for verdict in served if verdict.cause is not None), None)
        reason = "" if cause is None else f": {_short(cause.reason)}"
        count = "its only reference" if len(served) == 1 else f"any of its {len(served)} references"
        yield finding(f"The row does not serve {count}{reason}.", Severity.WARNING)
    for module in sorted(ours):
        lacks = _lacking(workspace, module)
        if lacks:
            shown = listed([f"`{each}`" for each in lacks])
            verb = "is" if len(lacks) == 1 else "are"
            message = f"No target has all of {table.specifier_of(module)}: {shown} {verb} missing."
            yield finding(message, Severity.INFORMATION, "to")


def _unused(
    finding: Any, table: Table, row: ModuleRow, covered: Sequence[str], existing: frozenset[str]
) -> Iterator[RowFinding]:
    """Why no reference uses a row."""
    matching = {module for module in existing if matched_by(row.module, module) is not None}
    if covered and all(table.row_for(module) is not row for module in matching):
        longer = sorted({other.module for module in covered if (other := table.row_for(module)) is not None})
        shown = listed([table.specifier_of(module) for module in longer])
        yield finding(
            f"Longer rows take every reference of this one: {shown}. Remove this row.",
            Severity.WARNING,
            is_removable=True,
        )
    elif matching:
        message = "Nothing refers to these modules." if "*" in row.module else "Nothing refers to this module."
        yield finding(f"{message} The row is not needed.", Severity.INFORMATION, is_removable=True)
    else:
        message = (
            f"This names no module of {listed(table.trees)}, and nothing refers to it. Correct it, or remove the row."
        )
        yield finding(
            message, Severity.WARNING, is_removable=True, replacement=_near_module(table, row.module, existing)
        )


def _near_module(table: Table, module: str, existing: frozenset[str]) -> str | None:
    near = get_close_matches(module, sorted(existing), 1)
    return table.specifier_of(near[0]) if near and "*" not in module else None


def _lacking(workspace: Workspace, module: str) -> tuple[str, ...]:
    """The names of a legacy module that its target lacks; none if one target has all, and without those of rows."""
    choice = workspace.component(TargetResolver).choices.choice(module)
    if choice.legacy is None or choice.exports_everything or choice.chosen is None:
        return ()
    checker = workspace.component(CandidateChecker)
    location = checker.locate(choice.chosen, "", (Conditions.TYPES,))
    if not isinstance(location, PackageLocation):
        return ()
    moved = workspace.table.moved_names(module)
    has = workspace.component(ExportIndex).exports(location.path).names
    return tuple(name for name in choice.legacy.names if name not in has and name not in moved)


def _name_row(
    workspace: Workspace, config: ConfigPlaces, row: NameRow, referenced: frozenset[str]
) -> Iterator[RowFinding]:
    table, index = workspace.table, config.names.get((row.module, row.name))
    place = None if index is None else ("names", index)
    label = f"{row.name} of {table.specifier_of(row.module)}"

    def finding(message: str, severity: Severity, *below: str | int, **more: Any) -> RowFinding:
        where = None if place is None else (*place, *(below or ("name",)))
        return RowFinding(label, message, severity, where, None if where is None else config.span(where), **more)

    file = workspace.resolver.legacy_file(row.module)
    if file is not None:
        exports = workspace.component(ExportIndex).exports(file)
        if row.name not in exports.names and exports.opaque is None and not exports.unresolved:
            message = f"{file} does not export `{row.name}`. Correct the name, or remove the row."
            yield finding(message, Severity.WARNING, is_removable=True)
    if row.module not in referenced and place is not None:
        yield finding(
            "Nothing refers to this module. The row is not needed.", Severity.INFORMATION, "module", is_removable=True
        )
    if row.to is None:
        return
    location = workspace.component(CandidateChecker).locate(row.to, "", (Conditions.TYPES,))
    if isinstance(location, Blocked):
        right = near_specifier(workspace, row.to)
        yield finding(
            f"{capitalized(location.reason)}. Correct it.",
            Severity.WARNING,
            "to",
            replacement=right,
        )
    elif isinstance(location, PackageLocation):
        there = row.new_name or row.name
        exports = workspace.component(ExportIndex).exports(location.path)
        if there not in exports.names and exports.opaque is None and not exports.unresolved:
            yield finding(
                f"`{row.to}` does not export `{there}`. Name where it is, or its new name.", Severity.WARNING, "to"
            )
    else:
        yield finding(
            f"There is no package {package_name(row.to)} in the workspace. Correct its name.", Severity.WARNING, "to"
        )


def _short(reason: str) -> str:
    return reason.partition(" (")[0] if " > " in reason else reason
