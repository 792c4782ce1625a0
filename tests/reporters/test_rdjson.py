from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.fixture import unmark
from tests.reporters.build import BLOCKED, MOVED, PROXY, UNVERIFIED, Sample, everyday
from workflow_ls.diagnostics import Applicability, FileEdit, Fix, Severity
from workflow_ls.reporters import REPORTERS
from workflow_ls.text import Edit, Span, apply_edits

RDJSON = REPORTERS["rdjson"]

# reviewdog.proto, with nothing allowed that it does not name.
POSITION = {
    "type": "object",
    "properties": {"line": {"type": "integer", "minimum": 1}, "column": {"type": "integer", "minimum": 1}},
    "required": ["line"],
    "additionalProperties": False,
}
RANGE = {
    "type": "object",
    "properties": {"start": POSITION, "end": POSITION},
    "required": ["start"],
    "additionalProperties": False,
}
NAMED = {"type": "object", "properties": {"name": {"type": "string"}, "url": {"type": "string"}}}
SEVERITY = {"enum": ["ERROR", "WARNING", "INFO"]}
SCHEMA = {
    "type": "object",
    "properties": {
        "source": {**NAMED, "required": ["name"], "additionalProperties": False},
        "severity": SEVERITY,
        "diagnostics": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "message": {"type": "string"},
                    "location": {
                        "type": "object",
                        "properties": {"path": {"type": "string"}, "range": RANGE},
                        "required": ["path"],
                        "additionalProperties": False,
                    },
                    "severity": SEVERITY,
                    "code": {
                        "type": "object",
                        "properties": {"value": {"type": "string"}, "url": {"type": "string", "minLength": 1}},
                        "required": ["value"],
                        "additionalProperties": False,
                    },
                    "suggestions": {
                        "type": "array",
                        "minItems": 1,
                        "items": {
                            "type": "object",
                            "properties": {"range": RANGE, "text": {"type": "string"}},
                            "required": ["range", "text"],
                            "additionalProperties": False,
                        },
                    },
                    "original_output": {"type": "string"},
                },
                "required": ["message", "location", "severity"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["source", "severity", "diagnostics"],
    "additionalProperties": False,
}


def result(sample: Sample, **context: object) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(sample.render(RDJSON, **context))
    Draft202012Validator(SCHEMA).validate(parsed)
    return parsed


def test_nothing_found() -> None:
    assert result(Sample()) == {"source": {"name": "workflow-ls"}, "severity": "INFO", "diagnostics": []}


def test_a_finding() -> None:
    sample = Sample().file("a.ts", "\n日本 '$0@shared/workflow/runtime$0';\n", UNVERIFIED)
    place = {"start": {"line": 2, "column": 9}, "end": {"line": 2, "column": 33}}
    assert result(sample) == {
        "source": {"name": "workflow-ls"},
        "severity": "WARNING",
        "diagnostics": [
            {
                "message": "'@shared/workflow/runtime' is deprecated\n→ '@alga-psa/workflows/runtime'\n"
                "unverified: the package `@alga-psa/workflows` is not in this workspace",
                "location": {"path": "a.ts", "range": place},
                "severity": "WARNING",
                "code": {"value": "deprecated-import"},
                "suggestions": [{"range": place, "text": "@alga-psa/workflows/runtime"}],
                "original_output": "a.ts:2:5 warning[deprecated-import] '@shared/workflow/runtime' is deprecated",
            }
        ],
    }


def test_severities_and_notices() -> None:
    sample = Sample().file("a.ts", "$0a$0$0b$0$0c$0", *(replace(PROXY, severity=severity) for severity in Severity))
    sample.notice("b.ts", "skipped").notice("c.json", "broken", line=4, fatal=True)
    found = result(sample)
    assert found["severity"] == "ERROR"
    assert [item["severity"] for item in found["diagnostics"]] == ["INFO", "WARNING", "ERROR", "INFO", "ERROR"]
    assert [item["location"] for item in found["diagnostics"][3:]] == [
        {"path": "b.ts"},
        {"path": "c.json", "range": {"start": {"line": 4}}},
    ]
    assert result(Sample().notice("c.json", "broken", fatal=True))["severity"] == "ERROR"


def review(before: bytes, suggestion: dict[str, Any]) -> bytes:
    """The text after a click on a suggestion: reviewdog cuts lines, as bytes, at the columns."""
    lines = before.split(b"\n")
    start, end = suggestion["range"]["start"], suggestion["range"]["end"]
    first, last = lines[start["line"] - 1], lines[end["line"] - 1]
    new = first[: start["column"] - 1] + suggestion["text"].encode() + last[end["column"] - 1 :]
    return b"\n".join([*lines[: start["line"] - 1], new, *lines[end["line"] :]])


@pytest.mark.parametrize(
    ("source", "new"),
    [
        ("import '$0x$0';", ["y"]),
        ("import '$0x$0';\n", [""]),
        ("'日本🎉' '$0工作$0'\n", ["日"]),
        ("\ufeffimport '$0x$0';\r\nb\r\n", ["y"]),
        ("a\r\nimport '$0x$0';\r\n", ["y"]),
        ("a$0$0b\n", ["y"]),
        ("a$0\n$0b\n", [""]),
        ("import { $0a, $0b } from '$0x$0';$0$0\n", ["", "y", "\nimport { a } from 'z';"]),
        ("a $0b$0\nc\nd $0e$0 f\n", ["1\n2", "3"]),
    ],
)
def test_a_suggestion_gives_what_the_fix_gives(source: str, new: list[str]) -> None:
    before, spans = unmark(source)
    edits = tuple(Edit(span, text) for span, text in zip(spans, new))
    marks = [replace(PROXY, fix=Fix("Rewrite", (FileEdit("a.ts", edits[::-1], before),))), *[PROXY] * (len(spans) - 1)]
    first, *_ = result(Sample().file("a.ts", source, *marks))["diagnostics"]
    (suggestion,) = first["suggestions"]
    assert review(before, suggestion) == apply_edits(before, edits)


HERE, THERE = (FileEdit(path, (Edit(Span(0, 1), "y"),), b"x") for path in ("a.ts", "package.json"))


@pytest.mark.parametrize(
    "finding",
    [
        PROXY,
        BLOCKED,
        replace(MOVED, fix=Fix("Rewrite", (FileEdit("a.ts", (), b"x"),))),
        replace(MOVED, fix=Fix("Rewrite", (THERE,))),
        replace(MOVED, fix=Fix("Rewrite", (HERE, THERE))),
    ],
)
def test_no_suggestion_for_half_a_fix_or_none(finding: Any) -> None:
    (found,) = result(Sample().file("a.ts", "$0x$0", finding))["diagnostics"]
    assert "suggestions" not in found


def test_a_fix_on_request_is_a_suggestion() -> None:
    (found,) = result(Sample().file("a.ts", "$0x$0", replace(MOVED, fix=None)))["diagnostics"]
    assert found["suggestions"]
    sample = Sample().file("a.ts", "$0x$0", MOVED)
    (finding,) = sample.findings
    assert finding.fix is not None
    sample.findings = [replace(finding, fix=replace(finding.fix, applicability=Applicability.UNSAFE))]
    (asked,) = result(sample)["diagnostics"]
    assert asked["suggestions"] == found["suggestions"]
    assert asked["message"].endswith("(only with `fix --unsafe`)")


def test_everyday() -> None:
    assert len(result(everyday())["diagnostics"]) == 5
