"""Tables that functions of a file make or fill: under which names they are known there.

    const stubs = {};
    fill(stubs);
    function fill(table) { table['a'] = fake; }

`stubs` is known as `table`, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references.expressions import same_value, significant_children, text_of, unwrapped
from workflow_ls.syntax.references.patterns import parameters_of

if TYPE_CHECKING:
    from tree_sitter import Node

_FUNCTIONS = frozenset({"arrow_function", "function_expression"})
_DECLARED = frozenset({"function_declaration"})
_MAX_NAMES = 12
_RETURN = frozenset({"return_statement"})
_ANY_FUNCTION = _FUNCTIONS | _DECLARED | {"method_definition", "generator_function", "generator_function_declaration"}


def names_of_table(source: Source, name: str) -> list[str]:
    """The names of an object: that of its variable, and those of the parameters of functions that get it."""
    names = {name: None}
    todo = [name]
    while todo and len(names) < _MAX_NAMES:
        each = todo.pop()
        for node in _identifiers(source, each):
            use = same_value(source, node)
            arguments = source.ancestry.parent(use)
            call = None if arguments is None or arguments.type != "arguments" else source.ancestry.parent(arguments)
            if call is None or arguments is None or call.type != "call_expression":
                continue
            index = significant_children(arguments).index(use)
            for function in _called_functions(source, call):
                parameters = parameters_of(function)
                if index < len(parameters) and parameters[index].type == "identifier":
                    parameter = text_of(source, parameters[index])
                    if parameter not in names:
                        names[parameter] = None
                        todo.append(parameter)
    return list(names)


def is_given_away(source: Source, table: Node) -> bool:
    """Whether the file gives an object to a function of another file by name, besides where `table` is."""
    for node in _identifiers(source, text_of(source, table)):
        use = same_value(source, node)
        arguments = source.ancestry.parent(use)
        call = None if arguments is None or arguments.type != "arguments" else source.ancestry.parent(arguments)
        called = None if call is None else call.child_by_field_name("function")
        is_named = called is not None and called.type == "identifier" and node != table
        if call is not None and is_named and next(_called_functions(source, call), None) is None:
            return True
    return False


def made_tables(source: Source, call: Node) -> list[Node]:
    """What a call of a function of the file returns, as its text shows."""
    return [value for function in _called_functions(source, call) for value in _returned(function)]


def _returned(function: Node) -> Iterator[Node]:
    body = function.child_by_field_name("body")
    if body is None or body.type != "statement_block":
        yield from () if body is None else (unwrapped(body),)
        return
    todo = list(body.named_children)
    while todo:
        node = todo.pop()
        if node.type in _RETURN:
            yield from (unwrapped(value) for value in significant_children(node)[:1])
        elif node.type not in _ANY_FUNCTION:
            todo += node.named_children


def _called_functions(source: Source, call: Node) -> Iterator[Node]:
    """The functions of the file that a call by a name may call."""
    called = call.child_by_field_name("function")
    if called is None or unwrapped(called).type != "identifier":
        return
    for node in _identifiers(source, text_of(source, unwrapped(called))):
        parent = source.ancestry.parent(node)
        if parent is None or parent.child_by_field_name("name") != node:
            continue
        if parent.type in _DECLARED:
            yield parent
        elif parent.type == "variable_declarator":
            value = parent.child_by_field_name("value")
            if value is not None and unwrapped(value).type in _FUNCTIONS:
                yield unwrapped(value)


def _identifiers(source: Source, name: str) -> Iterator[Node]:
    word = name.encode()
    for start in source.words.places(word):
        if source.text[start - 1 : start] != b".":
            node = source.ancestry.node_at(start, start + len(word))
            if node is not None and node.type == "identifier":
                yield node
