"""Expressions in the syntax tree: what they are without assertions, and the names that a chain of members has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references.literals import identifier_name, parse_literal

if TYPE_CHECKING:
    from tree_sitter import Node

WRAPPERS = frozenset(
    {
        "parenthesized_expression",
        "as_expression",
        "satisfies_expression",
        "non_null_expression",
        "type_assertion",
    }
)
"""The expressions that have the value of the expression inside."""

STRINGS = frozenset({"string", "template_string"})


def significant_children(node: Node) -> list[Node]:
    """The named children of a node that are not comments."""
    return [child for child in node.named_children if child.type != "comment"]


def unwrapped(node: Node) -> Node:
    """An expression without parentheses and assertions."""
    while node.type in WRAPPERS and (wrapped := _wrapped(node)) is not None:
        node = wrapped
    return node


def text_of(source: Source, node: Node) -> str:
    """The text of a node; of an identifier the name, whatever escape sequences spell it."""
    raw = source.text[node.start_byte : node.end_byte]
    is_escaped = b"\\u" in raw and node.type.endswith(("identifier", "identifier_pattern"))
    return identifier_name(raw) if is_escaped else raw.decode("utf-8", "replace")


def member_names(source: Source, node: Node) -> tuple[str, ...] | None:
    """The names of `a.b['c']`, without parentheses and assertions; None for another expression."""
    names: list[str] = []
    node = unwrapped(node)
    while node.type in {"member_expression", "subscript_expression"}:
        name = member_name(source, node)
        inner = node.child_by_field_name("object")
        if name is None or inner is None:
            return None
        names.append(name)
        node = unwrapped(inner)
    return (text_of(source, node), *reversed(names)) if node.type == "identifier" else None


def member_name(source: Source, node: Node) -> str | None:
    """The name that a member expression, or one with a string in brackets, takes of its object."""
    if node.type == "member_expression":
        name = node.child_by_field_name("property")
        return None if name is None else text_of(source, name)
    index = node.child_by_field_name("index")
    literal = parse_literal(source.text, index) if index is not None and index.type in STRINGS else None
    return None if literal is None else literal.value


def is_indirect(node: Node) -> bool:
    """Whether a called expression takes its method by a string, which no runner reads ahead."""
    return unwrapped(node).type == "subscript_expression"


def same_value(source: Source, node: Node) -> Node:
    """The outermost expression that only wraps an expression in parentheses and assertions."""
    return source.ancestry.outermost(node, _wraps)[0]


def _wraps(node: Node, parent: Node) -> bool:
    return parent.type in WRAPPERS and _wrapped(parent) == node


def _wrapped(wrapper: Node) -> Node | None:
    inner = significant_children(wrapper)
    return inner[-1 if wrapper.type == "type_assertion" else 0] if inner else None
