"""The names that code inside of statements declares for the whole module."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from workflow_ls.syntax.exports.declarations import Declaration, declarations_of, names_in_pattern

if TYPE_CHECKING:
    from tree_sitter import Node

# What has variables of its own.
_SCOPES = frozenset(
    {
        "arrow_function",
        "function_expression",
        "function_declaration",
        "generator_function",
        "generator_function_declaration",
        "method_definition",
        "class",
        "class_declaration",
        "abstract_class_declaration",
        "class_static_block",
        "internal_module",
        "module",
    }
)


def global_declarations(statements: Iterable[Node]) -> Iterator[Declaration]:
    """What the `declare global` of a module declares, at its top or in other `declare` blocks."""
    for statement in statements:
        if statement.type == "ambient_declaration" and any(child.type == "global" for child in statement.children):
            yield from hoisted_declarations([statement])


def hoisted_declarations(statements: Iterable[Node]) -> Iterator[Declaration]:
    """What `var` in blocks and loops declares, and `declare global` (ECMA-262, 8.2.6 VarDeclaredNames)."""
    todo = [*statements]
    while todo:
        node = todo.pop()
        if node.type == "ambient_declaration" and any(child.type == "global" for child in node.children):
            bodies = (child for child in node.named_children if child.type == "statement_block")
            inner = (statement for body in bodies for statement in body.named_children)
            yield from (each for statement in inner for each in declarations_of(_declared(statement)))
        elif node.type == "variable_declaration":
            yield from declarations_of(node)
        elif node.type not in _SCOPES:
            if node.type == "for_in_statement" and any(child.type == "var" for child in node.children):
                pattern = node.child_by_field_name("left")
                names = names_in_pattern(pattern) if pattern is not None else ()
                yield from (Declaration(name, value=True, type=False) for name in names)
            todo += node.named_children


def _declared(statement: Node) -> Node:
    return statement.child_by_field_name("declaration") or statement
