"""What the output and the reports of the usual runners say, and when a run is no worse than the one before."""

from __future__ import annotations

import json

import pytest

from workflow_ls.cli.verify.observed_run import ObservedRun, failures_in, is_no_worse, plain, read_report, tail_of

pytestmark = pytest.mark.slow

JUNIT = """<?xml version="1.0"?><testsuites><testsuite name="s">
<testcase classname="src/a.test.ts" name="adds"/>
<testcase classname="src/a.test.ts" name="fails"><failure message="x">y</failure></testcase>
<testcase classname="src/b.test.ts" name="throws"><error/></testcase>
<testcase classname="src/b.test.ts" name="waits"><skipped/></testcase>
</testsuite></testsuites>"""

JEST = json.dumps(
    {
        "success": False,
        "testResults": [
            {
                "name": "/tree/src/a.test.ts",
                "status": "failed",
                "assertionResults": [
                    {"fullName": "adds", "status": "passed"},
                    {"fullName": "fails", "status": "failed"},
                    {"fullName": "waits", "status": "pending"},
                ],
            },
            {"name": "/tree/src/b.test.ts", "status": "failed", "message": "no such module", "assertionResults": []},
            {
                "name": "/tree/src/c.test.ts",
                "status": "failed",
                "assertionResults": [{"fullName": "c", "status": "passed"}],
            },
        ],
    }
)

PRINTED = """> app@1.0.0 test
PASS a
{"numTotalTests":1,"testResults":[{"name":"a","status":"passed","assertionResults":[{"fullName":"b","status":"passed"}]}]}
Ran all test suites.
"""

TAP = """TAP version 13
ok 1 - adds
not ok 2 - fails
  ---
  message: 'ok 7 - no test'
  ...
ok 3 - waits # SKIP no network
not ok 4 - later # TODO
1..4
"""


@pytest.mark.parametrize(
    ("report", "tests"),
    [
        (
            JUNIT,
            {"src/a.test.ts > adds": True, "src/a.test.ts > fails": False, "src/b.test.ts > throws": False},
        ),
        (
            JEST,
            {
                "src/a.test.ts > adds": True,
                "src/a.test.ts > fails": False,
                "src/b.test.ts": False,
                "src/c.test.ts > c": True,
                "src/c.test.ts": False,
            },
        ),
        (TAP, {"adds": True, "fails": False}),
        (
            PRINTED,
            {"a > b": True},
        ),
        ("TAP version 13\nok 1 - twice\nnot ok 2 - twice\n1..2\n", {"twice": False}),
    ],
)
def test_a_report_names_the_tests(report: str, tests: dict[str, bool]) -> None:
    assert read_report(report, "/tree") == tests


@pytest.mark.parametrize(
    "text",
    ["", "ok", "not ok 1 - a", "{}", "{", "<html></html>", "<", '{"testResults": 1}', "[1]", "1..0\n", "{" * 9999],
)
def test_anything_else_is_no_report(text: str) -> None:
    assert read_report(text, "/tree") is None


@pytest.mark.parametrize(
    ("line", "failure"),
    [
        ("\x1b[41m FAIL \x1b[0m src/a.test.ts > a > b 12ms", "FAIL  src/a.test.ts > a > b"),  # Vitest
        ("FAIL src/a.test.ts (5.2 s)", "FAIL src/a.test.ts"),  # Jest
        ("  ● adds two", "● adds two"),
        ("   \u00d7 adds 2 numbers 3ms", "\u00d7 adds 2 numbers"),
        ("✖ adds (1.2ms)", "✖ adds"),  # node:test
        ("not ok 3 - adds", "not ok 3 - adds"),
        (
            "/tree/src/a.ts(12,5): error TS2307: Cannot find module 'x'.",
            "src/a.ts: error TS2307: Cannot find module 'x'.",
        ),
        ("src/a.ts:12:5 - error TS2307: Cannot find", "src/a.ts - error TS2307: Cannot find"),
        ("FAILED tests/test_a.py::test_b - assert", "FAILED tests/test_a.py::test_b - assert"),  # pytest
        ("--- FAIL: TestX (0.00s)", "--- FAIL: TestX"),  # Go
        ("web:test:  FAIL  src/a.test.ts > a", "web:test:  FAIL  src/a.test.ts > a"),  # Turborepo
        ("✘ [ERROR] Could not resolve", "✘ [ERROR] Could not resolve"),  # esbuild
        ("✓ adds 3ms", None),
        (" PASS  src/failing.test.ts", None),
        ("Tests  1 failed | 3 passed", None),
        ("an error occurred", None),
        ("", None),
    ],
)
def test_lines_that_name_a_failure(line: str, failure: str | None) -> None:
    assert failures_in(plain(line), "/tree") == ({failure} if failure else set())


def test_the_tail_is_plain_and_short() -> None:
    output = plain("\n".join(map(str, range(50))) + "\r\n\x1b[2K10 %\r100 %\n\x1b]8;;http://x\x07link\x1b]8;;\x07\n\n")
    assert tail_of(output) == (*map(str, range(22, 50)), "100 %", "link")
    assert tail_of(" \n\n") == ()


def observed(code: int = 1, tests: dict[str, bool] | None = None, *failures: str, stopped: bool = False) -> ObservedRun:
    return ObservedRun(code, tests, frozenset(failures), (), stopped=stopped)


SUCCESS = observed(0)


@pytest.mark.parametrize(
    ("before", "now", "no_worse"),
    [
        (SUCCESS, SUCCESS, True),
        (SUCCESS, observed(1, {"a": True}), False),
        (SUCCESS, observed(0, stopped=True), False),
        (observed(1, {"a": False, "b": True}), SUCCESS, True),
        (observed(1, {"a": False, "b": True}), observed(1, {"a": False, "b": True}), True),
        (observed(1, {"a": False, "b": True}), observed(1, {"a": True, "b": True, "c": True}), True),
        (observed(1, {"a": False, "b": True}), observed(1, {"b": True}), True),
        (observed(1, {"a": False, "b": True}), observed(1, {"a": False, "b": False}), False),
        (observed(1, {"a": False, "b": True}), observed(1, {"a": False}), False),  # `b` did not run
        (observed(1, {"a": False, "b": True}), observed(1, {"a": False, "b": True, "c": False}), False),
        (observed(1, {"a": False, "b": True}), observed(1, None), False),
        (observed(1, {"a": False, "b": True}), observed(2, {"a": False, "b": True}), False),
        (observed(2, {"a": False, "b": False}), observed(1, {"a": True, "b": False}), True),  # Mocha
        (observed(1, {"a": False, "b": True}), observed(-9, {"a": False, "b": True}), False),
        (observed(1, {"a": False}), observed(1, {"a": False}, stopped=True), False),
        (observed(1, None, "FAIL a", "FAIL b"), observed(1, None, "FAIL a", "FAIL b"), True),
        (observed(1, None, "FAIL a", "FAIL b"), observed(1, None, "FAIL a"), True),
        (observed(1, None, "FAIL a"), observed(1, None, "FAIL a", "FAIL b"), False),
        (observed(1, None, "FAIL a"), observed(1, None), False),
        (observed(1, None, "FAIL a"), observed(139, None, "FAIL a"), False),
    ],
)
def test_what_failed_before_decides_nothing(before: ObservedRun, now: ObservedRun, no_worse: bool) -> None:
    assert before.can_be_compared
    assert is_no_worse(before, now) is no_worse


@pytest.mark.parametrize(
    "run", [observed(1), observed(1, {}), observed(0, stopped=True), observed(1, {"a": False}, stopped=True)]
)
def test_what_can_not_be_compared(run: ObservedRun) -> None:
    assert not run.can_be_compared
