"""Whether a file uses an imported name as a value, which decides about import elision in TypeScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references.literals import identifier_name

if TYPE_CHECKING:
    from tree_sitter import Node

_VALUES = frozenset({"identifier", "shorthand_property_identifier"})
_IMPORTS = frozenset({"import_specifier", "import_clause", "namespace_import", "import_require_clause"})
_PATHS = frozenset({"member_expression", "nested_identifier", "instantiation_expression"})
_TYPES = frozenset({"type_query", "nested_type_identifier", "type_predicate", "asserts", "index_signature"})
_PARAMETERS = frozenset({"required_parameter", "optional_parameter"})
_TAGS = frozenset({"jsx_opening_element", "jsx_closing_element", "jsx_self_closing_element"})


def is_used_as_value(source: Source, name: str) -> bool:
    """Whether a file uses an imported name outside types.

    An identifier in an expression, a JSX tag, a decorator or an `export {}` counts; a type, or `typeof` in one, does
    not.  A variable of the same name counts, too: the answer errs towards "yes".
    """
    return source.of_word((is_used_as_value, name), name.encode(), lambda: _has_value(source, name))


def _has_value(source: Source, name: str) -> bool:
    word = name.encode()
    for start in source.words.places(word):
        node = source.ancestry.node_at(start, start + len(word))
        if node is not None and node.type in _VALUES and _is_value(source, node):
            return True
    return any(_is_escaped_value(source, *place, name) for place in source.escaped_words)


def _is_escaped_value(source: Source, start: int, end: int, name: str) -> bool:
    node = source.ancestry.node_at(start, end) if identifier_name(source.text[start:end]) == name else None
    return node is not None and node.type in _VALUES and _is_value(source, node)


def _is_value(source: Source, node: Node) -> bool:
    node, parent = source.ancestry.outermost(node, _is_in_path)
    if parent is None or parent.type in _TYPES or parent.type in _IMPORTS:
        return False
    if parent.type == "export_specifier":
        return _is_exported_value(source, node, parent)
    if parent.type in _PARAMETERS:
        # The default value of a parameter is a use of the name, the parameter itself is not.
        return parent.child_by_field_name("value") == node
    if parent.type in _TAGS and node.type == "identifier":
        # A lower-case tag is an intrinsic element.
        return not (node.text or b"")[:1].islower()
    return True


def _is_in_path(_node: Node, parent: Node) -> bool:
    return parent.type in _PATHS


def _is_exported_value(source: Source, node: Node, specifier: Node) -> bool:
    clause = source.ancestry.parent(specifier)
    statement = None if clause is None else source.ancestry.parent(clause)
    if specifier.child_by_field_name("name") != node or statement is None:
        return False
    tokens = (*specifier.children, *statement.children)
    return statement.child_by_field_name("source") is None and not any(token.type == "type" for token in tokens)
