"""Commands that change nothing: the status, the mapping and the debug information; and what no command takes."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.server.client import PLAIN, Client, RemoteError, write_project
from tests.server.commands.conftest import (
    CLIENT,
    FILES,
    RULE,
    START,
    moved,
)
from workflow_ls import __version__

INVALID_PARAMS = -32602


def is_about(uri: str, params: dict[str, Any]) -> bool:
    return bool(params["uri"] == uri)


def test_advertised(root: Path) -> None:
    with Client(root) as client:
        commands = set(client.initialized["capabilities"]["executeCommandProvider"]["commands"])
    names = ("fixFile", "fixWorkspace", "status", "showMapping", "inferMapping", "debugInformation")
    assert {f"workflow-ls.{name}" for name in names} <= commands


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("fixFile", []),
        ("fixFile", [7]),
        ("fixFile", ["file:///a.ts", "more"]),
        ("fixWorkspace", [{"jsonrpc": "2.0"}]),
        ("fixWorkspace", ["file:///no/such/folder"]),
        ("fixWorkspace", ["untitled:1"]),
        ("status", ["more"]),
        ("showMapping", [None, None]),
        ("debugInformation", [1]),
        ("nothing", []),
    ],
)
def test_arguments_that_make_no_sense(shared: Client, command: str, arguments: list[Any]) -> None:
    with pytest.raises(RemoteError) as error:
        shared.execute(f"workflow-ls.{command}", *arguments)
    assert error.value.code == INVALID_PARAMS


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with Client(write_project(tmp_path_factory.mktemp("shared"), FILES)) as client:
        yield client


def test_status(root: Path) -> None:
    with Client(root) as client:
        client.open("packages/a/one.ts", f"{CLIENT}{START}{START}")
        result = client.execute("workflow-ls.status")
    findings = result.pop("findings")
    counts = {key: result[key] for key in ("total", "files", "by_rule", "by_status", "by_severity", "by_package")}
    assert counts == {
        "total": 8,
        "files": 5,
        "by_rule": {RULE: 6, "legacy-proxy": 2},
        "by_status": {"verified": 5, "none": 2, "blocked": 1},
        "by_severity": {"warning": 6, "information": 2},
        "by_package": {"a": 4, "@alga-psa/workflows": 2, "b": 2},
    }
    assert len(findings) == 8
    (marked,) = [finding for finding in findings if finding["uri"].endswith("/mark.ts")]
    assert marked["range"]["start"] == {"line": 0, "character": 40}
    assert (marked["rule"], marked["severity"], marked["status"]) == (RULE, "warning", "verified")


def test_status_tells_the_criteria_of_the_texts_in_the_editor(root: Path) -> None:
    with Client(root) as client:
        uri = client.open("packages/a/one.ts", f"\n{CLIENT}{START}{START}")
        client.open("packages/b/ignored/three.ts", CLIENT)
        before = client.execute("workflow-ls.status")
        client.change(uri, moved(f"{CLIENT}{START}"), 2)
        after = client.execute("workflow-ls.status")
    criteria = {criterion["code"]: criterion for criterion in before["requirements"]}
    assert (criteria["FR12"]["state"], criteria["FR12"]["count"], criteria["FR12"]["files"]) == ("open", 6, 3)
    assert criteria["FR12"]["places"][1] == {"uri": uri, "line": 1}
    assert criteria["AC4"]["state"] == "undecidable"
    assert before["packages"] == [
        {"name": "a", "left": 4, "done": 0, "percent": 0},
        {"name": "b", "left": 2, "done": 0, "percent": 0},
    ]
    assert before["surfaces"][0] == {"name": "runtime", "left": 5, "done": 0, "percent": 0}
    assert before["summary"]["legacy_files"] == 4
    assert after["surfaces"][0] == {"name": "runtime", "left": 2, "done": 2, "percent": 50}
    assert (before["summary"]["left"], after["summary"]["left"], after["summary"]["done"]) == (6, 3, 2)


def test_status_says_what_blocks_most_first(root: Path) -> None:
    gone = "import '@shared/workflow/bundle/gone';\nimport '@shared/workflow/bundle/lost';\n"
    with Client(root) as client:
        uri = client.open("packages/a/blocked.ts", gone)
        cause = client.execute("workflow-ls.status")["causes"][0]
    assert cause["reason"].endswith("does not export `./bundle/*`")
    assert (cause["count"], cause["places"]) == (2, [{"uri": uri, "line": 0}, {"uri": uri, "line": 1}])


def test_status_of_several_roots(root: Path, tmp_path: Path) -> None:
    other = write_project(tmp_path / "other", {"packages/c/package.json": '{"name": "c"}', "packages/c/x.ts": CLIENT})
    with Client(root, folders=[root, other]) as client:
        result = client.execute("workflow-ls.status")
    criteria = {criterion["code"]: criterion for criterion in result["requirements"]}
    assert criteria["FR12"]["count"] == 6
    assert [entry["name"] for entry in result["packages"]] == ["a", "b", "c"]
    places = {place["uri"] for place in criteria["FR12"]["places"]}
    assert (root / "packages/a/one.ts").as_uri() in places


def test_status_of_no_folder(root: Path) -> None:
    with Client(root, folders=[]) as client:
        result = client.execute("workflow-ls.status")
    assert (result["total"], result["requirements"], result["summary"]) == (0, [], None)


def test_show_mapping(root: Path) -> None:
    config = '{"modules": [{"from": "@shared/workflow/mine", "to": ["@alga-psa/workflows/mine"], "note": "ours"}]}'
    write_project(root, {"workflow-ls.json": config})
    with Client(root) as client:
        result = client.execute("workflow-ls.showMapping")
        rows = {row["from"]: row for row in result["mapping"]["modules"]}
        assert rows["@shared/workflow/mine"] == {
            "from": "@shared/workflow/mine",
            "to": ["@alga-psa/workflows/mine"],
            "note": "ours",
        }
        assert "@shared/workflow/runtime" in rows
        assert result["config"] == (root / "workflow-ls.json").as_uri()
        assert result["problems"] == []
        assert client.wait_for("window/showDocument") == {"uri": result["config"], "takeFocus": True}


def test_show_mapping_without_a_configuration(root: Path) -> None:
    with Client(root) as client:
        uri = (root / "packages/a/one.ts").as_uri()
        result = client.execute("workflow-ls.showMapping", uri)
        assert result["config"] is None
        assert client.wait_for("window/showDocument")["uri"] == result["table"]
        assert result["table"].endswith("/config/table.json")
    with Client(root, PLAIN, folders=[]) as client:
        assert client.execute("workflow-ls.showMapping")["mapping"] == result["mapping"]
        assert client.requests == []


def test_debug_information(root: Path) -> None:
    write_project(root, {"workflow-ls.json": '{"rules": {"legacy-proxy": "off"}}', "shared/tsconfig.json": "{"})
    write_project(root, {"shared/workflow/user.ts": CLIENT})
    with Client(root) as client:
        uris = [client.open(path) for path in ("packages/a/one.ts", "shared/workflow/user.ts")]
        for uri in uris:
            client.wait_for("textDocument/publishDiagnostics", partial(is_about, uri))
        told = client.execute("workflow-ls.debugInformation")
    assert told["versions"]["workflow-ls"] == __version__
    assert {"python", "pygls", "lsprotocol", "tree-sitter", "tree-sitter-typescript"} <= told["versions"].keys()
    assert told["client"]["name"] == "test client"
    assert told["client"]["version"] == "1.2.3"
    assert told["client"]["capabilities"]["disabled_actions"] is True
    assert told["encoding"] == "utf-16"
    assert told["folders"] == [root.as_uri()]
    assert told["documents"] == [
        {"uri": uri, "version": 1, "bytes": length} for uri, length in zip(uris, (len(CLIENT + START), len(CLIENT)))
    ]
    (found,) = told["roots"]
    assert found["root"] == root.as_uri()
    assert found["config"] == "workflow-ls.json"
    assert found["settings"]["rules"] == {"legacy-proxy": "off"}
    assert "ee/packages/workflows/package.json" in found["manifests"]
    assert "shared/tsconfig.json" in found["tsconfigs"]  # and what the check of other files has read so far
    assert [problem.partition(":")[0] for problem in found["problems"]] == ["shared/tsconfig.json"]
    assert found["counts"]["candidates"] >= 3
    assert found["counts"]["facts"] >= 1
    assert found["table"]["canonical"]["name"] == "@alga-psa/workflows"
    assert sum(timing["count"] for timing in told["timings"].values()) >= 1
    if Path("/proc/self/status").is_file():
        assert told["memory"]["peak"] >= told["memory"]["resident"] > 1_000_000
