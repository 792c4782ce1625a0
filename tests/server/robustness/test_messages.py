"""Messages that break the rules: no JSON, wrong headers, and parameters, answers and data of any shape."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.server.places import uri
from tests.server.processes import spawn
from tests.server.raw import PUSH, RawClient, framed
from tests.server.robustness.conftest import FILE, LEGACY, code_of


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b"nonsense",
        b'{"jsonrpc": "2.0", "method": "x"',
        b'"\xff\xfe"',
        b"[" * 100_000,
        b'{"jsonrpc": "2.0", "id": 1} trailing',
    ],
)
def test_no_json(steady: RawClient, body: bytes) -> None:
    steady.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    if body:
        assert code_of(steady.wait_for(lambda message: message.get("id", 0) is None)) == -32700
    assert steady.is_alive()


@pytest.mark.parametrize(
    "message",
    [
        [],
        1,
        "x",
        None,
        {},
        {"jsonrpc": "1.0"},
        [{"jsonrpc": "2.0", "method": "initialized"}],
        {"jsonrpc": "2.0", "method": 1},
    ],
)
def test_no_message(steady: RawClient, message: object) -> None:
    steady.send(message)
    assert steady.is_alive()


@pytest.mark.parametrize("version", [{}, {"jsonrpc": "1.0"}, {"jsonrpc": None}])
def test_a_request_of_no_known_version_is_refused(steady: RawClient, version: dict[str, object]) -> None:
    steady.send({"id": "x", "method": "shutdown", **version})
    assert code_of(steady.answer("x")) == -32600
    assert steady.is_alive()


@pytest.mark.parametrize(
    "header",
    [
        b"content-length: %d\r\n\r\n",
        b"CONTENT-LENGTH:%d\r\n\r\n",
        b"Content-Length: %d\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n",
        b"Content-Type: application/vscode-jsonrpc; charset=utf8\r\nContent-Length:   %d \r\n\r\n",
        b"Content-Length: %d\n\n",
        b"X-Other: 1\r\nContent-Length: %d\r\n\r\n",
        b"\r\n\r\nContent-Length: %d\r\n\r\n",
    ],
)
def test_unusual_headers(steady: RawClient, header: bytes) -> None:
    body = framed({"jsonrpc": "2.0", "id": "x", "method": "test/unknown"}).partition(b"\r\n\r\n")[2]
    steady.write(header % len(body) + body)
    assert code_of(steady.answer("x")) == -32601


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"\r\n",
        b"Content-Length: many\r\n\r\n",
        b"Content-Length: -1\r\n\r\n",
        b"Content-Length: 0\r\n\r\n",
        b"Content-Length: 5\r\n\r\n",
        b"Content-Length: 99999999999999999999\r\n\r\n",
        b"Content-Length: 9999999999\r\n\r\n",
        b"Length: 10\r\n\r\n",
    ],
)
def test_wrong_headers_cost_their_own_message_only(steady: RawClient, header: bytes) -> None:
    steady.write(header + b'{"jsonrpc": "2.0", "id": "lost", "method": "test/unknown"}')
    assert steady.is_alive()


def test_unknown_methods(steady: RawClient) -> None:
    assert code_of(steady.request("workspace/unknown", {"a": 1})) == -32601
    assert code_of(steady.request("$/unknown")) == -32601
    steady.notify("workspace/unknown", {})
    steady.notify("$/unknown", None)
    assert steady.is_alive()


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("textDocument/hover", None),
        ("textDocument/hover", {}),
        ("textDocument/hover", []),
        ("textDocument/hover", "x"),
        ("textDocument/hover", {"textDocument": 1, "position": 2}),
        ("textDocument/hover", {"textDocument": {"uri": "file:///a.ts"}, "position": {"line": -1, "character": 0}}),
        ("textDocument/codeAction", {"textDocument": {"uri": "file:///a.ts"}, "range": None, "context": {}}),
        ("textDocument/diagnostic", {"textDocument": {}}),
        ("workspace/executeCommand", {}),
        ("workspace/executeCommand", {"command": "no-such-command"}),
        ("workspace/willRenameFiles", {"files": [{"oldUri": 1}]}),
    ],
)
def test_parameters_of_the_wrong_shape_are_refused(steady: RawClient, method: str, params: object) -> None:
    assert code_of(steady.request(method, params)) == -32602
    assert steady.is_alive()


@pytest.mark.parametrize(
    "method",
    [
        "textDocument/didOpen",
        "textDocument/didChange",
        "textDocument/didClose",
        "workspace/didChangeWatchedFiles",
        "workspace/didChangeWorkspaceFolders",
        "workspace/didChangeConfiguration",
        "workspace/didRenameFiles",
        "$/cancelRequest",
        "$/setTrace",
        "window/workDoneProgress/cancel",
        "initialized",
    ],
)
@pytest.mark.parametrize("params", [None, [], {}, {"textDocument": None}, {"id": []}, {"token": "x"}])
def test_notifications_of_the_wrong_shape_are_left_out(steady: RawClient, method: str, params: object) -> None:
    steady.notify(method, params)
    assert steady.is_alive()


def test_data_that_looks_like_a_message_is_data(client: RawClient, root: Path) -> None:
    document = uri(root, FILE)
    client.open(document, LEGACY)
    found = client.published(document, 1)[0]
    found["data"] = {"jsonrpc": "2.0", "id": 7, "method": "shutdown", "nested": {"jsonrpc": "1.0", "result": 1}}
    context = {"diagnostics": [found]}
    params = {"textDocument": {"uri": document}, "range": found["range"], "context": context}
    assert client.request("textDocument/codeAction", params)["result"]
    arguments = [{"jsonrpc": "2.0", "id": 8, "error": {"code": 1, "message": ""}}]
    assert client.request(
        "workspace/executeCommand", {"command": "workflow-ls.debugInformation", "arguments": arguments}
    )
    assert client.is_alive()


@pytest.mark.parametrize(
    "foreign",
    [
        {"severity": 99, "tags": [1, 77], "message": "x"},
        {"severity": "error", "message": {"kind": "markdown", "value": "x"}},
        {"code": {"value": 1}, "source": "other", "message": "x", "tags": None},
        {"relatedInformation": "x", "codeDescription": 3, "message": None},
    ],
)
def test_diagnostics_of_others_may_hold_anything(client: RawClient, root: Path, foreign: dict[str, object]) -> None:
    document = uri(root, FILE)
    client.open(document, LEGACY)
    own = client.published(document, 1)[0]
    params = {
        "textDocument": {"uri": document},
        "range": own["range"],
        "context": {"diagnostics": [{"range": own["range"], **foreign}, own]},
    }
    assert client.request("textDocument/codeAction", params)["result"]


@pytest.mark.slow
def test_nothing_but_the_protocol_goes_to_standard_output(root: Path) -> None:
    """A print in this process, and one in a process that it starts, both end up in the log."""
    script = (
        "import os, sys; from workflow_ls.server.features import text_sync; from workflow_ls.__main__ import main\n"
        "opened = text_sync.did_open\n"
        "def did_open(ls, params):\n"
        "    print('printed here'); os.system('echo printed there'); opened(ls, params)\n"
        "text_sync.HANDLERS = ((text_sync.HANDLERS[0][0], did_open, None), *text_sync.HANDLERS[1:])\n"
        "main()"
    )
    with RawClient(spawn("--log-level", "debug", python=("-c", script))) as client:
        client.initialize(PUSH, root)
        client.open(uri(root, FILE), LEGACY)
        assert len(client.published(uri(root, FILE))) == 1
        client.request("shutdown")
        client.notify("exit", None)
        assert client.ended() == 0
        client.drain_log()
        assert b"printed here" in client.log
        assert b"printed there" in client.log


def test_a_client_that_refuses_and_misanswers(root: Path) -> None:
    """What the server asks for may be refused; then it does without."""
    capabilities = {
        **PUSH,
        "workspace": {
            "configuration": True,
            "didChangeWatchedFiles": {"dynamicRegistration": True},
            "didChangeConfiguration": {"dynamicRegistration": True},
        },
    }
    with RawClient() as client:
        client.initialize(capabilities, root)
        asked = client.receive()
        assert asked["method"] == "client/registerCapability"
        client.send({"jsonrpc": "2.0", "id": asked["id"], "error": {"code": -32601, "message": "no"}})
        asked = client.receive()
        assert asked["method"] == "workspace/configuration"
        client.send({"jsonrpc": "2.0", "id": asked["id"], "result": [7], "error": None})
        client.send({"jsonrpc": "2.0", "id": asked["id"], "result": "again"})
        client.send({"jsonrpc": "2.0", "id": "unknown", "error": {"message": 1}})
        client.open(uri(root, FILE), LEGACY)
        assert len(client.published(uri(root, FILE))) == 1
