"""When a server starts to answer, stops, and ends: requests too early, too late, cancelled, and clients that die."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server.places import uri, write
from tests.server.processes import spawn
from tests.server.raw import PUSH, Message, RawClient, framed, read_message
from tests.server.robustness.conftest import FILE, LEGACY, code_of


def test_requests_before_initialize_are_refused(root: Path) -> None:
    with RawClient() as client:
        assert code_of(client.request("textDocument/hover", {})) == -32002
        assert code_of(client.request("shutdown")) == -32002
        client.open(uri(root, FILE), LEGACY)
        client.initialize(PUSH, root)
        assert client.is_alive()
        assert code_of(client.request("initialize", {"processId": None, "rootUri": None, "capabilities": {}})) == -32600


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
    with subprocess.Popen([sys.executable, "-c", script], cwd=Path(__file__).parents[3], **pipes) as parent:  # type: ignore[call-overload]
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
