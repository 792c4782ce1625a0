"""Over TCP, the server serves one client that speaks the protocol, and nobody else."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.test_serve import Peer
from workflow_ls.server.app import create_server
from workflow_ls.server.protocol.tcp import ListenError, serve_tcp

PATIENCE = 30


class Service:
    """A server on a free port, in a thread, and its exit code once it has ended."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.code: int | None = None
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def connect(self) -> socket.socket:
        """A connection, once the server listens."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            connection = socket.socket()
            connection.settimeout(PATIENCE)
            if connection.connect_ex(("127.0.0.1", self.port)) == 0:
                return connection
            connection.close()
            time.sleep(0.01)
        raise AssertionError("nobody listens")

    def refuses(self) -> bool:
        """Whether nobody can connect any more, or is turned away."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as connection:
                return ended(connection)
        except ConnectionRefusedError:
            return True

    def wait(self) -> int | None:
        self._thread.join(PATIENCE)
        return self.code

    def _serve(self) -> None:
        self.code = serve_tcp(create_server(), "127.0.0.1", self.port)


@pytest.fixture
def service() -> Iterator[Service]:
    service = Service()
    yield service
    if service.code is None:
        with socket.socket() as last:
            if last.connect_ex(("127.0.0.1", service.port)) == 0:
                last.sendall(b"Content-Length: 1\r\nEnd: 1\r\n")
    service.wait()


def ended(connection: socket.socket) -> bool:
    """Whether the other side closes a connection without a word."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def initialize(connection: socket.socket, root: Path) -> Peer:
    peer = Peer(connection)
    folder = {"uri": root.as_uri(), "name": "here"}
    peer.send(
        id=1,
        method="initialize",
        params={"processId": None, "rootUri": None, "capabilities": {}, "workspaceFolders": [folder]},
    )
    assert peer.answer(1)["serverInfo"]["name"] == "workflow-ls"
    return peer


def leave(peer: Peer) -> None:
    peer.send(id=2, method="shutdown")
    assert peer.answer(2) is None
    peer.send(method="exit")
    peer.stream.close()


def test_a_client_may_send_its_first_header_in_pieces(service: Service, tmp_path: Path) -> None:
    with service.connect() as connection:
        for piece in (b"Con", b"TENT", b"-Type: application/vscode-jsonrpc; charset=utf-8\r\n"):
            connection.sendall(piece)
        leave(initialize(connection, tmp_path))
        assert service.wait() == 0


def test_a_second_client_is_turned_away(service: Service, tmp_path: Path) -> None:
    """A second client connects while one is served -> it is turned away, and the first one is served on."""
    with service.connect() as silent, service.connect() as connection:
        peer = initialize(connection, tmp_path)
        assert ended(silent)
        assert service.refuses()
        leave(peer)
        assert service.wait() == 0


@pytest.mark.parametrize(
    "sent",
    [
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{}",
        b"GET / HTTP/1.1\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nOrigin: https://evil.example\r\n\r\n",
        b"CONNECT a:1 HTTP/1.1\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\r\n\r\nContent-Length: 2\r\n\r\n{}",
        b'{"jsonrpc": "2.0", "id": 1, "method": "shutdown"}\n',
        b"Cookie: a=b\r\nContent-Length: 2\r\n\r\n{}",
        b"",
    ],
)
def test_what_is_no_client(service: Service, tmp_path: Path, sent: bytes) -> None:
    """A web page, or a scan, reaches the port first -> its connection ends at once; the client is served after it."""
    with service.connect() as stranger:
        stranger.sendall(sent)
        if sent:
            assert ended(stranger)
    with service.connect() as connection:
        leave(initialize(connection, tmp_path))
        assert service.wait() == 0


@pytest.mark.parametrize(
    "sent",
    [
        b"POST / HTTP/1.1\r\n",
        b"Content-Length: 2\r\nHost: 127.0.0.1\r\n\r\n{}",
        b"Origin: https://evil.example\r\nContent-Length: 2\r\n\r\n{}",
        b"Content-Language: en\r\nContent-Length: 2\r\n\r\n{}",
        b"Content-Length: " + b"0" * 5000 + b"2\r\n\r\n{}",
    ],
)
def test_a_header_of_another_protocol(service: Service, tmp_path: Path, sent: bytes) -> None:
    """A client sends a header that no language client sends -> its connection ends, and so does the server."""
    with service.connect() as connection:
        peer = initialize(connection, tmp_path)
        peer.stream.write(sent)
        peer.stream.flush()
        assert service.wait() == 1
        peer.stream.close()


def test_a_port_in_use() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        for host in ("127.0.0.1", "localhost"):
            with pytest.raises(ListenError, match=r"^address already in use\. Use another port\.$"):
                serve_tcp(create_server(), host, taken.getsockname()[1])


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_an_address_that_others_reach(host: str) -> None:
    with pytest.raises(ListenError, match=r"^others in the network could edit files through it\. Use 127\.0\.0\.1\.$"):
        serve_tcp(create_server(), host, 2087)


@pytest.mark.parametrize("host", ["no such host", "..", "x" * 300, "é\udc80"])
def test_what_is_no_address(host: str) -> None:
    with pytest.raises(ListenError, match=r"^it is no address \(.*\)\. Use 127\.0\.0\.1\.$"):
        serve_tcp(create_server(), host, 2087)
