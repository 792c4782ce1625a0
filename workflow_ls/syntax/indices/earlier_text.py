"""What an edit left of the version of a text before it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from workflow_ls.records import record
from workflow_ls.syntax.indices.text_difference import Difference
from workflow_ls.syntax.indices.words import WORD

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

_BODIES = frozenset({"program", "statement_block", "class_body", "switch_case", "switch_default"})
"""What holds statements."""
COMMENTS = frozenset({"comment", "html_comment"})
_TRIES = 6
"""How often more statements are looked at until they start and end at the same places before an edit and after it."""
_MOST = 50_000
"""Bytes of statements whose words are looked at: in more, nearly all words of a file may be."""


class Places(NamedTuple):
    """Where the nodes right below the root start and end, in file order."""

    starts: list[int]
    ends: list[int]

    @classmethod
    def of(cls, nodes: Sequence[Node]) -> Places:
        """Those of some nodes."""
        return cls([node.start_byte for node in nodes], [node.end_byte for node in nodes])


@record
class EarlierText:
    """The version of a text before an edit: `found` there, and where the two and their trees differ.

    `places` are those of the earlier version.  `changed` are the ranges of the text as it is now in which the tree has
    other nodes, or nodes in other places; None where both trees are sound: a statement that is where it was, with the
    text that it had and the same token after it, is then the same.  `changed_words` are those of the innermost
    statements around all that differs, as they were and as they are; None for any words.
    """

    found: Mapping[Hashable, Any]
    difference: Difference
    places: Places
    changed: Sequence[tuple[int, int]] | None
    changed_words: frozenset[bytes] | None

    def has_changed(self, word: bytes) -> bool:
        """Whether a word without escape sequences is in a statement that differs, in this version or the one before."""
        return self.changed_words is None or word in self.changed_words

    def old_starts(self, nodes: Sequence[Node], now: Places) -> list[int | None]:
        """Where each of the nodes right below the root started; None for one that differs, or that may do so.

        What follows the next token, which may come after comments, does not decide how a statement is read.
        """
        if self.changed is not None:
            return self.old_starts_of(nodes)
        (starts, ends), old, moved = now, self.places, self.difference.moved
        first = bisect_left(ends, self.difference.start)
        first = min(_same_head(starts[:first], old.starts), _same_head(ends[:first], old.ends))
        while first > 0:
            first -= 1
            if nodes[first].type not in COMMENTS:
                break
        after = bisect_right(starts, self.difference.new_end)
        moved_back = [start - moved for start in starts[after:]], [end - moved for end in ends[after:]]
        last = min(_same_tail(each, known[first:]) for each, known in zip(moved_back, old))
        return [*starts[:first], *[None] * (len(starts) - first - last), *moved_back[0][len(moved_back[0]) - last :]]

    def old_starts_of(self, nodes: Sequence[Node]) -> list[int | None]:
        """The same for statements in any order, of a text that is broken, or was so before."""
        if self.changed is None:
            return [None] * len(nodes)
        known = [self._old(node.start_byte, node.end_byte, self.changed) for node in nodes]
        sure, following = list[int | None]([None] * len(nodes)), None
        for index in sorted(range(len(nodes)), key=lambda each: nodes[each].start_byte, reverse=True):
            old, start = known[index], nodes[index].start_byte
            if old is not None and (start - old == following or start > self.difference.new_end):
                sure[index] = old
            if nodes[index].type not in COMMENTS:
                following = None if old is None else start - old
        return sure

    def _old(self, start: int, end: int, changed: Sequence[tuple[int, int]]) -> int | None:
        if end < self.difference.start:
            old = start
        elif start > self.difference.new_end:
            old = start - self.difference.moved
        else:
            return None
        for low, high in changed:
            if high >= start and end >= low:
                return None
        return old


def _same_head(these: Sequence[int], others: Sequence[int]) -> int:
    """How many of some numbers are at the start of others, in the same order."""
    if these == others[: len(these)]:
        return len(these)
    return next(index for index, (one, other) in enumerate(zip([*these, -1], [*others, -2])) if one != other)


def _same_tail(these: Sequence[int], others: Sequence[int]) -> int:
    """The same, from the end."""
    return _same_head(these[::-1], others[::-1])


def changed_words(
    difference: Difference,
    before: tuple[Tree, Sequence[Node], bytes],
    now: tuple[Tree, Sequence[Node], bytes],
    changed: Sequence[tuple[int, int]] | None,
) -> frozenset[bytes] | None:
    """The `changed_words` of an `EarlierText`, given how two texts differ.

    Of each version, there are the tree, the nodes right below its root, and the text.
    """
    moved = difference.moved
    start = min((difference.start, *(low for low, _ in changed or ())))
    end = max((difference.new_end, *(high for _, high in changed or ())))
    bodies = _Bodies(before[0].root_node, before[1]), _Bodies(now[0].root_node, now[1])
    ranges = bodies[0].around(start, end - moved), bodies[1].around(start, end)
    # A comment or a string that ends elsewhere changes what follows, up to where both have the end of a statement.
    for _ in range(_TRIES):
        (old_start, old_end), (new_start, new_end) = ranges
        if (old_start, old_end + moved) == (new_start, new_end):
            break
        start, end = min(old_start, new_start), max(old_end + moved, new_end)
        ranges = bodies[0].within(start, end - moved), bodies[1].within(start, end)
    else:
        return None
    # The statement before may be read in another way because of the token after it.
    (start, old_end), end = ranges[0], ranges[1][1]
    start = min(bodies[0].before(start), bodies[1].before(start))
    texts = before[2][start:old_end], now[2][start:end]
    if end - start > _MOST or any(b"\\" in text for text in texts):
        return None
    return frozenset(word for text in texts for word in WORD.findall(text))


class _Bodies:
    """The bodies of a tree: what holds statements."""

    def __init__(self, root: Node, named: Sequence[Node]) -> None:
        """`named` are the named nodes right below the root; in a broken file there may be others."""
        self._root = root
        is_sound = len(named) == root.child_count
        self._children: dict[int, Sequence[Node]] = {root.id: named} if is_sound else {}  # of a body, by its id

    def around(self, start: int, end: int) -> tuple[int, int]:
        """Where the innermost statements start and end that a range is in, or touches."""
        return self.within(max(0, start - 1), end + 1)

    def within(self, start: int, end: int) -> tuple[int, int]:
        """Where the innermost statements start and end that a range is in, or overlaps."""
        # Not `first_child_for_byte`, which crashes the process where there is none (py-tree-sitter 0.26).
        children = self._statements(start, end)
        for child in children[bisect_right(children, start, key=_end_of) :]:
            if child.start_byte >= end:
                break
            start, end = min(start, child.start_byte), max(end, child.end_byte)
        return start, end

    def before(self, start: int) -> int:
        """Where the statement before an offset starts, in the same body; the offset itself where there is none."""
        children = self._statements(start, start)
        for child in reversed(children[: bisect_right(children, start, key=_end_of)]):
            start = child.start_byte
            if child.type not in COMMENTS:
                break
        return start

    def _statements(self, start: int, end: int) -> Sequence[Node]:
        """The children of the innermost body around a range."""
        node = self._root.descendant_for_byte_range(start, end) or self._root
        while node.type not in _BODIES and (parent := node.parent) is not None:
            node = parent
        if node.id not in self._children:
            self._children[node.id] = node.children
        return self._children[node.id]


def _end_of(node: Node) -> int:
    return node.end_byte
