"""The migration status of a workspace: the requirements and acceptance criteria, and the progress.

The criteria are those of the requirements document "Workflow EE Ownership Cutover".  They are decided from the findings
of the rules and from the references themselves; those that a static check can't decide are reported as undecidable.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from workflow_ls.analysis import Analysis
from workflow_ls.causes import FoundCause, causes_of
from workflow_ls.diagnostics import Diagnostic
from workflow_ls.printable import counted
from workflow_ls.project.missing_facts import missing_facts
from workflow_ls.records import replace
from workflow_ls.status.criteria import criteria_of, evaluate
from workflow_ls.status.evidence import Evidence, Location, ObservedBehaviour, collect_evidence
from workflow_ls.status.progress import package_label, progress_by
from workflow_ls.status.report import (
    LOCATIONS_SHOWN,
    ComputedAliases,
    CountedCause,
    CriterionResult,
    Progress,
    SourceLine,
    State,
    StatusReport,
    ordered,
)
from workflow_ls.vfs.files import holds_code

__all__ = [
    "CountedCause",
    "CriterionResult",
    "ObservedBehaviour",
    "Progress",
    "SourceLine",
    "State",
    "StatusReport",
    "combine_reports",
    "status_of",
]


def status_of(
    analysis: Analysis,
    findings: Sequence[Diagnostic] | None = None,
    paths: Collection[str] | None = None,
    behaviour: ObservedBehaviour | None = None,
    absent: Collection[str] = (),
) -> StatusReport:
    """The status of a workspace.

    `findings` are those of a check of the whole workspace, which is checked here if they are None; `paths` are the
    files that were checked, None for all that the analysis knows.  `behaviour` is what a command of the user's own
    says, which decides what a static check can't; None if none was run.  `absent` are files of the workspace that are
    not there to be looked at.  Suppressed references count, too: the criteria
    about imports are decided from all references in the code.
    """
    paths = analysis.paths() if paths is None else paths
    if findings is None:
        findings = [finding for path in paths for finding in analysis.check_file(path)]
    skipped, table = tuple(sorted({*skipped_paths(analysis, paths), *absent})), analysis.workspace.table
    missing = missing_facts(analysis.workspace)
    undecidable = "" if missing is None or missing.is_empty else missing.message
    failed = {notice.path for notice in analysis.failures(paths)}
    evidence = collect_evidence(
        analysis.workspace, findings, [path for path in paths if path not in failed], behaviour, skipped
    )
    surfaces = progress_by(evidence.references, lambda reference: reference.surface)
    unknown_files = sorted({*skipped, *evidence.unread})
    unknown = Counter(package_label(analysis.workspace, path) for path in unknown_files)
    return StatusReport(
        tuple(evaluate(criterion, evidence, undecidable) for criterion in criteria_of(table)),
        tuple(replace(entry, unknown=len(unknown_files)) for entry in surfaces),
        tuple(
            replace(entry, unknown=unknown[entry.name])
            for entry in progress_by(evidence.references, lambda reference: reference.package)
        ),
        Progress(
            "total", sum(entry.left for entry in surfaces), sum(entry.done for entry in surfaces), len(unknown_files)
        ),
        len(evidence.tree),
        skipped,
        tuple(evidence.unread),
        tuple(_counted(evidence, cause) for cause in causes_of(findings)),
        "" if missing is None else missing.message,
        table.is_builtin,
        tuple(
            ComputedAliases(SourceLine(each.path, evidence.line_of(Location(each.path, each.offset))), each.message)
            for each in evidence.computed
        ),
    )


def _counted(evidence: Evidence, cause: FoundCause) -> CountedCause:
    first = (Location(finding.path, finding.span.start) for finding in cause.findings[:LOCATIONS_SHOWN])
    places = tuple(SourceLine(location.path, evidence.line_of(location)) for location in first)
    return CountedCause(cause.reason, cause.remedy, len(cause.findings), cause.count, places)


def skipped_paths(analysis: Analysis, paths: Iterable[str]) -> tuple[str, ...]:
    """What could not be looked at, sorted: source files without facts, what can't be read, and where a rule failed."""
    facts, failed = analysis.workspace.sources.facts, {notice.path for notice in analysis.failures(paths)}
    unknown = {path for path in paths if holds_code(path) and path not in failed and facts(path) is None}
    return tuple(sorted({*failed, *unknown, *(notice.path for notice in analysis.unread())}))


def combine_reports(reports: Sequence[StatusReport]) -> StatusReport:
    """The status of several workspaces, at least one, as one: a criterion is open if it is open in any of them."""
    if not reports[1:]:
        return reports[0]
    by_code = dict[str, list[CriterionResult]]()
    for report in reports:
        for criterion in report.requirements:
            by_code.setdefault(criterion.code, []).append(criterion)
    return StatusReport(
        tuple(map(_combine_results, by_code.values())),
        _add_progress(entry for report in reports for entry in report.surfaces),
        _add_progress(entry for report in reports for entry in report.packages),
        _add_progress(report.total for report in reports)[0],
        sum(report.legacy_files for report in reports),
        tuple(path for report in reports for path in report.skipped),
        tuple(path for report in reports for path in report.unread),
        _add_causes(cause for report in reports for cause in report.causes),
        " ".join(dict.fromkeys(report.missing for report in reports if report.missing)),
        any(report.of_workflows for report in reports),
        tuple(each for report in reports for each in report.computed),
    )


def _add_causes(causes: Iterable[CountedCause]) -> tuple[CountedCause, ...]:
    joined = dict[tuple[str, str], CountedCause]()
    for cause in causes:
        known = joined.get((cause.reason, cause.remedy))
        if known is not None:
            noun = "reference" if "reference" in known.what and "reference" in cause.what else "finding"
            count, places = known.count + cause.count, (*known.places, *cause.places)[:LOCATIONS_SHOWN]
            cause = replace(known, count=count, what=counted(count, noun), places=places)
        joined[cause.reason, cause.remedy] = cause
    return tuple(sorted(joined.values(), key=lambda cause: -cause.count))


def _combine_results(criteria: Sequence[CriterionResult]) -> CriterionResult:
    states: tuple[State, ...] = ("open", "undecidable", "met")
    state = next(state for state in states if any(criterion.state == state for criterion in criteria))
    first = next(criterion for criterion in criteria if criterion.state == state)
    return CriterionResult(
        first.code,
        first.kind,
        first.text,
        state,
        sum(criterion.count for criterion in criteria),
        sum(criterion.files for criterion in criteria),
        tuple(place for criterion in criteria for place in criterion.places)[:LOCATIONS_SHOWN],
        first.how,
        tuple(sorted({path for criterion in criteria for path in criterion.configurations})),
    )


def _add_progress(entries: Iterable[Progress]) -> tuple[Progress, ...]:
    left, done, unknown = Counter[str](), Counter[str](), Counter[str]()
    for entry in entries:
        left[entry.name] += entry.left
        done[entry.name] += entry.done
        unknown[entry.name] += entry.unknown
    return ordered(Progress(name, left[name], done[name], unknown[name]) for name in left)
