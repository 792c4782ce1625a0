"""Follows an expression back to the strings that it may be, within one file.

It is followed through variables, parameters of functions that the file calls by name, loops over tables, and the tables
of tests (`it.each`).  Variables are identified by name, without scopes, but for parameters and loops.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references.expressions import (
    STRINGS,
    member_name,
    member_names,
    same_value,
    significant_children,
    text_of,
    unwrapped,
)
from workflow_ls.syntax.references.flows.filled_tables import is_given_away, made_tables, names_of_table
from workflow_ls.syntax.references.flows.variable_values import (
    assigned_values,
    declared_values,
    keys_set_later,
    other_uses,
)
from workflow_ls.syntax.references.literals import parse_literal
from workflow_ls.syntax.references.patterns import Access, key_text, parameters_of, path_to
from workflow_ls.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node

_DECLARED_FUNCTIONS = frozenset({"function_declaration", "generator_function_declaration"})
_FUNCTIONS = _DECLARED_FUNCTIONS | {"arrow_function", "function_expression", "generator_function", "method_definition"}
_EACH = frozenset({"each", "for"})
_ITERATORS = frozenset({"forEach", "map", "flatMap", "some", "every", "filter"})
_MEMBERS = frozenset({"member_expression", "subscript_expression"})
_SCOPES = _FUNCTIONS | {"for_in_statement"}
_MAX_DEPTH = 24
_MAX_SCOPES = 100  # around a variable


class StringFlows:
    """The strings that expressions of a file may be, by the nodes of the strings, and what can't be followed."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.strings: dict[int, Node] = {}
        self.opaque: list[Span] = []
        self._seen: set[tuple[int, Access]] = set()
        self._depth = 0

    def follow(self, node: Node, access: Access = ()) -> None:
        """Find the strings that the expression at a node may be, or what is taken of it."""
        node = unwrapped(node)
        if (node.start_byte, access) in self._seen:
            return
        self._seen.add((node.start_byte, access))
        self._depth += 1
        if self._depth > _MAX_DEPTH or not self._follow(node, access):
            self._give_up(node)
        self._depth -= 1

    def _follow(self, node: Node, access: Access) -> bool:
        kind = node.type
        if kind in STRINGS:
            found = not access and parse_literal(self.source.text, node) is not None
            if found:
                self.strings[node.start_byte] = node
            return found
        if kind == "identifier":
            return self._follow_name(node, access)
        if kind in _MEMBERS:
            name, inner = member_name(self.source, node), node.child_by_field_name("object")
            if name is not None and inner is not None:
                self.follow(inner, (name, *access))
            return name is not None
        if kind == "ternary_expression":
            for field in ("consequence", "alternative"):
                if (branch := node.child_by_field_name(field)) is not None:
                    self.follow(branch, access)
            return True
        return bool(access) and self._follow_part(node, access)

    def _follow_part(self, node: Node, access: Access) -> bool:
        """Follow an element of a list, or a property of an object."""
        value = None
        if node.type == "array" and isinstance(access[0], int):
            elements = significant_children(node)
            value = elements[access[0]] if access[0] < len(elements) else None
        elif node.type == "object" and isinstance(access[0], str):
            value = _value_of(self.source, node, access[0])
        if value is not None:
            self.follow(value, access[1:])
        return value is not None

    def _follow_name(self, node: Node, access: Access) -> bool:
        """Follow a variable to the values that it may have."""
        name = text_of(self.source, node)
        ancestry = self.source.ancestry
        scope = ancestry.nearest(ancestry.parent(node), _SCOPES)
        for _ in range(_MAX_SCOPES):
            if scope is None:
                break
            if scope.type in _FUNCTIONS:
                for index, pattern in enumerate(parameters_of(scope)):
                    taken = path_to(self.source, pattern, name)
                    if taken is not None:
                        return self._follow_parameter(scope, index, (*taken, *access))
            else:
                left, right = scope.child_by_field_name("left"), scope.child_by_field_name("right")
                taken = None if left is None else path_to(self.source, left, name)
                if right is not None and taken is not None:
                    self._follow_elements(right, (*taken, *access))
                    return True
            scope = ancestry.nearest(ancestry.parent(scope), _SCOPES)
        values = list(declared_values(self.source, name))
        for value in values:
            self.follow(value, access)
        return bool(values)

    def _follow_parameter(self, function: Node, index: int, access: Access) -> bool:
        """Follow a parameter of a function to the arguments, if the file shows them."""
        ancestry = self.source.ancestry
        value = same_value(self.source, function)
        parent = ancestry.parent(value)
        name = None
        if function.type in _DECLARED_FUNCTIONS:
            name = function.child_by_field_name("name")
        elif parent is not None and parent.type == "variable_declarator":
            name = parent.child_by_field_name("name")
        elif parent is not None and parent.type == "arguments":
            return self._follow_callback(parent, value, index, access)
        if name is None or name.type != "identifier":
            return False
        for use in other_uses(self.source, name):
            around = ancestry.parent(use)
            if around is not None and around.type == "call_expression":
                arguments = around.child_by_field_name("arguments")
                given = [] if arguments is None else significant_children(arguments)
                if around.child_by_field_name("function") == use and index < len(given):
                    self.follow(given[index], access)
            elif around is not None and around.type == "arguments":
                self._follow_callback(around, use, index, access)
        return True

    def _follow_callback(self, arguments: Node, value: Node, index: int, access: Access) -> bool:
        """Follow a parameter of a function that is called for each element of a table."""
        call = self.source.ancestry.parent(arguments)
        function = None if call is None else call.child_by_field_name("function")
        function = None if function is None else unwrapped(function)
        is_first = significant_children(arguments)[0] == value
        if function is None:
            return False
        if function.type == "call_expression":  # `it.each(table)('title', callback)`
            loop, table = _loop(self.source, function)
            if loop not in _EACH or table is None or is_first:
                return False
            if loop == "each":
                self._follow_elements(table, access, spread=index)
            elif index == 0:
                self._follow_elements(table, access)
            return True
        table = function.child_by_field_name("object") if function.type == "member_expression" else None
        if table is None or not is_first or index > 0 or member_name(self.source, function) not in _ITERATORS:
            return False
        self._follow_elements(table, access)
        return True

    def _follow_elements(self, table: Node, access: Access, spread: int | None = None) -> None:
        """Follow what is taken of each element of a table; with `spread`, of an item of an element that is a list."""
        self._depth += 1
        table = unwrapped(table)
        called = _called(self.source, table)
        if self._depth > _MAX_DEPTH:
            self._give_up(table)
        elif table.type == "array":
            for element in significant_children(table):
                self._follow_element(element, access, spread)
        elif table.type == "identifier":
            values = list(declared_values(self.source, text_of(self.source, table)))
            for value in values:
                self._follow_elements(value, access, spread)
            if not values:
                self._give_up(table)
        elif called is not None:
            taken = access if spread is None or called[0] != "Object.entries" else (spread, *access)
            if (called[0], taken) in {("Object.keys", ()), ("Object.entries", (0,))}:
                self.follow_keys(called[1])
            elif called[0] == "Set":
                self._follow_elements(called[1], access, spread)
            else:
                self._give_up(table)
        else:
            self._give_up(table)
        self._depth -= 1

    def _follow_element(self, element: Node, access: Access, spread: int | None) -> None:
        if element.type == "spread_element":
            self._follow_elements(significant_children(element)[0], access, spread)
        elif spread is not None and unwrapped(element).type == "array":
            self.follow(element, (spread, *access))
        elif not spread:
            self.follow(element, access)

    def follow_keys(self, table: Node) -> None:
        """Find the strings that the keys of an object are."""
        for key in self.keys(table):
            self.follow(key)

    def keys(self, table: Node) -> Iterator[Node]:
        """The keys of an object, strings and what computes them, also where it has a name, or is spread into another.

        Those that it gets later are among them: `table['a'] = …`, and `Object.assign(table, …)`, also in a function.
        """
        table = unwrapped(table)
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            self._give_up(table)
        elif table.type == "object":
            for child in significant_children(table):
                key = child.child_by_field_name("key") if child.type == "pair" else None
                if key is not None and key.type == "string":
                    yield key
                elif key is not None and key.type == "computed_property_name":
                    yield significant_children(key)[0]
                elif child.type == "spread_element":
                    yield from self.keys(significant_children(child)[0])
        elif table.type == "identifier":
            names = names_of_table(self.source, text_of(self.source, table))
            values = [
                value
                for name in names
                for value in (*declared_values(self.source, name), *assigned_values(self.source, name))
            ]
            found = [key for name in names for key in keys_set_later(self.source, name)]
            for value in values:
                found += self.keys(value)
            yield from found
            if not found and (not values or is_given_away(self.source, table)):
                self._give_up(table)
        elif table.type == "call_expression" and (made := made_tables(self.source, table)):
            for value in made:
                yield from self.keys(value)
        else:
            self._give_up(table)
        self._depth -= 1

    def _give_up(self, node: Node) -> None:
        self.opaque.append(Span(node.start_byte, node.end_byte))


def _loop(source: Source, call: Node) -> tuple[str | None, Node | None]:
    """The method of a call such as `it.each(table)`, and its first argument."""
    function, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    name = None if function is None or function.type != "member_expression" else member_name(source, function)
    given = [] if arguments is None or arguments.type != "arguments" else significant_children(arguments)
    return name, given[0] if given else None


def _called(source: Source, node: Node) -> tuple[str, Node] | None:
    """The dotted name of a call, or of a constructor, and its first argument."""
    function = node.child_by_field_name("function") or node.child_by_field_name("constructor")
    names = None if function is None else member_names(source, function)
    arguments = node.child_by_field_name("arguments")
    given = [] if arguments is None else significant_children(arguments)
    return (".".join(names), given[0]) if names is not None and given else None


def _value_of(source: Source, table: Node, key: str) -> Node | None:
    """The value of a property of an object that is written out."""
    for child in significant_children(table):
        name = child.child_by_field_name("key") if child.type == "pair" else None
        if name is not None and key_text(source, name) == key:
            return child.child_by_field_name("value")
    return None
