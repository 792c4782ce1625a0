"""A small client: it speaks JSON-RPC with a server over its streams, and waits for messages, never for a time."""

from __future__ import annotations

import contextlib
import itertools
import json
import queue
import re
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from tests.server.processes import Server, ThreadedServer

TIMEOUT = 30.0  # seconds; long enough for a busy machine, since nothing waits for it when all is well

VS_CODE: dict[str, Any] = {
    "general": {"positionEncodings": ["utf-16"]},
    "window": {"workDoneProgress": True, "showDocument": {"support": True}},
    "workspace": {
        "applyEdit": True,
        "workspaceEdit": {
            "documentChanges": True,
            "changeAnnotationSupport": {"groupsOnLabel": True},
        },
    },
    "textDocument": {
        "publishDiagnostics": {
            "versionSupport": True,
            "tagSupport": {"valueSet": [1, 2]},
            "codeDescriptionSupport": True,
            "dataSupport": True,
            "relatedInformation": True,
        },
        "codeAction": {
            "isPreferredSupport": True,
            "disabledSupport": True,
            "dataSupport": True,
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["", "quickfix", "source"]}},
        },
    },
}

PLAIN: dict[str, Any] = {
    "general": {"positionEncodings": ["utf-8"]},
    "workspace": {"applyEdit": True},
    "textDocument": {
        "diagnostic": {},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["", "quickfix", "source"]}}},
    },
}
"""A client of few words: `changes` only, no disabled actions, no annotations, no progress; it pulls."""


class RemoteError(Exception):
    """The server answered a request with an error."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error.get("message"))
        self.code = error.get("code")


class Client:
    """A client of one server for the folder `root`, with the given capabilities.  The server is in this process, unless
    a spawned one is given.

    `notifications` and `requests` hold what came from the server.  A request of the server is answered at once, by
    `answers[method]`, which takes its parameters; a method without one gets null.
    """

    def __init__(
        self,
        root: Path,
        capabilities: dict[str, Any] | None = None,
        *,
        folders: Iterable[Path] | None = None,
        process: Server | None = None,
        options: dict[str, Any] | None = None,
    ) -> None:
        self.root = root
        self._options = options
        self.capabilities = VS_CODE if capabilities is None else capabilities
        self.notifications: list[dict[str, Any]] = []
        self.requests: list[dict[str, Any]] = []
        self.answers: dict[str, Callable[[Any], Any]] = {
            "workspace/applyEdit": lambda _: {"applied": True},
            "workspace/configuration": lambda params: [None] * len(params["items"]),
            "window/showDocument": lambda _: {"success": True},
        }
        self._folders = [root] if folders is None else list(folders)
        self._responses: dict[int, dict[str, Any]] = {}
        self._ids = itertools.count(1)
        self._inbox: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.log = b""
        self.process = process or ThreadedServer()
        self._threads = [threading.Thread(target=self._read), threading.Thread(target=self._read_log)]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Client:
        folders = [{"uri": folder.as_uri(), "name": folder.name} for folder in self._folders]
        info = {"name": "test client", "version": "1.2.3"}
        params = {"processId": None, "clientInfo": info, "capabilities": self.capabilities, "rootUri": None}
        options = {} if self._options is None else {"initializationOptions": self._options}
        self.initialized = self.request("initialize", {**params, **options, "workspaceFolders": folders})
        self.notify("initialized", {})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.request("shutdown", None)
                self.notify("exit", None)
                assert self.process.wait(TIMEOUT) == 0
        finally:
            self.process.kill()
            self.process.wait()
            for thread in self._threads:
                thread.join()
            if kind is not None:
                sys.stderr.write(self.log.decode(errors="replace"))
            for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
                if stream is not None:
                    with contextlib.suppress(BrokenPipeError):
                        stream.close()

    def request(self, method: str, params: Any) -> Any:
        """Send a request and return its result; raises RemoteError."""
        return self.result(self.start(method, params))

    def start(self, method: str, params: Any) -> int:
        """Send a request and return its id."""
        identity = next(self._ids)
        self._send({"id": identity, "method": method, "params": params})
        return identity

    def result(self, identity: int) -> Any:
        """Wait for the result of a request; raises RemoteError."""
        self._until(lambda: identity in self._responses, f"no response to request {identity}")
        response = self._responses.pop(identity)
        if "error" in response:
            raise RemoteError(response["error"])
        return response["result"]

    def notify(self, method: str, params: Any) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def wait_for(self, method: str, matches: Callable[[Any], bool] = lambda _: True) -> Any:
        """Wait for a notification or a request of the server that `matches`, unless it came; return its parameters."""

        def found() -> list[Any]:
            messages = (*self.notifications, *self.requests)
            return [m.get("params") for m in messages if m["method"] == method and matches(m.get("params"))]

        self._until(lambda: bool(found()), f"no {method}")
        return found()[-1]

    def execute(self, command: str, *arguments: Any, **params: Any) -> Any:
        """Run a command."""
        return self.request("workspace/executeCommand", {"command": command, "arguments": list(arguments), **params})

    def open(self, path: str, text: str | None = None, version: int = 1) -> str:
        """Open a document, with the text on disk unless another is given; returns its URI."""
        file = self.root / path
        text = file.read_bytes().decode("utf-8-sig") if text is None else text
        item = {"uri": file.as_uri(), "languageId": "typescript", "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})
        return file.as_uri()

    def change(self, uri: str, text: str, version: int) -> None:
        """Give a document another text."""
        identifier = {"uri": uri, "version": version}
        self.notify("textDocument/didChange", {"textDocument": identifier, "contentChanges": [{"text": text}]})

    def actions(
        self, uri: str, start: tuple[int, int], end: tuple[int, int] | None = None, **context: Any
    ) -> list[dict[str, Any]]:
        """The code actions for a range."""
        ends = [{"line": line, "character": character} for line, character in (start, end or start)]
        params = {
            "textDocument": {"uri": uri},
            "range": {"start": ends[0], "end": ends[1]},
            "context": {"diagnostics": [], **context},
        }
        result: list[dict[str, Any]] = self.request("textDocument/codeAction", params)
        return result

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def _until(self, done: Callable[[], bool], failure: str) -> None:
        deadline = time.monotonic() + TIMEOUT
        while not done():
            try:
                message = self._inbox.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise TimeoutError(failure) from None
            if message is None:
                raise EOFError(f"{failure}: the server ended")
            self._take(message)

    def _take(self, message: dict[str, Any]) -> None:
        method = message.get("method")
        if method is None:
            self._responses[message["id"]] = message
        elif "id" in message:
            self.requests.append(message)
            answer = self.answers.get(method)
            result = None if answer is None else answer(message["params"])
            self._send({"id": message["id"], "result": result})
        else:
            self.notifications.append(message)

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while (message := _next_message(stream)) is not None:
            self._inbox.put(message)
        self._inbox.put(None)

    def _read_log(self) -> None:
        stream = self.process.stderr
        assert stream is not None
        self.log = stream.read()


def _next_message(stream: IO[bytes]) -> dict[str, Any] | None:
    length = 0
    try:
        while (line := stream.readline()).strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        message: dict[str, Any] | None = json.loads(stream.read(length)) if line else None
    except ValueError:  # the stream was closed here
        return None
    return message


def apply_edits(text: str, edits: Iterable[dict[str, Any]], encoding: str = "utf-16") -> str:
    """The text after LSP edits, worked out line by line and unit by unit."""
    starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]

    def offset(position: dict[str, int]) -> int:
        start = starts[position["line"]]
        end, units = start, 0
        while units < position["character"]:
            units += len(text[end].encode(f"{encoding}-le" if encoding != "utf-8" else encoding)) // _WIDTH[encoding]
            end += 1
        assert units == position["character"]
        return end

    places = [(offset(edit["range"]["start"]), offset(edit["range"]["end"]), edit["newText"]) for edit in edits]
    for start, end, new in sorted(places, reverse=True):
        text = text[:start] + new + text[end:]
    return text


_WIDTH = {"utf-8": 1, "utf-16": 2, "utf-32": 4}


def write_project(root: Path, files: dict[str, str | bytes]) -> Path:
    """Write files below a directory that is a workspace root."""
    for name, data in files.items():
        path = root / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    return root
