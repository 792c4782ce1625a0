"""A language server as a child process, spoken to in raw JSON-RPC."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools import ROOT

CAPABILITIES = {
    "textDocument": {
        "publishDiagnostics": {"versionSupport": True, "relatedInformation": True, "dataSupport": True},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["", "quickfix", "source"]}}},
    },
    "workspace": {"workspaceEdit": {"documentChanges": True}, "workspaceFolders": True, "applyEdit": True},
    "general": {"positionEncodings": ["utf-16"]},
}


def encode(**message: Any) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


class Server:
    """A server that is started in a tree; `edits` are those that it asked its client to apply, and none was."""

    def __init__(self, command: list[str], tree: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package has its byte code
        self.process = subprocess.Popen(
            command, cwd=tree, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.edits: list[Any] = []
        self._count = 0

    def initialize(self, tree: Path) -> dict[str, Any]:
        """Start the session; returns the server's capabilities."""
        folder = {"uri": tree.as_uri(), "name": tree.name}
        started: dict[str, Any] = self.request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": folder["uri"],
                "workspaceFolders": [folder],
                "capabilities": CAPABILITIES,
            },
        )
        self.notify("initialized", {})
        return dict(started["capabilities"])

    def send(self, message: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(message)
        self.process.stdin.flush()

    def notify(self, method: str, params: Any) -> None:
        self.send(encode(method=method, params=params))

    def request(self, method: str, params: Any) -> Any:
        self._count += 1
        number = self._count
        self.send(encode(id=number, method=method, params=params))
        answer = self.wait(lambda message: message.get("id") == number and "method" not in message)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def wait(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Read messages until the wanted one, answering the server's own requests."""
        while True:
            message = self._read()
            if "id" in message and "method" in message:
                result = None
                if message["method"] == "workspace/applyEdit":
                    self.edits.append(message["params"]["edit"])
                    result = {"applied": False}
                self.send(encode(id=message["id"], result=result))
            if wanted(message):
                return message

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        length = 0
        while header := self.process.stdout.readline().strip():
            name, _, value = header.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not length:
            raise RuntimeError("the server ended")
        message: dict[str, Any] = json.loads(self.process.stdout.read(length))
        return message

    def published(self, uri: str, version: int) -> list[Any]:
        """Wait for the findings of a version of a document; ast-grep names no version for the first one."""

        def is_it(message: dict[str, Any]) -> bool:
            params = message.get("params") or {}
            published = message.get("method") == "textDocument/publishDiagnostics"
            return published and params["uri"] == uri and params.get("version", version) == version

        found: list[Any] = self.wait(is_it)["params"]["diagnostics"]
        return found

    def memory(self, *, peak: bool = False) -> float:
        """The memory in MB, as Linux reports it: now, or the most that it was."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return float(status.split("VmHWM:" if peak else "VmRSS:")[1].split()[0]) / 1024

    def stop(self) -> None:
        self.request("shutdown", None)
        self.notify("exit", None)
        self.process.wait(10)
