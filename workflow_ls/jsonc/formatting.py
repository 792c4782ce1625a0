"""Detects how a JSON text is formatted, and formats new values alike: indentation, line breaks, spaces."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise

from workflow_ls.jsonc.document import parse_json
from workflow_ls.jsonc.last_used import LastUsed
from workflow_ls.jsonc.object_tokens import has_break
from workflow_ls.jsonc.tree import Node
from workflow_ls.records import record
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.text import LINE_BREAK, Span, line_start

_BLANKS = compile_on_use(rb"[ \t]*")
_COLON = compile_on_use(rb"[ \t]*:[ \t]*")
_SURROGATE = compile_on_use("[\ud800-\udfff]")


@record
class Formatter:
    """Formats data as the text around it is formatted.

    `line_break`, `indent_unit` and `colon` are written as they are.  In values on one line, `comma_space` follows a
    comma and `brace_space` is inside of braces.
    """

    text: bytes
    line_break: str
    indent_unit: str
    colon: str
    comma_space: str
    brace_space: str

    def new_line(self, indent: str) -> str:
        """A line break and the indentation after it."""
        return self.line_break + indent

    def property(self, key: str, data: object, siblings: Sequence[Node], indent: str, *, multiline: bool) -> str:
        """A property of an object whose properties are indented by `indent`; the rest is as for `value`."""
        return to_json(key) + self.colon + self.value(data, siblings, indent, multiline=multiline)

    def value(self, data: object, siblings: Sequence[Node], indent: str, *, multiline: bool) -> str:
        """Data as JSON.

        `siblings` are the values beside it, the nearest first.  The first of the same kind that is not empty decides
        whether the new value spans lines; without one, an object does and an array does not.  `indent` is that of the
        line on which the value starts.  Without `multiline` everything is on that line.
        """
        if not isinstance(data, dict | list):
            return to_json(data)
        kind, brackets = ("object", "{}") if isinstance(data, dict) else ("array", "[]")
        alike = [node for node in siblings if node.kind == kind and node.children]
        if not data:
            return brackets
        multiline = multiline and (has_entry_lines(self.text, alike[0]) if alike else kind == "object")
        inner = indent + self.indent_unit
        below = [child for node in alike for child in node.children]
        if isinstance(data, dict):
            entries = [self.property(key, item, below, inner, multiline=multiline) for key, item in data.items()]
        else:
            entries = [self.value(item, below, inner, multiline=multiline) for item in data]
        if multiline:
            comma = "," if alike and _has_trailing_comma(self.text, alike[0]) else ""
            body = f",{self.new_line(inner)}".join(entries)
            return f"{brackets[0]}{self.new_line(inner)}{body}{comma}{self.new_line(indent)}{brackets[1]}"
        space = self.brace_space if kind == "object" else ""
        one_line = next((node for node in alike if not has_entry_lines(self.text, node)), None)
        if one_line is not None:
            space = _blanks(self.text, one_line.span.start + 1)
        return f"{brackets[0]}{space}{f',{self.comma_space}'.join(entries)}{space}{brackets[1]}"


def formatter_at(text: bytes, node: Node) -> Formatter:
    """The format of a text at a node; what the node does not show is taken from the rest of the text."""
    return _FORMATTERS.get(text, node, _formatter_at)


def _formatter_at(text: bytes, node: Node) -> Formatter:
    root = parse_json(text, comments=True).root
    nodes = [*_walk(node), *(_walk(root) if root else ())]
    line_break = LINE_BREAK.search(text, *node.span) or LINE_BREAK.search(text)
    colons = (
        match
        for each in nodes
        for property_ in each.properties
        if (match := _COLON.fullmatch(text, property_.key_span.end, property_.value.span.start))
    )
    colon = next((match[0].decode() for match in colons), ": ")
    comma_spaces = (
        text[after:start].decode().removeprefix(",")
        for each in nodes
        for (_, after), (start, _) in pairwise(_entries(each))
        if text[after:start].rstrip(b" \t") == b","
    )
    brace_spaces = (
        _blanks(text, each.span.start + 1)
        for each in nodes
        if each.properties and not has_break(text, each.span.start, each.properties[0].key_span.start)
    )
    default = "" if colon == ":" else " "
    return Formatter(
        text,
        line_break[0].decode() if line_break else "\n",
        next(_indent_units(text, nodes), "  "),
        colon,
        next(comma_spaces, default),
        next(brace_spaces, default),
    )


_FORMATTERS = LastUsed[Formatter]()


def is_multiline(text: bytes, node: Node) -> bool:
    """Whether the properties of an object have lines of their own, or would have if there were any."""
    if node.properties:
        last = node.properties[-1].value.span.end
        return has_entry_lines(text, node) or (len(node.properties) == 1 and has_break(text, last, node.span.end))
    root = parse_json(text, comments=True).root
    return root is None or not root.children or has_break(text, *root.span)


def has_entry_lines(text: bytes, node: Node) -> bool:
    """Whether the entries of an object or array are on lines of their own."""
    entries = _entries(node)
    if len(entries) == 1:
        return has_break(text, node.span.start, entries[0].start)
    return any(has_break(text, before.end, after.start) for before, after in pairwise(entries))


def property_indent(text: bytes, node: Node, index: int, formatter: Formatter) -> str:
    """The indentation of a new property beside the one at `index`: that of the closest one that starts a line."""
    for other in sorted(range(len(node.properties)), key=lambda other: abs(other - index)):
        indent = indent_before(text, node.properties[other].key_span.start)
        if indent is not None:
            return indent
    return line_indent(text, node.span.start) + formatter.indent_unit


def indent_before(text: bytes, offset: int) -> str | None:
    """The text before an offset on its line if it is blank, else None."""
    before = text[line_start(text, offset) : offset]
    return None if before.strip(b" \t") else before.decode()


def line_indent(text: bytes, offset: int) -> str:
    """The indentation of the line that an offset is on."""
    return _blanks(text, line_start(text, offset))


def to_json(data: object) -> str:
    """A string, number or constant as JSON, without escapes for characters that UTF-8 can write."""
    plain = json.dumps(data, ensure_ascii=False)
    return json.dumps(data) if _SURROGATE.search(plain) else plain


def _walk(node: Node) -> Iterator[Node]:
    """A node and all nodes below it, parents first."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        stack += reversed(node.children)


def _indent_units(text: bytes, nodes: Sequence[Node]) -> Iterator[str]:
    for node in nodes:
        for entry in _entries(node)[:1]:
            outer, inner = line_indent(text, node.span.start), indent_before(text, entry.start)
            if inner is not None and inner.startswith(outer) and inner != outer:
                yield inner.removeprefix(outer)


def _entries(node: Node) -> list[Span]:
    """The places of an object's properties, or of an array's items."""
    if node.kind == "object":
        return [property_.span for property_ in node.properties]
    return [item.span for item in node.items]


def _has_trailing_comma(text: bytes, node: Node) -> bool:
    return text[_entries(node)[-1].end : node.span.end].lstrip().startswith(b",")


def _blanks(text: bytes, offset: int) -> str:
    match = _BLANKS.match(text, offset)
    return match[0].decode() if match else ""
