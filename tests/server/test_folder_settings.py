"""The severities of rules in the folders of a workspace with several: each has its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.client import VS_CODE, Client, write_project
from workflow_ls.diagnostics import Severity
from workflow_ls.server.session.options import Options, read_options

LEGACY = "import { start } from '@shared/workflow/runtime';\n"
CONFIGURED = {**VS_CODE, "workspace": {**VS_CODE["workspace"], "configuration": True}}


def severities(folders: list[Path], settings: dict[str | None, Any]) -> dict[str, list[str]]:
    """The severities of the findings in each folder, with these settings by URI, and of the workspace by None."""
    found = {}
    with Client(folders[0], CONFIGURED, folders=folders) as client:
        asked: list[list[dict[str, Any]]] = []

        def answer(params: dict[str, Any]) -> list[Any]:
            asked.append(params["items"])
            return [settings.get(item.get("scopeUri"), {}) for item in params["items"]]

        client.answers["workspace/configuration"] = answer
        client.notify("workspace/didChangeConfiguration", {"settings": None})
        status = client.execute("workflow-ls.status")
        assert {item["section"] for items in asked for item in items} <= {"workflow-ls"}
    for folder in folders:
        found[folder.name] = [
            finding["severity"] for finding in status["findings"] if finding["uri"].startswith(f"{folder.as_uri()}/")
        ]
    return found


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    return [write_project(tmp_path / name, {"workflow-ls.json": "{}", "a.ts": LEGACY}) for name in ("one", "two")]


def test_without_settings(folders: list[Path]) -> None:
    assert severities(folders, {}) == {"one": ["warning"], "two": ["warning"]}


def test_each_folder_has_its_own(folders: list[Path]) -> None:
    rules = {"rules": {"deprecated-import": "error"}}
    off = {"rules": {"deprecated-import": "off"}}
    settings: dict[str | None, Any] = {folders[0].as_uri(): rules, folders[1].as_uri(): off}
    assert severities(folders, settings) == {"one": ["error"], "two": []}


def test_one_folder_has_those_of_the_workspace(folders: list[Path]) -> None:
    settings: dict[str | None, Any] = {None: {"rules": {"deprecated-import": "information"}}}
    assert severities(folders[:1], settings) == {"one": ["information"]}


def test_the_nearest_folder_counts() -> None:
    rules = [{"rules": {"deprecated-import": level}} for level in ("error", "off", "information")]
    options = read_options(rules[0], {Path("/a"): rules[1], Path("/a/b"): rules[2], Path("/c"): 7})
    assert options.severities_of(Path("/a/b/c")) == {"deprecated-import": Severity.INFORMATION}
    assert options.severities_of(Path("/a/bc")) == {"deprecated-import": None}
    assert options.severities_of(Path("/c")) == {"deprecated-import": Severity.ERROR}
    assert Options().severities_of(Path("/a")) == {}
