"""Serving over standard input and output: only the protocol writes to it, and invalid headers are skipped."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import BinaryIO, Protocol, TypeVar

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.server.client_watch import end_with_input
from workflow_ls.server.server import END_SECONDS, WorkflowServer

_LENGTH = compile_on_use(rb"content-length[ \t]*:[ \t]*0*(\d+)[ \t]*\r?\n\Z", re.IGNORECASE)
_PLAUSIBLE = compile_on_use(rb"Content-Length: ([1-9]\d*)\r\n")
T = TypeVar("T")


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
    read = _Input(input_)
    server.readers = _Readers(read, server.thread_pool)  # type: ignore[assignment]  # one method of it is used
    server.start_io(read, output)  # type: ignore[arg-type]  # two methods of it are used
    server.session.close()
    server.session.wait(END_SECONDS)
    server.over.set()
    return 0 if server.protocol.was_shut_down else 1


class _Input:
    """Standard input, with headers in the spelling that pygls reads.

    Header names may be in any case (RFC 9110, 5.1).  After a missing or wrong length, the next message is found at its
    header, even where that follows the rest of a body on the same line.

    pygls reads each header and each body in a thread of a pool, and to change threads takes longer than to read.  So a
    message is read as a whole with its first header; what is read ahead needs no thread.
    """

    def __init__(self, stream: MessageInput) -> None:
        self._stream = stream
        self._ahead = deque[bytes]()

    @property
    def is_ahead(self) -> bool:
        """Whether the next line, or the next body, is read already."""
        return bool(self._ahead)

    def readline(self) -> bytes:
        if self._ahead:
            return self._ahead.popleft()
        line = self._line()
        length = _PLAUSIBLE.fullmatch(line)
        if length is not None:
            # Nothing else in the headers counts for pygls, so that what a client sends there is not kept.
            while (end := self._line()).strip():
                pass
            self._ahead.append(end)
            if end:
                self._ahead.append(self._stream.read(int(length[1])))
        return line

    def read(self, size: int) -> bytes:
        return self._ahead.popleft() if self._ahead else self._stream.read(size)

    def _line(self) -> bytes:
        line = self._stream.readline()
        found = _LENGTH.search(line)
        if found is None:
            return line
        # An absurd length would block the server, or exhaust its memory.
        is_plausible = len(found[1]) < 10
        return b"Content-Length: %b\r\n" % found[1] if is_plausible else b"\r\n"


class _Readers:
    """The threads in which pygls reads: what is read already needs none."""

    def __init__(self, input_: _Input, pool: ThreadPoolExecutor) -> None:
        self._input, self._pool = input_, pool

    def submit(self, work: Callable[..., T], *args: object) -> Future[T]:
        """As `Executor.submit`."""
        if getattr(work, "__self__", None) is not self._input or not self._input.is_ahead:
            return self._pool.submit(work, *args)
        done = Future[T]()
        done.set_result(work(*args))
        return done
