"""Serving over standard input and output: only the protocol writes to it, and invalid headers are skipped."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from typing import BinaryIO, Protocol

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.server.client_watch import end_with_input
from workflow_ls.server.server import END_SECONDS, WorkflowServer

_LENGTH = compile_on_use(rb"content-length[ \t]*:[ \t]*0*(\d+)[ \t]*\r?\n\Z", re.IGNORECASE)


def serve_stdio(server: WorkflowServer, input_: MessageInput) -> int:
    """Serve one client until it exits; `input_` is standard input, of which a message may have been read ahead.

    Returns the exit code: 0 where the client requested the shutdown first, else 1 (LSP 3.17, exit).
    """
    for stream in (sys.stdin, sys.stdout) if os.name == "posix" else ():
        # A client may share a pipe or socket that does not wait: what it has no room for would be lost.
        os.set_blocking(stream.fileno(), True)
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # All other output, of this process or of a child process, is written to the log.
    with contextlib.suppress(OSError):
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.stdout = sys.stderr
    end_with_input(sys.stdin.fileno(), server.answers, server.end)
    return serve_streams(server, input_, output)


class MessageInput(Protocol):
    """What is read of the stream of a client: the lines of headers, and bodies."""

    def readline(self) -> bytes: ...
    def read(self, size: int, /) -> bytes: ...


def serve_streams(server: WorkflowServer, input_: MessageInput, output: BinaryIO) -> int:
    """Serve one client over two binary streams until it leaves.

    Returns the exit code: 0 if the client requested the shutdown first, else 1 (LSP 3.17, exit).
    """
    server.start_io(_Input(input_), output)  # type: ignore[arg-type]  # two methods of it are used
    server.session.close()
    server.session.wait(END_SECONDS)
    server.over.set()
    return 0 if server.protocol.was_shut_down else 1


class _Input:
    """Standard input, with headers in the spelling that pygls reads.

    Header names may be in any case (RFC 9110, 5.1).  After a missing or wrong length, the next message is found at its
    header, even where that follows the rest of a body on the same line.
    """

    def __init__(self, stream: MessageInput) -> None:
        self._stream = stream

    def readline(self) -> bytes:
        line = self._stream.readline()
        found = _LENGTH.search(line)
        if found is None:
            return line
        # An absurd length would block the server, or exhaust its memory.
        is_plausible = len(found[1]) < 10
        return b"Content-Length: %b\r\n" % found[1] if is_plausible else b"\r\n"

    def read(self, size: int) -> bytes:
        return self._stream.read(size)
