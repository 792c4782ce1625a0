"""`workflow-ls status` as a user calls it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.test_status import DONE

Write = Callable[..., Path]

IMPORT = "import { client } from '@shared/workflow/runtime/client';\n"


def states(report: dict[str, Any]) -> dict[str, str]:
    return {entry["code"]: entry["state"] for entry in report["requirements"]}


def test_done_makes_exit_zero(cli: Cli, workspace: Write) -> None:
    result = cli("status", workspace(base=DONE))
    assert (result.code, result.err) == (0, "")
    assert "16 of 16 criteria met" in result.out
    assert "✗" not in result.out


def test_the_root_alone_says_where(cli: Cli, workspace: Write) -> None:
    assert cli("status", "--root", workspace(base=DONE)).code == 0


def test_open_makes_exit_one(cli: Cli, workspace: Write) -> None:
    root = workspace(f"//- /packages/billing/src/b.ts\n{IMPORT}", base=DONE)
    result = cli("status", root)
    assert result.code == 1
    assert "✗ FR12" in result.out
    assert "packages/billing/src/b.ts:1" in result.out
    assert cli("status", root, "--exit-zero").code == 0


def test_fix_takes_it_further(cli: Cli, workspace: Write) -> None:
    root = workspace(f"//- /packages/billing/src/b.ts\n{IMPORT}", base=DONE)
    before = json.loads(cli("status", root, "--format", "json").out)
    cli("fix", root, "--allow-dirty")
    after = json.loads(cli("status", root, "--format", "json").out)
    assert (states(before)["FR12"], states(after)["FR12"]) == ("open", "met")
    assert (before["summary"]["left"], after["summary"]["left"]) == (1, 0)
    assert before["summary"]["done"] + 1 == after["summary"]["done"]


def test_all_of_the_workspace_counts(cli: Cli, workspace: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    root = workspace(f"//- /packages/billing/src/b.ts\n{IMPORT}\n//- /packages/clean/a.ts\nexport {{}};", base=DONE)
    whole = cli("status", root).out
    assert cli("status", root / "packages/clean").out == whole
    assert cli("status", root / "packages/clean/a.ts").out == whole
    assert cli("status", "--root", root, root / "packages").out == whole
    monkeypatch.chdir(root / "packages" / "clean")
    assert cli("status").out == whole


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_every_format(cli: Cli, workspace: Write, form: str, tmp_path: Path) -> None:
    root = workspace(f"//- /packages/billing/src/b.ts\n{IMPORT}", base=DONE)
    printed = cli("status", root, "--format", form)
    assert printed.code == 1
    assert "packages/billing/src/b.ts" in printed.out
    assert "\x1b" not in printed.out
    written = cli("status", root, "--format", form, "--output", tmp_path / "report")
    assert (written.code, written.out) == (1, "")
    assert (tmp_path / "report").read_text(encoding="utf-8") == printed.out


def test_notices_go_to_the_other_stream(cli: Cli, workspace: Write) -> None:
    root = workspace(base=DONE)
    (root / "packages/billing/src/latin.ts").write_bytes(b"// caf\xe9\n" + IMPORT.encode())
    result = cli("status", root, "--format", "json")
    assert json.loads(result.out)["version"] == 1
    assert result.err.startswith("packages/billing/src/latin.ts: skipped: it is not UTF-8 (see line 1). Save it")
    assert result.err.count("\n") == 1


def test_an_empty_workspace(cli: Cli, tmp_path: Path) -> None:
    result = cli("status", tmp_path, "--format", "json")
    assert result.code == 0
    report = json.loads(result.out)
    assert report["summary"]["open"] == 0
    assert {code for code, state in states(report).items() if state == "undecidable"} == {
        *("FR2", "FR4", "AC3", "AC4", "AC5")
    }


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--format", "jsn"], "unknown format `jsn`. Did you mean `json`?"),
        (["--format", "sarif"], "unknown format `sarif`. Valid: text, json, markdown, html."),
        (["nowhere"], "nowhere: no such file or directory"),
        (["--root", "nowhere"], "nowhere: not a directory"),
        (["--output", "nowhere/report"], "nowhere/report: can't be written: "),
        (["--select", "deprecated-import"], "unrecognized arguments: --select"),
        (["a", "b"], "unrecognized arguments: b"),
    ],
)
def test_bad_input(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], line: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").mkdir()
    result = cli("status", *arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("workflow-ls: ")
    assert line in result.err
    assert result.err.count("\n") == 1


def test_a_broken_configuration(cli: Cli, workspace: Write) -> None:
    result = cli("status", workspace('//- /workflow-ls.json\n{ "rules": { "x": "off" } }', base=DONE))
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("workflow-ls: workflow-ls.json:1: ")
