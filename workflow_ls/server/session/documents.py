"""Open documents: the server's copy of an editor's texts, updated edit by edit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lsprotocol import types

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


_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
