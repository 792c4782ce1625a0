"""Which part of a program can go, so that what is left is a program still.

{ a: 1, b: 2 }                        a member of an object
[a, isTest && b]                      an element of an array, with the condition that it depends on
list.push(a);  config.alias.a = b;    the whole statement
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.scopes import text_of
from workflow_ls.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node

_LISTS = ("object", "array")
_BLOCKS = ("program", "statement_block", "switch_case", "switch_default")
_AROUND = ("parenthesized_expression", "as_expression", "satisfies_expression")
_ADDING = ("push", "unshift")


class RemovablePart(NamedTuple):
    """An item of a list, or if `is_statement` a whole statement."""

    span: Span
    is_statement: bool


def removable_part(source: Source, span: Span) -> RemovablePart | None:
    """The item of a list, or the statement, that goes with the part at a place; None if nothing can go by itself."""
    node = _removed(source, span)
    if node is None:
        return None
    return RemovablePart(Span(node.start_byte, node.end_byte), node.type == "expression_statement")


def _removed(source: Source, span: Span) -> Node | None:
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
