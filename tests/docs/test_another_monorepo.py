"""The page for other monorepos: each command on it, run one after another, prints what the page shows."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from workflow_ls.cli.main import run

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "how-to" / "another-monorepo.md"
_BLOCK = re.compile(r"^```(console|jsonc)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def steps() -> Iterator[tuple[str, str]]:
    """The commands of the page, each with its output; and what workflow-ls.json says, as ("jsonc", text)."""
    for kind, text in _BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if kind == "jsonc":
            yield kind, text
        else:
            yield from re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WORKFLOW_LS_NO_CACHE", "1")
    root = Path(shutil.copytree(ROOT / "examples" / "shop", tmp_path / "shop"))
    monkeypatch.chdir(root)
    return root


def walk(root: Path, capsys: pytest.CaptureFixture[str]) -> list[tuple[str, int, str, str]]:
    """Follow the page: each command with its exit code, what it prints, and what the page shows."""
    done = []
    for command, shown in steps():
        if command == "jsonc":
            (root / "workflow-ls.json").write_text(shown, encoding="utf-8")
        elif command.startswith("rm -r "):
            shutil.rmtree(root / command.removeprefix("rm -r "))
        else:
            capsys.readouterr()
            code = run(command.removeprefix("workflow-ls ").split())
            captured = capsys.readouterr()
            done.append((command, code, captured.out + captured.err, shown))
    return done


def test_each_command_prints_what_the_page_shows(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command, _, printed, shown in walk(shop, capsys):
        assert printed == shown, command


PNPM = "packages:\n  - 'apps/*'\n  - 'libs/*'\n"


def test_the_same_way_leads_there_with_pnpm(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shop / "package.json").write_text('{ "name": "shop", "private": true, "packageManager": "pnpm@10.0.0" }\n')
    (shop / "pnpm-workspace.yaml").write_text(PNPM)
    for app in ("web", "api"):
        manifest = shop / "apps" / app / "package.json"
        manifest.write_text(manifest.read_text().replace('"*"', '"workspace:*"'))
    codes = [code for _, code, _, _ in walk(shop, capsys)]
    assert codes == [2, 0, 1, 1, 1, 0, 1, 0]
    assert '"@shop/money": "workspace:*"' in (shop / "apps/web/package.json").read_text()
    assert "@shop/utils" not in (shop / "apps/api/package.json").read_text()
