"""Whether the factory of a mock passes on what the original module has."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.references.expressions import significant_children, unwrapped
from workflow_ls.syntax.references.names.bindings import returned_values

if TYPE_CHECKING:
    from tree_sitter import Node

_GETTERS = frozenset({b"importActual", b"requireActual", b"importOriginal", b"importOriginalModule"})
_LITERAL = compile_on_use(rb"(['\"`])(.*)\1", re.DOTALL)
_ENDING = compile_on_use(r"(?:/index)?(?:\.[mc]?[jt]sx?)?/?$")
_FUNCTIONS = frozenset({"arrow_function", "function_expression"})
_OTHER = _FUNCTIONS | {"call_expression", "new_expression"}
_PARTS = frozenset({b"Object.entries", b"Object.keys", b"Object.values", b"Object.fromEntries", b"pick", b"_.pick"})


class OriginalInFactory:
    """The original module in one factory: which of its expressions are that module, or an object with all it has."""

    def __init__(self, text: bytes, factory: Node, specifier: str) -> None:
        """`specifier` is that of the mock."""
        self._text = text
        self._factory = factory
        self._specifier = specifier
        self._getters = {*_GETTERS, *_first_parameter(text, factory)}
        self._looked_up = set[bytes]()

    def all_returned(self, function: Node, originals: frozenset[bytes] = frozenset()) -> bool:
        """Whether all that a function returns passes the original on; `originals` are names of it."""
        values = returned_values(function)
        return bool(values) and all(self.passes(value, originals) for value in values)

    def passes(self, node: Node, originals: frozenset[bytes] = frozenset()) -> bool:
        """Whether an expression has all that the original has; it may have more."""
        node = unwrapped(node)
        if self._is_original(node):
            return True
        match node.type:
            case "identifier":
                name = self._written(node)
                if name in originals:
                    return True
                if name in self._looked_up:
                    return False  # in a circle, such as `a = patch(a)`
                self._looked_up.add(name)
                found = self._any_passes(self._assigned(name), originals)
                self._looked_up.discard(name)
                return found
            case "await_expression":
                return self._any_passes(significant_children(node), originals)
            case "object":
                spreads = [child for child in significant_children(node) if child.type == "spread_element"]
                return self._any_passes((significant_children(spread)[0] for spread in spreads), originals)
            case "ternary_expression":
                branches = (node.child_by_field_name("consequence"), node.child_by_field_name("alternative"))
                return all(branch is not None and self.passes(branch, originals) for branch in branches)
            case "call_expression" | "new_expression":
                return self._call_passes(node, originals)
        return False

    def _any_passes(self, nodes: Iterable[Node], originals: frozenset[bytes]) -> bool:
        return any(self.passes(node, originals) for node in nodes)

    def _call_passes(self, call: Node, originals: frozenset[bytes]) -> bool:
        """Whether a call may give all of the original that it gets, such as `Object.assign({}, original)`."""
        given = call.child_by_field_name("arguments")
        arguments = [] if given is None else significant_children(given)
        function = call.child_by_field_name("function")
        if function is not None and function.type == "member_expression":
            inner, method = function.child_by_field_name("object"), function.child_by_field_name("property")
            if inner is not None and method is not None and self._written(method) == b"then":
                first = arguments[0] if arguments and arguments[0].type in _FUNCTIONS else None
                if first is None or not self.passes(inner, originals):
                    return False
                return self.all_returned(first, originals.union(_first_parameter(self._text, first)))
        if function is not None and self._written(function) in _PARTS:
            return False
        return any(
            self._is_original(each) or (_awaited(each).type not in _OTHER and self.passes(each, originals))
            for each in arguments
        )

    def _is_original(self, node: Node) -> bool:
        """Whether an expression is a call that loads the original; the grammar misreads some with type arguments."""
        call = _awaited(node)
        function, given = call.child_by_field_name("function"), call.child_by_field_name("arguments")
        if call.type == "binary_expression":
            function, given = call, call.child_by_field_name("right")
            while function is not None and function.type == "binary_expression":
                function = function.child_by_field_name("left")
        if function is None:
            return False
        function = _awaited(function)
        name = function.child_by_field_name("property") or function
        if self._written(name) not in self._getters:
            return False
        literal = None if given is None else _LITERAL.fullmatch(self._written(given).strip(b"() \t\r\n,"))
        return literal is None or self._may_be_same(literal[2].decode("utf-8", "replace"))

    def _may_be_same(self, specifier: str) -> bool:
        """Whether a specifier may name the module of the mock: it is spelled so, or ends alike."""
        return specifier == self._specifier or _last(specifier) == _last(self._specifier)

    def _assigned(self, name: bytes) -> Iterator[Node]:
        """The values that the factory gives a variable, also as the rest of a pattern."""
        stack = [self._factory]
        while stack:
            node = stack.pop()
            stack.extend(node.named_children)
            if node.type != "variable_declarator":
                continue
            pattern, value = node.child_by_field_name("name"), node.child_by_field_name("value")
            if pattern is None or value is None:
                continue
            rests = [significant_children(each)[0] for each in pattern.named_children if each.type == "rest_pattern"]
            named = [pattern] if pattern.type == "identifier" else rests
            if any(self._written(each) == name for each in named):
                yield value

    def _written(self, node: Node) -> bytes:
        return self._text[node.start_byte : node.end_byte]


def _awaited(node: Node) -> Node:
    """An expression without `await`, parentheses and assertions."""
    node = unwrapped(node)
    while node.type == "await_expression" and (inner := significant_children(node)):
        node = unwrapped(inner[0])
    return node


def _first_parameter(text: bytes, function: Node) -> Iterator[bytes]:
    """The name of the first parameter of a function, if it has one."""
    parameter = function.child_by_field_name("parameter")
    parameters = function.child_by_field_name("parameters")
    if parameter is None and parameters is not None and (first := significant_children(parameters)):
        parameter = first[0].child_by_field_name("pattern") or first[0]
    if parameter is not None and parameter.type == "identifier":
        yield text[parameter.start_byte : parameter.end_byte]


def _last(specifier: str) -> str:
    """The last segment of a specifier that says which module it is."""
    return posixpath.basename(_ENDING.sub("", specifier.partition("?")[0]))
