"""The formats of `workflow-ls status`: a status in, text out."""

from __future__ import annotations

import json
import re
from textwrap import dedent

import pytest

from workflow_ls.reporters import STATUS_REPORTERS
from workflow_ls.reporters.status.status_report import WIDTH
from workflow_ls.status import CriterionResult, Progress, SourceLine, StatusReport

MET = CriterionResult("FR1", "requirement", "All is imported by its new path", "met", 0, 0, (), "Decided by a rule.")
OPEN = CriterionResult(
    "FR12",
    "requirement",
    "Nothing old is imported",
    "open",
    4,
    2,
    (SourceLine("a.ts", 3), SourceLine("a.ts", 14), SourceLine("b/c.ts", 1)),
    "Decided by deprecated-import.",
)
UNKNOWN = CriterionResult(
    "AC4", "acceptance", "It still works", "undecidable", 0, 0, (), "Behaviour shows at run time: the tests decide it."
)
SURFACES = (Progress("streams", 3, 1), Progress("runtime", 1, 2), Progress("root", 0, 5))
PACKAGES = (Progress("@alga-psa/billing", 4, 0), Progress("server", 0, 8))
STATUS = StatusReport((MET, OPEN, UNKNOWN), SURFACES, PACKAGES, Progress("total", 4, 8), 7)
DONE = StatusReport((MET, UNKNOWN), SURFACES[2:], PACKAGES[1:], Progress("total", 0, 5), 0)
NOTHING = StatusReport((MET,), (), (), Progress("total", 0, 0), 0)


def check(form: str, status: StatusReport, expected: str) -> None:
    assert STATUS_REPORTERS[form](status, False) == dedent(expected).removeprefix("\n")


def test_text_when_done() -> None:
    check(
        "text",
        DONE,
        """
        Functional requirements
          ✓ FR1   All is imported by its new path  met

        Acceptance criteria
          ? AC4   It still works  undecidable
                  Behaviour shows at run time: the tests decide it.

        By surface
          1 has no legacy references left

        By package
          1 has no legacy references left

        1 of 1 criteria met; a static check can't decide 1 more.
        References to workflow modules: 5 of 5 canonical (100 %).
        Source files left in the legacy tree: 0.
        """,
    )


def test_text() -> None:
    check(
        "text",
        STATUS,
        """
        Functional requirements
          ✓ FR1   All is imported by its new path  met
          ✗ FR12  Nothing old is imported          open: 4
                  In 2 files. Decided by deprecated-import.
                  a.ts:3
                  a.ts:14
                  b/c.ts:1
                  and 1 more

        Acceptance criteria
          ? AC4   It still works  undecidable
                  Behaviour shows at run time: the tests decide it.

        By surface    left    done
          streams        3       1    25 %
          runtime        1       2    66 %
          1 other has no legacy references left

        By package             left    done
          @alga-psa/billing       4       0     0 %
          1 other has no legacy references left

        1 of 2 criteria met; a static check can't decide 1 more.
        References to workflow modules: 8 of 12 canonical (66 %).
        Source files left in the legacy tree: 7.
        """,
    )


def test_text_of_nothing() -> None:
    text = STATUS_REPORTERS["text"](NOTHING, False)
    assert "By surface" not in text
    assert text.endswith("Source files left in the legacy tree: 0.\n")


def test_colours_change_nothing_else() -> None:
    painted = STATUS_REPORTERS["text"](STATUS, True)
    assert "\x1b[32m✓\x1b[0m" in painted
    assert "\x1b[1;31m✗\x1b[0m" in painted
    assert re.sub(r"\x1b\[[\d;]*m", "", painted) == STATUS_REPORTERS["text"](STATUS, False)
    for form in ("json", "markdown"):
        assert STATUS_REPORTERS[form](STATUS, True) == STATUS_REPORTERS[form](STATUS, False)


def test_text_keeps_to_its_width() -> None:
    long = CriterionResult(
        "FR2", "requirement", "x" * 69, "open", 9, 9, (SourceLine("d/" * 80 + "e.ts", 77),), "Why not. " * 40
    )
    lines = STATUS_REPORTERS["text"](StatusReport((long,), (), (), Progress("total", 0, 0), 0), False).split("\n")
    assert max(map(len, lines)) <= WIDTH
    (place,) = [line for line in lines if line.endswith("d/e.ts:77")]
    assert place.strip().startswith("…")


def test_json() -> None:
    assert json.loads(STATUS_REPORTERS["json"](STATUS, False)) == {
        "version": 1,
        "requirements": [
            {
                "code": "FR1",
                "kind": "requirement",
                "text": "All is imported by its new path",
                "state": "met",
                "count": 0,
                "files": 0,
                "places": [],
                "configurations": [],
                "how": "Decided by a rule.",
            },
            {
                "code": "FR12",
                "kind": "requirement",
                "text": "Nothing old is imported",
                "state": "open",
                "count": 4,
                "files": 2,
                "places": [
                    {"path": "a.ts", "line": 3},
                    {"path": "a.ts", "line": 14},
                    {"path": "b/c.ts", "line": 1},
                ],
                "configurations": [],
                "how": "Decided by deprecated-import.",
            },
            {
                "code": "AC4",
                "kind": "acceptance",
                "text": "It still works",
                "state": "undecidable",
                "count": 0,
                "files": 0,
                "places": [],
                "configurations": [],
                "how": "Behaviour shows at run time: the tests decide it.",
            },
        ],
        "surfaces": [
            {"name": "streams", "left": 3, "done": 1, "percent": 25},
            {"name": "runtime", "left": 1, "done": 2, "percent": 66},
            {"name": "root", "left": 0, "done": 5, "percent": 100},
        ],
        "packages": [
            {"name": "@alga-psa/billing", "left": 4, "done": 0, "percent": 0},
            {"name": "server", "left": 0, "done": 8, "percent": 100},
        ],
        "causes": [],
        "missing": "",
        "skipped": [],
        "unread": [],
        "computed": [],
        "summary": {
            "met": 1,
            "open": 1,
            "undecidable": 1,
            "left": 4,
            "done": 8,
            "percent": 66,
            "legacy_files": 7,
            "skipped": 0,
            "unread": 0,
        },
    }


def test_markdown() -> None:
    check(
        "markdown",
        STATUS,
        """
        ## Workflow cutover: 1 of 2 criteria met

        References to workflow modules: 8 of 12 canonical (66 %). Source files left in the legacy tree: 7.

        | | | Criterion | State |
        |---|---|---|---|
        | ✅ | FR1 | All is imported by its new path | met |
        | ❌ | FR12 | Nothing old is imported | open: 4 |
        | ❔ | AC4 | It still works | undecidable |

        <details>
        <summary>Open and undecidable criteria</summary>

        **FR12** Nothing old is imported (open: 4 in 2 files). Decided by deprecated-import.

        - `a.ts:3`
        - `a.ts:14`
        - `b/c.ts:1`
        - and 1 more

        **AC4** It still works (undecidable). Behaviour shows at run time: the tests decide it.

        </details>

        ### By surface

        | | Left | Done | |
        |---|---:|---:|---:|
        | `streams` | 3 | 1 | 25 % |
        | `runtime` | 1 | 2 | 66 % |
        | `root` | 0 | 5 | 100 % |

        ### By package

        | | Left | Done | |
        |---|---:|---:|---:|
        | `@alga-psa/billing` | 4 | 0 | 0 % |
        | `server` | 0 | 8 | 100 % |
        """,
    )


def test_markdown_folds_what_is_long() -> None:
    packages = tuple(Progress(f"package-{number}", 1, 0) for number in range(30))
    text = STATUS_REPORTERS["markdown"](StatusReport((MET,), SURFACES, packages, Progress("total", 30, 0), 0), False)
    assert "### By surface" in text
    assert "<summary>By package</summary>\n\n| | Left" in text
    assert "Open and undecidable" not in text


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("a|b", "| `a\\|b` |"),
        ("a`b", "| ``a`b`` |"),
        ("`a", "| `` `a `` |"),
        ("<img src=x>", "| `<img src=x>` |"),
        ("a\nb", "| `a\\nb` |"),
        ("a\x1b[31m", "| `a\\x1b[31m` |"),
    ],
)
def test_names_stay_in_their_cells(name: str, cell: str) -> None:
    status = StatusReport((MET,), (), (Progress(name, 1, 0),), Progress("total", 1, 0), 0)
    assert cell in STATUS_REPORTERS["markdown"](status, False)
    assert "\x1b" not in STATUS_REPORTERS["text"](status, False)


@pytest.mark.parametrize(
    ("how", "shown"),
    [
        ("In `@alga-psa/jobs` and `a_b`.", "In `@alga-psa/jobs` and `a_b`."),
        ("In a_b *now*.", "In a\\_b \\*now\\*."),
        ("In `a", "In \\`a"),
    ],
)
def test_names_in_prose_call_nobody(how: str, shown: str) -> None:
    unknown = CriterionResult("FR4", "requirement", "x", "undecidable", 0, 0, (), how)
    status = StatusReport((unknown,), (), (), Progress("total", 0, 0), 0)
    assert f"(undecidable). {shown}\n" in STATUS_REPORTERS["markdown"](status, False)


def test_a_path_is_no_command() -> None:
    hostile = CriterionResult(
        "FR2", "requirement", "x", "open", 1, 1, (SourceLine("##[error]a\n::b", 1),), "<b> | ##[group]"
    )
    status = StatusReport((hostile,), (), (), Progress("total", 0, 0), 0)
    text = STATUS_REPORTERS["text"](status, False)
    assert "##[" not in text
    assert "\n::b" not in text
    markdown = STATUS_REPORTERS["markdown"](status, False)
    assert "\\<b\\> \\|" in markdown
    assert "<b>" not in markdown
