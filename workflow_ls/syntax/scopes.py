"""Variables, parameters and functions of a file: where they are bound, and where they are used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.parser import Source
from workflow_ls.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node

FUNCTIONS = frozenset(
    {"arrow_function", "function_expression", "function_declaration", "method_definition", "function"}
)
_BLOCKS = FUNCTIONS | {"statement_block", "program"}
_DECLARING = compile_on_use(rb"\b(?:function\s*\*?\s*|const\s+|let\s+)\Z")
_LONGEST = 2000
_BEFORE_NAME = 100  # bytes; the words before a name that is declared
_IDENTIFIERS = frozenset({"identifier", "shorthand_property_identifier"})
_HOLDING = frozenset({"array_pattern", "object_pattern", "rest_pattern", "lexical_declaration", "variable_declarator"})


def text_of(node: Node | None) -> str:
    """The text of a node, "" for none."""
    return "" if node is None or node.text is None else node.text.decode("utf-8", "replace")


def excerpt_of(source: Source, node: Node | None) -> str:
    """The text of a node, or the start and the end of a long one: a chain of calls may be as long as the file."""
    if node is None:
        return ""
    start, end, text = node.start_byte, node.end_byte, source.text
    if end - start > _LONGEST:
        return (text[start : start + _LONGEST // 2] + text[end - _LONGEST // 2 : end]).decode("utf-8", "replace")
    return text[start:end].decode("utf-8", "replace")


def callee_text(source: Source, function: Node | None) -> str:
    """What is called, without white space; of a long chain of calls, its start and its end."""
    return re.sub(r"\s+", "", excerpt_of(source, function))


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


def uses_of_name(source: Source, scope: Node, name: str, declared: Node) -> Iterator[Node]:
    """The identifiers that denote a variable in a scope, without the one that declares it."""
    text, word, within = source.text, name.encode(), Span(scope.start_byte, scope.end_byte)
    for start in source.bindings.places(word, within, declared.start_byte):
        if text[start - 1 : start] == b"." and text[max(start - 3, 0) : start] != b"...":
            continue
        node = source.ancestry.node_at(start, start + len(word))
        if node is not None and node.type in _IDENTIFIERS and node.start_byte != declared.start_byte:
            yield node


def scope_of(source: Source, node: Node) -> Node | None:
    """The block or function around a declaration, or the whole file."""
    return source.ancestry.nearest(node, _BLOCKS)


def function_around(source: Source, node: Node) -> Node | None:
    """The function that holds a node, or is it."""
    return source.ancestry.nearest(node, FUNCTIONS)


def local_function(source: Source, name: Node) -> Node | None:
    """The function of this file that a name denotes."""
    word, known = text_of(name).encode(), source.local_functions
    if word not in known:
        known[word] = _declared_function(source, word)
    return known[word]


def _declared_function(source: Source, word: bytes) -> Node | None:
    text = source.text
    for start in source.words.places(word):
        if _DECLARING.search(text, max(start - _BEFORE_NAME, 0), start) is None:
            continue
        node = source.ancestry.node_at(start, start + len(word))
        owner = None if node is None else source.ancestry.parent(node)
        if owner is not None and owner.type == "variable_declarator":
            owner = owner.child_by_field_name("value")
        if owner is not None and owner.type in FUNCTIONS:
            return owner
    return None
