"""What a mock puts in the place of the module that it replaces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING
from zlib import crc32

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.mocks.spread_originals import OriginalInFactory
from workflow_ls.syntax.model import Form, Reference
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references.expressions import significant_children, unwrapped
from workflow_ls.syntax.references.flows.mock_names import STUBS, TABLES
from workflow_ls.syntax.references.names.bindings import returned_value, value_of_key
from workflow_ls.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node


class FactoryKind(Enum):
    """Which names a mocked module has besides the keys of the mock's factory."""

    NONE = "none"  # there is no factory: the runner makes a mock of each name, or takes a file of `__mocks__`
    CLOSED = "closed"  # none
    OPEN = "open"  # those of the original module, which the factory spreads
    PATCHED = "patched"  # the same, and some that the text may not show
    SPY = "spy"  # those of the original module, each of which the runner watches
    UNKNOWN = "unknown"  # the text does not show it


_PLAIN_FUNCTIONS = frozenset({"arrow_function", "function_expression"})
_FUNCTIONS = _PLAIN_FUNCTIONS | {"generator_function"}
_STRINGS = frozenset({"string", "template_string"})
_ARGUMENTS = frozenset({"arguments"})
_STRICT = frozenset({"esmock.strict", "esmock.strictest"})
_AUTOMOCKING = frozenset({"td.replace", "td.replaceEsm"})
_SPY = compile_on_use(rb"\bspy\s*:\s*true\b")


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
            return FactoryKind.SPY
        return FactoryKind.CLOSED if reference.names else FactoryKind.UNKNOWN
    if factory.type not in _FUNCTIONS:
        return FactoryKind.UNKNOWN
    returned, original = returned_value(factory), OriginalInFactory(text, factory, reference.specifier)
    if returned is None or returned.type != "object":
        return FactoryKind.PATCHED if original.all_returned(factory) else FactoryKind.UNKNOWN
    spreads = [child for child in significant_children(returned) if child.type == "spread_element"]
    if not spreads:
        return FactoryKind.CLOSED
    passed = [original.passes(significant_children(spread)[0]) for spread in spreads]
    if not any(passed):
        return FactoryKind.UNKNOWN
    return FactoryKind.OPEN if all(passed) and not _has_computed_key(returned) else FactoryKind.PATCHED


def _has_computed_key(table: Node) -> bool:
    keys = (child.child_by_field_name("key") for child in significant_children(table))
    return any(key is not None and key.type == "computed_property_name" for key in keys)


def factory_digest(source: Source, reference: Reference) -> int:
    """A number that differs for factories with different texts; 0 for a mock without a factory."""
    arguments = _arguments(source, reference)[1:]
    return crc32(source.text[arguments[0].start_byte : arguments[-1].end_byte]) if arguments else 0


def _kind_in_table(source: Source, reference: Reference, callee: str) -> FactoryKind:
    """The kind of a mock in a table: proxyquire and esmock take what it lacks from the original by default."""
    text = source.text
    if not callee.startswith("rewiremock") and callee not in _STRICT and b"noCallThru" not in text:
        return FactoryKind.OPEN if _kind_at_key(source, reference) is FactoryKind.CLOSED else FactoryKind.PATCHED
    return _kind_at_key(source, reference)


def _kind_at_key(source: Source, reference: Reference) -> FactoryKind:
    node = source.ancestry.node_at(reference.span.start, reference.span.end)
    node = source.ancestry.nearest(node, _STRINGS)
    return _kind_of_stub(None if node is None else value_of_key(source, node))


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


def types_of_mocks(source: Source, references: Sequence[Reference]) -> Mapping[int, int]:
    """The import types that a mock is written with, each with the reference that mocks or reaches past it, by index.

    Those are `import('a')` in the factory of a mock of `a`, and in `importActual<typeof import('a')>('a')`.
    """
    types = [n for n, each in enumerate(references) if each.form is Form.IMPORT_TYPE]
    mocks = [n for n, each in enumerate(references) if each.form is Form.MOCK and types]
    found: dict[int, int] = {}
    for mock in mocks:
        node = _argument_list(source, references[mock])
        for each in types:
            place = references[each].span
            inside = node is not None and node.start_byte < place.start < node.end_byte
            if inside or _is_type_argument(source, place, references[mock].span):
                found[each] = mock
    return found


_TYPE_ARGUMENT = compile_on_use(rb"['\"`]\s*\)\s*>\s*\(\s*(?:import\s*\(\s*)?['\"`]")


def _is_type_argument(source: Source, place: Span, specifier: Span) -> bool:
    """Whether an import type at `place` is the type argument of a call with a specifier."""
    return _TYPE_ARGUMENT.fullmatch(source.text, place.end, specifier.start) is not None


def _arguments(source: Source, reference: Reference) -> list[Node]:
    """The arguments of the call that mocks, without comments; `mock(import('…'))` has its own, too."""
    node = _argument_list(source, reference)
    return [] if node is None else significant_children(node)


def _argument_list(source: Source, reference: Reference) -> Node | None:
    if reference.mocked_at is not None:
        node = source.ancestry.node_at(reference.mocked_at, reference.mocked_at + 1)
    else:
        node = source.ancestry.node_at(reference.span.start, reference.span.end)
    node = source.ancestry.nearest(node, _ARGUMENTS)
    while node is not None and _is_import(source, node):
        node = source.ancestry.nearest(source.ancestry.parent(node), _ARGUMENTS)
    return node


def _is_import(source: Source, arguments: Node) -> bool:
    call = source.ancestry.parent(arguments)
    function = None if call is None else call.child_by_field_name("function")
    return function is not None and function.type == "import"
