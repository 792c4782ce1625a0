"""Where the words of a text are."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.indices.text_parts import TextParts

WORD = compile_on_use(rb"[\w$\x80-\xff]+")
"""A pattern for a word that has no escape sequences."""
# Compiling a pattern for each word would take longer than the search.
_INWORDS = frozenset(bytes([byte]) for byte in range(256) if WORD.match(bytes([byte])))
_SEARCHES = 64
"""As many searches through a whole text take as long as an index of its words."""


class Words:
    """The places of words in one text: a few are searched, and an index is made once that is faster.

    A text in parts is searched in those that have the word, and needs no index.
    """

    def __init__(self, text: bytes, parts: TextParts | None = None) -> None:
        self._text = text
        self._parts = None if parts is None or len(parts) < 2 else parts
        self._index: dict[bytes, list[int]] | None = None
        self.searched = 0
        """How many bytes were searched."""

    def places(self, word: bytes, start: int = 0, end: int | None = None) -> Iterator[int]:
        """The offsets between two offsets where a word is, and not as a part of a longer one, in order."""
        end = len(self._text) if end is None else end
        if self._parts is not None and WORD.fullmatch(word) is not None:
            for offset, starts in self._parts.filled(_starts_of, word):
                if offset >= end:
                    return
                yield from (place for each in starts if start <= (place := offset + each) <= end - len(word))
            return
        if self._index is None and self.searched > _SEARCHES * len(self._text):
            self._index = defaultdict(list)
            for match in WORD.finditer(self._text):
                self._index[match[0]].append(match.start())
        if self._index is None or WORD.fullmatch(word) is None:
            yield from self._search(word, start, end)
            return
        offsets = self._index.get(word, [])
        for index in range(bisect_left(offsets, start), len(offsets)):
            if offsets[index] + len(word) > end:
                return
            yield offsets[index]

    def _search(self, word: bytes, start: int, end: int) -> Iterator[int]:
        text = self._text
        while word:
            offset = text.find(word, start, end)
            self.searched += (end if offset < 0 else offset) - start
            if offset < 0:
                return
            start = offset + len(word)
            if text[offset - 1 : offset] not in _INWORDS and text[start : start + 1] not in _INWORDS:
                yield offset


def _starts_of(text: bytes, word: bytes) -> tuple[int, ...]:
    """Where a word starts in a part."""
    return tuple(Words(text).places(word)) if word in text else ()
