"""Servers for tests: in a thread of this process, or spawned; clients use both in the same way."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Protocol

from lsprotocol.converters import get_converter

from workflow_ls.server.app import create_server
from workflow_ls.server.protocol.stdio import serve_streams

ROOT = Path(__file__).parents[2]
_CONVERTER = get_converter()
"""Shared by all servers in this process: a converter compiles code for each type of message when it first meets it."""


class Server(Protocol):
    """What clients use of a server; `subprocess.Popen` has it, too."""

    stdin: IO[bytes] | None
    stdout: IO[bytes] | None
    stderr: IO[bytes] | None
    returncode: int | None

    @property
    def pid(self) -> int: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def kill(self) -> None: ...
    def terminate(self) -> None: ...


class ThreadedServer:
    """A server in a thread of this process, behind the part of `subprocess.Popen` that clients use.

    It is the server of `workflow-ls serve` over pipes; only what a process has of its own differs: signals, the exit
    code of the process, and standard output.
    """

    def __init__(self) -> None:
        for_server, for_client, for_log = os.pipe(), os.pipe(), os.pipe()
        self.stdin: IO[bytes] | None = os.fdopen(for_server[1], "wb")
        self.stdout: IO[bytes] | None = os.fdopen(for_client[0], "rb")
        self.stderr: IO[bytes] | None = os.fdopen(for_log[0], "rb")
        self.returncode: int | None = None
        self.pid = os.getpid()
        self._input, self._output = os.fdopen(for_server[0], "rb"), os.fdopen(for_client[1], "wb")
        self._log = os.fdopen(for_log[1], "w", encoding="utf-8")
        self._thread = threading.Thread(target=self._serve, name="server")
        self._thread.start()

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, once the server has ended."""
        self._thread.join(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired("the server in this process", timeout or 0)
        return self.returncode

    def kill(self) -> None:
        """End the server at its next read, as if the client had gone."""
        if self.stdin is not None and not self.stdin.closed:
            self.stdin.close()

    terminate = kill

    def _serve(self) -> None:
        handler = logging.StreamHandler(self._log)
        handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
        handler.setLevel(logging.WARNING)
        handler.addFilter(lambda record: "unknown message id" not in record.getMessage())
        loggers = [logging.getLogger(name) for name in ("workflow_ls", "pygls", "asyncio")]
        for logger in loggers:
            logger.addHandler(handler)
        code = 1
        try:
            server = create_server()
            server.protocol._converter = _CONVERTER
            code = serve_streams(server, self._input, self._output)
        finally:
            for logger in loggers:
                logger.removeHandler(handler)
            self.returncode = code
            for stream in (self._input, self._output, self._log):
                stream.close()


def spawn(*arguments: str, python: Sequence[str] = ("-m", "workflow_ls")) -> subprocess.Popen[bytes]:
    """A `workflow-ls serve` in a process of its own."""
    return subprocess.Popen(
        [sys.executable, *python, "serve", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    )
