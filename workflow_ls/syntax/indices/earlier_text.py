"""What an edit left of the version of a text before it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from workflow_ls.records import record
from workflow_ls.syntax.indices.words import WORD

if TYPE_CHECKING:
    from tree_sitter import Node


_BODIES = frozenset({"program", "statement_block", "class_body", "switch_case", "switch_default"})
"""What holds statements."""
_MOST = 50_000
"""Bytes of statements whose words are looked at: in more, nearly all words of a file may be."""


@record
class EarlierText:
    """The version of a text before an edit: `found` there, and where the two and their trees differ.

    The edit replaced what was between `start` and `old_end` by what is between `start` and `new_end`.  `changed` are
    the ranges of the text as it is now in which the tree has other nodes, or nodes in other places.  `changed_words`
    are those of the innermost statements around all that differs, as they were and as they are; None for any words.
    """

    found: Mapping[Hashable, Any]
    start: int
    old_end: int
    new_end: int
    changed: Sequence[tuple[int, int]]
    changed_words: frozenset[bytes] | None

    def has_changed(self, word: bytes) -> bool:
        """Whether a word without escape sequences is in a statement that differs, in this version or the one before."""
        return self.changed_words is None or word in self.changed_words

    def old(self, start: int, end: int) -> int | None:
        """The offset at which the text from `start` to `end` was; None where it, its tree or its neighbours differ."""
        if end < self.start:
            old = start
        elif start > self.new_end:
            old = start - self.new_end + self.old_end
        else:
            return None
        return old if all(high < start or end < low for low, high in self.changed) else None

    def old_starts(self, nodes: Sequence[Node], starts: Sequence[int]) -> list[int | None]:
        """For each of some nodes in file order, with the offset of each: the offset at which it was; None as for `old`.

        `starts` are where the nodes start.
        """
        low = min((self.start, *(low for low, _ in self.changed)))
        high = max((self.new_end, *(high for _, high in self.changed)))
        first, last = bisect_left(nodes, low, key=_end_of), bisect_right(starts, high)
        moved, known = self.new_end - self.old_end, list[int | None](starts[:first])
        known += [self.old(start, node.end_byte) for node, start in zip(nodes[first:last], starts[first:last])]
        known += [start - moved for start in starts[last:]]
        return known

    def now(self, old_start: int, old_end: int) -> int | None:
        """The offset at which what was from `old_start` to `old_end` is; None where it differs."""
        start = old_start if old_end < self.start else old_start - self.old_end + self.new_end
        return start if self.old(start, start + old_end - old_start) == old_start else None


def _end_of(node: Node) -> int:
    return node.end_byte


def words_of_statements(root: Node, text: bytes, start: int, end: int) -> frozenset[bytes] | None:
    """The words of the innermost statements around a range of a text; None where they are too many, or have escapes."""
    node = root.descendant_for_byte_range(start, end) or root
    inside = None
    while node.type not in _BODIES and node.parent is not None:
        inside, node = node, node.parent
    # Not `first_child_for_byte`, which crashes the process where there is none (py-tree-sitter 0.26).
    children = [inside] if inside is not None else node.children
    for child in children[bisect_left(children, start, key=_end_of) :]:
        if child.start_byte > end:
            break
        start, end = min(start, child.start_byte), max(end, child.end_byte)
    if end - start > _MOST or b"\\" in text[start:end]:
        return None
    return frozenset(WORD.findall(text, start, end))
