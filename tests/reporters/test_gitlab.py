from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from tests.reporters.build import BLOCKED, MOVED, PROXY, Sample, everyday
from workflow_ls.diagnostics import Severity
from workflow_ls.reporters import REPORTERS

GITLAB = REPORTERS["gitlab"]


def issues(sample: Sample) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(sample.render(GITLAB))
    return found


def test_nothing_found() -> None:
    assert Sample().render(GITLAB) == "[]\n"


def test_a_finding() -> None:
    (issue,) = issues(Sample().file("src/a.ts", "\n'🎉$0x$0'", MOVED))
    assert issue == {
        "description": "'@shared/workflow/runtime' is deprecated; → '@alga-psa/workflows/runtime'",
        "check_name": "deprecated-import",
        "fingerprint": issue["fingerprint"],
        "severity": "minor",
        "location": {
            "path": "src/a.ts",
            "lines": {"begin": 2, "end": 2},
            "positions": {"begin": {"line": 2, "column": 3}, "end": {"line": 2, "column": 4}},
        },
    }
    assert len(issue["fingerprint"]) == 64


def test_severities_and_notices() -> None:
    sample = Sample().file("a.ts", "$0x$0$0y$0", PROXY, replace(PROXY, severity=Severity.ERROR))
    sample.notice("b.ts", "skipped").notice("b.ts", "skipped").notice("c.json", "broken", line=4, fatal=True)
    found = issues(sample)
    assert [issue["severity"] for issue in found] == ["info", "major", "info", "critical"]
    assert [(issue["check_name"], issue["location"]) for issue in found[2:]] == [
        ("notice", {"path": "b.ts", "lines": {"begin": 1, "end": 1}}),
        ("notice", {"path": "c.json", "lines": {"begin": 4, "end": 4}}),
    ]


def test_fingerprints_are_all_different() -> None:
    sample = everyday().file(
        "same.ts", "$0x$0\n$0x$0\n$0x$0", MOVED, MOVED, replace(MOVED, rule="deprecated-reference")
    )
    sample.file("other.ts", "$0x$0", MOVED)
    sample.file("nul.ts", "$0x$0$0x$0$0x$0", *(replace(MOVED, specifier=text) for text in ("a", "a\0" + "0", "")))
    prints = [issue["fingerprint"] for issue in issues(sample)]
    assert len(set(prints)) == len(prints)


def test_fingerprint_survives_move_and_changed_status() -> None:
    def prints(source: str, *findings: Any) -> list[str]:
        return [issue["fingerprint"] for issue in issues(Sample().file("a.ts", source, *findings))]

    before = prints("$0x$0\n$0x$0", MOVED, MOVED)
    assert prints("// more\n\n$0x$0; $0x$0", MOVED, MOVED) == before
    assert prints("$0x$0\n$0x$0", BLOCKED, BLOCKED) == before
    # A fixed finding gives its place to the next of its kind, so one fingerprint disappears, whichever was fixed.
    assert prints("\n$0x$0", MOVED) == before[:1]
