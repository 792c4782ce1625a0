"""What a mock puts in the place of the module that it replaces."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING
from zlib import crc32

from workflow_ls.syntax.model import Reference
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references.bindings import returned_value
from workflow_ls.syntax.references.expressions import significant_children, unwrapped
from workflow_ls.syntax.references.mock_names import STUBS, TABLES

if TYPE_CHECKING:
    from tree_sitter import Node


class FactoryKind(Enum):
    """Which names a mocked module has besides the keys of the mock's factory."""

    NONE = "none"  # there is no factory: the runner makes a mock of each name, or takes a file of `__mocks__`
    CLOSED = "closed"  # none
    OPEN = "open"  # those of the original module, which the factory spreads, or which the runner only spies on
    UNKNOWN = "unknown"  # the text does not show it


_ORIGINAL = re.compile(rb"\b(?:importActual|requireActual|importOriginal|importOriginalModule)\b")
_PLAIN_FUNCTIONS = frozenset({"arrow_function", "function_expression"})
_FUNCTIONS = _PLAIN_FUNCTIONS | {"generator_function"}
_PAIRS = frozenset({"pair"})
_ARGUMENTS = frozenset({"arguments"})
_STRICT = frozenset({"esmock.strict", "esmock.strictest"})
_AUTOMOCKING = frozenset({"td.replace", "td.replaceEsm"})
_SPY = re.compile(rb"\bspy\s*:\s*true\b")


def factory_kind(source: Source, reference: Reference) -> FactoryKind:
    """The kind of factory that a mock has; the keys of the factory are the names of the reference."""
    callee = reference.callee or ""
    if callee in TABLES and reference.mocked_at is None:
        return _kind_in_table(source, reference, callee)
    arguments = _arguments(source, reference)
    if callee in STUBS and (callee not in _AUTOMOCKING or len(arguments) > 1):
        return _kind_of_stub(arguments[1] if len(arguments) > 1 else None)
    if len(arguments) < 2:
        return FactoryKind.NONE
    factory, text = arguments[1], source.text
    if factory.type == "object":
        # Options: of Vitest (`spy`), or of node:test, whose `namedExports` are the names of the reference.
        written = text[factory.start_byte : factory.end_byte]
        if _SPY.search(written):
            return FactoryKind.OPEN
        return FactoryKind.CLOSED if reference.names else FactoryKind.UNKNOWN
    if factory.type not in _FUNCTIONS:
        return FactoryKind.UNKNOWN
    returned = returned_value(factory)
    if returned is None or returned.type != "object":
        return FactoryKind.OPEN if _takes_original(text, factory) else FactoryKind.UNKNOWN
    if all(child.type != "spread_element" for child in returned.named_children):
        return FactoryKind.CLOSED
    return FactoryKind.OPEN if _takes_original(text, factory) else FactoryKind.UNKNOWN


def factory_digest(source: Source, reference: Reference) -> int:
    """A number that differs for factories with different texts; 0 for a mock without a factory."""
    arguments = _arguments(source, reference)[1:]
    return crc32(source.text[arguments[0].start_byte : arguments[-1].end_byte]) if arguments else 0


def _kind_in_table(source: Source, reference: Reference, callee: str) -> FactoryKind:
    """The kind of a mock in a table: proxyquire and esmock take what it lacks from the original by default."""
    text = source.text
    if not callee.startswith("rewiremock") and callee not in _STRICT and b"noCallThru" not in text:
        return FactoryKind.OPEN
    node = source.ancestry.node_at(reference.span.start, reference.span.end)
    node = source.ancestry.nearest(node, _PAIRS)
    return _kind_of_stub(None if node is None else node.child_by_field_name("value"))


def _kind_of_stub(stub: Node | None) -> FactoryKind:
    """The kind of a mock that is an object."""
    stub = None if stub is None else unwrapped(stub)
    if stub is None or stub.type != "object" or any(child.type == "spread_element" for child in stub.named_children):
        return FactoryKind.UNKNOWN
    return FactoryKind.CLOSED


def has_standalone_factory(source: Source, reference: Reference) -> bool:
    """Whether a mock has a factory that does not load the module it replaces: a function without parameters."""
    arguments = _arguments(source, reference)
    if len(arguments) < 2 or arguments[1].type not in _PLAIN_FUNCTIONS:
        return False
    factory = arguments[1]
    parameters = factory.child_by_field_name("parameters")
    return factory.child_by_field_name("parameter") is None and (
        parameters is None or not significant_children(parameters)
    )


def _arguments(source: Source, reference: Reference) -> list[Node]:
    """The arguments of the call that mocks, without comments; `mock(import('…'))` has its own, too."""
    if reference.mocked_at is not None:
        node = source.ancestry.node_at(reference.mocked_at, reference.mocked_at + 1)
    else:
        node = source.ancestry.node_at(reference.span.start, reference.span.end)
    node = source.ancestry.nearest(node, _ARGUMENTS)
    while node is not None and _is_import(source, node):
        node = source.ancestry.nearest(source.ancestry.parent(node), _ARGUMENTS)
    return [] if node is None else significant_children(node)


def _is_import(source: Source, arguments: Node) -> bool:
    call = source.ancestry.parent(arguments)
    function = None if call is None else call.child_by_field_name("function")
    return function is not None and function.type == "import"


def _takes_original(text: bytes, factory: Node) -> bool:
    """Whether a factory loads the original: by a function of that name, or by a call of its own parameter."""
    body = factory.child_by_field_name("body")
    written = b"" if body is None else text[body.start_byte : body.end_byte]
    if _ORIGINAL.search(written):
        return True
    parameter = factory.child_by_field_name("parameter")
    parameters = factory.child_by_field_name("parameters")
    if parameter is None and parameters is not None and (first := significant_children(parameters)):
        parameter = first[0].child_by_field_name("pattern") or first[0]
    if parameter is None or parameter.type != "identifier":
        return False
    name = text[parameter.start_byte : parameter.end_byte]
    return re.search(rb"(?<![\w$.])" + re.escape(name) + rb"(?:<.*>)?\s*\(", written, re.DOTALL) is not None
