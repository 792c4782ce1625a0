"""How far the cutover of a workspace is: the requirements and acceptance criteria, and the progress.

The criteria are those of the requirements document "Workflow EE Ownership Cutover".  What a static check can decide is
decided from the findings of the rules and from the references themselves; the rest is named as undecidable.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from workflow_ls.analysis import Analysis
from workflow_ls.diagnostics import Diagnostic
from workflow_ls.status.criteria import CRITERIA, judge
from workflow_ls.status.evidence import gather
from workflow_ls.status.progress import progress_by
from workflow_ls.status.report import PLACES_SHOWN, Criterion, Place, Progress, State, StatusReport, ordered

__all__ = ["Criterion", "Place", "Progress", "State", "StatusReport", "joined", "status_of"]


def status_of(
    analysis: Analysis, findings: Sequence[Diagnostic] | None = None, paths: Collection[str] | None = None
) -> StatusReport:
    """The status of a workspace.

    `findings` are those of a check of all of it, without which it is checked here; `paths` are the files that were
    checked, None for all that the analysis knows.  A comment silences a finding but not the reference below it: what
    the document says of imports is decided from all references that stand in the code.
    """
    paths = analysis.paths() if paths is None else paths
    if findings is None:
        findings = [finding for path in paths for finding in analysis.check_file(path)]
    evidence = gather(analysis.workspace, findings, paths)
    surfaces = progress_by(evidence.uses, lambda use: use.surface)
    return StatusReport(
        tuple(judge(criterion, evidence) for criterion in CRITERIA),
        surfaces,
        progress_by(evidence.uses, lambda use: use.package),
        Progress("total", sum(entry.left for entry in surfaces), sum(entry.done for entry in surfaces)),
        len(evidence.tree),
    )


def joined(reports: Sequence[StatusReport]) -> StatusReport:
    """The status of several workspaces, at least one, as one: a criterion is open where any of them has it open."""
    if not reports[1:]:
        return reports[0]
    return StatusReport(
        tuple(_joined(criteria) for criteria in zip(*(report.requirements for report in reports))),
        _added(entry for report in reports for entry in report.surfaces),
        _added(entry for report in reports for entry in report.packages),
        _added(report.total for report in reports)[0],
        sum(report.legacy_files for report in reports),
    )


def _joined(criteria: Sequence[Criterion]) -> Criterion:
    states: tuple[State, ...] = ("open", "undecidable", "met")
    state = next(state for state in states if any(criterion.state == state for criterion in criteria))
    first = next(criterion for criterion in criteria if criterion.state == state)
    return Criterion(
        first.code,
        first.kind,
        first.text,
        state,
        sum(criterion.count for criterion in criteria),
        sum(criterion.files for criterion in criteria),
        tuple(place for criterion in criteria for place in criterion.places)[:PLACES_SHOWN],
        first.how,
    )


def _added(entries: Iterable[Progress]) -> tuple[Progress, ...]:
    left, done = Counter[str](), Counter[str]()
    for entry in entries:
        left[entry.name] += entry.left
        done[entry.name] += entry.done
    return ordered(Progress(name, left[name], done[name]) for name in left)
