"""Text for people: each finding with its source line and its fix or the reason against one, and a summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from workflow_ls import BASELINE_FILE
from workflow_ls.diagnostics import Applicability, Diagnostic, Notice, Related, Report, Severity, Status
from workflow_ls.printable import counted, visible, visible_path
from workflow_ls.reporters.excerpt import excerpt
from workflow_ls.reporters.report_context import TOOL, ReportContext, advice, files_with_findings, ordered, region

USAGE = "People: with colours on a terminal, unless `NO_COLOR` is set."

_BOLD, _DIM, _RED, _GREEN, _YELLOW, _CYAN = "1", "2", "1;31", "32", "1;33", "1;36"
_SEVERITIES = {Severity.ERROR: _RED, Severity.WARNING: _YELLOW, Severity.INFORMATION: _CYAN}


def render(report: Report, context: ReportContext) -> str:
    """The findings (their counts under `statistics`), the notices, and a summary as the last lines.

    No line can be taken for a command by a terminal or a CI system, whatever files and paths hold.
    """
    paragraphs: list[str] = []
    if context.statistics and report.diagnostics:
        paragraphs.append("\n".join(_statistics(report)))
    elif not context.statistics:
        paragraphs += ["\n".join(_finding(finding, context)) for finding in ordered(report)]
    if report.notices:
        paragraphs.append("\n".join(_notice(notice, context) for notice in report.notices))
    paragraphs.append("\n".join(_summary(report, context)))
    return "\n\n".join(paragraphs) + "\n"


def headline(finding: Diagnostic, context: ReportContext) -> str:
    """Place, severity, rule and message in a line, without colours."""
    return f"{_place(finding, context)} {finding.severity.label}[{visible(finding.rule)}] {visible(finding.message)}"


def details(finding: Diagnostic, context: ReportContext) -> Iterator[str]:
    """The advice and the places that explain a finding, a line each, without colours."""
    yield from map(visible, advice(finding))
    for other in finding.related:
        yield f"see {_related(other, context)}: {visible(other.message)}"


def _finding(finding: Diagnostic, context: ReportContext) -> Iterator[str]:
    severity = _SEVERITIES[finding.severity]
    yield (
        f"{_paint(_place(finding, context), _BOLD, context)} "
        f"{_paint(finding.severity.label, severity, context)}[{visible(finding.rule)}] {visible(finding.message)}"
    )
    shown = excerpt(context.file(finding.path), finding.span)
    number = f"{shown.line:>5}"
    beyond = f" to line {shown.last_line}" if shown.last_line > shown.line else ""
    yield f"{_paint(f'{number} |', _DIM, context)} {shown.source}".rstrip()
    bar = _paint(f"{'':>{len(number)}} |", _DIM, context)
    yield f"{bar} {' ' * shown.lead}{_paint('^' * shown.width + beyond, severity, context)}"
    for line in details(finding, context):
        yield f"{'':>{len(number)}} {_paint(line, _GREEN, context) if line.startswith('→') else line}"


def _place(finding: Diagnostic, context: ReportContext) -> str:
    place = region(context.file(finding.path), finding.span)
    return f"{visible_path(finding.path)}:{place.line}:{place.column}"


def _related(other: Related, context: ReportContext) -> str:
    if other.span is None:
        return visible(other.path)
    place = region(context.file(other.path), other.span)
    return f"{visible(other.path)}:{place.line}:{place.column}"


def _notice(notice: Notice, context: ReportContext) -> str:
    place = visible_path(notice.path or TOOL) + (f":{notice.line}" if notice.line is not None else "")
    kind = f"{_paint('error', _RED, context)}: " if notice.fatal else ""
    return f"{_paint(place, _BOLD, context)}: {kind}{visible(notice.message)}"


def _summary(report: Report, context: ReportContext) -> Iterator[str]:
    checked = counted(report.files, "file")
    fatal = sum(notice.fatal for notice in report.notices)
    skipped = sum(notice.skips and not notice.fatal for notice in report.notices)
    if not report.diagnostics:
        if fatal:
            yield f"No findings in {checked}, but the check is incomplete: {counted(fatal, 'error')}."
        elif any(notice.skips and notice.path == "." for notice in report.notices):
            yield f"No findings in {checked}, but not all files were looked at."
        elif skipped:
            yield f"No findings in {checked}, but {counted(skipped, 'file')} {_was(skipped)} skipped."
        else:
            clear = "All clear: no findings" if report.accepted is None and report.since is None else "No new findings"
            yield _paint(f"{clear}{_since(report)} in {checked}.", _GREEN, context)
        yield from _accepted(report)
        return
    states = Counter(finding.status for finding in report.diagnostics)
    by_status = ", ".join(f"{states[status]} {status.value}" for status in Status if states[status])
    new = "new " if report.accepted is not None or report.since is not None else ""
    number = counted(len(report.diagnostics), f"{new}finding") + _since(report)
    found = f"{number} in {counted(files_with_findings(report), 'file')}"
    yield _paint(found, _BOLD, context) + (f": {by_status}" if by_status else "") + f" ({checked} checked)."
    if fatal:
        yield f"The check is incomplete: {counted(fatal, 'error')}."
    yield from _accepted(report)
    fixes = Counter(finding.fix.applicability for finding in report.diagnostics if finding.fix is not None)
    always = fixes[Applicability.ALWAYS] + fixes[Applicability.WORKSPACE_FIX]
    on_request = fixes[Applicability.UNSAFE]
    if always:
        more = f", {on_request} more with `workflow-ls fix --unsafe`" if on_request else ""
        yield f"{always} can be fixed with `workflow-ls fix`{more}."
    elif on_request:
        yield f"{on_request} can be fixed with `workflow-ls fix --unsafe`."


def _since(report: Report) -> str:
    return "" if report.since is None else f" since {visible(report.since)}"


def _accepted(report: Report) -> Iterator[str]:
    """What the baseline accepts, and what of this is gone."""
    if report.accepted is None:
        return
    total = report.accepted + report.resolved
    if not report.resolved:
        yield f"{BASELINE_FILE} accepts {counted(total, 'finding')}."
        return
    gone = f"{report.resolved} of which {_is(report.resolved)} resolved"
    yield f"{BASELINE_FILE} accepts {counted(total, 'finding')}, {gone}: run `workflow-ls baseline --prune`."


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _was(number: int) -> str:
    return "was" if number == 1 else "were"


def _statistics(report: Report) -> Iterator[str]:
    """A table of counts by rule and status, the most frequent rule first."""
    rules = Counter(finding.rule for finding in report.diagnostics)
    states = Counter((finding.rule, finding.status) for finding in report.diagnostics)
    files = Counter(rule for rule, _ in {(finding.rule, finding.path) for finding in report.diagnostics})
    rows = [("rule", "findings", "files", *(status.value for status in Status))]
    for rule, total in sorted(rules.items(), key=lambda item: (-item[1], item[0])):
        rows.append((visible(rule), str(total), str(files[rule]), *(str(states[rule, status]) for status in Status)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        first, *others = row
        yield f"{first:<{widths[0]}}" + "".join(f"  {cell:>{width}}" for cell, width in zip(others, widths[1:]))


def _paint(text: str, style: str, context: ReportContext) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if context.color and text else text
