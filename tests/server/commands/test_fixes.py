"""Commands that fix: their edits, their progress, and how they stop."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.server.client import PLAIN, VS_CODE, Client, RemoteError, apply_edits, write_project
from tests.server.commands.conftest import (
    CLIENT,
    FILES,
    MARKED,
    MISSING,
    START,
    applied,
    edits_of,
    moved,
)
from workflow_ls.cli.main import run

RENDER = Path(__file__).parents[4] / "shared" / "monorepo" / "render.py"

CANCELLED = -32800

NO_MANIFEST: dict[str, Any] = {"manifests": [], "install": False}


def write_edit(root: Path, edit: dict[str, Any], encoding: str) -> list[str]:
    """Make an edit on disk, as an editor that has nothing open would; returns the changed paths."""
    paths = []
    for uri, edits in edits_of(edit).items():
        path = next(path for path in root.rglob("*") if path.as_uri() == uri)
        data = path.read_bytes()
        mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
        path.write_bytes(mark + apply_edits(data[len(mark) :].decode(), edits, encoding).encode())
        paths.append(path.relative_to(root).as_posix())
    return sorted(paths)


def test_fix_file(root: Path) -> None:
    text = f"{CLIENT}const more = 1;\n{MISSING}"
    with Client(root) as client:
        uri = client.open("packages/a/one.ts", text, version=5)
        result = client.execute("workflow-ls.fixFile", uri)
        assert result == {"fixed": 1, "files": 1, "left": 1, **NO_MANIFEST, "applied": True, "reason": None}
        params = applied(client)
        assert params["label"] == "Fix workflow imports"
        (change,) = params["edit"]["documentChanges"]
        assert change["textDocument"] == {"uri": uri, "version": 5}
        assert apply_edits(text, change["edits"]) == moved(text)
        assert "changeAnnotations" not in params["edit"]


def test_fix_file_with_nothing_to_fix(root: Path) -> None:
    with Client(root) as client:
        for uri in ((root / "packages/b/clean.ts").as_uri(), (root / "gone.ts").as_uri()):
            outcome = {"fixed": 0, "files": 0, "left": 0, **NO_MANIFEST, "applied": True, "reason": None}
            assert client.execute("workflow-ls.fixFile", uri) == outcome
        assert client.execute("workflow-ls.fixFile", "untitled:1")["reason"] == "the URI is not a file of a workspace"
        assert not [request for request in client.requests if request["method"] == "workspace/applyEdit"]


@pytest.mark.parametrize("answer", [{"applied": False, "failureReason": "it is read-only"}, {"applied": False}])
def test_the_editor_refuses(root: Path, answer: dict[str, Any]) -> None:
    with Client(root) as client:
        client.answers["workspace/applyEdit"] = lambda _: answer
        result = client.execute("workflow-ls.fixFile", (root / "packages/a/one.ts").as_uri())
        reason = answer.get("failureReason", "the editor refused the edit")
        assert result == {"fixed": 0, "files": 0, "left": 0, **NO_MANIFEST, "applied": False, "reason": reason}
        assert client.wait_for("window/showMessage")["message"] == f"Nothing was changed: {reason}."


@pytest.mark.parametrize(("command", "count"), [("fixFile", 1), ("fixWorkspace", 0)])
def test_the_editor_applies_no_edits(root: Path, command: str, count: int) -> None:
    with Client(root, {}) as client:
        arguments = [(root / "packages/a/one.ts").as_uri()][:count]
        result = client.execute(f"workflow-ls.{command}", *arguments)
        assert not result["applied"]
        assert "workflow-ls fix" in result["reason"]
        assert client.wait_for("window/showMessage")["type"] == 2
        assert client.requests == []


def test_fix_workspace_skips_siblings_of_a_lone_file(tmp_path: Path) -> None:
    """It may lie in a home directory; a directory that is named is meant."""
    (tmp_path / "b.ts").write_text(CLIENT)
    with Client(tmp_path, folders=[]) as client:
        client.open("a.ts", CLIENT)
        assert client.execute("workflow-ls.fixWorkspace")["files"] == 1
        assert client.execute("workflow-ls.fixWorkspace", tmp_path.as_uri())["files"] == 2


@pytest.mark.parametrize(("capabilities", "encoding"), [(VS_CODE, "utf-16"), (PLAIN, "utf-8")], ids=["vscode", "plain"])
def test_fix_workspace(root: Path, capabilities: dict[str, Any], encoding: str) -> None:
    with Client(root, capabilities) as client:
        unsaved = client.open("packages/b/unsaved.ts", f"const a = 1;\n{START}", version=3)
        opened = client.open("packages/b/two.ts", CLIENT, version=4)
        client.open("packages/b/ignored/three.ts")
        result = client.execute("workflow-ls.fixWorkspace")
        assert result.pop("summary") == "5 findings fixed in 4 files; 2 left."
        assert result == {"fixed": 5, "files": 4, "left": 2, **NO_MANIFEST, "applied": True, "reason": None}
        edit = applied(client)["edit"]
    edits = edits_of(edit)
    assert apply_edits(f"const a = 1;\n{START}", edits.pop(unsaved), encoding) == moved(f"const a = 1;\n{START}")
    assert apply_edits(CLIENT, edits.pop(opened), encoding) == moved(CLIENT)
    if "documentChanges" in edit:
        versions = {
            change["textDocument"]["uri"]: change["textDocument"]["version"] for change in edit["documentChanges"]
        }
        assert {versions.pop(unsaved), versions.pop(opened)} == {3, 4}
        assert set(versions.values()) == {None}
        annotated = {
            change["textDocument"]["uri"] for change in edit["documentChanges"] if "annotationId" in change["edits"][0]
        }
        assert annotated == set(edits)
        assert len(edit["changeAnnotations"]) == 1
    assert write_edit(root, {"changes": edits}, encoding) == ["packages/a/mark.ts", "packages/a/one.ts"]
    assert (root / "packages/a/one.ts").read_text() == moved(f"{CLIENT}{START}")
    assert (root / "packages/a/mark.ts").read_bytes() == MARKED.replace(b"@shared/workflow", b"@alga-psa/workflows")


def test_fix_one_folder(root: Path) -> None:
    with Client(root) as client:
        result = client.execute("workflow-ls.fixWorkspace", (root / "packages/a").as_uri())
        assert (result["fixed"], result["files"]) == (3, 2)
        assert client.wait_for("window/showMessage")["message"] == "3 findings fixed in 2 files."


def test_fix_of_several_folders_is_one_edit(tmp_path: Path) -> None:
    roots = [write_project(tmp_path / name, {**FILES, "workflow-ls.json": "{}"}) for name in ("x", "y", "x/inner")]
    with Client(roots[0], folders=roots) as client:
        result = client.execute("workflow-ls.fixWorkspace")
        assert (result["fixed"], result["files"]) == (12, 9)
        assert len(edits_of(applied(client)["edit"])) == 9


def test_a_file_changed_unseen(root: Path) -> None:
    path = root / "packages/a/one.ts"
    with Client(root) as client:
        uri = client.open("packages/a/mark.ts")
        client.wait_for("textDocument/publishDiagnostics", lambda params: params["uri"] == uri)
        client.wait_for("textDocument/publishDiagnostics", lambda params: params["uri"] == path.as_uri())
        path.write_text(f"const before = 1;\n{CLIENT}")
        write_project(root, {"packages/new/new.ts": CLIENT})
        client.execute("workflow-ls.fixWorkspace")
        edits = edits_of(applied(client)["edit"])
    assert apply_edits(path.read_text(), edits[path.as_uri()]) == moved(path.read_text())
    assert (root / "packages/new/new.ts").as_uri() in edits


def test_a_manifest_changed_unseen(tmp_path: Path) -> None:
    """A quick fix edits the text on disk, also where no event came for it."""
    files = {**FILES, "packages/a/package.json": '{"name": "a"}', "packages/a/one.ts": CLIENT}
    root = write_project(tmp_path / "project", files)
    manifest = root / "packages/a/package.json"
    with Client(root) as client:
        uri = client.open("packages/a/one.ts")
        client.wait_for("textDocument/publishDiagnostics", lambda params: params["uri"] == uri)
        manifest.write_text('{\n  "name": "a",\n  "version": "1.0.0"\n}\n')
        fix = next(action for action in client.actions(uri, (0, 30)) if "add the dependency" in action["title"])
    after = apply_edits(manifest.read_text(), edits_of(fix["edit"])[manifest.as_uri()])
    assert json.loads(after) == {"name": "a", "version": "1.0.0", "dependencies": {"@alga-psa/workflows": "*"}}


@pytest.mark.parametrize("text", [None, "", f"const before = 1;\n{CLIENT}"])
def test_fix_file_after_a_change_unseen(root: Path, text: str | None) -> None:
    path = root / "packages/a/one.ts"
    with Client(root) as client:
        client.wait_for("textDocument/publishDiagnostics", lambda params: params["uri"] == path.as_uri())
        if text is None:
            path.unlink()
        else:
            path.write_text(text)
        assert client.execute("workflow-ls.fixFile", path.as_uri())["fixed"] == (1 if text else 0)
        if text:
            edits = edits_of(applied(client)["edit"])[path.as_uri()]
            assert apply_edits(text, edits) == moved(text)


def test_a_document_changed_meanwhile(root: Path) -> None:
    """What is sent is for the text that the editor has then, whenever a change comes in between."""
    with Client(root) as client:
        uri = client.open("packages/a/one.ts", CLIENT)
        texts = {1: CLIENT}
        command = client.start(
            "workspace/executeCommand", {"command": "workflow-ls.fixWorkspace", "workDoneToken": "mine"}
        )
        for version in range(2, 30):
            texts[version] = f"const a{version} = 1;\n" * version + CLIENT
            client.change(uri, texts[version], version)
        outcome = client.result(command)
        assert outcome["applied"], outcome
        (change,) = [c for c in applied(client)["edit"]["documentChanges"] if c["textDocument"]["uri"] == uri]
    text = texts[change["textDocument"]["version"]]
    assert apply_edits(text, change["edits"]) == moved(text)


def test_progress(root: Path) -> None:
    with Client(root) as client:
        client.execute("workflow-ls.fixWorkspace")
        token = client.wait_for("window/workDoneProgress/create")["token"]
        told = [m["params"] for m in client.notifications if m["method"] == "$/progress"]
        assert {params["token"] for params in told} == {token}
        kinds = [params["value"]["kind"] for params in told]
        assert kinds[0] == "begin"
        assert kinds[-1] == "end"
        assert kinds.count("begin") == kinds.count("end") == 1
        assert told[0]["value"]["cancellable"] is True
        client.execute("workflow-ls.status")
        assert len({r["params"]["token"] for r in client.requests if "create" in r["method"]}) == 2


def test_progress_under_the_token_of_the_request(root: Path) -> None:
    with Client(root) as client:
        for _ in range(2):
            client.execute("workflow-ls.fixWorkspace", workDoneToken="mine")
        assert client.wait_for("$/progress")["token"] == "mine"
        assert not [request for request in client.requests if "create" in request["method"]]


def test_no_progress_for_those_who_show_none(root: Path) -> None:
    with Client(root, PLAIN) as client:
        client.execute("workflow-ls.fixWorkspace")
        assert not [m for m in client.notifications if m["method"] == "$/progress"]


def test_the_fix_of_one_file_shows_progress(root: Path) -> None:
    document = (root / "packages/a/one.ts").as_uri()
    with Client(root) as client:
        assert client.execute("workflow-ls.fixFile", document, workDoneToken="mine")["applied"]
        kinds = [m["params"]["value"]["kind"] for m in client.notifications if m["method"] == "$/progress"]
        assert kinds == ["begin", "end"]
        assert not [request for request in client.requests if "create" in request["method"]]
        assert client.execute("workflow-ls.fixFile", document)["applied"]
        assert client.wait_for("window/workDoneProgress/create")["token"]


def many(root: Path) -> Path:
    return write_project(root, {f"packages/c/file{number}.ts": CLIENT for number in range(200)})


def test_the_user_stops(root: Path) -> None:
    with Client(many(root)) as client:
        command = client.start("workspace/executeCommand", {"command": "workflow-ls.fixWorkspace"})
        token = client.wait_for("$/progress")["token"]
        client.notify("window/workDoneProgress/cancel", {"token": token})
        result = client.result(command)
        assert result["applied"] is False
        assert result["reason"] == "stopped; nothing was changed"
        assert client.wait_for("$/progress", lambda params: params["value"]["kind"] == "end")
        assert not [request for request in client.requests if request["method"] == "workspace/applyEdit"]


def test_the_request_is_cancelled(root: Path) -> None:
    with Client(many(root)) as client:
        params = {"command": "workflow-ls.fixWorkspace", "workDoneToken": "mine"}
        command = client.start("workspace/executeCommand", params)
        client.wait_for("$/progress")
        client.notify("$/cancelRequest", {"id": command})
        with pytest.raises(RemoteError) as error:
            client.result(command)
        assert error.value.code == CANCELLED
        assert client.wait_for("$/progress", lambda params: params["value"]["kind"] == "end")
        assert client.execute("workflow-ls.fixFile", (root / "packages/a/one.ts").as_uri())["applied"]
        # The one edit is that of the second command.
        assert list(edits_of(applied(client)["edit"])) == [(root / "packages/a/one.ts").as_uri()]


def test_shutdown_while_a_command_runs(root: Path) -> None:
    with Client(many(root)) as client:
        client.start("workspace/executeCommand", {"command": "workflow-ls.fixWorkspace", "workDoneToken": "mine"})
        client.wait_for("$/progress")


@pytest.mark.slow
def test_the_recorded_monorepo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One edit makes of every file what `workflow-ls fix` makes of it."""
    if not RENDER.is_file():
        reason = "the recorded monorepo is not beside the project (../shared/monorepo)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    before = tmp_path / "before"
    subprocess.run([sys.executable, RENDER, before, "--state", "surface"], check=True, capture_output=True)
    by_cli = Path(shutil.copytree(before, tmp_path / "by_cli"))
    assert run(["fix", str(by_cli), "--allow-dirty"]) == 1
    capsys.readouterr()
    with Client(before) as client:
        result = client.execute("workflow-ls.fixWorkspace")
        edit = applied(client)["edit"]
    changed = write_edit(before, edit, "utf-16")
    # 148 sources, 4 configurations, and the manifests that get a dependency or an entry in `exports`, or lose some.
    assert result["files"] == len(changed) == 171
    assert sum(not path.endswith(".json") for path in changed) == 148
    for path in by_cli.rglob("*"):
        if path.is_file():
            assert (before / path.relative_to(by_cli)).read_bytes() == path.read_bytes(), path
