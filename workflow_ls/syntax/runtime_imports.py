"""The references of a file that load a module at run time, and how they load it.

TypeScript, and bundlers that strip types, drop imports that only import types: `import type`, clauses of inline types
only, and imports whose names are used as types only (TypeScript, import elision, "isolatedModules").
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from enum import Enum

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.indices.text_parts import TextParts, has_any, places, starts_in
from workflow_ls.syntax.model import Form, Reference
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references.callees import mock_uses
from workflow_ls.syntax.references.flows.mock_names import MOCK_METHODS, may_mock
from workflow_ls.syntax.references.reference_finder import find_references
from workflow_ls.syntax.spelling.trivia import skip_trivia
from workflow_ls.syntax.value_usage import is_used_as_value
from workflow_ls.text import Span


class LoadKind(Enum):
    """How a module is loaded: before or while the file runs, and whether mocks of it apply."""

    STATIC = "static"  # before the file runs
    DYNAMIC = "dynamic"  # import() and the like
    REQUIRE = "require"  # require()
    ACTUAL = "actual"  # importActual and the like: the module itself, even if it is mocked


_LOADING = (b"from", b"import", b"require", b"Actual", b"Mock", b"FromModule")
_MOCKING = (b"mock", b"Mock", b"ockModule", b"mock.module", b"Require")
# What may load a module under any name.
_LOADING_LIBRARIES = (b"createRequire", b"proxyquire", b"esmock", b"rewiremock", b"mock-require")
_GETTERS = (b"Actual", b"Mock")
_RENAMED_GETTER = compile_on_use(rb"(?:importActual|importMock|requireActual|requireMock)\b(?!\s*[(<])")
# A mocking call that has more between its name and its specifier than a parenthesis.
_METHODS = b"|".join(sorted(method.encode() for method in MOCK_METHODS))
_UNUSUAL_MOCK = compile_on_use(
    rb"\.\s*(?:" + _METHODS + rb")\s*(?:!|\)|\?\.|\b(?:as|satisfies)\b)|['\"](?:" + _METHODS + rb")['\"]\s*\]"
)
_CALLED = (b"import", b"require")
_GLOB = compile_on_use(rb"import\.meta\.glob\w*\s*[(<]")
_BEFORE_WORD = compile_on_use(rb"[\w$.@]")
_SPECIFIER = compile_on_use(rb"(['\"`])([^'\"`\s,]+)\1")
_ANY_ARGUMENT = compile_on_use(rb"\(\s*(['\"`])([^'\"`\s,]+)\1")
_NAMESPACE = compile_on_use(rb"\*\s*as\s+([\w$\x80-\xff]+)")
# Vitest's `importMock` loads the module to mock it, while Jest's `requireMock` returns the mock of `jest.mock`.
_ACTUAL = frozenset({"importActual", "importMock", "requireActual"})
_MOCKED = frozenset({"requireMock", "createMockFromModule", "genMockFromModule"})
_TEXTS = frozenset({"comment", "string", "string_fragment", "template_string"})
_QUOTES = (b"'", b'"', b"`")
_LONGEST_TYPE = 4000  # bytes, of the type arguments of a call
# After most words comes a character, or a space and a character, of which one look shows that no specifier follows.
_NO_SPECIFIER = bytes(set(range(0x21, 0x7F)).difference(b"'\"`(</"))


def find_import_candidates(source: Source, callees: Collection[str] = ()) -> tuple[Reference, ...]:
    """The references of `source` that may load or mock a module, in file order.

    `callees` are further functions whose first argument is a specifier.
    """
    wanted = (find_import_candidates, tuple(callees))
    if wanted not in source.found:
        source.found[wanted] = _find_import_candidates(source, callees)
    found: tuple[Reference, ...] = source.found[wanted]
    return found


def _find_import_candidates(source: Source, callees: Collection[str]) -> tuple[Reference, ...]:
    aliases, flows = mock_uses(source)
    if aliases or flows.strings or (may_mock(source.parts) and _UNUSUAL_MOCK.search(source.text)):
        return find_references(source, callees=callees)
    # In a large file, a search for the specifiers that the text shows is much faster than one for all references.
    words = (*_LOADING, *_MOCKING, *(callee.rpartition(".")[2].encode() for callee in callees))
    return find_references(source, callees=callees, needles=_scan_specifiers(source.parts, words))


def find_runtime_imports(
    source: Source, candidates: Iterable[Reference], *, verbatim: bool = False
) -> tuple[tuple[Reference, LoadKind], ...]:
    """The candidates that load their module when the file runs.

    An import that only imports types does not.  An import of a name that is never used does: code that uses it may
    follow.  In JavaScript, and with `verbatim` (TypeScript, "verbatimModuleSyntax" and its like), only `import type`
    and `export type` are dropped.
    """
    verbatim = verbatim or source.is_javascript
    loads = ((reference, _load_kind(source, reference, verbatim)) for reference in candidates)
    return tuple((reference, kind) for reference, kind in loads if kind is not None)


def has_computed_imports(source: Source) -> bool:
    """Whether a file loads modules by specifiers that it computes, which are unknown before it runs."""
    nodes = (source.ancestry.node_at(start, start + 1) for start in _computed_calls(source.parts))
    return any(node is not None and node.type not in _TEXTS for node in nodes)


def scan_imports(parts: TextParts, callees: Collection[str] = ()) -> tuple[frozenset[str], bool]:
    """The specifiers that a file may load at most, and whether it may compute others, from its text alone.

    Comments and strings count as code.  A specifier that contains white space or a comma is left out.
    """
    words = (*_LOADING, *(callee.rpartition(".")[2].encode() for callee in callees))
    return _scan_specifiers(parts, words), any(True for _ in _computed_calls(parts))


def _load_kind(source: Source, reference: Reference, verbatim: bool) -> LoadKind | None:
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


def takes_value(source: Source, span: Span, name: str, callees: Collection[str] = ()) -> bool:
    """Whether the import whose specifier is at `span` takes an exported name as a value, judging by this file alone."""
    reference = next((each for each in find_import_candidates(source, callees) if each.span == span), None)
    if reference is None or reference.form is not Form.IMPORT or source.is_javascript:
        return True
    locals_ = [each.local for each in reference.names if each.name == name and each.local is not None]
    return not locals_ or any(is_used_as_value(source, local) for local in locals_)


def _is_elided(source: Source, reference: Reference) -> bool:
    """Whether an import or export declaration only names types, judging by this file alone."""
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
    return not any(is_used_as_value(source, name) or not _occurs_elsewhere(source, reference, name) for name in locals_)


def _occurs_elsewhere(source: Source, reference: Reference, name: str) -> bool:
    """Whether a name occurs in the code outside the declaration that imports it."""
    declared, word = reference.statement or reference.span, name.encode()
    if b"\\" in source.text[declared.start : declared.end]:
        return _occurs_outside(source, declared, word)  # another import may bind the same name in other letters
    key = (_occurs_elsewhere, name, reference.specifier)
    return source.of_word(key, word, lambda: _occurs_outside(source, declared, word))


def _occurs_outside(source: Source, declared: Span, word: bytes) -> bool:
    for start in source.words.places(word):
        end = start + len(word)
        if not declared.start <= start < declared.end:
            node = source.ancestry.node_at(start, end)
            if node is not None and node.type not in _TEXTS and node.end_byte - node.start_byte == len(word):
                return True
    return False


def _scan_specifiers(parts: TextParts, words: tuple[bytes, ...]) -> frozenset[str]:
    """The strings that follow one of the words."""
    text = parts.text
    ends = (offset + end for offset, found in parts.each(_ends_in, words) for end in found)
    found = [match for end in ends if (match := _SPECIFIER.match(text, _skip_to_argument(text, end)))]
    if _loads_under_any_name(parts):
        found += _ANY_ARGUMENT.finditer(text)
    return frozenset(match[2].decode("utf-8", "replace") for match in found)


def _loads_under_any_name(parts: TextParts) -> bool:
    """Whether a file may have other names for what loads modules."""
    if has_any(parts, _LOADING_LIBRARIES):
        return True
    return has_any(parts, _GETTERS) and _RENAMED_GETTER.search(parts.text) is not None


def _ends_in(text: bytes, words: tuple[bytes, ...]) -> tuple[int, ...]:
    """The offsets at which one of the words ends, and an argument may follow, as far as the text shows it."""
    ends = (start + len(word) for word in words for start in starts_in(text, word))
    return tuple(end for end in ends if not _lacks_argument(text, end))


def _lacks_argument(text: bytes, end: int) -> bool:
    first = text[end : end + 1]
    return first in _NO_SPECIFIER or (first == b" " and text[end + 1 : end + 2] in _NO_SPECIFIER)


def _skip_to_argument(text: bytes, offset: int) -> int:
    """The offset of the specifier that may follow a word, after comments, type arguments and parentheses."""
    offset = skip_trivia(text, offset)
    if text[offset : offset + 1] == b"<":
        closed = text.find(b">(", offset, offset + _LONGEST_TYPE)
        offset = offset if closed < 0 else closed + 1
    while text[offset : offset + 1] == b"(":
        offset = skip_trivia(text, offset + 1)
    return offset


def _computed_calls(parts: TextParts) -> Iterator[int]:
    """The offsets of calls that load a computed specifier, judging by the text."""
    text = parts.text
    if has_any(parts, (b"import.meta.glob",)):
        yield from (match.start() for match in _GLOB.finditer(text))
    for word in _CALLED:
        for start in places(parts, word):
            end = start + len(word)
            if _lacks_argument(text, end):
                continue
            if text.startswith(b"(", skip_trivia(text, end)) and not _BEFORE_WORD.match(text, max(start - 1, 0), start):
                argument = _skip_to_argument(text, end)
                quote = text[argument : argument + 1]
                closed = text.find(quote, argument + 1) if quote in _QUOTES else -1
                is_operand = closed >= 0 and text.startswith(b"+", skip_trivia(text, closed + 1))
                if closed < 0 or is_operand or (quote == b"`" and b"${" in text[argument:closed]):
                    yield start
