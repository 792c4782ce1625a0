"""Variables, parameters and functions of a file: where they are bound, and where they are used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

FUNCTIONS = frozenset(
    {"arrow_function", "function_expression", "function_declaration", "method_definition", "function"}
)
_IDENTIFIERS = frozenset({"identifier", "shorthand_property_identifier"})
_HOLDING = frozenset({"array_pattern", "object_pattern", "rest_pattern", "lexical_declaration", "variable_declarator"})


def text_of(node: Node | None) -> str:
    """The text of a node, "" for none."""
    return "" if node is None or node.text is None else node.text.decode("utf-8", "replace")


def first_child(node: Node | None) -> Node | None:
    """The first named child of a node, if there is one."""
    return None if node is None or not node.named_child_count else node.named_child(0)


def parameters_of(function: Node) -> Iterator[Node]:
    """The patterns of the parameters of a function."""
    single = function.child_by_field_name("parameter")
    if single is not None:
        yield single
    formal = function.child_by_field_name("parameters")
    for child in formal.named_children if formal is not None else ():
        inner = first_child(child) if child.type in ("required_parameter", "optional_parameter") else child
        if inner is not None:
            yield inner


def bound_names(pattern: Node) -> Iterator[Node]:
    """The identifiers that a pattern binds."""
    if pattern.type in ("identifier", "shorthand_property_identifier_pattern"):
        yield pattern
    elif pattern.type in _HOLDING:
        for child in pattern.named_children:
            yield from bound_names(child)
    elif pattern.type in ("pair_pattern", "object_assignment_pattern", "assignment_pattern"):
        inner = pattern.child_by_field_name("value" if pattern.type == "pair_pattern" else "left")
        if inner is not None:
            yield from bound_names(inner)


def uses_of_name(scope: Node, name: str, declared: Node) -> Iterator[Node]:
    """The identifiers of a name in a scope, without the one that declares it."""
    text = scope.text or b""
    for match in re.finditer(rb"(?<![\w$])(?<!(?<!\.\.)\.)" + re.escape(name.encode()) + rb"(?![\w$])", text):
        start = scope.start_byte + match.start()
        node = scope.descendant_for_byte_range(start, start + len(name.encode()))
        if node is not None and node.type in _IDENTIFIERS and node.start_byte != declared.start_byte:
            yield node


def scope_of(node: Node) -> Node | None:
    """The block or function around a declaration, or the whole file."""
    current: Node | None = node
    while current is not None and current.type not in ("statement_block", "program", *FUNCTIONS):
        current = current.parent
    return current


def function_around(node: Node) -> Node | None:
    """The function that holds a node, or is it."""
    current: Node | None = node
    while current is not None and current.type not in FUNCTIONS:
        current = current.parent
    return current


def local_function(call: Node, name: Node) -> Node | None:
    """The function of this file that a name denotes."""
    root = call
    while root.parent is not None:
        root = root.parent
    word, text = text_of(name), root.text or b""
    declared = rb"\b(?:function\s*\*?\s*|const\s+|let\s+)" + re.escape(word.encode()) + rb"\b"
    for match in re.finditer(declared, text):
        start = root.start_byte + match.end() - len(word.encode())
        node = root.descendant_for_byte_range(start, start + len(word.encode()))
        owner = None if node is None else node.parent
        if owner is not None and owner.type == "variable_declarator":
            owner = owner.child_by_field_name("value")
        if owner is not None and owner.type in FUNCTIONS:
            return owner
    return None
