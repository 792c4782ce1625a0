"""Documents that were never saved: `untitled:` in VS Code.  They have a text and a language, and no place yet."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from lsprotocol import types

from workflow_ls.server.session.documents import DocumentSnapshot, open_document
from workflow_ls.text import Encoding

_ENDINGS = {
    "typescript": ".ts",
    "typescriptreact": ".tsx",
    "javascript": ".js",
    "javascriptreact": ".jsx",
    "vue": ".vue",
    "svelte": ".svelte",
    "astro": ".astro",
}
DIRECTORY = ".untitled"
"""Where the analysis has them, below the root: no project has such a directory, and no package is there."""


class UnsavedDocuments:
    """The open documents that were never saved, by URI."""

    def __init__(self) -> None:
        self._documents: dict[str, DocumentSnapshot] = {}

    def get(self, uri: str) -> DocumentSnapshot | None:
        """The document of a URI."""
        return self._documents.get(uri)

    def all(self) -> list[DocumentSnapshot]:
        """The documents that are open."""
        return list(self._documents.values())

    def open(self, item: types.TextDocumentItem) -> DocumentSnapshot | None:
        """Store a document; None for one that has a place, or holds no code."""
        language = item.language_id if isinstance(item.language_id, str) else item.language_id.value
        ending, name = _ENDINGS.get(language), _name_of(item.uri)
        if ending is None or name is None:
            return None
        document = open_document(item.uri, f"{DIRECTORY}/{name}{ending}", item.version, item.text)
        self._documents[item.uri] = document
        return document

    def change(
        self,
        uri: str,
        version: int | None,
        changes: Sequence[types.TextDocumentContentChangeEvent],
        encoding: Encoding,
    ) -> DocumentSnapshot | None:
        """Store the next version of a document; None for one that is not open."""
        document = self._documents.get(uri)
        if document is None:
            return None
        self._documents[uri] = document.edited(version, changes, encoding)
        return self._documents[uri]

    def close(self, uri: str) -> bool:
        """Forget a document; returns whether it was open."""
        return self._documents.pop(uri, None) is not None


def _name_of(uri: str) -> str | None:
    """A name for a file of its own; None for a URI of another scheme."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme != "untitled":
        return None
    return "".join(char if char.isalnum() else "-" for char in unquote(parts.path)) or "-"
