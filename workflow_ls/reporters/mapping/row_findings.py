"""The report of `map --check`, for people and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator

from workflow_ls.config.settings import CONFIG_FILE
from workflow_ls.diagnostics import Severity
from workflow_ls.mapping.checking.table_report import RowFinding, TableReport
from workflow_ls.printable import visible
from workflow_ls.text import LineIndex


def render_text(report: TableReport, text: bytes | None) -> str:
    """The findings, each with its place, and a summary; `text` is that of `workflow-ls.json`."""
    return "".join(f"{visible(line)}\n" for line in _lines(report, text))


def _lines(report: TableReport, text: bytes | None) -> Iterator[str]:
    index = LineIndex(text or b"")
    for finding in report.findings:
        yield f"{_place(finding, index)}: {finding.severity.label}: {finding.row}: {finding.message}"
        if finding.replacement is not None:
            yield f"    Did you mean {finding.replacement}?"
    problems = sum(finding.severity >= Severity.WARNING for finding in report.findings)
    others = len(report.findings) - problems
    more = f", and {_counted(others, 'remark')}" if others else ""
    found = _counted(problems, "problem") if problems else "No problem"
    served = f"they lead {report.verified} of {_counted(report.references, 'reference')} to a verified target"
    yield f"{found} in {_counted(report.rows, 'row')}{more}; {served}."


def _place(finding: RowFinding, index: LineIndex) -> str:
    if finding.span is None:
        return "built-in"
    position = index.position(finding.span.start, "utf-8")
    return f"{CONFIG_FILE}:{position.line + 1}:{position.column + 1}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def render_json(report: TableReport, text: bytes | None) -> str:
    """The same as JSON; lines and columns count from 1, columns in UTF-8 bytes."""
    index = LineIndex(text or b"")
    found = []
    for finding in report.findings:
        start = None if finding.span is None else index.position(finding.span.start, "utf-8")
        found.append(
            {
                "path": None if finding.place is None else CONFIG_FILE,
                "start": None if start is None else {"line": start.line + 1, "column": start.column + 1},
                "place": None if finding.place is None else list(finding.place),
                "row": finding.row,
                "severity": finding.severity.label,
                "message": finding.message,
                "replacement": finding.replacement,
                "removable": finding.is_removable,
            }
        )
    summary = {"rows": report.rows, "references": report.references, "verified": report.verified}
    return json.dumps({"version": 1, "findings": found, "summary": summary}, indent=2) + "\n"
