"""The callees that take a module specifier: `require` and what creates it, mocks, and those of the configuration."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from typing import TYPE_CHECKING

from workflow_ls.records import record
from workflow_ls.syntax.indices.text_parts import has_any
from workflow_ls.syntax.model import Form
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references.expressions import significant_children
from workflow_ls.syntax.references.flows.mock_flows import NO_FLOWS, REQUIRED_PROXYQUIRE, MockFlows, find_flows
from workflow_ls.syntax.references.flows.mock_names import TABLES, Aliases, canonical, find_aliases, in_place, may_mock
from workflow_ls.syntax.references.preceding_tokens import Callee

if TYPE_CHECKING:
    from tree_sitter import Node

_RETURN_PROXYQUIRE = {(name,) for name in ("noCallThru", "callThru", "noPreserveCache", "preserveCache")}
_PROXYQUIRE = {("proxyquire",), ("proxyquire", "load")}
# What keeps an expression the value it wraps: TypeScript's `skipOuterExpressions`, without parentheses.
_ASSERTIONS = {"as_expression", "satisfies_expression", "non_null_expression", "type_assertion"}


@record
class Callees:
    """The names that mean `require` and `createRequire` in a file, and the configured callees ("a.b").

    `aliases` are other names of what mocks modules, and `flows` the strings that reach mocking calls in other ways than
    as their first argument.
    """

    requires: frozenset[str]
    creators: frozenset[str]
    configured: frozenset[str]
    aliases: Aliases
    flows: MockFlows


def callees_of(source: Source, configured: Collection[str]) -> Callees:
    """The callees that take a specifier in a file.

    Variables are identified by name alone, without scopes: a parameter named `require` counts, too (as in TypeScript).
    """
    text = source.text
    requires, creators = {b"require"}, {b"createRequire"}
    if has_any(source.parts, (b"createRequire",)):
        creators.update(match[1] for match in re.finditer(rb"createRequire\s+as\s+([\w$]+)", text))
        for creator in creators:
            for match in re.finditer(re.escape(creator) + rb"\s*\(", text):
                variable = _variable_of_call(source, *match.span())
                if variable is not None:
                    requires.add(text[variable.start_byte : variable.end_byte])
    return Callees(_decoded(requires), _decoded(creators), frozenset(configured), *mock_uses(source))


@lru_cache(maxsize=1)
def mock_uses(source: Source) -> tuple[Aliases, MockFlows]:
    """The other names of what mocks modules in a file, and the strings that reach mocking calls in roundabout ways.

    The references of one file are searched several times in a row.
    """
    if not may_mock(source.parts):
        return {}, NO_FLOWS
    aliases = find_aliases(source)
    return aliases, find_flows(source, aliases)


# The nodes that assign to a variable, with the fields of the variable and of the value.
_ASSIGNMENTS = {
    "variable_declarator": ("name", "value"),
    "assignment_expression": ("left", "right"),
    "augmented_assignment_expression": ("left", "right"),
    "required_parameter": ("pattern", "value"),
    "assignment_pattern": ("left", "right"),
}


def _variable_of_call(source: Source, start: int, paren: int) -> Node | None:
    """The variable that the result of a call is assigned to; `start` is the offset of the called name."""
    node = source.ancestry.node_at(start, start + 1)
    if node is None or node.start_byte != start:
        return None  # the end of a longer name
    while node.type != "call_expression":
        around = source.ancestry.parent(node)
        if around is None or node.end_byte >= paren:
            return None
        node = around
    value, parent = source.ancestry.outermost(node, _keeps_value)
    if parent is None or parent.type not in _ASSIGNMENTS:
        return None
    variable, assigned = (parent.child_by_field_name(field) for field in _ASSIGNMENTS[parent.type])
    return variable if variable is not None and variable.type == "identifier" and assigned == value else None


def form_of(source: Source, callee: Callee, callees: Callees) -> tuple[Form, str] | None:
    """The form of reference that a callee makes, and its dotted name, that of the call for the result of a call."""
    names = callee.names
    if callee.called is not None:
        if callee.called and callee.called[-1] in callees.creators and names in {(), ("resolve",)}:
            return Form.RESOLVE if names else Form.REQUIRE, ".".join(callee.called + names)
        of_result = _names_of_result(source, callee)
        return None if of_result is None else _mocking_form(callee, of_result, callees)
    dotted = ".".join(names)
    if len(names) == 1 and dotted in callees.requires:
        return Form.REQUIRE, dotted
    if dotted == "import.meta.resolve" or (len(names) == 2 and names[0] in callees.requires and names[1] == "resolve"):
        return Form.RESOLVE, dotted
    if dotted in {"import.defer", "import.source"}:
        return Form.DYNAMIC_IMPORT, dotted
    mocking = _mocking_form(callee, names, callees)
    if mocking is not None:
        return mocking
    return (Form.CALL, dotted) if dotted in callees.configured else None


def _names_of_result(source: Source, callee: Callee) -> tuple[str, ...] | None:
    """The names of a callee that is the result of a call, or a member of it, if the call returns what it is called on.

    Jest's methods return `jest` (`jest.mock('a').mock('b')`), and those of proxyquire that set it up return it.
    """
    called = callee.called or ()
    if callee.start is not None and REQUIRED_PROXYQUIRE.match(source.text, callee.start) is not None:
        is_itself = called == ("require",) or called[-1:] in _RETURN_PROXYQUIRE
        return ("proxyquire", *callee.names) if is_itself else None
    if callee.names or called[-1:] in _RETURN_PROXYQUIRE:
        return (callee.root, *callee.names)
    return None


def _mocking_form(callee: Callee, names: tuple[str, ...], callees: Callees) -> tuple[Form, str] | None:
    known = canonical(names, callees.aliases)
    if known is None:
        return (Form.REQUIRE, ".".join(names)) if names in _PROXYQUIRE and callee.root == "require" else None
    name = ".".join(in_place(known.names) if callee.indirect else known.names)
    if name in TABLES:
        return (Form.DYNAMIC_IMPORT if name.startswith("esmock") else Form.REQUIRE), name
    return (Form.REQUIRE if name == "mockRequire.reRequire" else Form.MOCK), name


def is_asserted(node: Node, parent: Node) -> bool:
    """Whether an expression is the value of the assertion around it: `'a' as string`, `'a'!`."""
    if parent.type not in _ASSERTIONS:
        return False
    return significant_children(parent)[-1 if parent.type == "type_assertion" else 0] == node


def _keeps_value(node: Node, parent: Node) -> bool:
    in_parentheses = parent.type == "parenthesized_expression" and len(significant_children(parent)) == 1
    return in_parentheses or is_asserted(node, parent)


def _decoded(names: Collection[bytes]) -> frozenset[str]:
    return frozenset(name.decode() for name in names)
