"""SARIF 2.1.0, with the fixes, for code scanning and SARIF viewers.

Written as plain data: the object models on PyPI are unmaintained or bring pydantic, and check less than the format's
own JSON Schema, which the tests apply.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from workflow_ls.diagnostics import Diagnostic, Fix, Notice, Related, Report, Severity
from workflow_ls.reporters.fingerprint import fingerprint, occurrences
from workflow_ls.reporters.json_ import dumps
from workflow_ls.reporters.report_context import TOOL, ReportContext, RuleInfo, explained, ordered, region
from workflow_ls.text import Edit, Span

USAGE = (
    "GitHub code scanning and SARIF viewers: `--format sarif --output workflow-ls.sarif --exit-zero`, then "
    "upload the file; it contains the fixes."
)

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFORMATION: "note"}
_ROOT = "%SRCROOT%"

# A snippet repeats the source, which is of no use for a finding that covers a whole file.
_MAX_SNIPPET_BYTES = 2_000


def render(report: Report, context: ReportContext) -> str:
    """A log with one run.

    `properties` of a result hold `specifier`, `replacement`, `status` and `reason`, as in the JSON format.
    """
    indexes = {code: index for index, code in enumerate(context.rules)}
    numbered = occurrences(ordered(report))
    # `originalUriBaseIds` is left out, and so are links to the rules' pages: a log leaves the machine that made it, and
    # the only addresses known lead to files of that machine.  `help` holds each page in full.
    # What was there before, and what a baseline accepts, is left out.
    is_new = report.since is not None or report.accepted is not None
    state = {"baselineState": "new"} if is_new else {}
    run: dict[str, object] = {
        "tool": {"driver": _driver(context)},
        "columnKind": "unicodeCodePoints",
        "defaultEncoding": "utf-8",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "invocations": [_invocation(report)],
        "results": [
            _result(finding, number, indexes.get(finding.rule), context) | state for finding, number in numbered
        ],
    }
    return dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _driver(context: ReportContext) -> dict[str, object]:
    return {
        "name": TOOL,
        **({"version": context.version} if context.version else {}),
        "rules": [_rule(rule) for rule in context.rules.values()],
    }


def _rule(rule: RuleInfo) -> dict[str, object]:
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.code.split("-")),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.summary},
        "help": {"text": rule.page or rule.summary, "markdown": rule.page or rule.summary},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _invocation(report: Report) -> dict[str, object]:
    return {
        "executionSuccessful": not any(notice.fatal for notice in report.notices),
        "toolExecutionNotifications": [_notification(notice) for notice in report.notices],
    }


def _notification(notice: Notice) -> dict[str, object]:
    place: dict[str, object] = {"artifactLocation": _artifact(notice.path)}
    if notice.line is not None:
        place["region"] = {"startLine": notice.line}
    return {
        "level": "error" if notice.fatal else "note",
        "message": _message(notice.message),
        "locations": [{"physicalLocation": place}],
    }


def _result(finding: Diagnostic, occurrence: int, rule_index: int | None, context: ReportContext) -> dict[str, object]:
    properties = {
        "specifier": finding.specifier,
        "replacement": finding.replacement,
        "status": finding.status.value if finding.status is not None else None,
        "reason": finding.reason,
    }
    return {
        "ruleId": finding.rule,
        **({"ruleIndex": rule_index} if rule_index is not None else {}),
        "level": _LEVELS[finding.severity],
        "message": _message(explained(finding)),
        "locations": [{"physicalLocation": _place(finding.path, finding.span, context)}],
        **({"relatedLocations": _related(finding.related, context)} if finding.related else {}),
        "partialFingerprints": {"specifierOccurrence/v1": fingerprint(finding, occurrence)},
        **({"fixes": [_fix(finding.fix, context)]} if finding.fix is not None else {}),
        "properties": {key: value for key, value in properties.items() if value is not None},
    }


def _related(related: tuple[Related, ...], context: ReportContext) -> list[dict[str, object]]:
    return [
        {
            "id": number,
            "message": _message(other.message),
            "physicalLocation": {"artifactLocation": _artifact(other.path)}
            if other.span is None
            else _place(other.path, other.span, context),
        }
        for number, other in enumerate(related)
    ]


def _fix(fix: Fix, context: ReportContext) -> dict[str, object]:
    return {
        "description": _message(fix.title),
        "artifactChanges": [
            {
                "artifactLocation": _artifact(edited.path),
                "replacements": [_replacement(edited.path, edit, context) for edit in edited.edits],
            }
            for edited in fix.files
        ],
    }


def _replacement(path: str, edit: Edit, context: ReportContext) -> dict[str, object]:
    return {
        "deletedRegion": _region(path, edit.span, context),
        **({"insertedContent": {"text": edit.new}} if edit.new else {}),
    }


def _place(path: str, span: Span, context: ReportContext) -> dict[str, object]:
    place = _region(path, span, context)
    if span.end - span.start <= _MAX_SNIPPET_BYTES:
        file = context.file(path)
        place["snippet"] = {"text": file.text[max(span.start, file.start) : span.end].decode("utf-8", "replace")}
    return {"artifactLocation": _artifact(path), "region": place}


def _region(path: str, span: Span, context: ReportContext) -> dict[str, object]:
    place = region(context.file(path), span)
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }


def _artifact(path: str) -> dict[str, object]:
    # The bytes of a name that is not UTF-8 are encoded as they are on disk.
    return {"uri": quote(path, safe="/", errors="surrogateescape"), "uriBaseId": _ROOT}


def _message(text: str) -> dict[str, object]:
    """A plain text message; what would be read as a placeholder or a link is kept as text (2.1.0, 3.11.5, 3.11.6)."""
    return {"text": re.sub(r"\{(\d+)\}", r"{{\1}}", text).replace("](", "] (")}
