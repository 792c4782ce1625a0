"""Open documents: the server's own copy of what an editor shows, kept in step edit by edit."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lsprotocol import types

from workflow_ls.syntax.parser import Source, parse
from workflow_ls.text import Encoding, LineIndex, Position


class Document:
    """One open document.

    `path` is where it lies below the root of its workspace.  `source` is its text, as UTF-8, with a tree that is kept
    from version to version, and `lines` the index of that text.  A version of a Document is never changed: `edited`
    makes the next one.
    """

    def __init__(self, uri: str, path: str, version: int | None, source: Source, lines: LineIndex) -> None:
        self.uri = uri
        self.path = path
        self.version = version
        self.source = source
        self.lines = lines

    def edited(
        self, version: int | None, changes: Iterable[types.TextDocumentContentChangeEvent], encoding: Encoding
    ) -> Document:
        """The document after the changes, each of which sees what the ones before it made (LSP 3.17, didChange)."""
        text, lines = self.source.text, self.lines
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
        return Document(self.uri, self.path, version, self.source.edited(text), lines)


def open_document(uri: str, path: str, version: int | None, text: str) -> Document:
    """A document as an editor opens it."""
    data = utf8(text)
    return Document(uri, path, version, parse(data, path), LineIndex(data))


def utf8(text: str) -> bytes:
    """The text as UTF-8; half a surrogate pair, which UTF-8 cannot hold, becomes U+FFFD: also one UTF-16 unit."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _HALF.sub("\ufffd", text).encode()


_HALF = re.compile("[\ud800-\udfff]")
