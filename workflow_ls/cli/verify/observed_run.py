"""What a run of the user's command says: its exit code, and, where it failed, which tests did.

A command that failed before any change still decides something: a test that passed before must pass again, and nothing
else may fail.  Which tests failed is read from a report that the command writes (JUnit XML, TAP, the JSON of Vitest and
Jest), or else from the lines with which the usual runners and compilers name a failure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from workflow_ls.records import record
from workflow_ls.regular_expressions import compile_on_use


@record
class ObservedRun:
    """One run of the command.

    `tests` are the tests of a report, and whether each passed; None without a report.  `failures` are the lines of the
    output that name a failure.  `tail` is the end of the output.  `seconds` is how long it ran; `stopped` is set if it
    was killed for running too long.
    """

    code: int
    tests: Mapping[str, bool] | None
    failures: frozenset[str]
    tail: tuple[str, ...]
    seconds: float = 0.0
    stopped: bool = False

    @property
    def succeeded(self) -> bool:
        """Whether the command ended by itself, with exit code 0."""
        return self.code == 0 and not self.stopped

    @property
    def can_be_compared(self) -> bool:
        """Whether a later run can be compared with this one: it succeeded, or names what failed."""
        return self.succeeded or (not self.stopped and bool(self.tests or self.failures))


def is_no_worse(before: ObservedRun, now: ObservedRun) -> bool:
    """Whether nothing fails now that did not fail before; `before` can be compared."""
    if now.succeeded or now.stopped or before.succeeded:
        return now.succeeded
    if before.tests is not None:
        # Some runners exit with the number of failures.
        if not 0 < now.code <= before.code:
            return False
        return now.tests is not None and not _newly_failing(before.tests, now.tests)
    return now.code == before.code and bool(now.failures) and now.failures <= before.failures


def newly_failing(before: ObservedRun, now: ObservedRun) -> tuple[str, ...]:
    """The tests that fail now and did not before; none where no report names them."""
    return () if before.tests is None or now.tests is None else tuple(_newly_failing(before.tests, now.tests))


def _newly_failing(before: Mapping[str, bool], now: Mapping[str, bool]) -> list[str]:
    """A test that passed before, and is not reported any more, fails as well: its file may not load."""
    gone = [name for name, passed in before.items() if passed and name not in now]
    return [*(name for name, passed in now.items() if not passed and before.get(name, True)), *gone]


def read_report(report: str, root: str) -> dict[str, bool] | None:
    """The tests in a report, and whether each passed; None if it is in no known format.

    Skipped tests are left out; tests with one name pass only if all of them do.  `root` is removed from paths.
    """
    text = report.lstrip("\ufeff \t\r\n")
    if text.startswith("<"):
        results = _from_junit(text)
    elif text.startswith("{"):
        results = _from_json(text)
    elif line := re.search(r"^\{\"num.*$", text, re.MULTILINE):  # among what else was printed
        results = _from_json(line[0])
    else:
        results = _from_tap(text)
    if results is None:
        return None
    tests = dict[str, bool]()
    for name, passed in results:
        key = name.replace(f"{root}/", "")
        tests[key] = tests.get(key, True) and passed
    return tests or None


_Results = Iterable[tuple[str, bool]] | None


def _from_junit(text: str) -> _Results:
    import xml.etree.ElementTree as ET

    try:
        top = ET.fromstring(text)  # noqa: S314 - as above
    except ET.ParseError:
        return None
    return (
        (
            " > ".join(filter(None, (case.get("file"), case.get("classname"), case.get("name")))),
            case.find("failure") is None and case.find("error") is None,
        )
        for case in top.iter("testcase")
        if case.find("skipped") is None
    )


def _from_json(text: str) -> _Results:
    try:
        report = json.loads(text)
        return list(_of_files(report["testResults"]))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def _of_files(files: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, bool]]:
    for file in files:
        name, tests = str(file["name"]), file["assertionResults"]
        states = [(str(test["fullName"]), test["status"]) for test in tests]
        for title, state in states:
            if state in ("passed", "failed"):
                yield f"{name} > {title}", state == "passed"
        if file["status"] == "failed" and not any(state == "failed" for _, state in states):
            yield name, False  # it does not load, or a hook failed
        elif not states:
            yield name, True


_TAP = compile_on_use(
    r"^(?P<indent>[ \t]*)(?P<not>not )?ok\b(?: \d+)?(?: - )?(?P<name>[^#\n]*)(?P<directive>#.*)?$", re.MULTILINE
)


def _from_tap(text: str) -> _Results:
    if not re.search(r"^(TAP version \d+|\d+\.\.\d+)\s*$", text, re.MULTILINE):
        return None
    return (
        (f"{line['indent']}{line['name'].strip()}", line["not"] is None)
        for line in _TAP.finditer(text)
        if not re.match(r"#\s*(skip|todo)", line["directive"] or "", re.IGNORECASE)
    )


_ESCAPE = compile_on_use(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_FAILURE = compile_on_use(
    r"""(?:^|[ \t:|])(?:
        FAIL(?:ED)?[ \t:]                # Vitest, Jest, pytest
      | ---[ ]FAIL:                      # Go
      | not[ ]ok[ ]                      # TAP
      | [●✖✗✘\u00d7✕][ \t]                     # Jest, node:test, Mocha, ESLint, esbuild, Vitest
      | .*\berror[ ]TS\d+                # TypeScript
      | [ ]*\d+:\d+[ ]+error[ ]          # ESLint
    )""",
    re.VERBOSE,
)
_TIMES = compile_on_use(r"[(\[]?\b\d+(?:\.\d+)? ?(?:ms|s|m|min)\b[)\]]?")
_PLACE = compile_on_use(r"[(:]\d+[,:]\d+\)?")


def plain(output: str) -> str:
    """The output without colours, and without what a progress bar has written over."""
    return "\n".join(line.rpartition("\r")[2] for line in _ESCAPE.sub("", output).replace("\r\n", "\n").split("\n"))


def failures_in(output: str, root: str) -> frozenset[str]:
    """The lines of a plain output that name a failure, without times and places, and with paths from `root`."""
    lines = (line.strip() for line in output.split("\n") if _FAILURE.search(line))
    return frozenset(_PLACE.sub("", _TIMES.sub("", line)).replace(f"{root}/", "").strip() for line in lines)


def tail_of(output: str, most: int = 30) -> tuple[str, ...]:
    """The last lines of a plain output, without empty ones at its end."""
    return tuple(line.rstrip() for line in output.rstrip().split("\n")[-most:]) if output.strip() else ()
