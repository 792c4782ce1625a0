"""`workflow-ls serve` up to the moment when it serves, over standard streams and over TCP."""

from __future__ import annotations

import json
import logging
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli

PATIENCE = 30


@pytest.fixture(autouse=True)
def log() -> Iterator[None]:
    """Gives the log back as it was."""
    root, kept = logging.getLogger(), logging.getLogger().handlers[:]
    yield
    root.handlers[:] = kept


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--log-level", "loud"], "unknown log level `loud`. Valid: error, warning, info, debug."),
        (["--tcp", "8000"], "invalid address `8000`. Use HOST:PORT."),
        (["--tcp", "localhost:"], "invalid address `localhost:`. Use HOST:PORT."),
        (["--tcp", "localhost:http"], "invalid address `localhost:http`. Use HOST:PORT."),
        (["--tcp", "localhost:-1"], "invalid address `localhost:-1`. Use HOST:PORT."),
        (["--tcp", "localhost:²"], "invalid address `localhost:²`. Use HOST:PORT."),
        (["--tcp", "localhost:65536"], "invalid address `localhost:65536`. Use HOST:PORT."),
        (["--tcp", "localhost:" + "1" * 5000], "Use HOST:PORT."),
        (["--tcp", "0.0.0.0:80"], "can't listen on `0.0.0.0:80`: others in the network could edit files through it."),
        (["--tcp", "\x1b[2J:80"], "can't listen on `\\x1b[2J:80`: it is no address ("),
        (["--tcp", "localhost:1", "--stdio"], "not allowed with argument"),
    ],
)
def test_bad_options(cli: Cli, arguments: list[str], line: str) -> None:
    result = cli("serve", *arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("workflow-ls: ")
    assert line in result.err
    assert result.err.count("\n") == 1


class Peer:
    """A client of one server over TCP."""

    def __init__(self, connection: socket.socket) -> None:
        self.stream = connection.makefile("rwb")

    def send(self, **message: object) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.stream.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.stream.flush()

    def answer(self, identity: int) -> Any:
        while True:
            length = 0
            while line := self.stream.readline().strip():
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            assert length, "the server went away"
            message = json.loads(self.stream.read(length))
            if message.get("id") == identity and "method" not in message:
                return message["result"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("host", "end", "code"),
    [
        ("127.0.0.1", ["shutdown", "exit"], 0),
        ("", ["shutdown", "exit"], 0),
        ("localhost", ["exit"], 1),
        # It just goes, after saying so or not.
        ("127.0.0.1", ["shutdown"], 0),
        ("127.0.0.1", [], 1),
    ],
)
def test_one_client_over_tcp(tmp_path: Path, host: str, end: list[str], code: int) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "workflow_ls", "serve", "--tcp", f"{host}:{port}"]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2], stderr=subprocess.PIPE) as server:
        killer = threading.Timer(PATIENCE, server.kill)
        killer.start()
        try:
            with connected(port, server) as connection:
                peer = Peer(connection)
                folder = {"uri": tmp_path.as_uri(), "name": "here"}
                given: dict[str, Any] = {"processId": None, "rootUri": None, "capabilities": {}}
                peer.send(id=1, method="initialize", params={**given, "workspaceFolders": [folder]})
                assert peer.answer(1)["serverInfo"]["name"] == "workflow-ls"
                if "shutdown" in end:
                    peer.send(id=2, method="shutdown")
                    assert peer.answer(2) is None
                if "exit" in end:
                    peer.send(method="exit")
                peer.stream.close()
            assert server.wait(PATIENCE) == code
        finally:
            killer.cancel()
            server.kill()


def connected(port: int, server: subprocess.Popen[bytes]) -> socket.socket:
    """A connection to the server, once it listens."""
    while server.poll() is None:
        connection = socket.socket()
        connection.settimeout(PATIENCE)
        if connection.connect_ex(("127.0.0.1", port)) == 0:
            return connection
        connection.close()
        time.sleep(0.02)
    raise AssertionError(server.stderr.read() if server.stderr else "it ended")
