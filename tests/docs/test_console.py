"""Each command in the documentation, run as it is written, prints what is shown below it."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pytest

from tests.docs.console import PART, Shown, agrees, shown
from workflow_ls.cli.main import run

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
PAGES = [
    path
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
    if path.name != "another-monorepo.md"  # one story, which test_another_monorepo.py follows
]


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(step, id=f"{page.relative_to(ROOT).as_posix()}: {step.command}")
        for page in PAGES
        for step in shown(page.read_text(encoding="utf-8"))
    ],
)
def test_a_command_prints_what_the_page_shows(
    step: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WORKFLOW_LS_NO_CACHE", "1")
    # Under the example's own name, which is that of its package and of the pages.
    monkeypatch.chdir(shutil.copytree(ROOT / step.example, tmp_path / Path(step.example).name))
    for command in (*step.before, step.command):
        capsys.readouterr()
        program, *arguments = shlex.split(command)
        assert program == "workflow-ls"
        run(arguments)
    captured = capsys.readouterr()
    printed = captured.out + captured.err
    assert agrees(step.output, printed), printed


def test_what_is_not_run_has_a_reason() -> None:
    reasons = {
        (page.stem, value)
        for page in PAGES
        for kind, value, _ in PART.findall(page.read_text(encoding="utf-8"))
        if kind == "not run:"
    }
    assert reasons == {
        ("configuration", "tests/cli/test_check.py has each mistake"),
        ("commands", "tests/conformance/test_verify.py does, with Vitest"),
    }


def test_a_page_is_read() -> None:
    page = (
        "<!-- on a copy of examples/a, after `workflow-ls fix` -->\n```console\n$ workflow-ls b\nc\n…\nd\n"
        "$ workflow-ls e\n```\n<!-- not run: why -->\n```console\n$ make f\n```\n"
    )
    assert list(shown(page)) == [
        Shown("examples/a", ("workflow-ls fix",), "workflow-ls b", "c\n…\nd\n"),
        Shown("examples/a", ("workflow-ls fix", "workflow-ls b"), "workflow-ls e", ""),
    ]
    assert agrees("c\n…\nd\n", "c\n1\n2\nd\n")
    assert agrees("c\n…\nd\n", "c\nd\n")
    assert not agrees("c\n…\nd\n", "c\nd\ne\n")
