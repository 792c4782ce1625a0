"""Strings that reach a mocking call in a roundabout way, within one file.

    const mockModule = (path: string) => vi.doMock(path);
    mockModule('a');

    it.each(['b', 'c'])('%s', (path) => { vi.doMock(path); });

    proxyquire('./subject', { 'd': stub });

The strings a, b, c and d are specifiers of modules that are mocked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from workflow_ls.records import record
from workflow_ls.regular_expressions import compile_on_use
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
from workflow_ls.syntax.references.flows.mock_names import (
    MOCK_METHODS,
    MODULE_GETTERS,
    TABLES,
    Aliases,
    canonical,
    in_place,
)
from workflow_ls.syntax.references.flows.string_flows import StringFlows
from workflow_ls.syntax.references.literals import Literal, parse_literal
from workflow_ls.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node

REQUIRED_PROXYQUIRE = compile_on_use(rb"require\s*\(\s*['\"]proxyquire['\"]\s*\)")
"""proxyquire without a name."""

# What makes a module of a specifier, or of a path that it resolves: `vi.mock(import('a'))`.
_RESOLVING = frozenset({"import", "require.resolve", "import.meta.resolve"})
_AROUND_NAMES = frozenset({"call_expression", "statement_block", "program"})
_NO_SPECIFIERS = frozenset({"object", "arrow_function", "function_expression", "number"})
_METHODS = frozenset(name.encode() for name in (*MOCK_METHODS, "module"))
# The endings of these methods, so that one search finds several.
_ENDINGS = (b"ock", b"Actual", b"kModule", b"FromModule", b"kRequire", b".module")
_LIBRARY_METHODS = frozenset({b"replace", b"replaceEsm", b"registerMock", b"registerSubstitute"})
_IN_WORD = compile_on_use(rb"[\w$]")
_COMPUTED = compile_on_use(
    rb"(?:['\"]\s*\])?(?:\s*\?\.)?\s*(?:<[^()]*>)?\(\s*(?=[\w$`(\[]|(['\"])[^'\"\n]*\1\s*\+)"
    rb"(?!(?:await\s+)?(?:import|require\.resolve)\b|`[^`$]*`\s*[,)])"
)
_TABLE_OBJECTS = TABLES | {"rewiremock"}


class MockedString(NamedTuple):
    """A string that a call mocks: the canonical callee, and where its arguments start; None for a key of a table."""

    callee: str
    arguments: int | None


class RelativeStub(NamedTuple):
    """A key of a table that is relative to the module under test, whose specifier is "" if it can't be read."""

    subject: str
    key: str
    span: Span


@record
class MockFlows:
    """The strings that reach mocking calls, by the offsets of their opening quotes.

    `opaque` are specifiers of mocking calls that can't be followed to strings.
    """

    strings: Mapping[int, MockedString]
    opaque: tuple[Span, ...] = ()
    relative: tuple[RelativeStub, ...] = ()


NO_FLOWS = MockFlows({})


def find_flows(source: Source, aliases: Aliases) -> MockFlows:
    """The strings that reach mocking calls of a file; `aliases` are its names for what mocks."""
    strings: dict[int, MockedString] = {}
    opaque, relative = list[Span](), list[RelativeStub]()
    for mocked, flows in _of_calls(source, aliases):
        is_getter = mocked.callee.rpartition(".")[2] in MODULE_GETTERS
        for offset in flows.strings:
            # What loads the original of a module goes with what mocks it.
            if not is_getter or offset not in strings:
                strings[offset] = mocked
        opaque += [] if is_getter else flows.opaque
    for callee, arguments in _table_calls(source, aliases):
        flows = StringFlows(source)
        subject = _literal(source, arguments[0])
        in_subject = not callee.startswith("esmock")
        for table in arguments[1 : 2 if in_subject else 3]:
            for key in flows.keys(table):
                literal = _literal(source, key)
                if literal is not None and in_subject and literal.value.startswith("."):
                    relative.append(RelativeStub("" if subject is None else subject.value, literal.value, literal.span))
                elif literal is not None:
                    strings[key.start_byte] = MockedString(callee, None)
                else:
                    flows.follow(key)
        strings.update(dict.fromkeys(flows.strings, MockedString(callee, None)))
        opaque += flows.opaque
    return MockFlows(strings, tuple(opaque), tuple(relative)) if strings or opaque or relative else NO_FLOWS


def _of_calls(source: Source, aliases: Aliases) -> Iterator[tuple[MockedString, StringFlows]]:
    """What each mocking call mocks whose first argument is no specifier by itself."""
    for place in sorted(set(_computed_calls(source.text, aliases))):
        call = source.ancestry.node_at(*place)
        call = source.ancestry.nearest(call, _AROUND_NAMES)
        function = None if call is None else call.child_by_field_name("function")
        arguments = None if call is None else call.child_by_field_name("arguments")
        if function is None or arguments is None or function.end_byte < place.end:
            continue
        names = member_names(source, function)
        known = None if names is None else canonical(names, aliases)
        given = significant_children(arguments)
        if known is None or not given or ".".join(known.names) in TABLES or _is_specifier(source, unwrapped(given[0])):
            continue
        flows = StringFlows(source)
        flows.follow(given[0])
        # A runner can't hoist a call whose argument is computed.
        yield MockedString(".".join(in_place(known.names)), arguments.start_byte), flows


def _computed_calls(text: bytes, aliases: Aliases) -> Iterator[Span]:
    """The names that a call may mock by, where its first argument is not just a string or an `import()`."""
    further = {names[-1].encode() for names in aliases}
    if aliases:
        further |= _LIBRARY_METHODS
    for ending in (*_ENDINGS, *further):
        end = text.find(ending) + len(ending)
        while end >= len(ending):
            if _COMPUTED.match(text, end) is not None:
                start = end - len(ending)
                while start > 0 and _IN_WORD.match(text, start - 1) is not None:
                    start -= 1
                if text[start:end] in _METHODS or text[start:end] in further:
                    yield Span(start, end)
            end = text.find(ending, end) + len(ending)


def _is_specifier(source: Source, argument: Node) -> bool:
    """Whether an argument shows its specifier, or can't be one."""
    if argument.type == "await_expression":
        argument = unwrapped(significant_children(argument)[0])
    function = argument.child_by_field_name("function") if argument.type == "call_expression" else None
    if function is None or text_of(source, function) not in _RESOLVING:
        return argument.type in _NO_SPECIFIERS or _literal(source, argument) is not None
    arguments = argument.child_by_field_name("arguments")
    given = [] if arguments is None else significant_children(arguments)
    return bool(given) and _literal(source, given[0]) is not None


def _table_calls(source: Source, aliases: Aliases) -> Iterator[tuple[str, list[Node]]]:
    """The calls that take tables of mocks: the canonical callee, and the arguments."""
    words = {names[0].encode() for names, known in aliases.items() if ".".join(known.names) in _TABLE_OBJECTS}
    if b"proxyquire" in source.text:
        words.add(b"require")
    if not words:
        return
    written = re.compile(rb"(?<![\w$.])(?:" + b"|".join(map(re.escape, sorted(words))) + rb")(?![\w$])")
    for match in written.finditer(source.text):
        node = source.ancestry.node_at(*match.span())
        if node is None or node.type != "identifier":
            continue
        names: tuple[str, ...] = (text_of(source, node),)
        required = REQUIRED_PROXYQUIRE.match(source.text, match.start()) is not None
        if required and (call := source.ancestry.parent(node)) is not None:
            node, names = call, ("proxyquire",)
        found = _table_call(source, node, names, aliases)
        if found is not None:
            yield found


def _table_call(source: Source, node: Node, names: tuple[str, ...], aliases: Aliases) -> tuple[str, list[Node]] | None:
    """The call of a function with a name, or of its members, that takes tables: `names.a()('subject', table)`."""
    root = names
    while (parent := source.ancestry.parent(node := same_value(source, node))) is not None:
        if parent.child_by_field_name("object") == node and (name := member_name(source, parent)) is not None:
            names = (*names, name)
        elif parent.type == "call_expression" and parent.child_by_field_name("function") == node:
            known = canonical(names, aliases)
            callee = ".".join(names if known is None else known.names)
            arguments = parent.child_by_field_name("arguments")
            given = [] if arguments is None else significant_children(arguments)
            if callee in TABLES and given:
                return callee, given
            names = root
        else:
            return None
        node = parent
    return None


def _literal(source: Source, node: Node) -> Literal | None:
    return parse_literal(source.text, node) if node.type in STRINGS else None
