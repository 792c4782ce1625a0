"""A blocked finding offers to open what stands in its way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.checks import SOUND
from tests.fixture import project
from tests.server.client import PLAIN, VS_CODE, Client, RemoteError, write_project

MANIFEST = """{
  "name": "@alga-psa/workflows",
  "exports": {
    "./runtime": "./src/gone.ts"
  }
}
"""
FILES: dict[str, str | bytes] = {
    **project(SOUND).files,
    "ee/packages/workflows/package.json": MANIFEST,
    "packages/a/package.json": '{ "name": "a", "dependencies": { "@alga-psa/workflows": "*" } }',
    "packages/a/one.ts": "import { start } from '@shared/workflow/runtime';\n",
    "packages/a/fine.ts": "import { readFile } from 'node:fs';\n",
}


def actions(client: Client, path: str) -> list[dict[str, Any]]:
    uri = client.open(path)
    everything = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 60}}
    params = {"textDocument": {"uri": uri}, "range": everything, "context": {"diagnostics": []}}
    found: list[dict[str, Any]] = client.request("textDocument/codeAction", params)
    return found


def opening(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        action["command"] for action in found if action.get("command", {}).get("command") == "workflow-ls.showPlace"
    ]


def test_the_key_in_the_way(tmp_path: Path) -> None:
    root = write_project(tmp_path / "project", FILES)
    with Client(root, VS_CODE) as client:
        client.answers["window/showDocument"] = lambda _: {"success": True}
        commands = opening(actions(client, "packages/a/one.ts"))
        titles = [command["title"] for command in commands]
        assert len(titles) == len(set(titles)) >= 1
        assert titles[0].startswith("Open package.json: ")
        assert client.execute(commands[0]["command"], *commands[0]["arguments"]) is True
        [shown] = [request["params"] for request in client.requests if request["method"] == "window/showDocument"]
    assert shown["uri"] == (root / "ee/packages/workflows/package.json").as_uri()
    start, end = shown["selection"]["start"], shown["selection"]["end"]
    assert start["line"] == end["line"] == 3
    line = MANIFEST.split("\n")[3]
    assert "./runtime" in line[start["character"] : end["character"]]


def test_no_place_without_an_obstacle(tmp_path: Path) -> None:
    with Client(write_project(tmp_path / "project", FILES), VS_CODE) as client:
        assert opening(actions(client, "packages/a/fine.ts")) == []


def test_a_client_that_shows_no_documents(tmp_path: Path) -> None:
    with Client(write_project(tmp_path / "project", FILES), PLAIN) as client:
        assert opening(actions(client, "packages/a/one.ts")) == []
        assert client.execute("workflow-ls.showPlace", "file:///a.ts", 0, 0, 0, 0) is False


@pytest.mark.parametrize("arguments", [[], ["file:///a.ts"], ["file:///a.ts", 1, 2, 3, "4"], [1, 2, 3, 4, 5]])
def test_arguments_that_make_no_sense(tmp_path: Path, arguments: list[Any]) -> None:
    with Client(write_project(tmp_path / "project", FILES), VS_CODE) as client, pytest.raises(RemoteError):
        client.execute("workflow-ls.showPlace", *arguments)
