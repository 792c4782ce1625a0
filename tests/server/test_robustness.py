"""Clients that break the rules, die, or are in a hurry."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.places import uri, write
from tests.server.processes import spawn
from tests.server.raw import PULL, PUSH, Message, RawClient, framed, read_message

LEGACY = "import { client } from '@shared/workflow/runtime/client';\n"
FILE = "packages/a/src/a.ts"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path)


@pytest.fixture(scope="module")
def steady(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RawClient]:
    """A server that goes through many tests, since none of them may harm it."""
    with RawClient() as raw:
        raw.initialize(PUSH, write(tmp_path_factory.mktemp("steady")))
        yield raw


@pytest.fixture
def client(root: Path) -> Iterator[RawClient]:
    with RawClient() as raw:
        raw.initialize(PUSH, root)
        yield raw


@pytest.fixture
def spawned(root: Path) -> Iterator[RawClient]:
    """A client of a server in a process of its own."""
    with RawClient(spawn()) as raw:
        raw.initialize(PUSH, root)
        yield raw


def code_of(answer: dict[str, object]) -> object:
    error = answer["error"]
    assert isinstance(error, dict)
    return error["code"]


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


def test_requests_before_initialize_are_refused(root: Path) -> None:
    with RawClient() as client:
        assert code_of(client.request("textDocument/hover", {})) == -32002
        assert code_of(client.request("shutdown")) == -32002
        client.open(uri(root, FILE), LEGACY)
        client.initialize(PUSH, root)
        assert client.is_alive()
        assert code_of(client.request("initialize", {"processId": None, "rootUri": None, "capabilities": {}})) == -32600


def test_documents_out_of_order(client: RawClient, root: Path) -> None:
    document, other = uri(root, FILE), uri(root, "packages/a/src/b.ts")
    client.change(other, 3, {"text": LEGACY})  # never opened
    client.close(other)
    client.open(document, "")
    assert client.published(document, 1) == []
    client.replace(document, LEGACY, 5)
    assert len(client.published(document, 5)) == 1
    client.replace(document, LEGACY * 2, 3)  # going back
    assert len(client.published(document, 3)) == 2
    client.open(document, LEGACY * 3, 1)  # opened again
    assert len(client.published(document, 1)) == 3
    client.close(document)
    client.close(document)
    assert client.is_alive()
    assert not any(message["params"]["uri"] == other for message in client.seen if "params" in message)


def test_a_position_outside_the_text(client: RawClient, root: Path) -> None:
    document = uri(root, FILE)
    client.open(document, LEGACY)
    far = {"line": 2**31 - 1, "character": 2**31 - 1}
    client.change(document, 2, {"range": {"start": far, "end": far}, "text": LEGACY})
    assert [item["range"]["start"]["line"] for item in client.published(document, 2)] == [0, 1]
    client.change(document, 3, {"range": {"start": far, "end": {"line": 1, "character": 0}}, "text": ""})
    assert len(client.published(document, 3)) == 1
    assert client.request("textDocument/hover", {"textDocument": {"uri": document}, "position": far})["result"] is None


def test_a_cancel_storm(client: RawClient, root: Path) -> None:
    document = uri(root, FILE)
    client.open(document, LEGACY)
    range_ = {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 0}}
    requests: list[tuple[str, Message]] = [
        ("textDocument/codeAction", {"range": range_, "context": {"diagnostics": []}}),
        ("textDocument/hover", {"position": {"line": 0, "character": 30}}),
        ("textDocument/diagnostic", {}),
    ]
    posted = []
    for number in range(200):
        method, params = requests[number % 3]
        posted.append(client.post(method, {"textDocument": {"uri": document}, **params}))
        for identity in (posted[-1], posted[-1], "unknown", posted[number // 2]):
            client.notify("$/cancelRequest", {"id": identity})
    assert client.is_alive()
    client.request("shutdown")
    answers = [message["id"] for message in client.seen if "id" in message and "method" not in message]
    assert sorted(identity for identity in answers if identity in posted) == posted
    codes = {message["error"]["code"] for message in client.seen if "error" in message}
    assert codes <= {-32800, -32601}


@pytest.mark.slow
def test_after_shutdown_requests_are_refused(spawned: RawClient, root: Path) -> None:
    assert spawned.request("shutdown")["result"] is None
    assert code_of(spawned.request("shutdown")) == -32600
    assert code_of(spawned.request("textDocument/hover", {})) == -32600
    assert code_of(spawned.request("test/unknown")) == -32600
    spawned.open(uri(root, FILE), LEGACY)
    spawned.notify("exit", None)
    assert spawned.ended() == 0


@pytest.mark.slow
def test_exit_without_shutdown_is_a_failure(spawned: RawClient) -> None:
    spawned.notify("exit", None)
    assert spawned.ended() == 1


@pytest.mark.slow
def test_exit_before_initialize() -> None:
    with RawClient(spawn()) as client:
        client.notify("exit", None)
        assert client.ended() == 1


@pytest.mark.slow
@pytest.mark.parametrize("rest", [b"", b"Content-Length: 100\r\n", b'Content-Length: 100\r\n\r\n{"jsonrpc"'])
def test_the_end_of_input_ends_the_process(spawned: RawClient, rest: bytes) -> None:
    spawned.write(rest)
    assert spawned.process.stdin is not None
    spawned.process.stdin.close()
    assert spawned.ended() == 1


@pytest.mark.slow
def test_shutdown_while_a_command_runs(root: Path) -> None:
    write(root, "".join(f"//- /packages/a/src/f{n}.ts\n{LEGACY}" for n in range(300)), base="")
    with RawClient(spawn()) as client:
        client.initialize(PUSH, root)
        running = [
            client.post("workspace/executeCommand", {"command": f"workflow-ls.{name}", "arguments": []})
            for name in ("fixWorkspace", "status", "debugInformation")
        ]
        running.append(client.post("workspace/diagnostic", {"previousResultIds": []}))
        end = client.post("shutdown")
        assert client.answer(end)["result"] is None
        answers = [message["id"] for message in client.seen if "id" in message and "method" not in message]
        assert sorted(answers)[1:] == [*running, end]  # without that to initialize
        assert -32800 in [message["error"]["code"] for message in client.seen if "error" in message]
        client.notify("exit", None)
        assert client.ended() == 0


def test_a_cancelled_command_stops(root: Path) -> None:
    write(root, "".join(f"//- /packages/a/src/f{n}.ts\n{LEGACY}" for n in range(300)), base="")
    with RawClient() as client:
        client.initialize({**PUSH, "workspace": {"applyEdit": True}}, root)
        command = client.post("workspace/executeCommand", {"command": "workflow-ls.fixWorkspace", "arguments": []})
        client.notify("$/cancelRequest", {"id": command})
        assert code_of(client.answer(command)) == -32800
        for _ in range(2):  # turn by turn with the command, if that still ran
            client.request("workspace/diagnostic", {"previousResultIds": []})
        client.request("shutdown")
        assert not any(message.get("method") == "workspace/applyEdit" for message in client.seen)


def test_a_huge_message(client: RawClient, root: Path) -> None:
    document = uri(root, FILE)
    client.open(document, LEGACY + f"// {'é' * 80}\n" * 25_000)  # 4 MB
    assert len(client.published(document, 1)) == 1
    client.open(document, LEGACY + f"// {'é' * 80}\n" * 75_000)  # past the limit, which is as for any file
    (skipped,) = client.published(document, 1)
    assert skipped["message"] == "skipped: it is larger than 5 MB (maxFileSize in workflow-ls.json)"
    assert client.is_alive()


@pytest.mark.slow
@pytest.mark.parametrize("capabilities", [PUSH, PULL])
def test_five_thousand_diagnostics_in_one_file(root: Path, capabilities: dict[str, object]) -> None:
    with RawClient() as client:
        client.initialize(capabilities, root)
        document = uri(root, FILE)
        client.open(document, LEGACY * 5_000)
        items = client.published(document, 1) if capabilities is PUSH else client.pull(document)
        assert [item["range"]["start"]["line"] for item in items] == list(range(5_000))


@pytest.mark.parametrize(
    "other",
    [
        "git:/a/b.ts?ref",
        "vscode-notebook-cell:/a#1",
        "zipfile:///a.zip::b.ts",
        "",
        ":",
        "file://[",
        "%",
    ],
)
def test_other_schemes(client: RawClient, root: Path, other: str) -> None:
    client.open(other, LEGACY)
    client.change(other, 2, {"text": LEGACY})
    document = {"textDocument": {"uri": other}}
    position = {"position": {"line": 0, "character": 30}}
    range_ = {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 30}}}
    assert client.request("textDocument/hover", {**document, **position})["result"] is None
    assert not client.request("textDocument/definition", {**document, **position})["result"]
    assert not client.request("textDocument/codeAction", {**document, **range_, "context": {"diagnostics": []}})[
        "result"
    ]
    assert not client.request("textDocument/codeLens", document)["result"]
    assert not client.request("textDocument/documentLink", document)["result"]
    assert client.request("textDocument/diagnostic", document)["result"]["items"] == []
    client.close(other)
    client.open(uri(root, FILE), LEGACY)
    assert len(client.published(uri(root, FILE))) == 1


@pytest.mark.parametrize("name", ["a b/é.ts", "(group)/[id]/@x/a#1?;=&+,!$.ts", "100%/~.ts", "日本/😀.ts"])
def test_names_that_a_uri_spells_another_way(root: Path, name: str) -> None:
    place = f"packages/a/{name}"
    write(root, base="", text="")
    (root / place).parent.mkdir(parents=True, exist_ok=True)
    (root / place).write_text(LEGACY)
    everything = "".join(f"%{byte:02x}" for byte in os.fsencode(f"/{place}"))
    for spelled in (uri(root, place), root.as_uri() + everything.replace("%2f", "/")):
        with RawClient() as client:
            client.initialize(PUSH, root)
            client.open(spelled, LEGACY * 2)
            assert len(client.published(spelled, 1)) == 2
            client.close(spelled)
            assert len(client.published(spelled)) == 1  # as it is on disk


@pytest.mark.parametrize(
    "spelled", ["file:///c%3A/x/a.ts", "file:///C:/x/a.ts", "file://server/share/a.ts", "file:a.ts"]
)
def test_paths_of_other_systems(steady: RawClient, spelled: str) -> None:
    steady.open(spelled, LEGACY)
    steady.change(
        spelled, 2, {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "text": "\n"}
    )
    steady.close(spelled)
    assert steady.is_alive()


def test_two_spellings_of_one_file(root: Path) -> None:
    one, other = uri(root, FILE), root.as_uri() + "/packages/a/./src/../src/%61.ts"
    with RawClient() as client:
        client.initialize(PULL, root)
        client.open(one, LEGACY)
        client.open(other, LEGACY * 2)
        assert len(client.pull(other)) == 2
        client.close(other)  # the first one is open still
        assert len(client.pull(one)) == 1
        client.replace(one, LEGACY * 3, 2)
        assert len(client.pull(one)) == 3
        client.close(one)
        assert client.pull(one) == []


def test_a_file_opened_alone(root: Path) -> None:
    with RawClient() as client:
        client.initialize(PUSH)
        client.open(uri(root, FILE), LEGACY)
        [item] = client.published(uri(root, FILE), 1)
        assert item["code"] == "deprecated-import"
        assert "moved to `@alga-psa/workflows/runtime/client`" in item["message"]


def test_a_file_opened_alone_without_any_project(tmp_path: Path) -> None:
    with RawClient() as client:
        client.initialize(PUSH)
        client.open(uri(tmp_path, "a.ts"), LEGACY)
        assert [item["code"] for item in client.published(uri(tmp_path, "a.ts"), 1)] == ["deprecated-import"]


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


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a process the POSIX way")
def test_a_client_that_dies() -> None:
    """The client is killed while someone else still holds the pipe open, so that no end of input is seen."""
    script = (
        "import subprocess, sys, time\n"
        "server = subprocess.Popen([sys.executable, '-m', 'workflow_ls', 'serve'])\n"
        "print(server.pid, file=sys.stderr, flush=True)\n"
        "time.sleep(600)"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", script], cwd=Path(__file__).parents[2], **pipes) as parent:  # type: ignore[call-overload]
        server = int(parent.stderr.readline())
        try:
            params = {"processId": parent.pid, "rootUri": None, "capabilities": PUSH}
            parent.stdin.write(framed({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}))
            parent.stdin.write(framed({"jsonrpc": "2.0", "method": "initialized", "params": {}}))
            parent.stdin.write(framed({"jsonrpc": "2.0", "id": 2, "method": "test/unknown"}))
            parent.stdin.flush()
            read_message(parent.stdout)
            read_message(parent.stdout)
            os.kill(parent.pid, signal.SIGKILL)
            # Its output ends with the last process that holds it: the server.
            assert parent.stdout.read() == b""
        except BaseException:
            os.kill(server, signal.SIGKILL)
            raise


@pytest.mark.slow
def test_a_client_on_another_machine_is_not_watched(root: Path) -> None:
    with RawClient(spawn()) as client:
        client.initialize(PUSH, root, processId=2**22 + 1)  # above what the system gives out
        assert client.is_alive()
        client.request("shutdown")
        client.notify("exit", None)
        assert client.ended() == 0


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


@pytest.mark.slow
def test_logs_are_quiet_about_what_editors_open(root: Path) -> None:
    with RawClient(spawn()) as client:
        client.initialize(PUSH, root)
        client.open("untitled:1", "x")
        client.change("untitled:1", 2, {"text": "y"})
        client.close("untitled:1")
        client.request("shutdown")
        client.notify("exit", None)
        client.ended()
        client.drain_log()
        assert client.log == b""
