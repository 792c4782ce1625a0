"""The references of calls: the string that is a module specifier, the call that takes it, and what it takes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflow_ls.syntax.model import Form, Name, Reference
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references.callees import Callees, form_of, is_asserted
from workflow_ls.syntax.references.expressions import significant_children
from workflow_ls.syntax.references.flows.mock_names import MODULE_GETTERS, STUBS, TABLES
from workflow_ls.syntax.references.import_types import import_type_reference, is_import_type
from workflow_ls.syntax.references.literals import Literal, RecoveredString, parent_of
from workflow_ls.syntax.references.names.bindings import factory_names, stub_names, used_names
from workflow_ls.syntax.references.preceding_tokens import (
    Callee,
    callee_before,
    end_of_statement,
    node_text,
    preceding_token,
)
from workflow_ls.syntax.spelling.trivia import skip_trivia
from workflow_ls.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node

PROMISED_GETTERS = {"importActual", "importMock"}
"""The methods that return a promise of a module."""

_AFTER_ARGUMENT = {b")", b",", b""}  # at the end of a file, a call is being typed
_ARGUMENTS = frozenset({"arguments"})
_MAX_PARENTHESES = 16


def call_reference(source: Source, node: Node | RecoveredString, found: Literal, callees: Callees) -> Reference | None:
    """The reference of a call whose first argument is the string at `node`, also in parentheses or an assertion.

    A string that reaches a mocking call in another way is one, too.
    """
    mocked = callees.flows.strings.get(node.start_byte)
    if mocked is not None and not isinstance(node, RecoveredString):
        names = stub_names(source, node) if mocked.arguments is None else _factory_names_at(source, mocked.arguments)
        return Reference(Form.MOCK, *found, names=names, whole=True, callee=mocked.callee, mocked_at=mocked.arguments)
    for _ in range(_MAX_PARENTHESES):
        node = _outermost_assertion(source, node)
        callee = _callee_of(source, node)
        if callee is not None and (reference := _classify(source, node, found, callee, callees)) is not None:
            return reference
        parent = parent_of(source, node)
        if parent is None or parent.type != "parenthesized_expression" or len(significant_children(parent)) != 1:
            break
        node = parent
    return None


def loaded_value(source: Source, node: Node) -> Node | None:
    """The call whose first argument is the string at `node`; its value is a module, or a promise of one."""
    argument: Node | RecoveredString = node
    for _ in range(_MAX_PARENTHESES):
        argument = _outermost_assertion(source, argument)
        if _callee_of(source, argument) is not None:
            return _call(source, argument)[0]
        parent = parent_of(source, argument)
        if parent is None or parent.type != "parenthesized_expression":
            break
        argument = parent
    return None


def _classify(
    source: Source, node: Node | RecoveredString, found: Literal, callee: Callee, callees: Callees
) -> Reference | None:
    value, arguments = _call(source, node)
    if callee.called is None and callee.names == ("import",):
        if is_import_type(source, callee, node, value):
            return import_type_reference(source, found, node, value)
        argument = None if value is None else _mocked_argument(source, value, callees)
        if argument is None or (mock := _callee_of(source, argument)) is None:
            return _with_names(source, Form.DYNAMIC_IMPORT, found, value, promise=True)
        callee, (value, arguments) = mock, _call(source, argument)
    if callee.called is None and callee.names == ("require",):
        declaration = _import_equals(source, node, callee)
        if declaration is not None:
            statement, type_only = declaration
            return Reference(Form.IMPORT_EQUALS, *found, whole=True, type_only=type_only, statement=statement)
    classified = form_of(source, callee, callees)
    if classified is None:
        return None
    form, name = classified
    method = name.rpartition(".")[2]
    if form is Form.DYNAMIC_IMPORT:
        return _with_names(source, form, found, value, promise=True)
    if form is Form.REQUIRE or (form is Form.MOCK and method in MODULE_GETTERS):
        # What a table of mocks is given to loads a module, and mocks others.
        shown = None if name in TABLES else name
        return _with_names(source, form, found, value, promise=method in PROMISED_GETTERS, callee=shown)
    names = factory_names(source, arguments, stub=name in STUBS) if form is Form.MOCK else ()
    return Reference(form, *found, names=names, whole=True, callee=name)


def _mocked_argument(source: Source, loading: Node, callees: Callees) -> Node | RecoveredString | None:
    """The argument of a mocking call that an `import()` is, or `await import()`, which the runner only reads."""
    argument = _outermost_assertion(source, loading)
    for _ in range(_MAX_PARENTHESES):
        callee = _callee_of(source, argument)
        form = None if callee is None else form_of(source, callee, callees)
        if form is not None and form[0] is Form.MOCK:
            return argument
        parent = None if isinstance(argument, RecoveredString) else source.ancestry.parent(argument)
        if parent is None or parent.type not in {"await_expression", "parenthesized_expression"}:
            break
        argument = _outermost_assertion(source, parent)
    return None


def _factory_names_at(source: Source, offset: int) -> tuple[Name, ...]:
    """The names of the factory of the call whose arguments start at `offset`."""
    arguments = source.ancestry.node_at(offset, offset + 1)
    arguments = source.ancestry.nearest(arguments, _ARGUMENTS)
    return () if arguments is None else factory_names(source, significant_children(arguments))


def _with_names(
    source: Source, form: Form, found: Literal, value: Node | None, *, promise: bool, callee: str | None = None
) -> Reference:
    names, whole = ((), True) if value is None else used_names(source, value, promise=promise)
    return Reference(form, *found, names=names, whole=whole, callee=callee)


def _import_equals(source: Source, node: Node | RecoveredString, callee: Callee) -> tuple[Span, bool] | None:
    """The statement of an `import x = require(…)`, and whether it imports types only."""
    if callee.before is None or callee.before.type != "=":
        return None
    name = preceding_token(source, callee.before.start_byte)
    keyword = None if name is None else preceding_token(source, name.start_byte)
    type_only = keyword is not None and node_text(source, keyword) == "type"
    if keyword is not None and type_only:
        keyword = preceding_token(source, keyword.start_byte)
    if keyword is None or node_text(source, keyword) != "import":
        return None
    start = keyword.start_byte
    exported = preceding_token(source, start)
    if exported is not None and node_text(source, exported) == "export":
        start = exported.start_byte
    return Span(start, end_of_statement(source.text, skip_trivia(source.text, node.end_byte) + 1)), type_only


def _callee_of(source: Source, argument: Node | RecoveredString) -> Callee | None:
    """The expression that is called with `argument` as its first argument."""
    paren = preceding_token(source, argument.start_byte)
    following = skip_trivia(source.text, argument.end_byte)
    if paren is None or paren.type != "(" or source.text[following : following + 1] not in _AFTER_ARGUMENT:
        return None
    return callee_before(source, paren.start_byte)


def _call(source: Source, argument: Node | RecoveredString) -> tuple[Node | None, list[Node]]:
    """The call that a first argument belongs to, and all its arguments."""
    parent = parent_of(source, argument)
    if parent is not None and parent.type == "arguments":
        return source.ancestry.parent(parent), significant_children(parent)
    arguments: list[Node] = []  # a mock's factory would be the second
    if parent is not None and parent.type == "sequence_expression":
        arguments = significant_children(parent)
        parent = source.ancestry.parent(parent)
    # `f<T>('x')` misread as a comparison: the argument list passes for a parenthesised expression.
    return (parent if parent is not None and parent.type == "parenthesized_expression" else None), arguments


def _outermost_assertion(source: Source, node: Node | RecoveredString) -> Node | RecoveredString:
    return node if isinstance(node, RecoveredString) else source.ancestry.outermost(node, is_asserted)[0]
