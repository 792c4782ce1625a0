"""Clients that are odd, and legal"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.places import uri, write
from tests.server.raw import PULL, PUSH, Message, RawClient, folder_of
from workflow_ls.server.protocol import work_done_progress

LEGACY = "import { client } from '@shared/workflow/runtime/client';\n"
FILE = "packages/a/src/a.ts"
UINT_MAX = 2**32 - 1
EDITS: Message = {**PUSH, "workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}}}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path, f"//- /{FILE}\n{LEGACY}")


@pytest.fixture
def client() -> Iterator[RawClient]:
    with RawClient() as raw:
        yield raw


def log_of(client: RawClient) -> str:
    """The log of a server, after a proper end."""
    client.request("shutdown")
    client.notify("exit", None)
    assert client.ended() == 0
    client.drain_log()
    return client.log.decode()


def set_at(tree: Message, place: str, value: object) -> Message:
    """A copy of a tree with a value at a place."""
    first, _, rest = place.partition(".")
    return {**tree, first: set_at(tree.get(first) or {}, rest, value) if rest else value}


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("textDocument.completion.completionItem.tagSupport.valueSet", [1, 77]),
        ("textDocument.completion.completionItem.insertTextModeSupport.valueSet", [3]),
        ("textDocument.completion.completionItem.documentationFormat", ["markdown", "asciidoc"]),
        ("textDocument.documentSymbol.symbolKind.valueSet", [1, 2, 1000]),
        ("textDocument.documentSymbol.tagSupport.valueSet", ["deprecated"]),
        ("textDocument.signatureHelp.signatureInformation.documentationFormat", ["org"]),
        ("textDocument.foldingRange.foldingRangeKind.valueSet", [[]]),
        ("textDocument.codeAction.tagSupport.valueSet", [1, "ai"]),
        ("textDocument.rename.prepareSupportDefaultBehavior", 2),
        ("workspace.symbol.symbolKind.valueSet", [27]),
        ("workspace.workspaceEdit.resourceOperations", ["create", "link"]),
        ("workspace.workspaceEdit.failureHandling", "retry"),
        ("textDocument.semanticTokens.formats", ["relative", "absolute"]),
    ],
)
def test_unknown_values_of_enumerations(client: RawClient, root: Path, place: str, value: object) -> None:
    """A capability holds a value of a later LSP -> it costs itself, the log names it, and all else is served."""
    client.initialize(set_at(PUSH, place, value), root)
    client.open(uri(root, FILE), LEGACY)
    [item] = client.published(uri(root, FILE), 1)
    assert item["tags"] == [2]
    assert place in log_of(client) or place.startswith("textDocument.foldingRange")  # any string is a kind of it


def test_known_values_beside_unknown_ones(client: RawClient, root: Path) -> None:
    """A list of values holds unknown ones -> the others in it count."""
    capabilities = set_at(PUSH, "textDocument.publishDiagnostics.tagSupport.valueSet", [9, 2, "x"])
    capabilities = set_at(capabilities, "textDocument.hover.contentFormat", ["html", "markdown"])
    capabilities = set_at(capabilities, "general.positionEncodings", ["utf-7", 5, [], {}, None, "utf-8"])
    assert client.initialize(capabilities, root)["positionEncoding"] == "utf-8"
    client.open(uri(root, FILE), LEGACY)
    assert client.published(uri(root, FILE), 1)[0]["tags"] == [2]
    place = {"textDocument": {"uri": uri(root, FILE)}, "position": {"line": 0, "character": 30}}
    assert client.request("textDocument/hover", place)["result"]["contents"]["kind"] == "markdown"
    assert "publishDiagnostics.tagSupport.valueSet[]" in log_of(client)


@pytest.mark.parametrize("folder", [{}, {"name": None}, {"name": 7}])
def test_a_folder_without_a_name(client: RawClient, root: Path, folder: Message) -> None:
    """A workspace folder has no name -> it is a folder like any other, beside one without a URI."""
    folders = [{"name": "nowhere"}, {"uri": root.as_uri(), **folder}]
    client.initialize(PUSH, workspaceFolders=folders)
    assert len(client.published(uri(root, FILE))) == 1  # a closed file


def test_a_folder_without_a_name_that_is_added(client: RawClient, root: Path) -> None:
    """A folder without a name is added, and `removed` is left out -> it is searched."""
    client.initialize(PUSH)
    client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [{"uri": root.as_uri()}]}})
    assert len(client.published(uri(root, FILE))) == 1


@pytest.mark.parametrize("nothing", [{"range": None}, {"range": None, "rangeLength": None}])
def test_a_change_whose_range_is_null(client: RawClient, root: Path, nothing: Message) -> None:
    """`range` is null -> the text is that of the whole document."""
    client.initialize(PUSH, root)
    client.open(uri(root, FILE), "")
    client.change(uri(root, FILE), 2, {**nothing, "text": LEGACY * 3})
    assert len(client.published(uri(root, FILE), 2)) == 3


def test_a_change_whose_range_is_broken(client: RawClient, root: Path) -> None:
    """`range` lacks a part -> the change is refused as a whole, and never taken for that of the whole document."""
    client.initialize(PUSH, root)
    client.open(uri(root, FILE), LEGACY)
    start = {"line": 0, "character": 0}
    client.change(uri(root, FILE), 2, {"text": "x", "range": {"start": start, "end": {"line": 0}}})
    client.change(uri(root, FILE), 3, {"text": LEGACY, "range": {"start": start, "end": start}})
    assert len(client.published(uri(root, FILE), 3)) == 2
    assert "params.contentChanges[].range.end.character" in log_of(client)


@pytest.mark.parametrize("far", [UINT_MAX, 2**31, 2**53, 1.7976931348623157e308, 2.0**31])
def test_characters_beyond_any_line(client: RawClient, root: Path, far: float) -> None:
    """Lines and characters are 2**32 - 1, or the greatest double -> they mean the end of the line, or of the text."""
    client.initialize(PUSH, root)
    document = {"textDocument": {"uri": uri(root, FILE)}}
    client.open(uri(root, FILE), f"{LEGACY}x")
    rest_of_line = {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": far}}
    client.change(uri(root, FILE), 2, {"range": rest_of_line, "text": LEGACY, "rangeLength": far})
    assert len(client.published(uri(root, FILE), 2)) == 2
    all_of_it = {"start": {"line": 0, "character": 0}, "end": {"line": far, "character": far}}
    actions = client.request("textDocument/codeAction", {**document, "range": all_of_it, "context": {}})["result"]
    assert [action["kind"] for action in actions].count("source.fixAll.workflow-ls") == 1
    end = {"line": 0, "character": far}
    assert "result" in client.request("textDocument/hover", {**document, "position": end})
    assert "result" in client.request("textDocument/completion", {**document, "position": end})


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        ([], "settings"),
        ("off", "settings"),
        ({"rules": []}, "rules"),
        ({"rules": {"deprecated-import": []}}, "deprecated-import"),
        ({"rules": {"deprecated-import": {"level": "off"}}}, "deprecated-import"),
        ({"rules": {"deprecated-import": 2}}, "deprecated-import"),
        ({"codeLens": "no"}, "codeLens"),
        ({"workspaceDiagnostics": 0}, "workspaceDiagnostics"),
        ({"hoverCommandLinks": {}}, "hoverCommandLinks"),
    ],
)
@pytest.mark.parametrize("way", ["initialize", "configuration", "notification"])
def test_settings_of_wrong_types(client: RawClient, root: Path, raw: object, named: str, way: str) -> None:
    """A setting has a wrong type -> it costs itself, and the log names it."""
    capabilities = PUSH
    if way == "configuration":
        capabilities = set_at(PUSH, "workspace.configuration", value=True)
        client.answer_with = lambda asked: [raw] if asked["method"] == "workspace/configuration" else None
    client.initialize(capabilities, root, initializationOptions=raw if way == "initialize" else None)
    if way == "notification":
        client.notify("workspace/didChangeConfiguration", {"settings": {"workflow-ls": raw}})
    client.open(uri(root, FILE), LEGACY)
    assert len(client.published(uri(root, FILE), 1)) == 1
    assert named in log_of(client)


def test_a_wrong_setting_leaves_the_others(client: RawClient, root: Path) -> None:
    """One of several settings has a wrong type -> the others count; what is no object at all changes none."""
    client.initialize(PUSH, root, initializationOptions={"rules": {"deprecated-import": "error", "legacy-proxy": []}})
    client.notify("workspace/didChangeConfiguration", {"settings": {"workflow-ls": "none"}})
    client.open(uri(root, FILE), LEGACY)
    assert [item["severity"] for item in client.published(uri(root, FILE), 1)] == [1]


def run(client: RawClient, command: str, **params: object) -> Message:
    """The result of a command."""
    params = {"command": f"workflow-ls.{command}", "arguments": [], **params}
    result: Message = client.request("workspace/executeCommand", params)["result"]
    return result


def progress_of(client: RawClient) -> list[str]:
    """What the server reported of the progress of its work."""
    return [m["params"]["value"]["kind"] for m in client.seen if m.get("method") == "$/progress"]


class Refusing(RawClient):
    """A client that refuses requests of some methods, and does not answer those of others."""

    refused: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    def wait_for(self, wanted: Any) -> Message:
        while True:
            message = self.receive()
            method = message.get("method")
            if "id" in message and method in self.refused:
                error = {"code": -32601, "message": "no such method"}
                self.send({"jsonrpc": "2.0", "id": message["id"], "error": error})
            elif "id" in message and method is not None and method not in self.ignored:
                self.send({"jsonrpc": "2.0", "id": message["id"], "result": self.answer_with(message)})
            if wanted(message):
                return message


CREATE = "window/workDoneProgress/create"
SHOWING = {**EDITS, "window": {"workDoneProgress": True}}


def test_progress_that_is_refused(root: Path) -> None:
    """The client refuses a progress -> the command does its work without, and the log says so."""
    client = Refusing()
    with client:
        client.refused, client.answer_with = (CREATE,), lambda _: {"applied": True}
        client.initialize(SHOWING, root)
        assert run(client, "fixWorkspace")["applied"]
        assert run(client, "status")["findings"]
        assert progress_of(client) == []
        assert CREATE in log_of(client)


def test_progress_that_is_never_answered(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client never answers whether it shows a progress -> the command works without, and the next do not wait."""
    monkeypatch.setattr(work_done_progress, "CREATE_SECONDS", 0.05)
    client = Refusing()
    with client:
        client.ignored, client.answer_with = (CREATE,), lambda _: {"applied": True}
        client.initialize(SHOWING, root)
        assert run(client, "fixWorkspace")["applied"]
        monkeypatch.setattr(work_done_progress, "CREATE_SECONDS", 100)
        assert run(client, "status")["findings"]
        [asked] = [message for message in client.seen if message.get("method") == CREATE]
        client.ignored = ()
        client.send({"jsonrpc": "2.0", "id": asked["id"], "result": None})  # late
        assert run(client, "status")["findings"]
        assert progress_of(client)[-1] == "end"
        assert CREATE in log_of(client)


def test_progress_that_is_shared(root: Path) -> None:
    """Two commands at once have the same token -> both are answered, under one progress."""
    write(root, "".join(f"//- /packages/b/f{n}.ts\n{LEGACY}" for n in range(60)), base="")
    with RawClient() as client:
        client.initialize(SHOWING, root)
        params = {"command": "workflow-ls.status", "arguments": [], "workDoneToken": "same"}
        posted = [client.post("workspace/executeCommand", params) for _ in range(3)]
        for identity in posted:
            assert client.answer(identity)["result"]["findings"]
        kinds = progress_of(client)
        assert (kinds[0], kinds[-1], kinds.count("begin"), kinds.count("end")) == ("begin", "end", 1, 1)


@pytest.mark.parametrize("token", [{}, [], 1.5, None, True])
def test_progress_under_no_token(client: RawClient, root: Path, token: object) -> None:
    """The token of a command is none -> the command does its work."""
    client.initialize(PUSH, root)
    assert run(client, "status", workDoneToken=token)["findings"]


@pytest.mark.parametrize("handling", [None, "abort", "transactional", "retry"])
@pytest.mark.parametrize("failed", [0, 1, UINT_MAX, -1, "b.ts", {}])
def test_a_change_that_fails(client: RawClient, root: Path, handling: str | None, failed: object) -> None:
    """The client says which change of an edit failed, as any value -> its reason is shown, and the log names it."""
    write(root, f"//- /packages/a/src/b.ts\n{LEGACY}", base="")
    client.answer_with = lambda _: {"applied": False, "failureReason": "it is locked", "failedChange": failed}
    client.initialize(set_at(EDITS, "workspace.workspaceEdit.failureHandling", handling), root)
    result = run(client, "fixWorkspace")
    assert (result["applied"], result["fixed"], result["reason"]) == (False, 0, "it is locked")
    shown = [m["params"]["message"] for m in client.seen if m.get("method") == "window/showMessage"]
    assert shown == ["Nothing was changed: it is locked."]
    assert "failedChange" in log_of(client)


def test_a_change_that_fails_and_is_applied(client: RawClient, root: Path) -> None:
    """An edit is applied, with a change that failed -> it counts as applied, and the log names the contradiction."""
    client.answer_with = lambda _: {"applied": True, "failedChange": 0}
    client.initialize(EDITS, root)
    assert run(client, "fixWorkspace")["applied"]
    assert "failedChange" in log_of(client)


def test_what_may_be_left_out(client: RawClient, root: Path) -> None:
    """Objects and lists are null or left out that LSP requires and nobody needs -> they count as empty."""
    answer = client.request("initialize", {"workspaceFolders": [folder_of(root)]})
    assert answer["result"]["capabilities"]["hoverProvider"]
    client.send({"jsonrpc": "2.0", "method": "initialized"})
    document = {"uri": uri(root, FILE), "version": 1, "text": LEGACY}
    client.notify("textDocument/didOpen", {"textDocument": document})
    assert len(client.published(uri(root, FILE))) == 1
    assert client.request("workspace/diagnostic", {})["result"]["items"]
    client.notify("workspace/didChangeConfiguration", None)
    assert client.is_alive()


def test_documents_without_versions(client: RawClient, root: Path) -> None:
    """The version of a document is null, as in older versions of LSP, or left out -> its text is that of the editor."""
    client.initialize(PUSH, root)
    document = {"uri": uri(root, FILE), "languageId": "typescript"}
    client.notify("textDocument/didOpen", {"textDocument": {**document, "text": LEGACY}})
    assert len(client.published(uri(root, FILE), 0)) == 1
    for count, version in ((2, {"version": None}), (0, dict[str, None]())):
        changed = {"textDocument": {**document, **version}, "contentChanges": [{"text": LEGACY * count}]}
        client.notify("textDocument/didChange", changed)
        assert len(client.published(uri(root, FILE), 0)) == count


def test_refused_requests_of_the_server(root: Path) -> None:
    """The client refuses to refresh what it shows -> the log says so in a line, and the client is served."""
    client = Refusing()
    with client:
        client.refused = ("workspace/diagnostic/refresh", "workspace/codeLens/refresh", "client/registerCapability")
        capabilities = set_at(PULL, "workspace.codeLens.refreshSupport", value=True)
        client.initialize(set_at(capabilities, "workspace.didChangeWatchedFiles.dynamicRegistration", value=True), root)
        client.notify("workspace/didChangeConfiguration", {"settings": {"rules": {"deprecated-import": "error"}}})
        client.wait_for(lambda message: message.get("method") == "workspace/diagnostic/refresh")
        assert [item["severity"] for item in client.pull(uri(root, FILE))] == [1]
        log = log_of(client)
        assert "refused" in log
        assert "Traceback" not in log


def test_requests_with_unknown_values(client: RawClient, root: Path) -> None:
    """A request holds values of a later LSP, or null ones -> it is answered as without them."""
    client.initialize(set_at(PULL, "textDocument.codeAction.codeActionLiteralSupport", {}), root)
    document = {"textDocument": {"uri": uri(root, FILE), "languageId": None}}
    client.open(uri(root, FILE), LEGACY)
    start = {"line": 0, "character": 30}
    context: Message = {"diagnostics": [{"range": None}], "only": None, "triggerKind": 17}
    params = {**document, "range": {"start": start, "end": start}, "context": context}
    assert client.request("textDocument/codeAction", params)["result"]
    context = {"triggerKind": "typing", "triggerCharacter": None}
    assert "result" in client.request("textDocument/completion", {**document, "position": start, "context": context})
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri(root, FILE), "type": 4}, {"type": 2}]})
    assert len(client.pull(uri(root, FILE))) == 1
    log = log_of(client)
    assert all(name in log for name in ("triggerKind", "params.context", "params.changes[].type"))


def test_an_answer_after_its_request_was_cancelled(client: RawClient, root: Path) -> None:
    """The client answers a request of a command that it cancelled -> the answer has no effect."""
    client.initialize(EDITS, root)
    command = client.post("workspace/executeCommand", {"command": "workflow-ls.fixWorkspace", "arguments": []})
    while (asked := client.receive()).get("method") != "workspace/applyEdit":
        pass
    client.notify("$/cancelRequest", {"id": command})
    assert client.answer(command)["error"]["code"] == -32800
    for _ in range(2):
        client.send({"jsonrpc": "2.0", "id": asked["id"], "result": {"applied": True}})
    assert client.is_alive()
    assert "Traceback" not in log_of(client)
