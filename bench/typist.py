"""A large file, and somebody who types in it, a key at a time."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from typing import Any

from client import Server, encode

SPECIFIERS = (
    "@shared/workflow/runtime/client",
    "@shared/workflow/persistence",
    "@alga-psa/shared/workflow/streams/eventBusSchema",
    "@alga-psa/shared/workflow/actions",
)
KEYS = "  const [value, set] = useState('é');"
PAIRS = {"[": "]", "(": ")", "'": "'"}
FULL = 1  # TextDocumentSyncKind


def text_of(size: int) -> list[str]:
    """The lines of a file of that many lines, a legacy import for each of the specifiers at its start."""
    lines = [f"import * as m{number} from '{specifier}';" for number, specifier in enumerate(SPECIFIERS)]
    while len(lines) < size:
        number = len(lines)
        lines += [
            f"export function Part{number}(props: {{ title: string; count?: number }}) {{",
            f"  const length = useMemo(() => props.title.length * {number}, [props.title]);",
            f'  return <div className="part" onClick={{() => open(length)}}>{{props.count ?? "none {number}"}}</div>;',
            "}",
            "",
        ]
    return lines


class Document:
    """A document that is open in a server, and its lines."""

    def __init__(self, server: Server, uri: str, lines: list[str], *, whole: bool, made: bool = True) -> None:
        """`whole` sends all of the text with each change, for a server that wants that; `made`: it is a `text_of`."""
        self.server, self.uri, self.lines, self.version = server, uri, lines, 0
        self._whole, self._made = whole, made
        self._chance = random.Random(1)
        text = "\n".join(lines)
        server.notify(
            "textDocument/didOpen",
            {"textDocument": {"uri": uri, "languageId": "typescriptreact", "version": 0, "text": text}},
        )
        self.found = server.published(uri, 0)
        self._expected = len(self.found)

    def type(self, statements: int, *, closing: bool = True) -> Iterator[float]:
        """Type statements all over the file; yields the milliseconds from each key to its findings.

        With `closing`, a bracket or quote comes with its counterpart, as editors do it by themselves; without, the
        rest of the file is inside an open bracket for a while.
        """
        for change in self._keystrokes(statements, closing=closing):
            self.version += 1
            changed = {"textDocument": {"uri": self.uri, "version": self.version}, "contentChanges": [change]}
            message = encode(method="textDocument/didChange", params=changed)
            since = time.perf_counter()
            self.server.send(message)
            self.found = self.server.published(self.uri, self.version)
            yield (time.perf_counter() - since) * 1000
        if self._made or closing:
            assert len(self.found) == self._expected, self.found

    def close(self) -> None:
        self.server.notify("textDocument/didClose", {"textDocument": {"uri": self.uri}})

    def _keystrokes(self, statements: int, *, closing: bool) -> Iterator[dict[str, Any]]:
        lines = self.lines
        for _ in range(statements):
            line = self._place()
            end = {"line": line - 1, "character": len(lines[line - 1])}
            lines.insert(line, "")
            yield self._change({"range": {"start": end, "end": end}, "text": "\n"})
            head, tail = "", ""
            for key in KEYS:
                over = closing and tail.startswith(key)  # what was put there already is gone past
                new = key + PAIRS.get(key, "") if closing and not over else key
                start = {"line": line, "character": len(head)}
                end = {"line": line, "character": len(head) + over}
                head, tail = head + key, new[1:] + tail[over:]
                lines[line] = head + tail
                yield self._change({"range": {"start": start, "end": end}, "text": new})

    def _place(self) -> int:
        """The number of a line before which a statement may be written."""
        lines = self.lines
        if self._made:
            return self._chance.randrange(len(SPECIFIERS), len(lines) - 10) // 5 * 5 + len(SPECIFIERS) + 1
        middle = range(len(lines) // 4, 3 * len(lines) // 4)
        ends = [n for n in middle if lines[n].endswith(";") and lines[n].startswith("  const ")]
        return self._chance.choice(ends or [len(lines) - 1]) + 1

    def _change(self, change: dict[str, Any]) -> dict[str, Any]:
        return {"text": "\n".join(self.lines)} if self._whole else change
