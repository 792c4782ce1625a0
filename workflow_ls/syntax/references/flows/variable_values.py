"""The values that a variable of a file may have: as it is declared, assigned and filled.

Variables are identified by name, without scopes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references.expressions import same_value, significant_children

if TYPE_CHECKING:
    from tree_sitter import Node

_DECLARING = compile_on_use(rb"\b(?:const|let|var)\s+\Z")
_BEFORE_NAME = 100  # bytes; the words before a name that is declared


def declared_values(source: Source, name: str) -> Iterator[Node]:
    """What a variable of the file is declared with."""
    text = source.text
    word = name.encode()
    for start in source.words.places(word):
        if _DECLARING.search(text, max(start - _BEFORE_NAME, 0), start) is None:
            continue
        node = source.ancestry.node_at(start, start + len(word))
        declarator = None if node is None else source.ancestry.parent(node)
        if declarator is not None and declarator.type == "variable_declarator":
            value = declarator.child_by_field_name("value")
            if value is not None:
                yield value


def other_uses(source: Source, name: Node) -> Iterator[Node]:
    """The expressions that are a variable, without its declaration."""
    text = source.text
    word = text[name.start_byte : name.end_byte]
    for start in source.words.places(word):
        node = source.ancestry.node_at(start, start + len(word))
        is_member = text[start - 1 : start] == b"."
        if node is not None and node.type == "identifier" and node != name and not is_member:
            yield same_value(source, node)


def assigned_values(source: Source, name: str) -> Iterator[Node]:
    """What a variable of the file is assigned, and what is copied into the object that it has."""
    for use in _named(source, rb"(?<![\w$.])(?P<name>NAME)\s*=(?![=>])", name):
        around = source.ancestry.parent(use)
        value = None if around is None else around.child_by_field_name("right")
        if value is not None and around is not None and around.type == "assignment_expression":
            yield value
    for use in _named(source, rb"\bObject\s*\.\s*assign\s*\(\s*(?P<name>NAME)\s*,", name):
        around = source.ancestry.parent(use)
        yield from () if around is None else significant_children(around)[1:]


def keys_set_later(source: Source, name: str) -> Iterator[Node]:
    """The keys of `name['a'] = …`."""
    for use in _named(source, rb"(?<![\w$.])(?P<name>NAME)\s*!?\s*\[", name):
        place = source.ancestry.parent(same_value(source, use))
        index = None if place is None else place.child_by_field_name("index")
        around = None if place is None else source.ancestry.parent(place)
        if index is not None and around is not None and around.child_by_field_name("left") == place:
            yield index


def _named(source: Source, pattern: bytes, name: str) -> Iterator[Node]:
    """The uses of a variable that a pattern finds."""
    written = re.compile(pattern.replace(b"NAME", re.escape(name.encode())))
    for match in written.finditer(source.text):
        node = source.ancestry.node_at(*match.span("name"))
        if node is not None and node.type == "identifier":
            yield node
