"""`cutover --verify` and `status --verify`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.cli.test_cutover import TEXT
from tests.cli.verify.workspaces import contents
from tests.moves.cuts import BASE, SOURCES, TREE
from tests.test_status import DONE

pytestmark = pytest.mark.slow

Make = Callable[..., Path]


@pytest.fixture
def root(workspace: Make) -> Path:
    return workspace(TEXT, base=BASE)


def beside(root: Path) -> list[str]:
    return [path.name for path in root.parent.iterdir() if path != root]


def test_a_cutover_that_passes_is_written(cli: Cli, root: Path) -> None:
    (root / TREE / "runtime/run.sh").chmod(0o755)
    moved = f"{SOURCES}runtime/a.ts"
    result = cli("cutover", root, "--verify", f"test ! -e {TREE}runtime/a.ts -o ! -e {moved}.map")
    assert result.code == 0
    assert result.err.startswith("verify: run 1: before any change … passes (")
    assert "\nverify: run 2: the cutover … passes (" in result.err
    assert (root / moved).exists()
    assert not (root / TREE).exists()
    assert beside(root) == []


def test_a_cutover_that_fails_writes_nothing(cli: Cli, root: Path) -> None:
    before = contents(root)
    result = cli("cutover", root, "--verify", f"test -e {TREE}runtime/a.ts || {{ echo it is gone; exit 7; }}")
    assert (result.code, result.out) == (2, "")
    end = result.err.splitlines()[2:]
    assert end[0] == "  | it is gone"
    assert end[1] == (
        f"workflow-ls: `test -e {TREE}runtime/a.ts || {{ echo it is gone; exit 7; }}` fails after the cutover "
        "(exit code 7). Nothing was changed."
    )
    assert (contents(root), beside(root)) == (before, [])


def test_the_copy_holds_the_whole_cutover(cli: Cli, root: Path, tmp_path: Path) -> None:
    (root / TREE / "runtime/a.ts").chmod(0o755)
    shown = tmp_path / "shown"
    cli("cutover", root, "--dry-run", "--verify", f"rm -rf {shown}; cp -a . {shown}")
    assert (root / TREE / "runtime/a.ts").exists()
    cli("cutover", root)
    copied = {path: file for path, file in contents(shown).items() if not path.startswith(".workflow-ls-verify/")}
    assert copied == contents(root)
    assert not (shown / TREE).exists()


def test_a_dry_run_is_tried_and_written_nowhere(cli: Cli, root: Path) -> None:
    before = contents(root)
    result = cli("cutover", root, "--dry-run", "--verify", "true")
    assert (result.code, contents(root)) == (1, before)
    assert "verify: run 2: the cutover … passes" in result.err
    assert cli("cutover", root, "--dry-run", "--verify", f"test -e {TREE}runtime/a.ts").code == 2


def test_nothing_runs_without_a_cutover_to_make(cli: Cli, workspace: Make, tmp_path: Path) -> None:
    result = cli("cutover", workspace("", base=BASE), "--verify", f"touch {tmp_path}/ran")
    assert (result.code, result.err) == (0, "")
    assert not (tmp_path / "ran").exists()


def test_a_file_that_changed_meanwhile_stops_a_cutover(cli: Cli, root: Path) -> None:
    result = cli("cutover", root, "--verify", f"test -e {TREE}runtime/a.ts || echo '// mine' >> {root}/packages/a/a.ts")
    assert (result.code, result.out) == (2, "")
    assert "packages/a/a.ts changed while `" in result.err
    assert (root / TREE / "runtime/a.ts").exists()


@pytest.mark.slow
def test_a_cutover_that_takes_too_long(cli: Cli, root: Path) -> None:
    command = f"test -e {TREE}runtime/a.ts || exec tail -f /dev/null"
    result = cli("cutover", root, "--verify", command, "--verify-timeout", "3")
    assert result.code == 2
    assert result.err.endswith("took longer than --verify-timeout. Nothing was changed.\n")
    assert (root / TREE / "runtime/a.ts").exists()


def states(report: str) -> dict[str, str]:
    return {entry["code"]: entry["state"] for entry in json.loads(report)["requirements"]}


def test_a_command_answers_what_a_static_check_can_not(cli: Cli, workspace: Make) -> None:
    root = workspace("//- /shared/workflow/x.ts\nexport const x = 1;", base=DONE)
    before = contents(root)
    assert {code for code, state in states(cli("status", root, "--format", "json").out).items() if state == "open"} == {
        "AC6"
    }
    unknown, passed, failed = (
        states(cli("status", root, "--format", "json", *arguments).out)
        for arguments in ([], ["--verify", "test -e package.json"], ["--verify", "exit 4"])
    )
    assert [(s["AC4"], s["AC5"]) for s in (unknown, passed, failed)] == [
        ("undecidable", "undecidable"),
        ("met", "undecidable"),
        ("open", "open"),
    ]
    assert {**unknown, "AC4": "", "AC5": ""} == {**passed, "AC4": "", "AC5": ""} == {**failed, "AC4": "", "AC5": ""}
    assert (contents(root), beside(root)) == (before, [])


def test_status_says_which_command_and_how_it_failed(cli: Cli, workspace: Make) -> None:
    root = workspace(base=DONE)
    result = cli("status", root, "--verify", "printf 'not ok 1 - a\\nok 2 - b\\n1..2\\n'; exit 4")
    assert result.code == 1
    assert (
        "✗ AC4 Worker, runtime, designer, bundles, task inbox and streams still work open Decided by "
        "`printf 'not ok 1 - a\\nok 2 - b\\n1..2\\n'; exit 4`, which fails (exit code 4). 1 test: a. ✗ AC5"
    ) in " ".join(result.out.split())
    assert "  | not ok 1 - a\n" in result.err
    assert "**AC4** Worker" in cli("status", root, "--verify", "exit 4", "--format", "markdown").out
    assert cli("status", root, "--verify", "true").code == 0
    assert "18 of 18 criteria met" in cli("status", root, "--verify", "true").out


@pytest.mark.slow
def test_a_status_that_takes_too_long(cli: Cli, workspace: Make) -> None:
    result = cli("status", workspace(base=DONE), "--verify", "exec tail -f /dev/null", "--verify-timeout", "0.3")
    assert (result.code, result.out) == (2, "")
