"""What `init`, `map` say where there is little to say it of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli

PACKAGES = {"package.json": '{ "workspaces": ["p/*"] }', "p/a/package.json": '{ "name": "@hay/a" }'}


@pytest.fixture
def barn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "p/a").mkdir(parents=True)
    for path, text in PACKAGES.items():
        (tmp_path / path).write_text(text)
    (tmp_path / "p/a/b.ts").write_text("import { straw } from '@straw/a';\nimport '@straw/b';\nstraw;\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--from", "@straw/a"], "`@straw/a`, which is in no folder (1 package"),
        (["--from", "@straw/a", "--from", "@straw/b"], "`@straw/a`, `@straw/b`, which are in no folder (1 package"),
        (["--from", "@straw/a", "--to", "@hay/a"], "`@straw/a`, which is in no folder, moves to @hay/a (1 package"),
    ],
)
@pytest.mark.usefixtures("barn")
def test_init_says_what_it_wrote(options: list[str], said: str, cli: Cli) -> None:
    assert said in cli("init", *options).out


@pytest.mark.parametrize("what", ["--infer", "--check"])
@pytest.mark.usefixtures("barn")
def test_map_of_the_table_that_comes_with_the_tool_sends_others_to_init(what: str, cli: Cli) -> None:
    result = cli("map", what)
    assert result.code == 2
    assert "Run `workflow-ls init` to describe what moves here." in result.err
