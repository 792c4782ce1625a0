"""A client that writes bytes: for what a well-behaved client library would never send."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.server.processes import Server, ThreadedServer

Message = dict[str, Any]
PATIENCE = 60.0  # seconds until a test gives up; nothing waits that long

PUSH: Message = {
    "textDocument": {
        "publishDiagnostics": {"versionSupport": True, "relatedInformation": True, "tagSupport": {"valueSet": [2]}},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "source"]}}},
    },
    "workspace": {"workspaceEdit": {"documentChanges": True}},
}
"""A client that waits for diagnostics, as Neovim before 0.10 and Emacs do."""

PULL: Message = {
    "textDocument": {"diagnostic": {"dynamicRegistration": True, "relatedDocumentSupport": True}},
    "workspace": {"diagnostics": {"refreshSupport": True}, "workspaceEdit": {"documentChanges": True}},
}
"""A client that asks for diagnostics, as VS Code does."""


class RawClient:
    """A client of one server, and what that wrote: of one in this process, unless a spawned one is given.

    `stdout` must hold nothing but messages: whatever else is there makes `receive` raise.
    """

    def __init__(self, process: Server | None = None) -> None:
        self.process = process or ThreadedServer()
        self.log = b""
        self.seen: list[Message] = []
        self.answer_with: Callable[[Message], Any] = lambda _: None
        self._messages: queue.Queue[Message | Exception | None] = queue.Queue()
        self._id = 0
        self._taken = dict[int, Message]()  # the answers that were returned
        self._threads = [threading.Thread(target=self._read), threading.Thread(target=self._read_log)]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> RawClient:
        return self

    def __exit__(self, *_: object) -> None:
        # Killed at once, it could not write down which lines it ran.
        if "COVERAGE_PROCESS_CONFIG" in os.environ:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(5)
        self.process.kill()
        self.process.wait()
        for thread in self._threads:
            thread.join()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()

    def write(self, data: bytes) -> None:
        """Send bytes as they are."""
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message: object) -> None:
        """Send one message with its header."""
        self.write(framed(message))

    def notify(self, method: str, params: object) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def post(self, method: str, params: object = None) -> int:
        """Send a request, and return its id without waiting for the answer."""
        self._id += 1
        self.send({"jsonrpc": "2.0", "id": self._id, "method": method, "params": params})
        return self._id

    def request(self, method: str, params: object = None) -> Message:
        """Send a request, and wait for its answer."""
        return self.answer(self.post(method, params))

    def answer(self, identity: object) -> Message:
        """The answer to a request that was sent; answers may come in any order."""

        def is_answer(message: Message) -> bool:
            return message.get("id") == identity and "method" not in message

        came = (message for message in self.seen if is_answer(message) and id(message) not in self._taken)
        found = next(came, None) or self.wait_for(is_answer)
        self._taken[id(found)] = found
        return found

    def wait_for(self, wanted: Callable[[Message], bool]) -> Message:
        """The next message that is wanted; the others are kept in `seen`, and requests among them are answered."""
        while True:
            message = self.receive()
            if "method" in message and "id" in message:
                self.send({"jsonrpc": "2.0", "id": message["id"], "result": self.answer_with(message)})
            if wanted(message):
                return message

    def receive(self) -> Message:
        """The next message."""
        item = self._messages.get(timeout=PATIENCE)
        if isinstance(item, Exception):
            raise item
        if item is None:
            raise EOFError(self.log.decode(errors="replace")[-4000:])
        self.seen.append(item)
        return item

    def initialize(self, capabilities: Message, *folders: Path, **others: object) -> Message:
        """Shake hands; returns the server's capabilities."""
        answer = self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": None,
                "capabilities": capabilities,
                "workspaceFolders": [folder_of(folder) for folder in folders] or None,
                **others,
            },
        )
        self.notify("initialized", {})
        result: Message = answer["result"]["capabilities"]
        return result

    def open(self, uri: str, text: str, version: int = 1) -> None:
        document = {"uri": uri, "languageId": "typescript", "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def replace(self, uri: str, text: str, version: int) -> None:
        """Give an open document another text as a whole."""
        self.change(uri, version, {"text": text})

    def change(self, uri: str, version: int, *changes: Mapping[str, object]) -> None:
        document = {"uri": uri, "version": version}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": list(changes)})

    def close(self, uri: str) -> None:
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def published(self, uri: str, version: int | None = None) -> list[Message]:
        """The next diagnostics that are pushed for a document (of a version)."""

        def wanted(message: Message) -> bool:
            params = message.get("params") or {}
            return (
                message.get("method") == "textDocument/publishDiagnostics"
                and params["uri"] == uri
                and (version is None or params.get("version") == version)
            )

        items: list[Message] = self.wait_for(wanted)["params"]["diagnostics"]
        return items

    def pull(self, uri: str) -> list[Message]:
        """The diagnostics of a document, asked for."""
        answer = self.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
        items: list[Message] = answer["result"]["items"]
        return items

    def changed_on_disk(self, *changes: tuple[Path, int]) -> None:
        """Tell that files were created (1), changed (2) or deleted (3)."""
        told = [{"uri": path.as_uri(), "type": kind} for path, kind in changes]
        self.notify("workspace/didChangeWatchedFiles", {"changes": told})

    def is_alive(self) -> bool:
        """Whether the server still answers."""
        return "error" in self.request("test/areYouThere")

    def ended(self) -> int:
        """The exit code, once the process has ended."""
        return self.process.wait(PATIENCE)

    def drain_log(self) -> None:
        """Wait for the last of the log, of a process that has ended."""
        self._threads[1].join()

    def _read(self) -> None:
        assert self.process.stdout is not None
        try:
            while (message := read_message(self.process.stdout)) is not None:
                self._messages.put(message)
            self._messages.put(None)
        except Exception as error:  # noqa: BLE001 - raised where it is waited for
            self._messages.put(error)

    def _read_log(self) -> None:
        assert self.process.stderr is not None
        while piece := self.process.stderr.read1():  # type: ignore[attr-defined]  # a pipe's reader is buffered
            self.log += piece


class ImpureOutputError(Exception):
    """Standard output holds something that is no message."""


def read_message(stream: Any) -> Message | None:
    """The next message of a stream; None at its end.  Raises ImpureOutputError for anything else."""
    length = None
    while (line := stream.readline()) != b"\r\n":
        if not line and length is None:
            return None
        name, colon, value = line.partition(b":")
        if not colon or name not in (b"Content-Length", b"Content-Type"):
            raise ImpureOutputError(line)
        length = int(value) if name == b"Content-Length" else length
    body = stream.read(length)
    if len(body) != length:
        raise ImpureOutputError(body)
    message: Message = json.loads(body)
    return message


def framed(message: object) -> bytes:
    """A message with its header."""
    body = json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def folder_of(path: Path) -> Message:
    """A path as a workspace folder."""
    return {"uri": path.as_uri(), "name": path.name}
