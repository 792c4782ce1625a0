"""What an edit left of the version of a text before it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from workflow_ls.records import record


@record
class EarlierText:
    """The version of a text before an edit: `found` there, and where the two and their trees differ.

    The edit replaced what was between `start` and `old_end` by what is between `start` and `new_end`.  `changed` are
    the ranges of the text as it is now in which the tree has other nodes, or nodes in other places.
    """

    found: Mapping[Hashable, Any]
    start: int
    old_end: int
    new_end: int
    changed: Sequence[tuple[int, int]]

    def old(self, start: int, end: int) -> int | None:
        """The offset at which the text from `start` to `end` was; None where it, its tree or its neighbours differ."""
        if end < self.start:
            old = start
        elif start > self.new_end:
            old = start - self.new_end + self.old_end
        else:
            return None
        return old if all(high < start or end < low for low, high in self.changed) else None

    def now(self, old_start: int, old_end: int) -> int | None:
        """The offset at which what was from `old_start` to `old_end` is; None where it differs."""
        start = old_start if old_end < self.start else old_start - self.old_end + self.new_end
        return start if self.old(start, start + old_end - old_start) == old_start else None
