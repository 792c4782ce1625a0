"""GitLab Code Quality: the part of Code Climate's format that merge requests show."""

from __future__ import annotations

from workflow_ls.diagnostics import Diagnostic, Notice, Report, Severity
from workflow_ls.reporters.fingerprint import digest, fingerprint, occurrences
from workflow_ls.reporters.json_ import dumps
from workflow_ls.reporters.report_context import ReportContext, explained, ordered, region

USAGE = (
    "GitLab's code quality report: `--format gitlab --output gl-code-quality-report.json`, named in "
    "`artifacts: reports: codequality`."
)

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFORMATION: "info"}


def render(report: Report, context: ReportContext) -> str:
    """An array of issues: the findings, then the notices.

    GitLab compares fingerprints between branches, and shows issues that share one only once.
    """
    findings = [_finding(finding, number, context) for finding, number in occurrences(ordered(report))]
    return dumps([*findings, *(_notice(notice) for notice in dict.fromkeys(report.notices))])


def _finding(finding: Diagnostic, occurrence: int, context: ReportContext) -> dict[str, object]:
    place = region(context.file(finding.path), finding.span)
    return {
        "description": explained(finding).replace("\n", "; "),
        "check_name": finding.rule,
        "fingerprint": fingerprint(finding, occurrence),
        "severity": _SEVERITIES[finding.severity],
        "location": {
            "path": finding.path,
            "lines": {"begin": place.line, "end": place.end_line},
            "positions": {
                "begin": {"line": place.line, "column": place.column},
                "end": {"line": place.end_line, "column": place.end_column},
            },
        },
    }


def _notice(notice: Notice) -> dict[str, object]:
    line = notice.line or 1
    return {
        "description": notice.message,
        "check_name": "notice",
        "fingerprint": digest(notice.path, "notice", notice.message, str(notice.line), str(notice.fatal)),
        "severity": "critical" if notice.fatal else "info",
        "location": {"path": notice.path, "lines": {"begin": line, "end": line}},
    }
