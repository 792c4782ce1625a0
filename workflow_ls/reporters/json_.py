"""The project's own JSON format, version 1, and how JSON is written in the formats built on it."""

from __future__ import annotations

import json
from collections import Counter

from workflow_ls.diagnostics import Diagnostic, Report, Status
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.reporters.report_context import ReportContext, files_with_findings, ordered, region

USAGE = (
    "Scripts: one object with `version`, `diagnostics`, `notices` and `summary`; lines and columns (Unicode "
    "code points) count from 1."
)

_SURROGATE = compile_on_use("[\ud800-\udfff]")


def render(report: Report, context: ReportContext) -> str:
    """One object: `diagnostics`, `notices` and `summary`.

    In the summary, `files` counts the files with findings and `checked` those looked into; `by_rule` has the rules
    that found something, `by_status` every status.  Findings without a status are in none of the latter.
    With a baseline, `accepted` counts the findings that it accepts, `resolved` those that it accepts and that are gone.
    The `origin` of a finding is there where it was looked up.
    """
    rules = Counter(finding.rule for finding in report.diagnostics)
    states = Counter(finding.status for finding in report.diagnostics)
    return dumps(
        {
            "version": 1,
            "diagnostics": [_diagnostic(finding, context) for finding in ordered(report)],
            "notices": [
                {"path": notice.path, "line": notice.line, "message": notice.message, "fatal": notice.fatal}
                for notice in report.notices
            ],
            "summary": {
                "files": files_with_findings(report),
                "checked": report.files,
                "by_rule": dict(sorted(rules.items())),
                "by_status": {status.value: states[status] for status in Status},
                **({} if report.accepted is None else {"accepted": report.accepted, "resolved": report.resolved}),
            },
        }
    )


def _diagnostic(finding: Diagnostic, context: ReportContext) -> dict[str, object]:
    place = region(context.file(finding.path), finding.span)
    return {
        "path": finding.path,
        "rule": finding.rule,
        "severity": finding.severity.label,
        "message": finding.message,
        "start": {"line": place.line, "column": place.column},
        "end": {"line": place.end_line, "column": place.end_column},
        "specifier": finding.specifier,
        "replacement": finding.replacement,
        "status": finding.status.value if finding.status is not None else None,
        "reason": finding.reason,
        **_origin(finding),
    }


def _origin(finding: Diagnostic) -> dict[str, object]:
    origin = finding.origin
    if origin is None:
        return {}
    named = {"commit": origin.commit, "author": origin.author, "date": origin.date, "summary": origin.summary}
    return {"origin": named}


def dumps(value: object) -> str:
    """JSON in ASCII with a line break at its end: no encoding can spoil it, no terminal is moved by it.

    Half a surrogate pair (a file name that is not UTF-8) becomes U+FFFD, since strict readers refuse it.
    """
    text = json.dumps(value, indent=2)
    if "\\ud" in text:
        text = json.dumps(_scalars(value), indent=2)
    return text + "\n"


def _scalars(value: object) -> object:
    match value:
        case str():
            return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value)
        case dict():
            return {_scalars(key): _scalars(item) for key, item in value.items()}
        case list() | tuple():
            return [_scalars(item) for item in value]
        case _:
            return value
