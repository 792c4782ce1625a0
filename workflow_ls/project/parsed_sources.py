"""A cache of syntax trees, bounded by the size of their texts, and what is known of texts without them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from workflow_ls.project.kept_facts import KeptFacts
from workflow_ls.syntax.indices.text_parts import TextParts
from workflow_ls.syntax.parser import Source, parse
from workflow_ls.text import is_utf8

T = TypeVar("T")
P = ParamSpec("P")

KEPT_BYTES = 400_000
"""The maximum size of the texts of cached syntax trees, in bytes, in a long-lived process."""

KEPT_BYTES_OF_A_RUN = 16_000_000
"""The maximum for a command that ends soon: all candidates of a large monorepo, each of which is then parsed once.

To free a tree takes a third of the time of parsing it.  The trees take ten times as many bytes as their texts.
"""


class RecentValues(Generic[T]):
    """What is at hand of the files that were looked at last, bounded by the size of their texts."""

    def __init__(self, kept_bytes: int) -> None:
        self._kept_bytes = kept_bytes
        self._known: dict[str, tuple[object, T, int]] = {}
        self._size = 0

    def find(self, path: str, of: object) -> T | None:
        """The value that was kept for a path with the same object `of`, if it is still at hand."""
        found = self._known.get(path)
        return found[1] if found is not None and found[0] is of else None

    def keep(self, path: str, of: object, value: T, size: int) -> None:
        """Have a value at hand for a while; it holds a text of this size."""
        known = self._known
        if (earlier := known.pop(path, None)) is not None:
            self._size -= earlier[2]
        known[path] = of, value, size
        self._size += size
        while self._size > self._kept_bytes and len(known) > 1:
            self._size -= known.pop(next(iter(known)))[2]


class ParsedSources:
    """The syntax trees of recently parsed files, and of the files that are open in an editor.

    A workspace shares them with its forks.  A tree is used only for the text that it was parsed from, so a change of a
    file needs no invalidation.
    """

    def __init__(self, kept_bytes: int = KEPT_BYTES, kept: KeptFacts | None = None) -> None:
        """`kept` are the facts of earlier runs."""
        self._kept_bytes = kept_bytes
        self._kept = kept
        self.recent_facts = RecentValues[Any](kept_bytes)  # facts with their texts
        self.open: dict[str, Source] = {}
        self._parsed: dict[str, Source] = {}
        self._size = 0

    def parts(self, path: str, text: bytes) -> TextParts:
        """The text of the file at `path` for a search that parses nothing."""
        opened = self.open.get(path)
        return TextParts(text) if opened is None or opened.text != text else opened.parts

    def get(self, path: str, text: bytes) -> Source:
        """The syntax tree of the file at `path` with the content `text`."""
        opened = self.open.get(path)
        if opened is not None and (opened.raw is text or opened.raw == text):
            return opened
        found = self._parsed.pop(path, None)
        if found is not None:
            self._size -= len(found.raw)
        if found is None or (found.raw is not text and found.raw != text):
            found = parse(text, path)
        self._parsed[path] = found  # last in the order of the dictionary
        self._size += len(text)
        while self._size > self._kept_bytes and len(self._parsed) > 1:
            self._size -= len(self._parsed.pop(next(iter(self._parsed))).raw)
        return found

    def is_utf8(self, path: str, text: bytes) -> bool:
        """Whether a text of the file at `path` is valid UTF-8; of one that is open in an editor, it is found once."""
        opened = self.open.get(path)
        return opened.is_utf8 if opened is not None and opened.raw is text else is_utf8(text)

    def facts(
        self, find: Callable[Concatenate[Source, P], T], path: str, text: bytes, *args: P.args, **named: P.kwargs
    ) -> T:
        """What `find` says of the file at `path` with the content `text`: plain data, and a function of nothing else.

        Nothing is kept of a file that is open in an editor: each key makes another text, and its tree is at hand.
        """
        if self._kept is None or path in self.open:
            return find(self.get(path, text), *args, **named)
        return self._kept.of(find, path, text, lambda: self.get(path, text), *args, **named)

    def knows(
        self, find: Callable[Concatenate[Source, P], T], path: str, text: bytes, *args: P.args, **named: P.kwargs
    ) -> bool:
        """Whether `facts` of the same would parse nothing."""
        return self._kept is not None and self._kept.knows(find, path, text, *args, **named)

    @property
    def kept(self) -> KeptFacts | None:
        """The facts of earlier runs."""
        return self._kept
