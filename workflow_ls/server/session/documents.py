"""Open documents: the server's copy of an editor's texts, updated edit by edit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lsprotocol import types

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.parser import Source, parse
from workflow_ls.text import Encoding, LineIndex, Position


@dataclass(frozen=True, slots=True)
class DocumentSnapshot:
    """One version of an open document.

    `path` is relative to the root directory of its workspace folder.  `source` holds the text as UTF-8 and builds its
    tree on the analysis thread, from the tree of an earlier version; `lines` is the line index of that text.
    """

    uri: str
    path: str
    version: int | None
    source: Source
    lines: LineIndex

    @property
    def text(self) -> bytes:
        """The text as UTF-8."""
        return self.source.raw

    def edited(
        self, version: int | None, changes: Iterable[types.TextDocumentContentChangeEvent], encoding: Encoding
    ) -> DocumentSnapshot:
        """The document after the changes; each applies to the result of the ones before it (LSP 3.17, didChange)."""
        text, lines = self.source.raw, self.lines
        changes = list(changes)
        if len(changes) > _FEW:
            text = edited_at_once(text, changes, encoding)
            return DocumentSnapshot(self.uri, self.path, version, self.source.edited(text), LineIndex(text))
        for change in changes:
            new = utf8(change.text)
            if not isinstance(change, types.TextDocumentContentChangePartial):
                text, lines = new, LineIndex(new)
                continue
            start = lines.offset(Position(change.range.start.line, change.range.start.character), encoding)
            end = lines.offset(Position(change.range.end.line, change.range.end.character), encoding)
            start, end = min(start, end), max(start, end)
            text = b"".join((text[:start], new, text[end:]))
            lines = lines.edited(text, start, end)
        return DocumentSnapshot(self.uri, self.path, version, self.source.edited(text), lines)

    def moved(self, path: str) -> DocumentSnapshot:
        """The document under another path, which may select another grammar."""
        return DocumentSnapshot(self.uri, path, self.version, parse(self.source.raw, path, is_open=True), self.lines)


_FEW = 8  # changes; more are made on lines, so that the text is not copied for each


def edited_at_once(text: bytes, changes: Iterable[types.TextDocumentContentChangeEvent], encoding: Encoding) -> bytes:
    """A text after many changes; each applies to the result of the ones before it."""
    lines = _lines(text)
    for change in changes:
        new = utf8(change.text)
        if not isinstance(change, types.TextDocumentContentChangePartial):
            lines = _lines(new)
            continue
        ends = (change.range.start, change.range.end)
        (first, before), (last, after) = sorted(_place(lines, end, encoding) for end in ends)
        middle = b"".join((lines[first][:before], new, lines[last][after:]))
        # A line break that ends the line before may be the first half of another one now.
        if first > 0 and lines[first - 1].endswith(b"\r") and middle.startswith(b"\n"):
            first -= 1
            middle = lines[first] + middle
        changed = _lines(middle)
        if last + 1 < len(lines):
            changed.pop()  # what follows the last break is the next line
        lines[first : last + 1] = changed
    return b"".join(lines)


def _lines(text: bytes) -> list[bytes]:
    """The lines with their breaks; a text that ends in a break has an empty last one."""
    lines = text.splitlines(keepends=True)
    return lines if lines and not lines[-1].endswith((b"\n", b"\r")) else [*lines, b""]


def _place(lines: Sequence[bytes], position: types.Position, encoding: Encoding) -> tuple[int, int]:
    """A position as the index of a line and an offset in it; a line past the last one means the end of the text."""
    if position.line >= len(lines):
        return len(lines) - 1, len(lines[-1])
    return position.line, LineIndex(lines[position.line]).offset(Position(0, position.character), encoding)


def open_document(uri: str, path: str, version: int | None, text: str) -> DocumentSnapshot:
    """A document as an editor opens it."""
    data = utf8(text)
    return DocumentSnapshot(uri, path, version, parse(data, path, is_open=True), LineIndex(data))


def utf8(text: str) -> bytes:
    """The text as UTF-8; a lone surrogate, which UTF-8 cannot encode, becomes U+FFFD, also one UTF-16 unit."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _LONE_SURROGATE.sub("\ufffd", text).encode()


_LONE_SURROGATE = compile_on_use("[\ud800-\udfff]")
