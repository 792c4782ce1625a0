"""A text in parts, so that what was found in one is found anew only where the text was changed.

parts = TextParts(text, apart=True)
later = parts.edited(changed)  # has the parts that are the same, with what was found in them
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import accumulate
from math import isqrt
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

_SMALLEST = 4096
_MOST_FINDINGS = 64  # that a part keeps; a keystroke needs a dozen
_VALUE = itemgetter(1)

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class _Part:
    """Some lines, and what was found in them."""

    __slots__ = ("found", "text")

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.found: dict[tuple[Callable[..., Any], Hashable], Any] = {}

    def value(self, asked: tuple[Callable[[bytes, K], V], K]) -> Any:
        """What a function of the text and of a key finds."""
        found = self.found
        value = found.get(asked, found)
        if value is found:
            if len(found) >= _MOST_FINDINGS:
                found.clear()
            find, key = asked
            value = found[asked] = find(self.text, key)
        return value


class _Earlier(NamedTuple):
    """The values in the parts of an earlier version, of which the first and the last ones are in this one, too."""

    values: Mapping[tuple[Callable[..., Any], Hashable], list[Any]]
    first: int
    last: int


class TextParts:
    r"""The parts of a text, each of which ends with a `\n`, or at the end of the text.

    What spans lines can't be found by parts.
    """

    def __init__(self, text: bytes, *, apart: bool = False) -> None:
        """`apart`: in parts of some thousand bytes, for a text that is going to be edited; else there is one part."""
        self.text = text
        self._parts = list(_cut(text, _size_for(text))) if apart else [_Part(text)]
        self._values: dict[tuple[Callable[..., Any], Hashable], list[Any]] = {}
        self._earlier: _Earlier | None = None

    def edited(self, text: bytes) -> TextParts:
        """The parts of another text, those at the start and at the end being the same where the texts are."""
        at_least = _size_for(text)
        before = self._parts if len(self._parts) > 1 else list(_cut(self.text, at_least))
        start = first = 0
        while first < len(before) and text.startswith(before[first].text, start):
            start += len(before[first].text)
            first += 1
        if first and not text.startswith(b"\n", start - 1):
            first -= 1  # the last part had no line end, and now goes on
            start -= len(before[first].text)
        end, last = len(text), len(before)
        while (
            last > first and end - len(before[last - 1].text) >= start and text.endswith(before[last - 1].text, 0, end)
        ):
            size = len(before[last - 1].text)
            if end - size > start and not text.startswith(b"\n", end - size - 1):
                break  # its first line starts earlier now
            end -= size
            last -= 1
        parts = TextParts(b"")
        parts.text = text
        parts._parts = [*before[:first], *_cut(text[start:end], at_least), *before[last:]] or [_Part(text)]
        if before is self._parts:
            parts._earlier = _Earlier(self._values, first, len(before) - last)
        return parts

    def each(self, find: Callable[[bytes, K], V], key: K) -> Iterable[tuple[int, V]]:
        """What a function of a part's text and of `key` finds in each part, with the offset of the part.

        It is called once for a part and a key, which is compared by its identity where it is the same object.
        """
        return zip(self._offsets, self.values(find, key))

    def filled(self, find: Callable[[bytes, K], V], key: K) -> Iterable[tuple[int, V]]:
        """The same of the parts in which it is not empty."""
        return filter(_VALUE, self.each(find, key))

    def values(self, find: Callable[[bytes, K], V], key: K) -> list[V]:
        """What it finds in each part, without the offsets."""
        asked = find, key
        if len(self._parts) == 1:
            return [self._parts[0].value(asked)]
        known = self._values.get(asked)
        if known is None:
            earlier = self._earlier
            before = None if earlier is None else earlier.values.get(asked)
            if earlier is None or before is None:
                known = [part.value(asked) for part in self._parts]
            else:
                first, last = earlier.first, len(self._parts) - earlier.last
                between = [part.value(asked) for part in self._parts[first:last]]
                known = [*before[:first], *between, *before[len(before) - earlier.last :]]
            self._values[asked] = known
        return known

    @cached_property
    def _offsets(self) -> list[int]:
        return list(accumulate((len(part.text) for part in self._parts[:-1]), initial=0))

    def __len__(self) -> int:
        return len(self._parts)


def _size_for(text: bytes) -> int:
    """The size of parts at which a look at each of them takes as long as a search of the one that is changed."""
    return max(_SMALLEST, isqrt(256 * len(text)))


def _cut(text: bytes, at_least: int) -> Iterator[_Part]:
    start = 0
    while start < len(text):
        end = text.find(b"\n", start + at_least) + 1 or len(text)
        if len(text) - end < at_least:
            end = len(text)  # edits would leave more and more small parts
        yield _Part(text if end - start == len(text) else text[start:end])
        start = end


def places(parts: TextParts, word: bytes) -> Iterator[int]:
    r"""The offsets of a text without `\n` wherever it is, those that overlap with the one before left out."""
    return (offset + start for offset, starts in parts.filled(starts_in, word) for start in starts)


def starts_in(text: bytes, word: bytes) -> tuple[int, ...]:
    """The offsets at which a text is in another one, those that overlap with the one before left out."""
    found, start = list[int](), text.find(word)
    while start >= 0:
        found.append(start)
        start = text.find(word, start + len(word))
    return tuple(found)


def ends_in(parts: TextParts, pattern: re.Pattern[bytes]) -> Iterator[int]:
    r"""The offsets at which the matches of a pattern end.  It looks at no more than one line, and its `\n`."""
    return (offset + end for offset, ends in parts.filled(_ends_of, pattern) for end in ends)


def _ends_of(text: bytes, pattern: re.Pattern[bytes]) -> tuple[int, ...]:
    return tuple(match.end() for match in pattern.finditer(text))


def has_any(parts: TextParts, words: tuple[bytes, ...]) -> bool:
    r"""Whether one of some texts without `\n` is somewhere."""
    return any(parts.values(_has_any, words))


def _has_any(text: bytes, words: tuple[bytes, ...]) -> bool:
    return any(word in text for word in words)


def has_beyond_ascii(parts: TextParts, signs: tuple[bytes, ...]) -> bool:
    """As `has_any`, for texts that are not ASCII: that most parts are ASCII, one look shows sooner."""
    return any(parts.values(_has_beyond_ascii, signs))


def _has_beyond_ascii(text: bytes, signs: tuple[bytes, ...]) -> bool:
    return not text.isascii() and any(sign in text for sign in signs)
