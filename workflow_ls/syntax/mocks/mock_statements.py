"""The statement that mocks a module, with the lines that go where it goes."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.mocks.mock_factories import FactoryKind, factory_kind
from workflow_ls.syntax.model import Form, Reference
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references.expressions import significant_children
from workflow_ls.syntax.references.flows.mock_names import TABLES
from workflow_ls.syntax.references.names.bindings import returned_value
from workflow_ls.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node

# A comment for the statement after it, which would be wrong for another one.
_DIRECTIVE = compile_on_use(
    rb"[ \t]*(?://|/\*)[ \t]*(?:@ts-(?:ignore|expect-error)|eslint-disable-next-line|workflow-ls-ignore(?!-))"
    rb"[^\r\n]*(?:\r\n|\n|\r)"
)
_LINE = compile_on_use(rb"[^\r\n]*(?:\r\n|\n|\r)?")
_WORD = compile_on_use(rb"[A-Za-z_$\x80-\xff][\w$\x80-\xff]*")


def mock_statement(source: Source, reference: Reference) -> Span | None:
    """The lines of a statement that does nothing but mock the module of a reference; None if there is more to it.

    With the comments of tools above it that are for this statement, and the blank line that it leaves.
    """
    if reference.form is not Form.MOCK or reference.callee in TABLES:
        return None
    start = reference.span.start if reference.mocked_at is None else reference.mocked_at
    node = source.ancestry.nearest(source.ancestry.node_at(start, start + 1), frozenset({"expression_statement"}))
    if node is None or not _only_mocks(source, node, reference):
        return None
    parent = source.ancestry.parent(node)
    if parent is None or parent.type not in ("program", "statement_block"):
        return None
    return _whole_lines(source.text, node.start_byte, node.end_byte)


def _only_mocks(source: Source, statement: Node, reference: Reference) -> bool:
    """Whether a statement is one call on a name, such as `vi.mock(…)`, and mocks this module alone."""
    children = significant_children(statement)
    call = children[0] if len(children) == 1 else None
    if call is not None and call.type == "await_expression":
        call = significant_children(call)[0]
    if call is None or call.type != "call_expression":
        return False
    function, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    if function is None or arguments is None:
        return False
    first = significant_children(arguments)[:1]
    inside = bool(first) and first[0].start_byte <= reference.span.start and reference.span.end <= first[0].end_byte
    return inside and b"(" not in source.text[function.start_byte : function.end_byte]


def factory_key(source: Source, reference: Reference, name: str) -> Span | None:
    """The lines of a name in the factory of a mock that spreads the original; None if there is more on them."""
    if factory_kind(source, reference) is not FactoryKind.OPEN:
        return None
    node = source.ancestry.node_at(reference.span.start, reference.span.end)
    call = source.ancestry.nearest(node, frozenset({"call_expression"}))
    while call is not None and (function := call.child_by_field_name("function")) is not None:
        if function.type != "import":
            break
        call = source.ancestry.nearest(source.ancestry.parent(call), frozenset({"call_expression"}))
    arguments = None if call is None else call.child_by_field_name("arguments")
    given = [] if arguments is None else significant_children(arguments)
    returned = returned_value(given[1]) if len(given) > 1 else None
    for member in () if returned is None else significant_children(returned):
        if _key_of(source.text, member) == name.encode():
            return _whole_lines(source.text, member.start_byte, member.end_byte)
    return None


def _key_of(text: bytes, member: Node) -> bytes:
    key = member.child_by_field_name("key") or member.child_by_field_name("name")
    key = member if key is None and member.type == "shorthand_property_identifier" else key
    return b"" if key is None else text[key.start_byte : key.end_byte].strip(b"'\"")


def _whole_lines(text: bytes, start: int, end: int) -> Span | None:
    """The lines of a statement; None if something else is on them."""
    first = max(text.rfind(b"\n", 0, start), text.rfind(b"\r", 0, start)) + 1
    after = _LINE.match(text, end)
    last = end if after is None else after.end()
    if text[first:start].strip() or text[end:last].strip(b" \t\r\n;,"):
        return None
    while (above := _line_before(text, first)) is not None and _DIRECTIVE.fullmatch(text, above, first):
        first = above
    above, below = _line_before(text, first), _LINE.match(text, last)
    if below is not None and below[0] and not below[0].strip() and (above is None or not text[above:first].strip()):
        last = below.end()
    return Span(first, last)


def _line_before(text: bytes, start: int) -> int | None:
    """The start of the line before the one that begins at an offset."""
    if not start:
        return None
    end = start - (2 if text[start - 2 : start] == b"\r\n" else 1)
    return max(text.rfind(b"\n", 0, end), text.rfind(b"\r", 0, end)) + 1


def names_left_unused(text: bytes, removed: Collection[Span]) -> list[str]:
    """The words that occur in removed parts of a text, and just once in the rest: variables that nothing uses then."""
    rest, offset, inside = bytearray(), 0, set[bytes]()
    for span in sorted(removed, key=lambda each: each.start):
        rest += text[offset : span.start]
        inside.update(_WORD.findall(text[span.start : span.end]))
        offset = span.end
    rest += text[offset:]
    counts = dict.fromkeys(inside, 0)
    for word in _WORD.findall(bytes(rest)):
        if word in counts:
            counts[word] += 1
    declared = (
        word
        for word, count in counts.items()
        if count == 1 and re.search(rb"\b(?:const|let|var|function|class)\s+" + re.escape(word) + rb"(?![\w$])", rest)
    )
    return sorted(word.decode("utf-8", "replace") for word in declared)
