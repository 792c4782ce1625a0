"""What mocks modules in a file, under the names that the file gives it.

`import { vi as v }`, `const { doMock: later } = vi` and `const load = proxyquire.noCallThru()` make names for what a
library for mocks exports.  Names are identified without scopes, as those of `require` are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.indices.text_parts import TextParts, has_any
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references.expressions import (
    STRINGS,
    member_name,
    same_value,
    significant_children,
    text_of,
)
from workflow_ls.syntax.references.patterns import bound_names

if TYPE_CHECKING:
    from tree_sitter import Node

MODULE_GETTERS = frozenset(
    {"importActual", "importMock", "requireActual", "requireMock", "createMockFromModule", "genMockFromModule"}
)
"""The methods that return the module that they name, or a mock of it."""

MOCK_METHODS = MODULE_GETTERS | {
    "mock",
    "doMock",
    "unmock",
    "doUnmock",
    "dontMock",
    "deepUnmock",
    "setMock",
    "mockRequire",
    "doMockRequire",
    "unmockRequire",
    "doUnmockRequire",
    "unstable_mockModule",
    "unstable_unmockModule",
}
"""The methods of the objects of Vitest, Jest and Rstest that take a module specifier."""

ROOTS = frozenset({"vi", "jest", "vitest", "rs", "rstest"})
"""The objects that have these methods."""

TABLES = frozenset(
    {"proxyquire", "proxyquire.load", "esmock", "esmock.strict", "esmock.strictest", "esmock.p", "rewiremock.proxy"}
)
"""The functions that load a module, and take the mocks of what it imports in an object, by specifier."""

STUBS = frozenset(
    {
        "td.replace",
        "td.replaceEsm",
        "rewiremock",
        "mockery.registerMock",
        "mockery.registerSubstitute",
        "mockRequire",
        "mockRequire.stop",
        "mockRequire.reRequire",
        "quibble",
        "quibble.esm",
    }
)
"""The functions that mock the module that they name by an object, if any."""

# What the modules export that mock: for each name the canonical one; "default" is the module for `require`, too.
_EXPORTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "vitest": {"vi": ("vi",), "vitest": ("vi",)},
    "@jest/globals": {"jest": ("jest",)},
    "@rstest/core": {"rs": ("rs",), "rstest": ("rs",)},
    "bun:test": {"mock": ("mock",), "jest": ("jest",), "vi": ("vi",)},
    "node:test": {"mock": ("mock",)},
    "proxyquire": {"default": ("proxyquire",), "load": ("proxyquire", "load")},
    "esmock": {"default": ("esmock",), "strict": ("esmock", "strict"), "strictest": ("esmock", "strictest")},
    "testdouble": {"default": ("td",), "replace": ("td", "replace"), "replaceEsm": ("td", "replaceEsm")},
    "rewiremock": {"default": ("rewiremock",)},
    "rewiremock/node": {"default": ("rewiremock",)},
    "rewiremock/webpack": {"default": ("rewiremock",)},
    "mockery": {
        "default": ("mockery",),
        "registerMock": ("mockery", "registerMock"),
        "registerSubstitute": ("mockery", "registerSubstitute"),
    },
    "mock-require": {
        "default": ("mockRequire",),
        "stop": ("mockRequire", "stop"),
        "reRequire": ("mockRequire", "reRequire"),
    },
    "quibble": {"default": ("quibble",), "esm": ("quibble", "esm")},
}
# Modules whose namespace is the default export, too.
_CALLABLE = frozenset(name for name, exports in _EXPORTS.items() if "default" in exports)
_MODULE = compile_on_use(
    rb"(?P<quote>['\"`])(?P<name>" + b"|".join(re.escape(name.encode()) for name in _EXPORTS) + rb")(?P=quote)"
)
_IN_EVERY_MOCK = (b"mock", b"Mock", b"Actual", b"vitest", b"proxyquire", b"testdouble", b"quibble")

# Methods that return the object, and `bind`, which keeps the function.
_FLUENT = frozenset({"noCallThru", "callThru", "noPreserveCache", "preserveCache", "bind"})
_NO_MOCKS = rb"(?!\s*\.\s*(?:fn|spyOn|mocked|hoisted|useFakeTimers|stubGlobal|clearAllMocks)\b)"
_LATE = {
    "mock": "doMock",
    "unmock": "doUnmock",
    "mockRequire": "doMockRequire",
    "unmockRequire": "doUnmockRequire",
}
_HOISTED_NAMES = frozenset({"vi", "vitest"})
_ROUNDS = 4


_DEFINING = (STUBS | TABLES) - {"mockRequire.stop", "mockRequire.reRequire"}
_DEFINING_METHODS = frozenset(
    {"mock", "doMock", "setMock", "mockRequire", "doMockRequire", "unstable_mockModule", "module"}
)


def defines_mock(callee: str | None) -> bool:
    """Whether a call replaces the module that it names; `callee` is its canonical name."""
    if callee is None:
        return False
    return callee in _DEFINING or ("." in callee and callee.rpartition(".")[2] in _DEFINING_METHODS)


def may_mock(parts: TextParts) -> bool:
    """Whether a file may mock modules, or load what is mocked, judging by its text."""
    return has_any(parts, _IN_EVERY_MOCK)


class Known(NamedTuple):
    """A canonical name, as the library's own documentation has it; `late` where a runner does not hoist its calls."""

    names: tuple[str, ...]
    late: bool = False


Aliases = Mapping[tuple[str, ...], Known]
"""What mocks, by the names that a file has for it ("v", or "vt.vi")."""


def find_aliases(source: Source) -> dict[tuple[str, ...], Known]:
    """What mocks in a file under other names than its own."""
    text = source.text
    found: dict[tuple[str, ...], Known] = {}
    for match in _MODULE.finditer(text):
        found.update(_imported(source, match.start(), match["name"].decode()))
    todo = {*ROOTS, *(names[0] for names in found)}
    for _ in range(_ROUNDS):
        new = dict(_assigned(source, todo, found))
        todo = {names[0] for names in new if names not in found}
        found.update(new)
        if not todo:
            break
    return found


def canonical(names: tuple[str, ...], aliases: Aliases) -> Known | None:
    """The canonical name of a callee; None for one that does not mock."""
    late = renamed = False
    for count in range(len(names), 0, -1):
        alias = aliases.get(names[:count])
        if alias is not None:
            names, late, renamed = (*alias.names, *names[count:]), alias.late, True
            break
    if len(names) == 2 and names[0] in ROOTS and names[1] in MOCK_METHODS:
        return Known(in_place(names) if late else names, late)
    if names[-2:] == ("mock", "module") and len(names) <= 3:
        return Known(names)
    return Known(names) if renamed and ".".join(names) in STUBS | TABLES else None


def in_place(names: tuple[str, ...]) -> tuple[str, ...]:
    """The method that does what another one does where its call is not hoisted."""
    return (*names[:-1], _LATE.get(names[-1], names[-1]))


def bindings_of(source: Source, node: Node) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The variables that get a value, or members of it, where it is written: each with the names of the members."""
    chain: tuple[str, ...] = ()
    while True:
        node = same_value(source, node)
        parent = source.ancestry.parent(node)
        if parent is None:
            return
        if parent.child_by_field_name("object") == node and (name := member_name(source, parent)) is not None:
            chain = (*chain, name)
        elif parent.type == "call_expression" and parent.child_by_field_name("function") == node:
            if not chain or chain[-1] not in _FLUENT:
                return
            chain = chain[:-1]
        elif parent.type != "await_expression":
            break
        node = parent
    fields = {"variable_declarator": ("name", "value"), "assignment_expression": ("left", "right")}.get(parent.type)
    if fields is None or parent.child_by_field_name(fields[1]) != node:
        return
    target = parent.child_by_field_name(fields[0])
    if target is not None and target.type == "identifier":
        yield text_of(source, target), chain
    elif target is not None and target.type == "object_pattern":
        yield from ((local, (*chain, key)) for key, local in bound_names(source, target))


def _imported(source: Source, offset: int, module: str) -> Iterator[tuple[tuple[str, ...], Known]]:
    """The names for what the module of the specifier at `offset` exports."""
    node = source.ancestry.node_at(offset, offset + 1)
    if node is not None and node.type not in STRINGS:
        node = source.ancestry.parent(node)
    parent = None if node is None or node.type not in STRINGS else source.ancestry.parent(node)
    if parent is None:
        return
    if parent.type == "import_statement":
        for local, chain in _import_clause(source, parent):
            yield from _names_for(local, chain, module)
    elif parent.type == "arguments" and (call := source.ancestry.parent(parent)) is not None:
        function = call.child_by_field_name("function")
        if function is not None and text_of(source, function) in {"require", "import"}:
            for local, chain in bindings_of(source, call):
                yield from _names_for(local, chain, module)


def _import_clause(source: Source, statement: Node) -> Iterator[tuple[str, tuple[str, ...]]]:
    clause = next((child for child in statement.named_children if child.type == "import_clause"), None)
    for child in () if clause is None else significant_children(clause):
        if child.type == "identifier":
            yield text_of(source, child), ("default",)
        elif child.type == "namespace_import":
            yield text_of(source, significant_children(child)[-1]), ()
        elif child.type == "named_imports":
            for each in significant_children(child):
                name, alias = each.child_by_field_name("name"), each.child_by_field_name("alias")
                if name is not None:
                    yield text_of(source, alias or name), (text_of(source, name),)


def _names_for(local: str, chain: tuple[str, ...], module: str) -> Iterator[tuple[tuple[str, ...], Known]]:
    exports = _EXPORTS[module]
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    if not chain:
        found = {(local, name): names for name, names in exports.items()}
        if module in _CALLABLE:
            found[local,] = exports["default"]
    elif chain[0] in exports:
        found[local,] = (*exports[chain[0]], *chain[1:])
    elif module in _CALLABLE:
        found[local,] = (*exports["default"], *chain)
    for key, names in found.items() if local else ():
        # Vitest hoists the calls of these two names alone, and Jest those of what it exports, whatever its name.
        late = names[0] == "vi" and key[0] not in _HOISTED_NAMES and module == "vitest"
        if late or key != names or names[0] not in ROOTS:
            yield key, Known(names, late)


def _assigned(
    source: Source, roots: set[str], aliases: Mapping[tuple[str, ...], Known]
) -> Iterator[tuple[tuple[str, ...], Known]]:
    """The variables that are assigned what mocks; `roots` are the first words of its names."""
    words = b"|".join(re.escape(root.encode()) for root in sorted(roots))
    value = re.compile(rb"=[\s(]*(?:<[^<>=]*>[\s(]*)?(" + words + rb")(?![\w$])" + _NO_MOCKS)
    for match in value.finditer(source.text):
        node = source.ancestry.node_at(*match.span(1))
        if node is None or node.type != "identifier":
            continue
        for local, chain in bindings_of(source, node):
            names = (text_of(source, node), *chain)
            known = _object_or_method(names, aliases)
            # The parser inserts a name of no width where one is missing.
            if known is not None and local and (local,) != names:
                yield (local,), known


def _object_or_method(names: tuple[str, ...], aliases: Aliases) -> Known | None:
    """What a name is a part of: an object whose methods mock, or one of these methods."""
    method = canonical(names, aliases)
    if method is not None:
        return Known(method.names, late=True)
    for count in range(len(names), 0, -1):
        if names[:count] in aliases:
            names = (*aliases[names[:count]].names, *names[count:])
            break
    if names in {("td",), ("mockery",), ("mock",)} or (len(names) == 1 and names[0] in ROOTS):
        return Known(names, late=True)
    return None
