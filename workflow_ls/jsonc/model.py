"""A JSON text as data with spans, named after Node's jsonc-parser."""

from __future__ import annotations

from typing import Literal, NamedTuple

from workflow_ls.records import field, record
from workflow_ls.text import Span

Kind = Literal["object", "array", "string", "number", "true", "false", "null"]


class JsonProblem(NamedTuple):
    """One mistake: the bytes it is about, and a sentence that says what is wrong there."""

    span: Span
    message: str


class Member(NamedTuple):
    """A key of an object, and its value.  `key_span` includes the quotes."""

    key: str
    key_span: Span
    value: Value


@record(eq=False)
class Value:
    """A value and its place; the span of a string includes its quotes, that of an object its braces.

    `data` is what the value stands for in Python.  `members` are those of an object, `items` those of an array, both
    in file order.
    """

    kind: Kind
    span: Span
    data: object = field(repr=False)
    members: tuple[Member, ...] = field(default=(), repr=False)
    items: tuple[Value, ...] = field(default=(), repr=False)

    def member(self, key: str) -> Member | None:
        """The member called `key`; the last one counts where it is written twice, as in JSON.parse."""
        return next((member for member in reversed(self.members) if member.key == key), None)

    def at(self, *path: str | int) -> Value | None:
        """The value that keys and indices (from 0) lead to; None where they lead nowhere."""
        value = self
        for step in path:
            if isinstance(step, str):
                member = value.member(step)
                if member is None:
                    return None
                value = member.value
            elif 0 <= step < len(value.items):
                value = value.items[step]
            else:
                return None
        return value


DEEPEST = 200
"""How many levels a text may have, so that a recursive function may walk it."""
