"""Where the nodes of a syntax tree lie.

tree-sitter keeps no parents: to find one, it walks down from the root.  In a tree as deep as a union of a thousand
types, to climb from each string to its statement would therefore take time with the cube of their number.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

Around = tuple["Node", "Node | None"]
"""A node and its parent."""

_Children = tuple[list["Node"], list[int]]
"""The children of a node, and where they start."""

Passes = Callable[["Node", "Node"], bool]
"""Whether one gets from a node outwards to its parent."""

_SHALLOW = 100
"""The depth up to which tree-sitter's own walk is cheap; code that people write has some thirty levels."""

_BODIES = frozenset({"program", "statement_block", "class_body", "switch_case", "switch_default"})
"""What holds statements."""

_SAMPLED = 61
"""One of so many nodes that tree-sitter looks for is looked at for its depth."""

_WIDE = 500
"""Children of a part that is no TypeScript: tree-sitter keeps them in one list, and all others in balanced trees."""


class Ancestry:
    """The parents and further ancestors of the nodes of one tree; what was found once is kept.

    A tree that is deep is walked through once, which gives all parents.  In a part that is wide, the way down is
    searched by halves.
    """

    def __init__(self, root: Node) -> None:
        self._root = root
        self._parents: dict[int, Node | None] = {root.id: None}
        self._nearest: dict[frozenset[str], dict[int, Node | None]] = {}
        self._farthest: dict[frozenset[str], dict[int, Node | None]] = {}
        self._outermost: dict[Passes, dict[int, Around]] = {}
        self._indices: dict[int, int] = {}
        self._is_complete = False
        self._wide: dict[int, _Children] = {}  # of wide parts, and of what is around them
        self._leaves: list[Node] = []
        self._starts: list[int] = []
        self.searches = 0
        """How often tree-sitter looked for a node or a parent."""

    def parent(self, node: Node) -> Node | None:
        """The parent of a node; None for the root."""
        known = self._parents.get(node.id)
        if known is not None or node.id in self._parents or self._is_complete:
            return known
        if self._wide:
            return self._parent_below(node)
        self.searches += 1
        if self.searches % _SAMPLED == 0 and self._is_slow(node):
            return self.parent(node)
        found = self._parents[node.id] = node.parent
        return found

    def node_at(self, start: int, end: int) -> Node | None:
        """The innermost node that covers the bytes from `start` to `end`."""
        if not self._is_complete:
            top = self._below_wide(start, end)
            if top.id in self._wide:
                return top
            self.searches += top.id == self._root.id
            found = top.descendant_for_byte_range(start, end)
            if found is None or top.id != self._root.id or self.searches % _SAMPLED or not self._is_slow(found):
                return found
            return self.node_at(start, end)
        index = bisect_right(self._starts, start) - 1
        node = self._around(self._leaves[index], start, end) if index >= 0 else self._root
        if self._root.has_error and index + 1 < len(self._leaves):
            # A node that starts with a token which is missing starts between two leaves.
            after = self._around(self._leaves[index + 1], start, end)
            node = min(node, after, key=_length)
        return node

    def _below_wide(self, start: int, end: int) -> Node:
        """The child that covers a range, of the innermost wide part that does; that part itself where none does."""
        node = self._root
        while (known := self._wide.get(node.id)) is not None:
            children, starts = known
            index = bisect_right(starts, start) - 1
            if index < 0 or not (start < children[index].end_byte and end <= children[index].end_byte):
                break
            self._parents[children[index].id] = node
            node = children[index]
        return node

    def _parent_below(self, node: Node) -> Node | None:
        """The parent of a node in a tree with wide parts."""
        around = self._below_wide(node.start_byte, node.end_byte)
        if around.id == node.id or around.id in self._wide:
            # One of no length may be any of those that start where it does.
            return self._parents.get(node.id) or node.parent
        while (inner := around.child_with_descendant(node)) is not None:
            self._parents[inner.id] = around
            if inner.id == node.id:
                return around
            around = inner
        return node.parent

    def _around(self, leaf: Node, start: int, end: int) -> Node:
        """The innermost node around a leaf that covers the bytes from `start` to `end`; else the root."""
        node: Node | None = leaf
        while node is not None and not (node.start_byte <= start < node.end_byte and end <= node.end_byte):
            node = self._parents[node.id]
        return self._root if node is None else node

    def statement_start(self, offset: int) -> int:
        """Where the innermost statement around a byte offset starts; the offset itself outside of all statements."""
        node = self.node_at(offset, offset + 1)
        while node is not None and (parent := self.parent(node)) is not None:
            if parent.type in _BODIES:
                return node.start_byte
            node = parent
        return offset

    def nearest(self, node: Node | None, kinds: frozenset[str]) -> Node | None:
        """The node itself, or the innermost one around it, that is of one of the kinds; None if there is none."""
        known = self._nearest.setdefault(kinds, {})
        passed = list[int]()
        while node is not None and node.type not in kinds:
            if node.id in known:
                node = known[node.id]
                break
            passed.append(node.id)
            node = self.parent(node)
        known.update(dict.fromkeys(passed, node))
        return node

    def farthest(self, node: Node, kinds: frozenset[str]) -> Node | None:
        """The node itself, or the outermost one around it, that is of one of the kinds; None if there is none."""
        known = self._farthest.setdefault(kinds, {})
        passed: list[Node] = []
        around: Node | None = node
        while around is not None and around.id not in known:
            passed.append(around)
            around = self.parent(around)
        found = None if around is None else known[around.id]
        for each in reversed(passed):
            if found is None and each.type in kinds:
                found = each
            known[each.id] = found
        return found

    def outermost(self, node: Node, passes: Passes) -> Around:
        """How far one gets from a node outwards: the last node, and the parent that is not passed to, if there is one.

        `passes` is a function of a module, since what it answers is kept.
        """
        known = self._outermost.setdefault(passes, {})
        passed = list[int]()
        while (found := known.get(node.id)) is None:
            parent = self.parent(node)
            passed.append(node.id)
            if parent is None or not passes(node, parent):
                found = node, parent
                break
            node = parent
        known.update(dict.fromkeys(passed, found))
        return found

    def index(self, node: Node) -> int:
        """The index of a node among the named children of its parent; 0 for one that is not among them."""
        if node.id not in self._indices and (parent := self.parent(node)) is not None:
            self._indices.update((child.id, index) for index, child in enumerate(parent.named_children))
        return self._indices.get(node.id, 0)

    def _is_slow(self, node: Node) -> bool:
        """Whether a walk from the root to a node passes many others; if so, prepares for faster ones."""
        around: Node | None = self._root
        passed: list[Node] = []
        for _ in range(_SHALLOW):
            if around is None or around.id == node.id:
                return bool(self._wide)
            passed.append(around)
            if around.is_error and around.child_count > _WIDE:
                for each in passed:  # one gets to it by way of what is around it
                    if each.id not in self._wide:
                        children = each.children
                        self._wide[each.id] = children, [child.start_byte for child in children]
            around = around.child_with_descendant(node)
        self._find_all()
        return True

    def _find_all(self) -> None:
        parents, leaves, todo = self._parents, self._leaves, [self._root]
        while todo:
            parent = todo.pop()
            children = parent.children
            if children:
                parents.update((child.id, parent) for child in children)
                todo += reversed(children)
            elif parent.start_byte < parent.end_byte:
                leaves.append(parent)
        self._starts = [leaf.start_byte for leaf in leaves]
        self._is_complete = True


def _length(node: Node) -> int:
    return node.end_byte - node.start_byte
