"""Serving over standard input and output: nothing but the protocol goes out, and bad headers do no lasting harm."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from typing import BinaryIO

from workflow_ls.server.app import WorkflowServer

_LENGTH = re.compile(rb"content-length[ \t]*:[ \t]*0*(\d+)[ \t]*\r?\n\Z", re.IGNORECASE)


def serve_stdio(server: WorkflowServer) -> int:
    """Serve one client over standard input and output until it leaves; returns the exit code."""
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Whatever else is printed, here or by a child process, goes to the log.
    with contextlib.suppress(OSError):
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.stdout = sys.stderr
    return serve_streams(server, sys.stdin.buffer, output)


def serve_streams(server: WorkflowServer, input_: BinaryIO, output: BinaryIO) -> int:
    """Serve one client over two binary streams until it leaves.

    Returns the exit code: 0 if the client requested the shutdown first, else 1 (LSP 3.17, exit).
    """
    server.start_io(_Input(input_), output)  # type: ignore[arg-type]  # two methods of it are used
    server.session.close()
    return 0 if server.protocol.was_shut_down else 1


class _Input:
    """Standard input, with its headers put as pygls reads them.

    Header names may be in any case (RFC 9110, 5.1).  Where a length was missing or wrong, the next message is found
    at its own header, though that may stand behind the rest of a body.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readline(self) -> bytes:
        line = self._stream.readline()
        found = _LENGTH.search(line)
        if found is None:
            return line
        # What can't be meant would be waited for, or asked of the memory, for ever.
        meant = len(found[1]) < 10
        return b"Content-Length: %b\r\n" % found[1] if meant else b"\r\n"

    def read(self, size: int) -> bytes:
        return self._stream.read(size)
