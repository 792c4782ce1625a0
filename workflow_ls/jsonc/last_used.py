"""What was found of the objects that were looked at last: a large one is edited at many places, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from workflow_ls.jsonc.tree import Node

T = TypeVar("T")
_KEPT = 4


class LastUsed(Generic[T]):
    """What a function gives for the texts and nodes that it was called with last; a node is known by its identity."""

    def __init__(self) -> None:
        self._known: list[tuple[bytes, Node, T]] = []

    def get(self, text: bytes, node: Node, find: Callable[[bytes, Node], T]) -> T:
        """The value of the function for a text and a node, computed where it is not known."""
        for known_text, known, found in self._known:
            if known is node and known_text is text:
                return found
        value = find(text, node)
        self._known[:] = [(text, node, value), *self._known[: _KEPT - 1]]
        return value
