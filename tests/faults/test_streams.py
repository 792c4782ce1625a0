"""Pipes and sockets that do not wait for their readers"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.server.raw import PULL, Message, framed

Write = Callable[..., Path]
fcntl = pytest.importorskip("fcntl", reason="descriptors are others")

LEGACY = "import { client } from '@shared/workflow/runtime/client';\n"
ONE_PAGE = 4096  # bytes, the least that Linux gives a pipe
UNBUFFERED = {"": "", "unbuffered": "1"}


def environment(unbuffered: str) -> dict[str, str]:
    checkout = str(Path(__file__).parents[2])
    return {**os.environ, "PYTHONPATH": checkout, "WORKFLOW_LS_NO_CACHE": "1", "PYTHONUNBUFFERED": unbuffered}


def small_pipe() -> tuple[int, int]:
    """A pipe with room for a page, whose writer does not wait."""
    reading, writing = os.pipe()
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, ONE_PAGE)
    os.set_blocking(writing, False)
    return reading, writing


@pytest.mark.parametrize("unbuffered", UNBUFFERED.values(), ids=UNBUFFERED)
@pytest.mark.parametrize("arguments", [("check", "--format", "json"), ("check",), ("fix", "--diff")], ids=" ".join)
def test_a_pipe_that_does_not_wait(workspace: Write, arguments: tuple[str, ...], unbuffered: str) -> None:
    """Standard output is a pipe that does not wait for its reader -> the report is whole."""
    root = workspace("".join(f"//- /packages/a/src/f{number}.ts\n{LEGACY * 40}" for number in range(20)))
    command = [sys.executable, "-m", "workflow_ls", *arguments]
    expected = subprocess.run(command, cwd=root, env=environment(""), capture_output=True, check=False)
    reading, writing = small_pipe()
    with os.fdopen(reading, "rb") as reader:
        process = subprocess.Popen(command, cwd=root, env=environment(unbuffered), stdout=writing)
        os.close(writing)
        printed = reader.read()
    assert (process.wait(), printed) == (expected.returncode, expected.stdout)
    assert len(printed) > 60_000


@contextmanager
def served(kind: str, unbuffered: str) -> Iterator[tuple[Callable[[bytes], object], Callable[[int], bytes]]]:
    """A server behind descriptors that do not wait: what sends bytes to it, and what reads some."""
    command, variables = [sys.executable, "-m", "workflow_ls", "serve", "--stdio"], environment(unbuffered)
    if kind == "socket":
        ours, theirs = socket.socketpair()
        theirs.setblocking(False)
        process = subprocess.Popen(
            command, env=variables, stdin=theirs.fileno(), stdout=theirs.fileno(), stderr=subprocess.DEVNULL
        )
        theirs.close()
        with ours, ours.makefile("rb") as reader:
            try:
                yield ours.sendall, reader.read
            finally:
                process.kill()
        process.wait()
        return
    (reading, writing), (given, giving) = small_pipe(), os.pipe()
    os.set_blocking(given, False)
    process = subprocess.Popen(command, env=variables, stdin=given, stdout=writing, stderr=subprocess.DEVNULL)
    for descriptor in (given, writing):
        os.close(descriptor)
    with os.fdopen(reading, "rb") as reader, os.fdopen(giving, "wb", buffering=0) as writer:
        try:
            yield writer.write, reader.read
        finally:
            process.kill()
    process.wait()


@pytest.mark.parametrize("unbuffered", UNBUFFERED.values(), ids=UNBUFFERED)
@pytest.mark.parametrize("kind", ["pipe", "socket"])
def test_a_server_behind_what_does_not_wait(workspace: Write, kind: str, unbuffered: str) -> None:
    """A server's input and output do not wait for the client -> no byte of an answer is lost."""
    root = workspace()
    document: Message = {"uri": (root / "packages/a/a.ts").as_uri(), "languageId": "typescript", "version": 1}
    start = {"processId": None, "rootUri": root.as_uri(), "capabilities": PULL}
    messages: list[Message] = [
        {"id": 1, "method": "initialize", "params": start},
        {"method": "initialized", "params": {}},
        {"method": "textDocument/didOpen", "params": {"textDocument": {**document, "text": LEGACY * 1500}}},
        {"id": 2, "method": "textDocument/diagnostic", "params": {"textDocument": document}},
    ]
    with served(kind, unbuffered) as (send, read):
        for message in messages:
            send(framed({"jsonrpc": "2.0", **message}))
        found = None
        while found is None:
            header = b""
            while not header.endswith(b"\r\n\r\n"):
                byte = read(1)
                assert byte, "the server has ended"
                header += byte
            body = read(int(header.lower().partition(b"content-length:")[2].split()[0]))
            answer = json.loads(body)
            found = answer if answer.get("id") == 2 and "method" not in answer else None
    assert len(found["result"]["items"]) == 1500
