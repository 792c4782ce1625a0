"""Which references of a file load a module when the file runs, and how.

TypeScript and the bundlers that strip types drop what only types are taken from: `import type`, clauses of nothing
but inline types, and imports of names that no value is made of (TypeScript, "isolatedModules", import elision).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from enum import Enum
from typing import TYPE_CHECKING

from workflow_ls.syntax.model import Form, Reference
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references.bindings import significant_children
from workflow_ls.syntax.references.finder import find_references
from workflow_ls.syntax.references.tokens import skip_trivia
from workflow_ls.syntax.value_usage import is_used_as_value

if TYPE_CHECKING:
    from tree_sitter import Node


class LoadKind(Enum):
    """How a module is loaded: before the file runs or while it does, and past mocks or not."""

    STATIC = "static"  # before the file runs
    DYNAMIC = "dynamic"  # import() and its kin
    REQUIRE = "require"  # by CommonJS
    ACTUAL = "actual"  # importActual and its kin: the module itself, whatever mocks it


_LOADING = (b"from", b"import", b"require", b"Actual", b"Mock", b"FromModule")
_CALLED = (b"import", b"require")
_GLOB = re.compile(rb"import\.meta\.glob\w*\s*[(<]")
_BEFORE_WORD = re.compile(rb"[\w$.@]")
_SPECIFIER = re.compile(rb"(['\"`])([^'\"`\s,]+)\1")
_ANY_ARGUMENT = re.compile(rb"\(\s*(['\"`])([^'\"`\s,]+)\1")
_NAMESPACE = re.compile(rb"\*\s*as\s+([\w$\x80-\xff]+)")
# Vitest's `importMock` makes a mock of the module itself, while Jest's `requireMock` gives what `jest.mock` made.
_ACTUAL = frozenset({"importActual", "importMock", "requireActual"})
_MOCKED = frozenset({"requireMock", "createMockFromModule", "genMockFromModule"})
_FUNCTIONS = frozenset({"arrow_function", "function_expression"})
_TEXTS = frozenset({"comment", "string", "string_fragment", "template_string"})
_WRITTEN = (b"'", b'"', b"`")


def find_import_candidates(source: Source, callees: Collection[str] = ()) -> tuple[Reference, ...]:
    """The references of `source` in what may load a module, or mock one, in file order.

    `callees` are further functions that take a specifier first.
    """
    # Looking for what is written costs less than looking for anything, in a large file by far.
    return find_references(source, callees=callees, needles=_written(source.text, (*callees, "mock", "Mock")))


def find_runtime_imports(
    source: Source, written: Iterable[Reference], *, verbatim: bool = False
) -> tuple[tuple[Reference, LoadKind], ...]:
    """Of the references `written` in `source`, those that load their module when the file runs.

    A module that an import only takes types from is
    not loaded, while one with a name that is used nowhere counts as loaded: the use may be yet to be written.  In
    JavaScript, and with `verbatim` (TypeScript, "verbatimModuleSyntax"), only `import type` and
    `export type` are dropped.
    """
    verbatim = verbatim or source.is_javascript
    found = ((reference, _how(source, reference, verbatim)) for reference in written)
    return tuple((reference, how) for reference, how in found if how is not None)


def has_computed_imports(source: Source) -> bool:
    """Whether a file loads modules that it computes the specifiers of, so that none can be told."""
    root = source.tree.root_node
    places = (root.descendant_for_byte_range(at, at + 1) for at in _computed(source.text))
    return any(node is not None and node.type not in _TEXTS for node in places)


def scan_imports(text: bytes, callees: Collection[str] = ()) -> tuple[frozenset[str], bool]:
    """The specifiers that a file may load at the most, and whether it may compute others; read off without parsing.

    Comments and strings count as code.  A specifier with white space or a comma in it is left out.
    """
    return _written(text, callees), any(True for _ in _computed(text))


def has_standalone_factory(source: Source, reference: Reference) -> bool:
    """Whether a mock has a factory that can do without the module it replaces: a function without parameters."""
    node = source.tree.root_node.descendant_for_byte_range(reference.span.start, reference.span.end)
    while node is not None and (node.type != "arguments" or _is_import(node)):
        node = node.parent
    arguments = [] if node is None else significant_children(node)
    if len(arguments) < 2 or arguments[1].type not in _FUNCTIONS:
        return False
    factory = arguments[1]
    parameters = factory.child_by_field_name("parameters")
    return factory.child_by_field_name("parameter") is None and (
        parameters is None or not significant_children(parameters)
    )


def _how(source: Source, reference: Reference, verbatim: bool) -> LoadKind | None:
    form = reference.form
    if form in (Form.IMPORT, Form.EXPORT):
        dropped = reference.type_only or (not verbatim and _is_elided(source, reference))
        return None if dropped else LoadKind.STATIC
    if form in (Form.REQUIRE, Form.IMPORT_EQUALS):
        return None if reference.type_only else LoadKind.REQUIRE
    if form is Form.MOCK:
        method = (reference.callee or "").rpartition(".")[2]
        if method in _ACTUAL:
            return LoadKind.ACTUAL
        return LoadKind.DYNAMIC if method in _MOCKED else None
    return LoadKind.DYNAMIC if form in (Form.DYNAMIC_IMPORT, Form.CALL) else None


def _is_elided(source: Source, reference: Reference) -> bool:
    """Whether all that an import or export declaration names is types, as far as this file tells."""
    names = reference.names
    if reference.form is Form.EXPORT:
        return bool(names) and not reference.whole and all(name.type_only for name in names)
    locals_ = [name.local for name in names if name.local is not None and not name.type_only]
    if reference.whole:
        namespace = _NAMESPACE.search(source.text, *(reference.statement or reference.span))
        if namespace is None:
            return False
        locals_.append(namespace[1].decode("utf-8", "replace"))
    elif not names:
        return False
    return not any(is_used_as_value(source, name) or not _is_mentioned(source, reference, name) for name in locals_)


def _is_mentioned(source: Source, reference: Reference, name: str) -> bool:
    """Whether a name stands anywhere in the code but in the declaration that imports it."""
    declared, root, word = reference.statement or reference.span, source.tree.root_node, name.encode()
    for end in _places(source.text, word):
        start = end - len(word)
        if not declared.start <= start < declared.end:
            node = root.descendant_for_byte_range(start, end)
            if node is not None and node.type not in _TEXTS and node.end_byte - node.start_byte == len(word):
                return True
    return False


def _written(text: bytes, callees: Collection[str]) -> frozenset[str]:
    """What stands in quotes behind the words that load modules, or as a first argument behind further callees."""
    words = (*_LOADING, *(callee.rpartition(".")[2].encode() for callee in callees))
    found = [
        match for word in words for at in _places(text, word) if (match := _SPECIFIER.match(text, _operand(text, at)))
    ]
    if b"createRequire" in text:
        found += _ANY_ARGUMENT.finditer(text)  # its result has any name
    return frozenset(match[2].decode("utf-8", "replace") for match in found)


def _places(text: bytes, word: bytes) -> Iterator[int]:
    """Where a word ends."""
    at = text.find(word)
    while at >= 0:
        at += len(word)
        yield at
        at = text.find(word, at)


def _operand(text: bytes, at: int) -> int:
    """Where the specifier behind a word may start: behind comments, type arguments and parentheses."""
    at = skip_trivia(text, at)
    if text[at : at + 1] == b"<":
        closed = text.find(b">(", at)
        at = at if closed < 0 else closed + 1
    while text[at : at + 1] == b"(":
        at = skip_trivia(text, at + 1)
    return at


def _computed(text: bytes) -> Iterator[int]:
    """Where calls start, as far as the text tells, that load what they compute."""
    if b"import.meta.glob" in text:
        yield from (match.start() for match in _GLOB.finditer(text))
    for word in _CALLED:
        for end in _places(text, word):
            start = end - len(word)
            if text.startswith(b"(", skip_trivia(text, end)) and not _BEFORE_WORD.match(text, max(start - 1, 0), start):
                argument = _operand(text, end)
                quote = text[argument : argument + 1]
                closed = text.find(quote, argument + 1) if quote in _WRITTEN else -1
                added = closed >= 0 and text.startswith(b"+", skip_trivia(text, closed + 1))
                if closed < 0 or added or (quote == b"`" and b"${" in text[argument:closed]):
                    yield start


def _is_import(arguments: Node) -> bool:
    """Whether these are the arguments of an `import()`, which a mock may be given in the place of a specifier."""
    call = arguments.parent
    function = None if call is None else call.child_by_field_name("function")
    return function is not None and function.type == "import"
