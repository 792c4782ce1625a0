"""Serving over TCP: one client of this machine, and nothing that is no client, such as a web page."""

from __future__ import annotations

import contextlib
import errno
import io
import ipaddress
import logging
import os
import re
import selectors
import socket

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.server.protocol.stdio import serve_streams
from workflow_ls.server.server import WorkflowServer

log = logging.getLogger(__name__)

_MOST_WAITING = 16
_FIRST = b"content-"
_HEADER = compile_on_use(rb"content-(?:length|type)[ \t]*:[^\r\n]*\r?\n\Z|\r?\n\Z", re.IGNORECASE)
_LONGEST_HEADER = 1000
_TAKEN = frozenset({errno.EADDRINUSE, errno.EACCES})


class ListenError(Exception):
    """Nobody can connect to an address; the message is why, and what to do."""


def serve_tcp(server: WorkflowServer, host: str, port: int) -> int:
    """Serve the first client that speaks the protocol, until it leaves; the others are turned away.

    Returns the exit code, as `serve_streams` does.  Raises ListenError.
    """
    with contextlib.ExitStack() as stack:
        listeners = [stack.enter_context(listener) for listener in _listen(host, port)]
        for listener in listeners:
            log.info("listening on %s", _shown(listener.getsockname()))
        connection, received = _first_client(listeners)
    with connection:
        stream, output = io.BufferedReader(_Received(connection, received)), connection.makefile("wb")
        try:
            return serve_streams(server, _Checked(stream), output)
        finally:
            with contextlib.suppress(OSError):  # the client may be gone
                output.close()


def _listen(host: str, port: int) -> list[socket.socket]:
    """Sockets for each address of a host; all of them are addresses of this machine for itself."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, OverflowError) as error:
        raise ListenError(f"it is no address ({_reason(error)}). Use 127.0.0.1.") from error
    addresses = list(dict.fromkeys((family, address) for family, _, _, _, address in found))
    if not all(ipaddress.ip_address(str(address[0]).partition("%")[0]).is_loopback for _, address in addresses):
        raise ListenError("others in the network could edit files through it. Use 127.0.0.1.")
    listening: list[socket.socket] = []
    failure: OSError | None = None
    for family, address in addresses:
        listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            if os.name == "posix":
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listener.bind(address)
            listener.listen()
            listener.setblocking(False)
        except OSError as error:
            listener.close()
            failure = error
        else:
            listening.append(listener)
    if failure is not None and (not listening or failure.errno in _TAKEN):
        for listener in listening:
            listener.close()
        raise ListenError(f"{_reason(failure)}. Use another port.")
    return listening


def _first_client(listeners: list[socket.socket]) -> tuple[socket.socket, bytes]:
    """The first connection on which a header of the protocol arrives, and what arrived of it.

    A connection with anything else is closed at once, and so are those that wait meanwhile.
    """
    waiting: dict[socket.socket, bytes] = {}
    with selectors.DefaultSelector() as selector:
        for listener in listeners:
            selector.register(listener, selectors.EVENT_READ, listener)
        try:
            while True:
                for connection in [key.data for key, _ in selector.select()]:
                    if connection in listeners:
                        accepted = _accept(connection, full=len(waiting) >= _MOST_WAITING)
                        if accepted is not None:
                            waiting[accepted] = b""
                            selector.register(accepted, selectors.EVENT_READ, accepted)
                        continue
                    before = waiting.pop(connection)
                    more = _receive(connection, len(_FIRST) - len(before))
                    received = before + more
                    if received.lower() == _FIRST:
                        connection.setblocking(True)
                        return connection, received
                    if more and _FIRST.startswith(received.lower()):
                        waiting[connection] = received
                    else:
                        selector.unregister(connection)
                        _turn_away(connection, received)
        finally:
            for connection in waiting:
                connection.close()


def _accept(listener: socket.socket, *, full: bool) -> socket.socket | None:
    try:
        connection, _ = listener.accept()
    except OSError:
        return None  # it left again
    if full:
        connection.close()
        return None
    connection.setblocking(False)
    return connection


def _receive(connection: socket.socket, size: int) -> bytes:
    try:
        return connection.recv(size)
    except OSError:
        return b""


def _turn_away(connection: socket.socket, received: bytes) -> None:
    if received:
        log.warning("closed a connection that is no language client: it starts with %r", received)
    connection.close()


class _Received(io.RawIOBase):
    """What a connection received, after what was already read of it."""

    def __init__(self, connection: socket.socket, received: bytes) -> None:
        self._connection = connection
        self._received = received

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what BufferedReader gives
        if self._received:
            size = min(len(buffer), len(self._received))
            buffer[:size], self._received = self._received[:size], self._received[size:]
            return size
        try:
            return self._connection.recv_into(buffer)
        except OSError:
            return 0


class _Checked:
    """Messages of the protocol; at a header that it does not have, the client is gone."""

    def __init__(self, stream: io.BufferedReader[_Received]) -> None:
        self._stream = stream

    def readline(self) -> bytes:
        line = self._stream.readline(_LONGEST_HEADER)
        if not line or _HEADER.match(line):
            return line
        log.warning("closed the connection: %r is no header of a language client", line)
        return b""

    def read(self, size: int, /) -> bytes:
        return self._stream.read(size)


def _shown(address: tuple[object, ...]) -> str:
    return f"[{address[0]}]:{address[1]}" if ":" in str(address[0]) else f"{address[0]}:{address[1]}"


def _reason(error: Exception) -> str:
    reason = getattr(error, "strerror", None) or str(error)
    return reason[:1].lower() + reason[1:] if reason[1:2].islower() else reason
