"""Edits that remove parts of a program of which nothing else is made, so that what is left is a program still.

{ a: 1, b: 2 }                        a member of an object, with its comma
[a, isTest && b]                      an element of an array, with the condition that it depends on
list.push(a);  config.alias.a = b;    the whole statement
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from workflow_ls.rewrite.text_edits.item_removal import remove_items
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.scopes import text_of
from workflow_ls.text import Edit, Span, line_start

if TYPE_CHECKING:
    from tree_sitter import Node

_LISTS = ("object", "array")
_BLOCKS = ("program", "statement_block", "switch_case", "switch_default")
_AROUND = ("parenthesized_expression", "as_expression", "satisfies_expression")
_ADDING = ("push", "unshift")
_REST_OF_LINE = re.compile(rb"[ \t]*(?://[^\r\n]*|/\*[^*\r\n]*\*/[ \t]*)?(?:\r\n?|\n|\Z)")
_BLANKS = re.compile(rb"[ \t]*")


def can_be_removed(source: Source, span: Span) -> bool:
    """Whether a part can go: it is not what a function returns, nor one of two choices, nor the value of a name."""
    return _removed(source, span) is not None


def remove_parts(source: Source, spans: Iterable[Span]) -> tuple[Edit, ...]:
    """The edits that remove parts; those that can't be removed stay."""
    found = [removed for span in spans if (removed := _removed(source, span)) is not None]
    statements = {Span(node.start_byte, node.end_byte) for node in found if node.type == "expression_statement"}
    items = {Span(node.start_byte, node.end_byte) for node in found if node.type != "expression_statement"}
    return (*remove_items(source.text, items), *(_without_line(source.text, span) for span in sorted(statements)))


def _removed(source: Source, span: Span) -> Node | None:
    """The item of a list, or the statement, that goes with a part."""
    node = source.ancestry.node_at(*span)
    if node is None or (node.start_byte, node.end_byte) != span:
        return None
    if node.type == "assignment_expression":
        value = node.child_by_field_name("right")
        return None if value is None or value.type == node.type else _statement(source, node)
    while (parent := source.ancestry.parent(node)) is not None:
        if parent.type in _LISTS:
            return node
        if parent.type == "arguments":
            return _added(source, node, parent)
        is_condition = parent.type == "binary_expression" and text_of(parent.child_by_field_name("operator")) == "&&"
        if parent.type not in _AROUND and not (is_condition and parent.child_by_field_name("right") == node):
            return None
        node = parent
    return None


def _added(source: Source, node: Node, arguments: Node) -> Node | None:
    """What goes with an argument of a method that adds it to a list."""
    call = source.ancestry.parent(arguments)
    function = None if call is None else call.child_by_field_name("function")
    method = None if function is None else function.child_by_field_name("property")
    if call is None or text_of(method) not in _ADDING:
        return None
    return node if len(arguments.named_children) > 1 else _statement(source, call)


def _statement(source: Source, expression: Node) -> Node | None:
    """The statement that an expression is, if it is one of a list of statements."""
    statement = source.ancestry.parent(expression)
    around = None if statement is None else source.ancestry.parent(statement)
    is_listed = around is not None and around.type in _BLOCKS
    return statement if statement is not None and statement.type == "expression_statement" and is_listed else None


def _without_line(text: bytes, span: Span) -> Edit:
    """Remove a statement, with its line where it has one of its own."""
    start = line_start(text, span.start)
    rest = _REST_OF_LINE.match(text, span.end)
    if rest is not None and not text[start : span.start].strip(b" \t"):
        return Edit(Span(start, rest.end()), "")
    blanks = _BLANKS.match(text, span.end)
    return Edit(Span(span.start, span.end if blanks is None else blanks.end()), "")
