"""The loop owns the session, the analysis thread owns the workspace folders: each feature runs with both asserted."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.checks import SOUND
from tests.fixture import project
from tests.server.client import PLAIN, VS_CODE, write_project
from workflow_ls.server.app import create_server
from workflow_ls.server.features import FEATURES, file_operations, publish_diagnostics
from workflow_ls.server.file_diagnostics import FileDiagnostics, check_file
from workflow_ls.server.session.session import Session
from workflow_ls.server.session.snapshot import SessionSnapshot, WorkspaceFolders
from workflow_ls.server.session.threads import AnalysisThread, ThreadOwner
from workflow_ls.server.session.workspace_folder import WorkspaceFolder

pytestmark = pytest.mark.slow

CLIENT = "import { client } from '@shared/workflow/runtime/client';\n"
FILES: dict[str, str | bytes] = {
    **project(SOUND).files,
    "packages/a/package.json": '{"name": "a", "dependencies": {"@alga-psa/workflows": "*"}}',
    "packages/a/one.ts": CLIENT,
    "packages/a/two.ts": CLIENT,
}
METHODS = {method for module in FEATURES for method, _, _ in module.HANDLERS}
COMMANDS = {name for module in FEATURES for name, _ in getattr(module, "COMMANDS", ())}
RESOLVES = {"dataSupport": True, "resolveSupport": {"properties": ["edit"]}}
REFRESH = {"diagnostics": {"refreshSupport": True}, "codeLens": {"refreshSupport": True}}


def is_analysis() -> bool:
    return threading.current_thread().name.startswith("analysis")


@pytest.fixture(autouse=True)
def _owned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any use of a workspace folder off the analysis thread fails, and any use of a session on it."""

    def folder_attribute(folder: WorkspaceFolder, name: str) -> Any:
        assert is_analysis(), f"WorkspaceFolder.{name} is used on {threading.current_thread().name}"
        return object.__getattribute__(folder, name)

    def session_attribute(session: Session, name: str) -> Any:
        assert not is_analysis(), f"Session.{name} is used on the analysis thread"
        return object.__getattribute__(session, name)

    monkeypatch.setattr(WorkspaceFolder, "__getattribute__", folder_attribute)
    monkeypatch.setattr(Session, "__getattribute__", session_attribute)


class Driver:
    """Gives messages to a server in this process and answers its requests; `covered` are the methods and commands."""

    def __init__(self) -> None:
        self.server = create_server()
        self.server.protocol.set_writer(self, include_headers=False)
        self.covered = set[str]()
        self.sent: list[dict[str, Any]] = []
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}

    def write(self, data: bytes) -> None:
        message = json.loads(data)
        self.sent.append(message)
        if "method" in message and "id" in message:
            answer = {"jsonrpc": "2.0", "id": message["id"], "result": self._answer(message["method"])}
            asyncio.get_running_loop().call_soon(self.server.protocol.handle_message, answer)
        elif message.get("id") in self._answers:
            self._answers[message["id"]].set_result(message)

    def close(self) -> None:
        """The server writes no more."""

    @staticmethod
    def _answer(method: str) -> Any:
        answers: dict[str, Any] = {
            "workspace/applyEdit": {"applied": True},
            "workspace/configuration": [None],
            "window/showDocument": {"success": True},
        }
        return answers.get(method)

    async def request(self, method: str, params: Any = None) -> Any:
        identity = len(self._answers) + 1
        self._answers[identity] = asyncio.get_running_loop().create_future()
        self.covered.add(method)
        self.server.protocol.handle_message({"jsonrpc": "2.0", "id": identity, "method": method, "params": params})
        answer = await asyncio.wait_for(self._answers[identity], 20)
        assert "error" not in answer, answer
        return answer["result"]

    def notify(self, method: str, params: Any) -> None:
        self.covered.add(method)
        self.server.protocol.handle_message({"jsonrpc": "2.0", "method": method, "params": params})

    async def execute(self, command: str, *arguments: Any) -> Any:
        self.covered.add(command)
        return await self.request("workspace/executeCommand", {"command": command, "arguments": list(arguments)})

    async def until_published(self) -> None:
        """Wait for the end of a refresh."""
        session = self.server.session
        await self.until(lambda: not session.refreshing and not session.publishing.locked())

    async def until(self, condition: Callable[[], bool]) -> None:
        async def poll() -> None:
            while not condition():
                await asyncio.sleep(0.01)

        await asyncio.wait_for(poll(), 20)


@pytest.mark.parametrize("capabilities", [VS_CODE, PLAIN], ids=["push", "pull"])
async def test_each_feature_keeps_to_its_threads(
    tmp_path: Path, capabilities: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    root, driver = write_project(tmp_path / "project", FILES), Driver()
    folder = {"uri": root.as_uri(), "name": "project"}
    one, two = ((root / f"packages/a/{name}.ts").as_uri() for name in ("one", "two"))
    at = {"textDocument": {"uri": one}, "position": {"line": 0, "character": 30}}
    start, end = {"line": 0, "character": 0}, {"line": 0, "character": 40}
    with caplog.at_level(logging.ERROR):
        workspace = {**capabilities.get("workspace", {}), **REFRESH, "configuration": True}
        client = {**capabilities, "workspace": workspace}
        client["textDocument"] = {
            **client["textDocument"],
            "codeAction": {**client["textDocument"].get("codeAction", {}), **RESOLVES},
        }
        params = {"processId": None, "rootUri": None, "capabilities": client, "workspaceFolders": [folder]}
        await driver.request("initialize", {**params, "initializationOptions": {"resolveEdits": True}})
        driver.notify("initialized", {})
        item = {"uri": one, "languageId": "typescript", "version": 1, "text": CLIENT}
        driver.notify("textDocument/didOpen", {"textDocument": item})
        for version in (2, 3, 4):
            insert = {"range": {"start": start, "end": start}, "text": "// a\n"}
            document = {"uri": one, "version": version}
            driver.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [insert]})
        driver.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": CLIENT}]})
        assert await driver.request("textDocument/hover", at)
        assert await driver.request("textDocument/definition", at)
        assert await driver.request("textDocument/completion", at)
        assert await driver.request("textDocument/documentLink", {"textDocument": {"uri": one}})
        assert await driver.request("textDocument/codeLens", {"textDocument": {"uri": one}})
        selected = {"textDocument": {"uri": one}, "range": {"start": start, "end": end}}
        assert await driver.request("textDocument/codeAction", {**selected, "context": {"diagnostics": []}})
        digest = hashlib.blake2b(CLIENT.encode(), digest_size=16).hexdigest()
        data = {"uri": one, "text": digest, "rule": "deprecated-import", "place": [0, 24, 0, 30]}
        assert await driver.request("codeAction/resolve", {"title": "a", "kind": "quickfix", "data": data})
        assert await driver.request("textDocument/diagnostic", {"textDocument": {"uri": one}})
        assert await driver.request("workspace/diagnostic", {"previousResultIds": []})
        assert await driver.execute("workflow-ls.inferMapping")
        for commanded in ("workflow-ls.status", "workflow-ls.showMapping", "workflow-ls.debugInformation"):
            assert await driver.execute(commanded)
        shown = await driver.execute("workflow-ls.showPlace", one, 0, 0, 0, 5)
        assert shown is (capabilities is VS_CODE)
        assert (await driver.execute("workflow-ls.fixFile", one))["applied"]
        assert (await driver.execute("workflow-ls.fixWorkspace"))["applied"]
        assert (await driver.execute("workflow-ls.fixWorkspace", (root / "packages").as_uri()))["applied"]
        assert "reason" in await driver.execute("workflow-ls.previewWorkspace")
        assert await driver.execute("workflow-ls.fixReference", one, 0, 30)
        renames = {
            "shared/workflow/runtime/client.ts": "shared/workflow/runtime/other.ts",
            "shared/workflow/streams": "ee/packages/workflows/src/moved",
        }
        for old, new in renames.items():
            files = [{"oldUri": (root / old).as_uri(), "newUri": (root / new).as_uri()}]
            await driver.request("workspace/willRenameFiles", {"files": files})
        driver.notify("workspace/didRenameFiles", {"files": files})
        for method in ("workspace/didCreateFiles", "workspace/didDeleteFiles"):
            driver.notify(method, {"files": [{"uri": two}]})
        driver.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": two, "type": 2}]})
        driver.notify("workspace/didChangeConfiguration", {"settings": None})
        event = {"added": [{"uri": (root / "packages/a").as_uri(), "name": "a"}], "removed": [folder]}
        driver.notify("workspace/didChangeWorkspaceFolders", {"event": event})
        driver.notify("textDocument/didSave", {"textDocument": {"uri": one}})
        driver.notify("textDocument/didClose", {"textDocument": {"uri": one}})
        await driver.until_published()
        await driver.request("workspace/diagnostic", {"previousResultIds": []})
        await driver.request("shutdown")
    assert driver.covered >= METHODS | COMMANDS, "send each new method and command to the driver above"
    assert not caplog.records, caplog.text


async def test_a_refresh_checks_what_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A keystroke is one job; a refresh checks a source file again only where its folder has changed since."""
    jobs, checked = list[str](), list[str]()
    submit = AnalysisThread.submit

    def counted_check(snapshot: SessionSnapshot, folder: WorkspaceFolder, path: str) -> FileDiagnostics:
        if path.endswith(".ts"):
            checked.append(path)
        return check_file(snapshot, folder, path)

    def counted_submit(thread: AnalysisThread, name: str, job: Callable[[], Any]) -> Any:
        jobs.append(name)
        return submit(thread, name, job)

    monkeypatch.setattr(publish_diagnostics, "check_file", counted_check)
    monkeypatch.setattr(AnalysisThread, "submit", counted_submit)
    root, driver = write_project(tmp_path / "project", FILES), Driver()
    folder = {"uri": root.as_uri(), "name": "project"}
    params = {"processId": None, "rootUri": None, "capabilities": VS_CODE, "workspaceFolders": [folder]}
    await driver.request("initialize", params)
    driver.notify("initialized", {})
    one = (root / "packages/a/one.ts").as_uri()
    item = {"uri": one, "languageId": "typescript", "version": 1, "text": CLIENT}
    driver.notify("textDocument/didOpen", {"textDocument": item})
    await driver.until_published()
    assert {"packages/a/one.ts", "packages/a/two.ts"} <= set(checked)

    checked.clear()
    publish_diagnostics.refresh(driver.server)
    await driver.until_published()
    assert not checked

    jobs.clear()
    document = {"uri": one, "version": 2}
    driver.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": f"{CLIENT}// a"}]})
    await driver.until(lambda: driver.server.session.published[one][1] == 2)
    assert (jobs, checked) == (["Session.put"], ["packages/a/one.ts"])
    publish_diagnostics.refresh(driver.server)
    await driver.until_published()
    assert checked.count("packages/a/one.ts") == checked.count("packages/a/two.ts") == 1
    await driver.request("shutdown")


@pytest.mark.parametrize("keystrokes", [1, 2, 1000])
@pytest.mark.parametrize("new", ["shared/workflow/runtime/other.ts", "ee/packages/workflows/src/runtime/other.ts"])
async def test_keystrokes_while_references_follow_a_rename(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, keystrokes: int, new: str
) -> None:
    """The answer is for the text after them; where they never end, for the version that it names."""
    root, driver = write_project(tmp_path / "project", FILES), Driver()
    folder = {"uri": root.as_uri(), "name": "project"}
    params = {"processId": None, "rootUri": None, "capabilities": VS_CODE, "workspaceFolders": [folder]}
    await driver.request("initialize", params)
    driver.notify("initialized", {})
    one, versions = (root / "packages/a/one.ts").as_uri(), iter(range(2, keystrokes + 2))
    item = {"uri": one, "languageId": "typescript", "version": 1, "text": CLIENT}
    driver.notify("textDocument/didOpen", {"textDocument": item})
    await driver.until_published()
    run = Session.run

    async def run_and_type(session: Session, job: Callable[[SessionSnapshot], Any]) -> Any:
        result = await run(session, job)
        if getattr(job, "__module__", "") == file_operations.__name__ and (version := next(versions, None)):
            document, start = {"uri": one, "version": version}, {"line": 0, "character": 0}
            insert = {"range": {"start": start, "end": start}, "text": "// a\n"}
            driver.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [insert]})
        return result

    monkeypatch.setattr(Session, "run", run_and_type)
    monkeypatch.setattr(file_operations, "BATCH_SIZE", 1)
    with caplog.at_level(logging.ERROR):
        renamed = {"oldUri": (root / "shared/workflow/runtime/client.ts").as_uri(), "newUri": (root / new).as_uri()}
        answer = await driver.request("workspace/willRenameFiles", {"files": [renamed]})
    [change] = [change for change in answer["documentChanges"] if change["textDocument"]["uri"] == one]
    assert change["edits"][0]["range"]["start"]["line"] == change["textDocument"]["version"] - 1
    assert keystrokes == 1000 or change["textDocument"]["version"] == driver.server.session.version(one)
    assert not caplog.records, caplog.text
    await driver.request("shutdown")


def test_an_object_belongs_to_the_first_thread_that_uses_it() -> None:
    owner, raised = ThreadOwner(), list[str]()

    def use() -> None:
        try:
            owner.check()
        except AssertionError as error:
            raised.append(str(error))

    owner.check()
    other = threading.Thread(target=use)
    other.start()
    other.join()
    assert raised == ["used on another thread"]


async def test_a_job_can_not_use_the_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also without the assertions of this test."""
    monkeypatch.undo()
    session = Session()
    session.set_folders([tmp_path])
    with pytest.raises(AssertionError):
        await session.run(lambda _: session.locate("file:///a.ts"))
    with pytest.raises(AssertionError):
        await session.run(lambda _: session.documents)
    folders: list[WorkspaceFolders] = await session.run(lambda snapshot: [snapshot._folders])
    with pytest.raises(AssertionError):
        folders[0].all()
    session.close()
