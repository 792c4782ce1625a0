"""The names that a call uses of the module it loads: destructuring, member access, callbacks, mock factories."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from workflow_ls.syntax.model import Name
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references.expressions import WRAPPERS, significant_children, text_of, unwrapped
from workflow_ls.syntax.references.literals import parse_literal
from workflow_ls.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node

_PASS_ON = {"catch", "finally"}  # return the promise
_FUNCTIONS = {"arrow_function", "function_expression", "generator_function"}
_SCOPES = _FUNCTIONS | {"function_declaration", "generator_function_declaration", "method_definition", "class_body"}
_EXPORT_TABLES = {"namedExports", "exports"}  # of node:test's `mock.module`

Used = tuple[tuple[Name, ...], bool]  # the names, and whether any other may be used, too

_ANY: Used = ((), True)
_NOTHING: Used = ((), False)

Follow = Callable[["Node"], Used]
"""What the code uses of the variable that an identifier binds or assigns."""


def used_names(source: Source, node: Node, *, promise: bool, follow: Follow | None = None) -> Used:
    """The names that the code around `node` uses of its value, which is a module or a promise of one.

    With `follow`, variables count, too, and so does code that uses nothing of the value.
    """
    if _is_awaited_generic_call(node):
        promise = False
    ancestry = source.ancestry
    while (parent := ancestry.parent(node)) is not None:
        kind = parent.type
        if kind in WRAPPERS:
            node = parent
        elif kind == "await_expression" or (kind == "binary_expression" and _is_generic_call(parent, node)):
            # In `await f<typeof import('a')>('b')` the `await` is in the left operand, not an ancestor.
            node, promise = parent, False
        elif kind == "member_expression" and parent.child_by_field_name("object") == node:
            if not promise:
                return _member(source, parent.child_by_field_name("property"))
            method, call = parent.child_by_field_name("property"), ancestry.parent(parent)
            name = "" if method is None else text_of(source, method)
            if call is None or call.child_by_field_name("function") != parent or name not in _PASS_ON:
                return _callback_names(source, call, follow) if call is not None and name == "then" else _ANY
            node = call
        elif kind == "subscript_expression" and parent.child_by_field_name("object") == node and not promise:
            return _indexed(source, parent.child_by_field_name("index"))
        elif kind == "variable_declarator":
            return _bound(source, parent.child_by_field_name("name"), follow)
        elif kind == "assignment_expression" and parent.child_by_field_name("right") == node:
            names, whole = _bound(source, parent.child_by_field_name("left"), follow)
            return names, whole or not _is_statement(source, parent)
        elif follow is not None and (kind == "expression_statement" or _is_void(parent)):
            return _NOTHING
        else:
            break
    return _ANY


def factory_names(source: Source, arguments: list[Node], *, stub: bool = False) -> tuple[Name, ...]:
    """The names that a mock exports: the keys of the object that its factory returns.

    `arguments` are the arguments of the mocking call, without comments.  With `stub`, the second one is the mock.
    """
    if len(arguments) < 2:
        return ()
    factory = unwrapped(arguments[1])
    if factory.type == "object":
        return tuple(_keys(source, factory) if stub else _option_names(source, factory))
    returned = returned_value(factory)
    return tuple(_keys(source, returned)) if returned is not None and returned.type == "object" else ()


def stub_names(source: Source, key: Node) -> tuple[Name, ...]:
    """The names that a mock in a table exports, which is the value of a key."""
    value = value_of_key(source, key)
    stub = None if value is None else unwrapped(value)
    return tuple(_keys(source, stub)) if stub is not None and stub.type == "object" else ()


def value_of_key(source: Source, key: Node) -> Node | None:
    """The value of a key of a table, where an object has it (`{ 'a': value }`) or gets it (`table['a'] = value`)."""
    around = source.ancestry.parent(key)
    if around is not None and around.type == "pair":
        return around.child_by_field_name("value")
    is_subscript = around is not None and around.type == "subscript_expression"
    assignment = source.ancestry.parent(around) if is_subscript and around is not None else None
    return None if assignment is None else assignment.child_by_field_name("right")


def _is_void(expression: Node) -> bool:
    operator = expression.child_by_field_name("operator") if expression.type == "unary_expression" else None
    return operator is not None and operator.type == "void"


def _is_generic_call(binary: Node, node: Node) -> bool:
    """Whether a comparison is `f<T>(…)` misread, with `node` as its argument list."""
    operator, left = binary.child_by_field_name("operator"), binary.child_by_field_name("left")
    if operator is None or left is None or operator.type != ">" or binary.child_by_field_name("right") != node:
        return False
    inner = left.child_by_field_name("operator")
    return left.type == "binary_expression" and inner is not None and inner.type == "<"


def _is_awaited_generic_call(call: Node) -> bool:
    """Whether a call is `await f<T>(…)`, in which the grammar takes `await f` for what is called."""
    function = call.child_by_field_name("function") if call.type == "call_expression" else None
    return function is not None and function.type == "await_expression"


def _member(source: Source, property_: Node | None) -> Used:
    return _ANY if property_ is None else ((Name(text_of(source, property_), None, False, _span(property_)),), False)


def _indexed(source: Source, index: Node | None) -> Used:
    name = None if index is None else _key(source, index)
    return _ANY if index is None or name is None else ((Name(name, None, False, _span(index)),), False)


def _callback_names(source: Source, then_call: Node, follow: Follow | None) -> Used:
    arguments = then_call.child_by_field_name("arguments")
    callbacks = [] if arguments is None else significant_children(arguments)
    if not callbacks:
        return _ANY
    callback = unwrapped(callbacks[0])
    if callback.type not in _FUNCTIONS:
        return _ANY
    parameter = callback.child_by_field_name("parameter")
    parameters = callback.child_by_field_name("parameters")
    if parameter is None and parameters is not None and significant_children(parameters):
        parameter = significant_children(parameters)[0].child_by_field_name("pattern")
    if parameter is None:
        return _ANY if follow is None else _NOTHING
    body = callback.child_by_field_name("body")
    return _uses_of(source, parameter, body) if parameter.type == "identifier" else _bound(source, parameter)


def _uses_of(source: Source, variable: Node, scope: Node | None) -> Used:
    if scope is None:
        return _ANY
    names: list[Name] = []
    whole = False
    name = re.escape(source.text[variable.start_byte : variable.end_byte])
    for match in re.finditer(rb"(?<![\w$])" + name + rb"(?![\w$])", source.text[scope.start_byte : scope.end_byte]):
        start, end = scope.start_byte + match.start(), scope.start_byte + match.end()
        node = source.ancestry.node_at(start, end)
        if node is not None and node.type in {"identifier", "shorthand_property_identifier"}:
            more, any_other = used_names(source, node, promise=False)
            names.extend(more)
            whole = whole or any_other
    return tuple(names), whole or not names


def _bound(source: Source, pattern: Node | None, follow: Follow | None = None) -> Used:
    if follow is not None and pattern is not None and pattern.type == "identifier":
        return follow(pattern)
    if pattern is None or pattern.type != "object_pattern":
        return _ANY
    names: list[Name] = []
    whole = False
    for element in significant_children(pattern):
        name = _bound_name(source, element)
        if name is None:
            whole = True
        else:
            names.append(name)
    return tuple(names), whole or not names


def _bound_name(source: Source, element: Node) -> Name | None:
    target: Node | None = element
    if target is not None and target.type == "object_assignment_pattern":
        target = target.child_by_field_name("left")
    if target is not None and target.type == "shorthand_property_identifier_pattern":
        name = text_of(source, target)
        return Name(name, name, False, _span(element))
    key = element.child_by_field_name("key")
    if element.type != "pair_pattern" or key is None or (key_name := _key(source, key)) is None:
        return None
    value = element.child_by_field_name("value")
    if value is not None and value.type == "assignment_pattern":
        value = value.child_by_field_name("left")
    local = text_of(source, value) if value is not None and value.type == "identifier" else None
    return Name(key_name, local, False, _span(element))


def _is_statement(source: Source, expression: Node) -> bool:
    parent = source.ancestry.outermost(expression, _is_in_parentheses)[1]
    return parent is not None and parent.type == "expression_statement"


def _is_in_parentheses(_node: Node, parent: Node) -> bool:
    return parent.type == "parenthesized_expression"


def returned_value(function: Node) -> Node | None:
    """The expression that a function returns, if it has exactly one `return`."""
    values = returned_values(function)
    return values[0] if len(values) == 1 else None


def returned_values(function: Node) -> tuple[Node, ...]:
    """The expressions that a function returns; none if one `return` has none."""
    body = function.child_by_field_name("body") if function.type in _FUNCTIONS else None
    if body is None:
        return ()
    if body.type != "statement_block":
        return (unwrapped(body),)
    returned = [significant_children(each) for each in _returns(body)]
    return tuple(unwrapped(value[0]) for value in returned) if all(returned) else ()


def _returns(node: Node) -> Iterator[Node]:
    stack = [node]
    while stack:
        for child in stack.pop().named_children:
            if child.type == "return_statement":
                yield child
            elif child.type not in _SCOPES:
                stack.append(child)


def _option_names(source: Source, options: Node) -> Iterator[Name]:
    for pair in options.named_children:
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if key is None or value is None:
            continue
        name = _key(source, key)
        if name == "defaultExport":
            yield Name("default", None, False, _span(key))
        elif name in _EXPORT_TABLES and value.type == "object":
            yield from _keys(source, value)


def _keys(source: Source, table: Node) -> Iterator[Name]:
    for element in table.named_children:
        if element.type == "shorthand_property_identifier":
            yield Name(text_of(source, element), None, False, _span(element))
            continue
        key = element.child_by_field_name("name" if element.type == "method_definition" else "key")
        name = None if key is None else _key(source, key)
        # A flag for the interoperation of Babel and TypeScript, not an export.
        if key is not None and name is not None and name != "__esModule":
            yield Name(name, None, False, _span(key))


def _key(source: Source, key: Node) -> str | None:
    if key.type in {"string", "template_string"}:
        found = parse_literal(source.text, key)
        return None if found is None else found.value
    return text_of(source, key) if key.type == "property_identifier" else None


def _span(node: Node) -> Span:
    return Span(node.start_byte, node.end_byte)
