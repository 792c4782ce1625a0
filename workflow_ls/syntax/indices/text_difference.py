"""Where two versions of a text differ."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

Point = tuple[int, int]
"""A row, and a column in bytes; both count from 0."""


class Difference(NamedTuple):
    """What was between `start` and `old_end` of a text is now between `start` and `new_end`."""

    start: int
    old_end: int
    new_end: int

    @property
    def moved(self) -> int:
        """How far what follows was moved."""
        return self.new_end - self.old_end

    def joined(self, other: Difference) -> Difference:
        """What covers this one and another one of texts of the same lengths."""
        return Difference(
            min(self.start, other.start), max(self.old_end, other.old_end), max(self.new_end, other.new_end)
        )


def difference_of(before: bytes, after: bytes) -> Difference:
    """Where two texts differ, in byte offsets: all that is before it, and after it, is the same."""
    old, new = len(before), len(after)
    start = _shared(min(old, new), lambda low, high: before[low:high] == after[low:high])

    def same_before(low: int, high: int) -> bool:
        return before[old - high : old - low] == after[new - high : new - low]

    suffix = _shared(min(old, new) - start, same_before)
    return Difference(start, old - suffix, new - suffix)


def points_of(difference: Difference, before: bytes, after: bytes) -> tuple[Point, Point, Point]:
    """The points of a difference, as `Tree.edit` takes them: of its start, its old end and its new end."""
    start, old_end, new_end = difference
    row = before.count(b"\n", 0, start)
    return _point(before, start, start, row), _point(before, start, old_end, row), _point(after, start, new_end, row)


def _shared(most: int, same: Callable[[int, int], bool]) -> int:
    """How many of `most` bytes are equal; `same` compares a slice, which is faster than byte by byte."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if same(low, middle):
            low = middle
        else:
            high = middle - 1
    return low


def _point(text: bytes, known: int, offset: int, row: int) -> Point:
    r"""The point of an offset, given the row of one before it; a row ends at `\n` only, as tree-sitter counts them."""
    return row + text.count(b"\n", known, offset), offset - (text.rfind(b"\n", 0, offset) + 1)
