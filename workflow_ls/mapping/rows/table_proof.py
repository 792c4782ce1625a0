"""Proves rows: with them in the table, what becomes of each legacy reference."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import NamedTuple

from workflow_ls.analysis import Analysis
from workflow_ls.config.table import Table
from workflow_ls.config.table_records import ModuleRow, NameRow
from workflow_ls.diagnostics import Blocked, Status
from workflow_ls.project.exports.proxies import Proxies
from workflow_ls.project.file_facts import Area, area_of
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record, replace
from workflow_ls.rewrite.conflicts import Outcomes
from workflow_ls.rewrite.target import Target

REWRITING = frozenset({"deprecated-import", "deprecated-relative-import"})
"""The rules whose findings say what becomes of a reference."""


class LegacyPlace(NamedTuple):
    """A legacy reference: its file, where it starts, and its module."""

    path: str
    start: int
    module: str


@record
class RowVerdict:
    """What becomes of a legacy reference: verified, with its new specifiers, or the reason against it.

    `is_partial` says that only some of its names have a verified target; `cause` is the reason against the others.
    """

    is_verified: bool
    replacements: tuple[str, ...] = ()
    cause: Blocked | None = None
    is_partial: bool = False

    @property
    def is_served(self) -> bool:
        """Whether a row serves the reference, as a whole or in part."""
        return self.is_verified or self.is_partial


RowVerdicts = Mapping[LegacyPlace, RowVerdict]


def with_rows(table: Table, rows: Iterable[ModuleRow | NameRow]) -> Table:
    """The table with rows in the place of its own for the same modules and names."""
    rows = tuple(rows)
    modules = {row.module: row for row in (*table.modules, *(row for row in rows if isinstance(row, ModuleRow)))}
    named = (*table.names, *(row for row in rows if isinstance(row, NameRow)))
    names = {(row.module, row.name): row for row in named}
    return replace(table, modules=tuple(modules.values()), names=tuple(names.values()))


def prove(workspace: Workspace, table: Table) -> RowVerdicts:
    """The verdict on each legacy reference outside of the tree and of proxies, with another table.

    It is that of the rules: a fix that is offered as verified resolves, exports every name, and breaks no mock.
    """
    other = Workspace(workspace.files.untracked, table, workspace.settings, parsed=workspace.context.parsed)
    return verdicts_of(Analysis(other, REWRITING))


def verdicts_of(analysis: Analysis) -> RowVerdicts:
    """The verdict on each legacy reference of a workspace, as its own table has it."""
    workspace, proxies = analysis.workspace, analysis.workspace.component(Proxies)
    found = dict[LegacyPlace, RowVerdict]()
    for path in workspace.sources.candidates():
        facts = workspace.sources.facts(path)
        if facts is None or not facts.legacy_references or area_of(workspace.table, path) in (Area.LEGACY, Area.CORE):
            continue
        by_place = {finding.span: finding for finding in analysis.check_file(path)}
        outcomes = workspace.component(Outcomes).of_file(path)
        for number, legacy in enumerate(facts.legacy_references):
            if proxies.is_proxied(path, legacy):
                continue
            finding = by_place.get(legacy.reference.span)
            place = LegacyPlace(path, legacy.reference.span.start, legacy.module)
            target = outcomes[number].target
            if finding is None:
                found[place] = RowVerdict(False)
            elif isinstance(target, Target) and target.rest is not None and finding.status is Status.VERIFIED:
                found[place] = RowVerdict(False, finding.replacements, target.rest.cause, is_partial=True)
            else:
                found[place] = RowVerdict(finding.status is Status.VERIFIED, finding.replacements, finding.cause)
    return found


def count_verified(verdicts: RowVerdicts, modules: Container[str]) -> tuple[int, int]:
    """The number of verified references of modules, and of all of them."""
    ours = [verdict for place, verdict in verdicts.items() if place.module in modules]
    return sum(verdict.is_verified for verdict in ours), len(ours)


def count_partial(verdicts: RowVerdicts, modules: Container[str]) -> int:
    """The number of references of modules of which only some names have a verified target."""
    return sum(verdict.is_partial for place, verdict in verdicts.items() if place.module in modules)
