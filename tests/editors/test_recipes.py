"""What can be tested of the recipes without their editors: that they parse, and name what there is."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.editors.conftest import files
from tests.editors.neovim import ROOT
from workflow_ls.rules import CODES
from workflow_ls.server.features import FEATURES
from workflow_ls.server.session.options import SETTINGS

EDITORS = ROOT / "editors"
COMMANDS = {name for feature in FEATURES for name, _ in getattr(feature, "COMMANDS", ())}


def snippets(path: str, language: str) -> list[str]:
    text = (EDITORS / path).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def toml(text: str) -> dict[str, Any]:
    if sys.version_info < (3, 11):
        pytest.skip("the standard library reads TOML from Python 3.11 on")
    import tomllib

    return tomllib.loads(text)


def test_helix() -> None:
    config = toml(snippets("helix/README.md", "toml")[0])
    server = config["language-server"]["workflow-ls"]
    assert [server["command"], *server["args"]] == ["workflow-ls", "serve", "--stdio"]
    assert {language["name"] for language in config["language"]} == {"typescript", "tsx", "javascript", "jsx"}
    assert all("workflow-ls" in language["language-servers"] for language in config["language"])


def test_sublime() -> None:
    settings, commands = map(json.loads, snippets("sublime/README.md", "json"))
    assert settings["clients"]["workflow-ls"]["command"] == ["workflow-ls", "serve", "--stdio"]
    assert {command["args"]["command_name"] for command in commands} <= COMMANDS
    assert {command["args"]["session_name"] for command in commands} <= set(settings["clients"])


def test_zed() -> None:
    settings = json.loads(snippets("zed/README.md", "json")[0])
    extension = toml((EDITORS / "zed/extension.toml").read_text(encoding="utf-8"))
    assert set(settings["lsp"]) == set(extension["language_servers"])
    assert set(settings["lsp"]["workflow-ls"]["settings"]["rules"]) <= set(CODES)


@pytest.mark.parametrize("path", sorted(path.relative_to(EDITORS).as_posix() for path in EDITORS.glob("*/README.md")))
def test_commands_are_those_of_the_server(path: str) -> None:
    text = (EDITORS / path).read_text(encoding="utf-8")
    assert set(re.findall(r"(?<!source\.fixAll\.)\bworkflow-ls\.(?:fix|show|status|debug)\w*", text)) <= COMMANDS


def test_settings_and_commands_have_one_table() -> None:
    """The generated one: a second one, by hand, says less with each change."""
    text = (EDITORS / "README.md").read_text(encoding="utf-8")
    names = {command.rpartition(".")[2] for command in COMMANDS} | set(SETTINGS)
    assert re.findall(r"^\| `(?:workflow-ls\.)?(\w+)` \|", text, re.MULTILINE) == []
    reference = (ROOT / "docs" / "reference" / "language-server.md").read_text(encoding="utf-8")
    assert names <= set(re.findall(r"^\| `(?:workflow-ls\.)?(\w+)` \|", reference, re.MULTILINE))
    for heading in re.findall(r"language-server\.md#([\w-]+)", text):
        assert f"\n## {heading.capitalize()}\n" in reference


@pytest.mark.parametrize("hook", ["workflow-ls", "workflow-ls-fix"])
def test_pre_commit(hook: str, server: Path, monorepo: Path, fixed: dict[str, bytes]) -> None:
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    found = re.search(
        rf"^- id: {hook}\n(?:  .*\n)*?  entry: (.*)\n  language: python\n  files: (.*)\n", hooks, re.MULTILINE
    )
    assert found is not None
    before = files(monorepo)
    names = [name for name in before if re.search(found[2], name)]
    assert {Path(name).suffix for name in names} >= {".ts", ".tsx", ".mts", ".cts", ".js", ".json"}
    entry = [str(server), *shlex.split(found[1])[1:], *names]
    done = subprocess.run(entry, cwd=monorepo, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert files(monorepo) == (before if hook == "workflow-ls" else fixed)


def test_the_github_workflow_runs_what_there_is(server: Path, monorepo: Path) -> None:
    text = (ROOT / "examples/github/workflow-ls.yml").read_text(encoding="utf-8")
    report, check = re.findall(r"run: workflow-ls (.*)$", text, re.MULTILINE)
    done = subprocess.run([server, *shlex.split(report)], cwd=monorepo, capture_output=True, check=False)
    assert done.returncode == 0
    assert json.loads((monorepo / "workflow-ls.sarif").read_bytes())["runs"][0]["results"]
    assert subprocess.run([server, *shlex.split(check)], cwd=monorepo, capture_output=True, check=False).returncode == 1


@pytest.mark.parametrize(
    "path", ["README.md", *(f"{name}/README.md" for name in ("nvim", "vim", "emacs", "helix", "sublime", "zed"))]
)
def test_links_lead_somewhere(path: str) -> None:
    page = EDITORS / path
    for link in re.findall(r"\]\((?!https?:)([^)#]*)[^)]*\)", page.read_text(encoding="utf-8")):
        assert (page.parent / link).exists(), link


@pytest.mark.parametrize("folder", ["emacs", "helix", "sublime", "vim", "zed"])
def test_no_placeholder_is_left(folder: str) -> None:
    placeholder = re.compile(r"example\.(com|org)|YOUR[-_]|/path/to/|/opt/|TODO")
    recipes = [
        path for path in sorted((EDITORS / folder).rglob("*")) if path.suffix in (".md", ".toml", ".rs", ".json")
    ]
    found = [path for path in recipes if placeholder.search(path.read_text(encoding="utf-8"))]
    assert recipes != []
    assert found == []
