from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.reporters.build import BLOCKED, MOVED, PROXY, Sample
from workflow_ls.reporters import REPORTERS

JSON = REPORTERS["json"]


def test_nothing_found() -> None:
    assert json.loads(Sample().file("a.ts", "").render(JSON)) == {
        "version": 1,
        "diagnostics": [],
        "notices": [],
        "summary": {
            "files": 0,
            "checked": 1,
            "by_rule": {},
            "by_status": {"verified": 0, "unverified": 0, "blocked": 0},
        },
    }


def test_a_report() -> None:
    report = json.loads(
        Sample()
        .file(
            "b.ts", "\nimport '$0@shared/workflow/runtime$0';\nimport '$0@shared/workflow/runtime$0';", MOVED, BLOCKED
        )
        .file("a.ts", "$0x\ny$0\n", PROXY)
        .file("c.ts", "")
        .notice("d.ts", "skipped: it is larger than 5 MB")
        .notice("package.json", "no value", line=4, fatal=True)
        .render(JSON)
    )
    place = {"start": {"line": 2, "column": 9}, "end": {"line": 2, "column": 33}}
    common = {
        "path": "b.ts",
        "rule": "deprecated-import",
        "severity": "warning",
        "message": "'@shared/workflow/runtime' is deprecated",
        "specifier": "@shared/workflow/runtime",
    }
    assert report == {
        "version": 1,
        "diagnostics": [
            {
                "path": "a.ts",
                "rule": "legacy-proxy",
                "severity": "information",
                "message": "it only re-exports the legacy tree",
                "start": {"line": 1, "column": 1},
                "end": {"line": 2, "column": 2},
                "specifier": None,
                "replacement": None,
                "status": None,
                "reason": None,
            },
            {
                **common,
                **place,
                "replacement": "@alga-psa/workflows/runtime",
                "status": "verified",
                "reason": None,
            },
            {
                **common,
                "start": {"line": 3, "column": 9},
                "end": {"line": 3, "column": 33},
                "replacement": None,
                "status": "blocked",
                "reason": BLOCKED.reason,
            },
        ],
        "notices": [
            {"path": "d.ts", "line": None, "message": "skipped: it is larger than 5 MB", "fatal": False},
            {"path": "package.json", "line": 4, "message": "no value", "fatal": True},
        ],
        "summary": {
            "files": 2,
            "checked": 3,
            "by_rule": {"deprecated-import": 2, "legacy-proxy": 1},
            "by_status": {"verified": 1, "unverified": 0, "blocked": 1},
        },
    }


def test_the_order_of_the_keys() -> None:
    report = json.loads(Sample().file("a.ts", "$0x$0$0y$0", PROXY, MOVED).render(JSON))
    assert list(report["summary"]["by_rule"]) == ["deprecated-import", "legacy-proxy"]
    assert list(report) == ["version", "diagnostics", "notices", "summary"]
    assert list(report["diagnostics"][0]) == [
        *("path", "rule", "severity", "message", "start", "end", "specifier", "replacement", "status", "reason"),
    ]


@pytest.mark.parametrize(
    ("source", "start", "end"),
    [
        ("$0x$0", (1, 1), (1, 2)),
        ("'日本' '🎉' '$0🎉é$0'", (1, 11), (1, 13)),
        ("\t$0x$0", (1, 2), (1, 3)),
        ("a\r\n$0x$0\r\n", (2, 1), (2, 2)),
        ("a\rb\n$0x$0", (3, 1), (3, 2)),
        ("a\u2028\x0b$0x$0", (1, 4), (1, 5)),
        ("\ufeff$0x$0", (1, 1), (1, 2)),
        ("\ufeff$0$0", (1, 1), (1, 1)),
        ("$0\ufeffx$0", (1, 1), (1, 2)),
        ("\ufeffa\n$0x$0", (2, 1), (2, 2)),
        ("\ufeff$0a\nx$0", (1, 1), (2, 2)),
        # Only the first character of a file is a byte order mark.
        ("a\ufeff$0x$0", (1, 3), (1, 4)),
    ],
)
def test_columns_count_code_points_without_byte_order_mark(
    source: str, start: tuple[int, int], end: tuple[int, int]
) -> None:
    (finding,) = json.loads(Sample().file("a.ts", source, PROXY).render(JSON))["diagnostics"]
    assert finding["start"] == {"line": start[0], "column": start[1]}
    assert finding["end"] == {"line": end[0], "column": end[1]}


def test_text_of_every_kind_survives_a_round_trip_through_ascii() -> None:
    strange = '\x1b[31m \u202e 🎉 \u2028 \x9b " \\ \\ud83d'
    text = Sample().file("a\n.ts", "$0x$0", replace(PROXY, message=strange)).render(JSON)
    assert text.isascii()
    assert text.replace("\n", "").isprintable()
    (finding,) = json.loads(text)["diagnostics"]
    assert (finding["path"], finding["message"]) == ("a\n.ts", strange)


def test_a_file_name_that_is_not_utf8_leaves_valid_json() -> None:
    text = Sample().file("caf\udce9.ts", "$0x$0", replace(PROXY, message="🎉")).render(JSON)
    (finding,) = json.loads(text)["diagnostics"]
    assert (finding["path"], finding["message"]) == ("caf\ufffd.ts", "🎉")
