"""Measures the language server beside ast-grep's, with one rule that finds the same, on one file, in one run.

    python bench/server.py [TREE] [--statements N] [--rounds N]

Without TREE, a tree is rendered from the recorded monorepo beside the project.  The servers take turns, round by round,
so that a busy moment of the machine hits both.  ast-grep comes from npm, or from PATH; without it, only this server is
measured.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from tools import ROOT, RULE, find_ast_grep
from tree import render

LINES = 8000
FILE = "packages/bench.tsx"
SPECIFIERS = (
    "@shared/workflow/runtime/client",
    "@shared/workflow/persistence",
    "@alga-psa/shared/workflow/streams/eventBusSchema",
    "@alga-psa/shared/workflow/actions",
)
CAPABILITIES = {
    "textDocument": {
        "publishDiagnostics": {"versionSupport": True, "relatedInformation": True, "dataSupport": True},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["", "quickfix", "source"]}}},
    },
    "workspace": {"workspaceEdit": {"documentChanges": True}, "workspaceFolders": True},
    "general": {"positionEncodings": ["utf-16"]},
}
KEYS = "  const [value, set] = useState('é');"
PAIRS = {"[": "]", "(": ")", "'": "'"}
FULL = 1  # TextDocumentSyncKind
Measures = dict[str, list[float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tree", nargs="?", type=Path)
    parser.add_argument("--statements", type=int, default=9)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        tree = (options.tree or render(Path(scratch))).resolve()
        servers: dict[str, tuple[list[str], bool]] = {
            "workflow-ls": ([sys.executable, "-m", "workflow_ls", "serve"], True)
        }
        other = find_ast_grep()
        if other is None:
            print("ast-grep is not installed: left out")
        else:
            servers["ast-grep"] = ([other, "lsp", "--config", str(ast_grep_config(Path(scratch)))], False)
        measured: dict[str, Measures] = {name: {} for name in servers}
        for command, ours in servers.values():
            measure(command, tree, 1, {}, ours=ours)  # the first start fills caches
        for _ in range(options.rounds):
            for name, (command, ours) in servers.items():
                measure(command, tree, options.statements, measured[name], ours=ours)
    report(measured)


def ast_grep_config(scratch: Path) -> Path:
    rules = scratch / "rules"
    rules.mkdir()
    rule = RULE.format(language="tsx") + "message: a legacy module\nseverity: warning\nfix: '@alga-psa/workflows'\n"
    (rules / "legacy.yml").write_text(rule)
    config = scratch / "sgconfig.yml"
    config.write_text("ruleDirs: [rules]\n")
    return config


def text_of_file() -> list[str]:
    lines = [f"import * as m{number} from '{specifier}';" for number, specifier in enumerate(SPECIFIERS)]
    while len(lines) < LINES:
        number = len(lines)
        lines += [
            f"export function Part{number}(props: {{ title: string; count?: number }}) {{",
            f"  const length = useMemo(() => props.title.length * {number}, [props.title]);",
            f'  return <div className="part" onClick={{() => open(length)}}>{{props.count ?? "none {number}"}}</div>;',
            "}",
            "",
        ]
    return lines


def encode(**message: Any) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


class Server:
    """A server as a child process, spoken to in raw JSON-RPC."""

    def __init__(self, command: list[str], tree: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package has its byte code
        self.process = subprocess.Popen(
            command, cwd=tree, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._count = 0

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
                self.send(encode(id=message["id"], result=None))
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

    def peak_memory(self) -> float:
        """The peak memory in MB, as Linux tells it."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return float(status.split("VmHWM:")[1].split()[0]) / 1024

    def stop(self) -> None:
        self.request("shutdown", None)
        self.notify("exit", None)
        self.process.wait(10)


def measure(command: list[str], tree: Path, statements: int, measures: Measures, *, ours: bool) -> None:
    uri, lines = (tree / FILE).as_uri(), text_of_file()

    def took(what: str, since: float) -> None:
        measures.setdefault(what, []).append((time.perf_counter() - since) * 1000)

    start = time.perf_counter()
    server = Server(command, tree)
    folder = {"uri": tree.as_uri(), "name": "bench"}
    client = {"processId": None, "rootUri": folder["uri"], "workspaceFolders": [folder], "capabilities": CAPABILITIES}
    synchronization = server.request("initialize", client)["capabilities"]["textDocumentSync"]
    kind = synchronization if isinstance(synchronization, int) else synchronization["change"]
    took("spawn to initialize", start)
    server.notify("initialized", {})
    opened = time.perf_counter()
    document = {"uri": uri, "languageId": "typescriptreact", "version": 0, "text": "\n".join(lines)}
    server.notify("textDocument/didOpen", {"textDocument": document})
    server.published(uri, 0)
    took("open to diagnostics", opened)
    took("spawn to first diagnostics", start)
    if ours:
        for what in ("workspace/diagnostic, first", "workspace/diagnostic, again"):
            since = time.perf_counter()
            server.request("workspace/diagnostic", {"previousResultIds": []})
            took(what, since)
    version = 0
    kinds = (("keystroke", True, statements), ("keystroke, bracket left open", False, -(-statements // 3)))
    for what, closing, count in kinds:
        for change in keystrokes(lines, count, whole=kind == FULL, closing=closing):
            version += 1
            changed = {"textDocument": {"uri": uri, "version": version}, "contentChanges": [change]}
            message = encode(method="textDocument/didChange", params=changed)
            since = time.perf_counter()
            server.send(message)
            found = server.published(uri, version)
            took(f"{what}, to diagnostics", since)
    assert len(found) == len(SPECIFIERS), found
    for _ in range(20):
        since = time.perf_counter()
        asked = {"textDocument": {"uri": uri}, "range": found[1]["range"], "context": {"diagnostics": [found[1]]}}
        assert server.request("textDocument/codeAction", asked)
        took("code action", since)
    measures.setdefault("peak memory", []).append(server.peak_memory())
    server.stop()


def keystrokes(lines: list[str], statements: int, *, whole: bool, closing: bool) -> Iterator[dict[str, Any]]:
    """Type statements into `lines`, a key at a time, all over the file; `whole` sends all of the text each time.

    With `closing`, a bracket or quote comes with its counterpart, as editors do it by themselves; without, the rest of
    the file stands in an open bracket for a while.
    """
    chance = random.Random(1)
    for _ in range(statements):
        line = chance.randrange(len(SPECIFIERS), len(lines) - 10) // 5 * 5 + len(SPECIFIERS) + 1
        end = {"line": line - 1, "character": len(lines[line - 1])}
        lines.insert(line, "")
        yield {"text": "\n".join(lines)} if whole else {"range": {"start": end, "end": end}, "text": "\n"}
        head, tail = "", ""
        for key in KEYS:
            over = closing and tail.startswith(key)  # what was put there already is gone past
            new = key + PAIRS.get(key, "") if closing and not over else key
            start = {"line": line, "character": len(head)}
            end = {"line": line, "character": len(head) + over}
            head, tail = head + key, new[1:] + tail[over:]
            lines[line] = head + tail
            yield {"text": "\n".join(lines)} if whole else {"range": {"start": start, "end": end}, "text": new}


def report(measured: dict[str, Measures]) -> None:
    names = list(measured)
    print(f"{'':<52}" + "".join(f"{name:>14}" for name in names) + (f"{'ratio':>10}" if len(names) > 1 else ""))
    for what in measured[names[0]]:
        of = [measured[name].get(what, []) for name in names]
        kinds: list[tuple[str, Callable[[list[float]], float]]] = [("median", statistics.median)]
        if what.startswith("keystroke"):
            kinds.append(("99th percentile", lambda values: statistics.quantiles(values, n=100)[98]))
        if what == "peak memory":
            kinds = [("", max)]
        for kind, sum_up in kinds:
            values = [sum_up(times) if times else None for times in of]
            unit = "MB" if what == "peak memory" else "ms"
            row = f"{what}{', ' if kind else ''}{kind}".ljust(52)
            row += "".join("-".rjust(14) if value is None else f"{value:>11.1f} {unit}" for value in values)
            if len(values) > 1 and values[0] and values[1]:
                row += f"{values[1] / values[0]:>9.1f}x"
            print(row)


if __name__ == "__main__":
    main()
