"""How a JSON text is written, and new values in the same manner: indentation, line breaks, what goes on one line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from workflow_ls.jsonc.model import Value
from workflow_ls.jsonc.parser import parse_json
from workflow_ls.jsonc.parts import LINE_BREAK, has_break
from workflow_ls.records import record
from workflow_ls.text import Span

_BLANKS = re.compile(rb"[ \t]*")
_COLON = re.compile(rb"[ \t]*:[ \t]*")
_SURROGATE = re.compile("[\ud800-\udfff]")


@record
class Layout:
    """What new text takes from the text around it.

    `line_break`, the `unit` of indentation, the `colon`, and for one-line values the blanks behind a `comma` and the
    `pad` inside of braces.
    """

    text: bytes
    line_break: str
    unit: str
    colon: str
    comma: str
    pad: str

    def line(self, indent: str) -> str:
        """A line break, and the indentation behind it."""
        return self.line_break + indent

    def member(self, key: str, data: object, like: Sequence[Value], indent: str, *, lines: bool) -> str:
        """A member of an object whose members are indented by `indent`; the rest is as for `value`."""
        return quoted(key) + self.colon + self.value(data, like, indent, lines=lines)

    def value(self, data: object, like: Sequence[Value], indent: str, *, lines: bool) -> str:
        """Data as JSON.

        `like` are values beside it, the nearest first: the first that is of the same kind and not empty says whether
        the new one goes on one line.  Without one, an array does, and an object does not.  `indent` is that of the
        line on which the value starts; without `lines` everything goes on that one line.
        """
        if not isinstance(data, dict | list):
            return quoted(data)
        kind, brackets = ("object", "{}") if isinstance(data, dict) else ("array", "[]")
        alike = [value for value in like if value.kind == kind and _entries(value)]
        if not data:
            return brackets
        lines = lines and (spans_lines(self.text, alike[0]) if alike else kind == "object")
        inner = indent + self.unit
        below = [entry for value in alike for entry in (*value.items, *(member.value for member in value.members))]
        if isinstance(data, dict):
            entries = [self.member(key, item, below, inner, lines=lines) for key, item in data.items()]
        else:
            entries = [self.value(item, below, inner, lines=lines) for item in data]
        if lines:
            comma = "," if alike and _has_trailing_comma(self.text, alike[0]) else ""
            written = f",{self.line(inner)}".join(entries)
            return f"{brackets[0]}{self.line(inner)}{written}{comma}{self.line(indent)}{brackets[1]}"
        pad = self.pad if kind == "object" else ""
        flat = next((value for value in alike if not spans_lines(self.text, value)), None)
        if flat is not None:
            pad = _blanks(self.text, flat.span.start + 1)
        return f"{brackets[0]}{pad}{f',{self.comma}'.join(entries)}{pad}{brackets[1]}"


def layout_of(text: bytes, owner: Value) -> Layout:
    """How a text is written at one of its values, and where that says nothing, elsewhere."""
    root = parse_json(text, comments=True).root
    around = [*_values(owner), *(_values(root) if root else ())]
    line_break = LINE_BREAK.search(text, *owner.span) or LINE_BREAK.search(text)
    colons = (
        match
        for value in around
        for member in value.members
        if (match := _COLON.fullmatch(text, member.key_span.end, member.value.span.start))
    )
    colon = next((match[0].decode() for match in colons), ": ")
    commas = (
        text[after:start].decode().removeprefix(",")
        for value in around
        for (_, after), (start, _) in pairwise(_entries(value))
        if text[after:start].rstrip(b" \t") == b","
    )
    pads = (
        _blanks(text, value.span.start + 1)
        for value in around
        if value.members and not has_break(text, value.span.start, value.members[0].key_span.start)
    )
    tight = colon == ":"
    return Layout(
        text,
        line_break[0].decode() if line_break else "\n",
        next(_units(text, around), "  "),
        colon,
        next(commas, "" if tight else " "),
        next(pads, "" if tight else " "),
    )


def is_on_lines(text: bytes, owner: Value) -> bool:
    """Whether the members of an object have lines of their own, or would have if there were any."""
    if owner.members:
        last = owner.members[-1].value.span.end
        return spans_lines(text, owner) or (len(owner.members) == 1 and has_break(text, last, owner.span.end))
    root = parse_json(text, comments=True).root
    return root is None or not _entries(root) or has_break(text, *root.span)


def spans_lines(text: bytes, value: Value) -> bool:
    """Whether the entries of an object or array are on lines of their own."""
    entries = _entries(value)
    if len(entries) == 1:
        return has_break(text, value.span.start, entries[0].start)
    return any(has_break(text, before.end, after.start) for before, after in pairwise(entries))


def member_indent(text: bytes, owner: Value, index: int, layout: Layout) -> str:
    """The indentation of a new member beside the one at `index`: that of the closest one that starts a line."""
    for near in sorted(range(len(owner.members)), key=lambda other: abs(other - index)):
        own = own_indent(text, owner.members[near].key_span.start)
        if own is not None:
            return own
    return line_indent(text, owner.span.start) + layout.unit


def own_indent(text: bytes, offset: int) -> str | None:
    """What stands before the offset on its line, if that is blank."""
    before = text[_line_start(text, offset) : offset]
    return None if before.strip(b" \t") else before.decode()


def line_indent(text: bytes, offset: int) -> str:
    """The indentation of the line that the offset is on."""
    return _blanks(text, _line_start(text, offset))


def quoted(data: object) -> str:
    """A string, number or constant as JSON, in plain characters where they can be written in UTF-8."""
    written = json.dumps(data, ensure_ascii=False)
    return json.dumps(data) if _SURROGATE.search(written) else written


def _values(value: Value) -> Iterator[Value]:
    """The value, and all values in it, each before those that are in it."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        yield value
        waiting += reversed((*value.items, *(member.value for member in value.members)))


def _units(text: bytes, around: Sequence[Value]) -> Iterator[str]:
    for value in around:
        for entry in _entries(value)[:1]:
            outer, inner = line_indent(text, value.span.start), own_indent(text, entry.start)
            if inner is not None and inner.startswith(outer) and inner != outer:
                yield inner.removeprefix(outer)


def _entries(value: Value) -> list[Span]:
    """The places of an object's members, or of an array's items."""
    if value.kind == "object":
        return [Span(member.key_span.start, member.value.span.end) for member in value.members]
    return [item.span for item in value.items]


def _has_trailing_comma(text: bytes, value: Value) -> bool:
    return text[_entries(value)[-1].end : value.span.end].lstrip().startswith(b",")


def _blanks(text: bytes, offset: int) -> str:
    match = _BLANKS.match(text, offset)
    return match[0].decode() if match else ""


def _line_start(text: bytes, offset: int) -> int:
    return max(text.rfind(b"\n", 0, offset), text.rfind(b"\r", 0, offset)) + 1
