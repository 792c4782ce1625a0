"""The example of a cutover: its README shows what the tool says, and the cut leaves what it says."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.docs.console import agrees
from workflow_ls.cli.main import run

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "cutover"


def blocks(path: Path) -> list[str]:
    """What the README shows of a terminal."""
    return re.findall(r"^```console\n(.*?)^```$", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "reminders"))


def test_the_dry_run_says_what_the_readme_shows(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    assert run(["cutover", "--dry-run", str(copy)]) == 1
    out = capsys.readouterr().out
    command = "$ workflow-ls cutover --dry-run\n"
    assert blocks(EXAMPLE / "README.md")[0] == command + out
    assert {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()} == before


def test_the_cut_says_what_the_readme_shows(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, first, second = blocks(EXAMPLE / "README.md")[1].split("$ workflow-ls cutover\n")
    assert run(["cutover", str(copy)]) == 1
    assert agrees(first, capsys.readouterr().out)
    assert run(["cutover", str(copy)]) == 1
    assert capsys.readouterr().out == second
    assert not (copy / "shared" / "workflow").exists()


def test_afterwards_the_boundary_is_all_that_is_left(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["cutover", str(copy)])
    capsys.readouterr()
    assert run(["check", str(copy), "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)["diagnostics"]
    assert [(finding["rule"], finding["path"]) for finding in found] == [("core-imports-ee", "shared/tasks/remind.ts")]
    assert run(["status", str(copy), "--format", "json"]) == 1
    criteria = json.loads(capsys.readouterr().out)["requirements"]
    assert [criterion["code"] for criterion in criteria if criterion["state"] == "open"] == ["FR8"]


def test_the_other_example_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its conflicts are true ones; each says what would decide it."""
    copy = Path(shutil.copytree(ROOT / "examples" / "monorepo", tmp_path / "monorepo"))
    assert run(["cutover", str(copy)]) == 2
    told = capsys.readouterr()
    problems = told.out.partition("Blocking problems ")[2].partition("\n\n")[0].splitlines()[1:]
    ways = ("merge the two by hand.", "Create it first.")
    assert all(problem.endswith(ways) for problem in problems)
    kinds = ("does not export", "--prefer-canonical", "has code of its own", "has no manifest")
    assert all(any(kind in problem for problem in problems) for kind in kinds)
