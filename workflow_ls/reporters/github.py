"""GitHub Actions: a workflow command per finding, which becomes an annotation, and the text report.

GitHub keeps ten annotations of a kind per step and drops the others, hence the report.
"""

from __future__ import annotations

from workflow_ls.diagnostics import Diagnostic, Notice, Report, Severity
from workflow_ls.printable import visible
from workflow_ls.reporters import text
from workflow_ls.reporters.report_context import ReportContext, explained, ordered, region

USAGE = (
    "GitHub Actions: `workflow-ls check --format github` annotates the lines of a pull request, and prints the "
    "text report."
)

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFORMATION: "notice"}


def render(report: Report, context: ReportContext) -> str:
    """The annotations, then the text report, in which nothing can be taken for a command."""
    commands = [_annotation(finding, context) for finding in ordered(report)]
    commands += [_notice(notice) for notice in report.notices]
    return "".join(f"{command}\n" for command in commands) + text.render(report, context)


def _annotation(finding: Diagnostic, context: ReportContext) -> str:
    place = region(context.file(finding.path), finding.span)
    properties: dict[str, object] = {"file": finding.path, "line": place.line, "endLine": place.end_line}
    # The runner drops columns of a range over several lines, and complains in its log.
    if place.line == place.end_line:
        properties |= {"col": place.column, "endColumn": place.end_column}
    return _command(_COMMANDS[finding.severity], properties | {"title": finding.rule}, explained(finding))


def _notice(notice: Notice) -> str:
    properties: dict[str, object] = {"file": notice.path}
    if notice.line is not None:
        properties["line"] = notice.line
    return _command("error" if notice.fatal else "notice", properties, notice.message)


def _command(name: str, properties: dict[str, object], message: str) -> str:
    listed = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{name} {listed}::{_data(message)}"


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


def _data(value: str) -> str:
    """Escaped as the runner's ActionCommand reads it; line breaks keep their meaning, other controls are shown."""
    return "%0A".join(
        "%0D".join(visible(part).replace("%", "%25") for part in line.split("\r")) for line in value.split("\n")
    )
