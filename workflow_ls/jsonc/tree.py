"""The syntax tree of a JSON text; the names follow Node's jsonc-parser."""

from __future__ import annotations

from typing import Literal, NamedTuple

from workflow_ls.records import field, record
from workflow_ls.text import Span

Kind = Literal["object", "array", "string", "number", "true", "false", "null"]

MAX_DEPTH = 200
"""How many levels of objects and arrays a text may have; it lets functions walk a tree by recursion."""


class ParseProblem(NamedTuple):
    """A mistake in a JSON text, as a value (not an exception): where it is, and a sentence that describes it."""

    span: Span
    message: str


class Property(NamedTuple):
    """A key of an object and its value.  `key_span` includes the quotes."""

    key: str
    key_span: Span
    value: Node

    @property
    def span(self) -> Span:
        """From the key to the end of the value."""
        return Span(self.key_span.start, self.value.span.end)


@record(eq=False)
class Node:
    """A JSON value and its place: the span of a string includes its quotes, that of an object its braces.

    `data` is the value in Python's types.  An object has `properties`, an array has `items`, both in file order.
    """

    kind: Kind
    span: Span
    data: object = field(repr=False)
    properties: tuple[Property, ...] = field(default=(), repr=False)
    items: tuple[Node, ...] = field(default=(), repr=False)

    @property
    def children(self) -> tuple[Node, ...]:
        """The values in an object or array, in file order."""
        return self.items or tuple(property_.value for property_ in self.properties)

    def property_named(self, key: str) -> Property | None:
        """The property `key`; the last one if the key is written twice, as in JSON.parse."""
        return next((property_ for property_ in reversed(self.properties) if property_.key == key), None)

    def at(self, *path: str | int) -> Node | None:
        """The node at a path of keys and indices (from 0), or None (`findNodeAtLocation` in jsonc-parser)."""
        node = self
        for step in path:
            if isinstance(step, str):
                found = node.property_named(step)
                if found is None:
                    return None
                node = found.value
            elif 0 <= step < len(node.items):
                node = node.items[step]
            else:
                return None
        return node
