"""The reports of a cutover: what is in them, and that hostile names can't steer a terminal."""

from __future__ import annotations

import json

import pytest

from workflow_ls.diagnostics import Blocked, Diagnostic, Severity
from workflow_ls.moves.plan_model import (
    Boundary,
    EntryChange,
    FileMove,
    MoveOutcome,
    Note,
    OtherMention,
    Plan,
    PlannedCriterion,
    Problem,
    Remaining,
    Rewrite,
)
from workflow_ls.records import replace
from workflow_ls.reporters import PLAN_REPORTERS
from workflow_ls.reporters.cutover_plan import render_json, render_text
from workflow_ls.text import Span

EMPTY = Plan((), (), (), (), (), (), (), (), (), {}, {}, {})
EVIL = "a\x1b[2Jb\n##[error]c"
FULL = Plan(
    file_moves=(
        FileMove("t/a.ts", "s/a.ts", MoveOutcome.PROXY_REPLACED, "s/a/index.ts"),
        FileMove("t/index.ts", None, MoveOutcome.INLINED),
    ),
    rewrites=(
        Rewrite("p/b.ts", 3, "deprecated-import", "@old/a", "@new/a"),
        Rewrite("p/package.json", None, "x", "y", "z"),
    ),
    entries=(EntryChange("p/package.json", "dependencies", "@new", "added"),),
    boundaries=(Boundary("core/a.ts", 1, "@new/a", "s/a.ts"),),
    other_mentions=(OtherMention("Dockerfile", 2, "Dockerfile", "COPY t t"),),
    problems=(Problem("t/c.ts", Blocked("in the way"), 4),),
    notes=(Note("t/d.ts", "to know"),),
    remaining=(),
    criteria=(PlannedCriterion("FR1", "met", 0), PlannedCriterion("FR8", "open", 1)),
    before={"t/a.ts": b"1", "p/b.ts": b"2"},
    after={"s/a.ts": b"1", "p/b.ts": b"3"},
    renamed={"t/a.ts": "s/a.ts"},
)


def test_nothing_to_do() -> None:
    assert render_text(EMPTY, False) == "Nothing to do: the legacy tree is empty.\n"
    assert json.loads(render_json(EMPTY, False))["summary"] == dict.fromkeys(
        ("moves", "references", "entries", "boundaries", "outside", "notes", "problems", "remaining", "files"), 0
    )


def test_the_text() -> None:
    assert render_text(FULL, False) == (
        "Files of the legacy tree\n"
        "  1 moved, replacing a proxy\n"
        "    t/a.ts -> s/a.ts (deletes s/a/index.ts)\n"
        "  1 removed (barrel): importers now import the re-exported modules directly\n"
        "    t/index.ts\n"
        "\n"
        "Changes by rule\n"
        "  deprecated-import: 1\n"
        "    p/b.ts:3 @old/a -> @new/a\n"
        "  x: 1\n"
        "    p/package.json y -> z\n"
        "\n"
        "Manifest and configuration entries\n"
        "  p/package.json, dependencies\n"
        "    + @new\n"
        "\n"
        "Boundaries: core files that import moved modules (decide each by hand)\n"
        "  core/a.ts:1: `@new/a`\n"
        "\n"
        "Other mentions of the legacy tree (update by hand)\n"
        "  Dockerfile:2: Dockerfile: COPY t t\n"
        "\n"
        "Notes\n"
        "  t/d.ts: to know\n"
        "\n"
        "Blocking problems (nothing written)\n"
        "  t/c.ts:4: in the way\n"
        "\n"
        "2 files of the legacy tree, 1 reference, 2 files written, 1 file deleted.\n"
        "Criteria met: 1; still open: FR8 (1).\n"
        "1 blocking problem.\n"
    )


def test_what_is_left_is_told_where_nothing_is_in_the_way() -> None:
    """Boundaries are told above; a finding that waits for a problem is not told at all."""
    kept = tuple(
        Remaining(
            Diagnostic(
                path, rule, Severity.ERROR, "said", Span(0, 0), cause=None if reason is None else Blocked(reason)
            ),
            line,
            known,
        )
        for path, rule, reason, line, known in (
            ("p/a.ts", "missing-name", "why", 1, True),
            ("core/a.ts", "core-imports-ee", None, 1, False),
            ("core/a.ts", "core-imports-ee", None, 2, False),
        )
    )
    text = render_text(replace(FULL, problems=(), remaining=kept), False)
    assert text.partition("  t/d.ts: to know\n")[2].partition("2 files")[0] == (
        "\n"
        "Remaining findings: new\n"
        "  core/a.ts:2: core-imports-ee: said\n"
        "\n"
        "Remaining findings: known before\n"
        "  p/a.ts:1: missing-name: said: why\n"
        "\n"
    )
    assert "Remaining findings" not in render_text(replace(FULL, remaining=kept), False)
    assert [
        (r["reason"], r["before"]) for r in json.loads(render_json(replace(FULL, remaining=kept), False))["remaining"]
    ] == [
        ("why", True),
        (None, False),
        (None, False),
    ]


def test_the_files_in_json() -> None:
    assert [(f["path"], f["action"], f["from"]) for f in json.loads(render_json(FULL, False))["files"]] == [
        ("p/b.ts", "write", None),
        ("s/a.ts", "create", "t/a.ts"),
        ("t/a.ts", "delete", None),
    ]


def test_colours_are_all_that_they_add() -> None:
    painted = render_text(FULL, True)
    assert "\x1b[1;31mBlocking problems" in painted
    for code in ("1;31", "1", "2", "0"):
        painted = painted.replace(f"\x1b[{code}m", "")
    assert painted == render_text(FULL, False)


@pytest.mark.parametrize("problems", [(), (Problem(EVIL, Blocked(EVIL), specifier=EVIL),)], ids=["left", "problems"])
@pytest.mark.parametrize("name", PLAN_REPORTERS)
def test_names_can_not_steer_a_terminal(name: str, problems: tuple[Problem, ...]) -> None:
    plan = Plan(
        file_moves=(FileMove(EVIL, EVIL, MoveOutcome.MOVED),),
        rewrites=(Rewrite(EVIL, 1, "r", EVIL, EVIL),),
        entries=(EntryChange(EVIL, "exports", EVIL, "added"),),
        boundaries=(Boundary(EVIL, 1, EVIL, EVIL),),
        other_mentions=(OtherMention(EVIL, 1, "file", EVIL),),
        problems=problems,
        notes=(Note(EVIL, EVIL),),
        remaining=(
            Remaining(Diagnostic(EVIL, "r", Severity.ERROR, EVIL, Span(0, 0), cause=Blocked(EVIL)), 1, known=True),
        ),
        criteria=(),
        before={EVIL: b""},
        after={EVIL: b""},
        renamed={},
    )
    text = PLAN_REPORTERS[name](plan, False)
    assert "\x1b" not in text
    assert "\n##[" not in text
