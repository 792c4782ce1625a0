"""The reports of a cutover: what is in them, and that hostile names can't steer a terminal."""

from __future__ import annotations

import json

import pytest

from workflow_ls.cutover.model import Boundary, Criterion, Entry, Outside, Placement, Plan, Problem, Rewrite
from workflow_ls.reporters.cutover import PLAN_REPORTERS, render_json, render_text

EMPTY = Plan((), (), (), (), (), (), (), (), (), {}, {}, {})
EVIL = "a\x1b[2Jb\n##[error]c"
FULL = Plan(
    placements=(
        Placement("t/a.ts", "s/a.ts", "proxy replaced", "s/a/index.ts"),
        Placement("t/index.ts", None, "dissolved"),
    ),
    rewrites=(
        Rewrite("p/b.ts", 3, "deprecated-import", "@old/a", "@new/a"),
        Rewrite("p/package.json", None, "x", "y", "z"),
    ),
    entries=(Entry("p/package.json", "dependencies", "@new", "added"),),
    boundaries=(Boundary("core/a.ts", 1, "@new/a", "s/a.ts"),),
    outside=(Outside("Dockerfile", 2, "Dockerfile", "COPY t t"),),
    problems=(Problem("t/c.ts", "in the way", 4),),
    notes=(Problem("t/d.ts", "to know"),),
    remaining=(),
    criteria=(Criterion("FR1", "met", 0), Criterion("FR8", "open", 1)),
    before={"t/a.ts": b"1", "p/b.ts": b"2"},
    after={"s/a.ts": b"1", "p/b.ts": b"3"},
    renamed={"t/a.ts": "s/a.ts"},
)


def test_nothing_to_do() -> None:
    assert render_text(EMPTY, False) == "Nothing to do: nothing is left in the legacy tree.\n"
    assert json.loads(render_json(EMPTY, False))["summary"] == dict.fromkeys(
        ("moves", "references", "entries", "boundaries", "outside", "notes", "problems", "remaining", "files"), 0
    )


def test_the_text() -> None:
    assert render_text(FULL, False) == (
        "In the way: nothing is written until this is settled\n"
        "  t/c.ts:4: in the way\n"
        "\n"
        "Files of the legacy tree\n"
        "  1 moved to the place of a proxy\n"
        "    t/a.ts -> s/a.ts (and s/a/index.ts goes)\n"
        "  1 dissolved: whoever asked it asks what it re-exports\n"
        "    t/index.ts\n"
        "\n"
        "What changes, by rule\n"
        "  deprecated-import: 1\n"
        "    p/b.ts:3 @old/a -> @new/a\n"
        "  x: 1\n"
        "    p/package.json y -> z\n"
        "\n"
        "Entries of manifests and configurations\n"
        "  p/package.json, dependencies\n"
        "    + @new\n"
        "\n"
        "Boundaries: files of the core that use what moves, for a person to decide\n"
        "  core/a.ts:1: `@new/a`\n"
        "\n"
        "Out of reach: what else mentions the legacy tree\n"
        "  Dockerfile:2: Dockerfile: COPY t t\n"
        "\n"
        "To know\n"
        "  t/d.ts: to know\n"
        "\n"
        "2 files of the legacy tree, 1 reference, 2 files written, 1 path gone.\n"
        "Criteria met: 1; still open: FR8 (1).\n"
        "1 problem in the way.\n"
    )


def test_the_files_in_json() -> None:
    assert [(f["path"], f["action"], f["from"]) for f in json.loads(render_json(FULL, False))["files"]] == [
        ("p/b.ts", "write", None),
        ("s/a.ts", "create", "t/a.ts"),
        ("t/a.ts", "delete", None),
    ]


def test_colours_are_all_that_they_add() -> None:
    painted = render_text(FULL, True)
    assert "\x1b[1;31mIn the way" in painted
    for code in ("1;31", "1", "2", "0"):
        painted = painted.replace(f"\x1b[{code}m", "")
    assert painted == render_text(FULL, False)


@pytest.mark.parametrize("name", PLAN_REPORTERS)
def test_names_can_not_steer_a_terminal(name: str) -> None:
    told = (Problem(EVIL, EVIL),)
    plan = Plan(
        placements=(Placement(EVIL, EVIL, "moved"),),
        rewrites=(Rewrite(EVIL, 1, "r", EVIL, EVIL),),
        entries=(Entry(EVIL, "exports", EVIL, "added"),),
        boundaries=(Boundary(EVIL, 1, EVIL, EVIL),),
        outside=(Outside(EVIL, 1, "file", EVIL),),
        problems=told,
        notes=told,
        remaining=(),
        criteria=(),
        before={EVIL: b""},
        after={EVIL: b""},
        renamed={},
    )
    text = PLAN_REPORTERS[name](plan, False)
    assert "\x1b" not in text
    assert "\n##[" not in text
