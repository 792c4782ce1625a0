"""The patterns that bind variables: of parameters, of loops, of declarations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references.expressions import significant_children, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

Access = tuple[str | int, ...]
"""What is taken of a value, the first first: names of members, and indices."""


def parameters_of(function: Node) -> list[Node]:
    """The patterns of the parameters of a function, without their defaults."""
    single = function.child_by_field_name("parameter")
    if single is not None:
        return [single]
    parameters = function.child_by_field_name("parameters")
    patterns = (
        parameter.child_by_field_name("pattern") or parameter.child_by_field_name("left") or parameter
        for parameter in ([] if parameters is None else significant_children(parameters))
    )
    return [pattern for pattern in patterns if pattern.type != "this"]


def path_to(source: Source, pattern: Node, name: str) -> Access | None:
    """What a pattern takes for a variable: () for the whole value; None if it does not bind the variable."""
    kind = pattern.type
    if kind in {"identifier", "shorthand_property_identifier_pattern"}:
        if text_of(source, pattern) != name:
            return None
        return () if kind == "identifier" else (name,)
    if kind in {"assignment_pattern", "object_assignment_pattern"}:
        left = pattern.child_by_field_name("left")
        return None if left is None else path_to(source, left, name)
    if kind == "pair_pattern":
        key, value = pattern.child_by_field_name("key"), pattern.child_by_field_name("value")
        inner = None if value is None else path_to(source, value, name)
        return None if key is None or inner is None else (key_text(source, key), *inner)
    if kind == "object_pattern":
        found = (path_to(source, element, name) for element in significant_children(pattern))
        return next((path for path in found if path is not None), None)
    return _path_in_list(source, pattern, name) if kind == "array_pattern" else None


def _path_in_list(source: Source, pattern: Node, name: str) -> Access | None:
    index = 0
    for child in pattern.children:
        if child.type == ",":
            index += 1
        elif child.is_named and (inner := path_to(source, child, name)) is not None:
            return (index, *inner)
    return None


def bound_names(source: Source, pattern: Node) -> list[tuple[str, str]]:
    """The members that an object pattern takes, each with its variable; deeper patterns are left out."""
    found = []
    for element in significant_children(pattern):
        if element.type == "shorthand_property_identifier_pattern":
            found.append((text_of(source, element), text_of(source, element)))
        elif element.type == "pair_pattern":
            key, value = element.child_by_field_name("key"), element.child_by_field_name("value")
            if key is not None and value is not None and value.type == "identifier":
                found.append((key_text(source, key), text_of(source, value)))
    return found


def key_text(source: Source, key: Node) -> str:
    """The name of a key, without quotes."""
    return text_of(source, key).strip("'\"")
