"""reviewdog's Diagnostic Format (rdjson): review comments with suggestions that apply at one click.

Its columns count UTF-8 bytes from 1, and its ranges exclude their end (reviewdog.proto).
"""

from __future__ import annotations

from workflow_ls.diagnostics import Diagnostic, Notice, Report, Severity
from workflow_ls.reporters.json_ import dumps
from workflow_ls.reporters.report_context import TOOL, Region, ReportContext, byte_region, explained, ordered
from workflow_ls.reporters.text import headline
from workflow_ls.text import Edit, Span, apply_edits, sort_edits

USAGE = (
    "[reviewdog](https://github.com/reviewdog/reviewdog): `workflow-ls check --format rdjson | reviewdog "
    "-f=rdjson` makes review comments with one-click suggestions."
)

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.INFORMATION: "INFO"}


def render(report: Report, context: ReportContext) -> str:
    """One DiagnosticResult: the findings, then the notices."""
    worst = max((finding.severity for finding in report.diagnostics), default=Severity.INFORMATION)
    if any(notice.fatal for notice in report.notices):
        worst = Severity.ERROR
    return dumps(
        {
            "source": {"name": TOOL},
            "severity": _SEVERITIES[worst],
            "diagnostics": [
                *(_finding(finding, context) for finding in ordered(report)),
                *(_notice(notice) for notice in report.notices),
            ],
        }
    )


def _finding(finding: Diagnostic, context: ReportContext) -> dict[str, object]:
    suggestion = _suggestion(finding, context)
    return {
        "message": explained(finding),
        "location": {
            "path": finding.path,
            "range": _range(byte_region(context.file(finding.path), finding.span)),
        },
        "severity": _SEVERITIES[finding.severity],
        "code": {"value": finding.rule},
        **({"suggestions": [suggestion]} if suggestion is not None else {}),
        "original_output": headline(finding, context),
    }


def _suggestion(finding: Diagnostic, context: ReportContext) -> dict[str, object] | None:
    """The fix as one replacement of the text from its first edit to its last.

    reviewdog offers several suggestions as alternatives, so the edits of one fix must not be apart.  A fix that also
    changes another file cannot be offered here: half of it could be applied.
    """
    if finding.fix is None or [edited.path for edited in finding.fix.files] != [finding.path]:
        return None
    edits = sort_edits(finding.fix.files[0].edits)
    if not edits:
        return None
    file = context.file(finding.path)
    whole = Span(edits[0].span.start, max(edit.span.end for edit in edits))
    moved = (Edit(Span(edit.span.start - whole.start, edit.span.end - whole.start), edit.new) for edit in edits)
    text = apply_edits(file.text[whole.start : whole.end], moved)
    return {"range": _range(byte_region(file, whole)), "text": text.decode("utf-8", "replace")}


def _notice(notice: Notice) -> dict[str, object]:
    location: dict[str, object] = {"path": notice.path}
    if notice.line is not None:
        location["range"] = {"start": {"line": notice.line}}
    return {
        "message": notice.message,
        "location": location,
        "severity": _SEVERITIES[Severity.ERROR if notice.fatal else Severity.INFORMATION],
    }


def _range(place: Region) -> dict[str, object]:
    return {
        "start": {"line": place.line, "column": place.column},
        "end": {"line": place.end_line, "column": place.end_column},
    }
