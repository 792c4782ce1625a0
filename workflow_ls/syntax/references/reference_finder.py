"""The module references of a source file, in every form that TypeScript and JavaScript have.

Candidates are searched in the bytes, and the syntax tree classifies each, so that a search for a few needles costs
time for its hits, not for the whole file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.model import Form, Reference
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references.callees import Callees, callees_of
from workflow_ls.syntax.references.calls import call_reference
from workflow_ls.syntax.references.declared_references import DeclaredReferences
from workflow_ls.syntax.references.flows.mock_names import MOCK_METHODS, STUBS, TABLES
from workflow_ls.syntax.references.jsdoc import directive_references, jsdoc_references
from workflow_ls.syntax.references.literals import Literal, RecoveredString, parent_of, parse_literal, recover_string
from workflow_ls.syntax.references.names.clauses import Clause, parse_export_clause, parse_import_clause
from workflow_ls.syntax.references.preceding_tokens import (
    IDENTIFIER,
    end_of_statement,
    node_text,
    preceding_token,
    preceding_tokens,
)
from workflow_ls.syntax.spelling.trivia import has_line_end
from workflow_ls.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node

_STRINGS = {"string", "template_string"}
_STRING_PARTS = {"'", '"', "`", "string_fragment", "escape_sequence"}
_ANY_QUOTE = compile_on_use(rb"['\"`]")
_IN_JSDOC = compile_on_use(rb"import(?:(?<=@import)|(?=\s*\())")
# The last byte of an identifier or of white space that is not ASCII.
_OUTSIDE_ASCII = tuple(bytes([byte]) for byte in range(0x80, 0x100))
# `>` ends a type assertion; `*/` ends a comment, before which anything may be.
_BEFORE_SPECIFIER = (b"from", b"import", b"module", b"*/", b">", *_OUTSIDE_ASCII)
# A quote after the last byte of one of these, an opening parenthesis, or white space.
_LIKELY_QUOTE = compile_on_use(rb"['\"`](?<=[\s(mte/>\x80-\xff].)")
_COMMENT_LINE = compile_on_use(rb"[ \t]*(?:\*[ \t]+(?!as\b)|//)")
_DECLARATIONS = {"import_statement", "export_statement"}
_KEYWORDS = {"import", "export"}
_CLAUSE_TOKENS = {"{", "}", ",", "*", "'", '"', "string_fragment"}
_MAX_CLAUSE_TOKENS = 4000
_METHODS = {name.rpartition(".")[2] for name in (*STUBS, *TABLES)}

_Range = tuple[int, int]


def find_references(
    source: Source, *, callees: Collection[str] = (), needles: Collection[str] | None = None
) -> tuple[Reference, ...]:
    """The module references of `source`, in file order.

    `callees` are further functions whose first argument is a specifier ("loadModule", "a.b").  With `needles`, only
    references whose specifier contains one of them are returned, except specifiers that write it with escape
    sequences.  Variables are not followed: a call is identified by the called name.  A string that spans lines is no
    specifier.
    """
    text = source.text
    if needles is None:
        known = callees_of(source, callees)
        ranges = _specifier_ranges(source, known)
    else:
        key = _same(frozenset(needle.encode() for needle in needles if needle))
        parts = source.parts.each(_needle_ranges, key)
        ranges = [(offset + start, offset + end) for offset, found in parts for start, end in found]
        if not ranges:
            return ()
        known = callees_of(source, callees)
    found = {reference.span: reference for reference in _references_at(source, ranges, known)}
    found.update((reference.span, reference) for reference in directive_references(text))
    return tuple(
        found[span]
        for span in sorted(found)
        if needles is None or any(needle and needle in found[span].specifier for needle in needles)
    )


def _references_at(source: Source, ranges: Iterable[_Range], callees: Callees) -> Iterator[Reference]:
    """The references whose specifier, or comment, covers one of the ranges, which are in file order."""
    root = source.tree.root_node
    kept = DeclaredReferences(source)
    done = 0
    for start, end in ranges:
        known = kept.at(start) if start >= done else None
        if known is not None:
            done = known.span.end
            yield known
            continue
        node = source.ancestry.node_at(start, end) if start >= done else None
        if node is not None and node.type in _STRING_PARTS:
            node = source.ancestry.parent(node)
        if node is None:
            continue
        if node.type == "comment":
            done = node.end_byte
            if source.is_javascript:
                yield from jsdoc_references(source.text, node.start_byte, node.end_byte)
        elif (string := _string(source, node, start)) is not None:
            done = string[0].end_byte
            reference = _reference(source, *string, callees)
            if reference is not None and not (root.has_error and in_comment_line(source.text, string[0].start_byte)):
                kept.keep(start, reference)
                yield reference


def _string(source: Source, node: Node, offset: int) -> tuple[Node | RecoveredString, Literal] | None:
    """The string at a node, or around the offset in an error, with its literal."""
    if node.type in _STRINGS:
        found = parse_literal(source.text, node)
        return None if found is None else (node, found)
    parent = node if node.type == "ERROR" else source.ancestry.parent(node)
    return recover_string(source, offset) if parent is not None and parent.type == "ERROR" else None


def in_comment_line(text: bytes, offset: int) -> bool:
    """Whether a line looks like one of a comment.

    In a broken file, a misplaced backquote turns comments into code.  Ignoring a call on a line that starts with `*`
    does no harm; changing a comment would.
    """
    return _COMMENT_LINE.match(text, text.rfind(b"\n", 0, offset) + 1, offset) is not None


def _reference(source: Source, node: Node | RecoveredString, found: Literal, callees: Callees) -> Reference | None:
    parent = parent_of(source, node)
    if not isinstance(node, RecoveredString) and parent is not None and parent.type in _DECLARATIONS:
        neighbour = node.prev_sibling
        if neighbour is not None and neighbour.type == "from":
            return _declaration(source, node, found, neighbour)
    before = preceding_token(source, node.start_byte)
    word = None if before is None or node.type != "string" else node_text(source, before)
    if before is not None and word == "from":
        return _declaration(source, node, found, before)
    if before is not None and word == "import" and before.type != "property_identifier":
        return Reference(Form.IMPORT, *found, whole=True, statement=_statement(source, node, before))
    if before is not None and word == "module":
        is_declared = _declares_module(source, node, before)
        return Reference(Form.DECLARE_MODULE, *found, whole=True, type_only=True) if is_declared else None
    return call_reference(source, node, found, callees)


def _declares_module(source: Source, node: Node | RecoveredString, word: Node) -> bool:
    """Whether the word `module` before a string declares a module; a line end between them ends a statement."""
    if has_line_end(source.text, word.end_byte, node.start_byte):
        return False
    parent = parent_of(source, node)
    if parent is not None and parent.type == "module":
        return True
    declare = preceding_token(source, word.start_byte)
    return declare is not None and node_text(source, declare) == "declare"


def _declaration(source: Source, node: Node | RecoveredString, found: Literal, from_: Node) -> Reference | None:
    """The reference of an `import … from` or `export … from` declaration."""
    parent = parent_of(source, node)
    if parent is not None and parent.type in _DECLARATIONS and parent.child_by_field_name("source") == node:
        keyword = parent.child(0)
        return None if keyword is None else _declared(source, node, found, keyword, _clause(source, keyword, from_))
    braced = False
    for count, token in enumerate(preceding_tokens(source, from_.start_byte)):
        braced = braced or token.type == "{"
        if node_text(source, token) in _KEYWORDS:
            clause = _clause(source, token, from_)
            if clause is not None or braced:
                return _declared(source, node, found, token, clause)
        in_clause = token.type in _CLAUSE_TOKENS or IDENTIFIER.fullmatch(source.text, token.start_byte, token.end_byte)
        if not in_clause or count > _MAX_CLAUSE_TOKENS:
            return None
    return None


def _clause(source: Source, keyword: Node, from_: Node) -> Clause | None:
    parse = parse_import_clause if node_text(source, keyword) == "import" else parse_export_clause
    return parse(source.text, keyword.end_byte, from_.start_byte)


def _declared(
    source: Source, node: Node | RecoveredString, found: Literal, keyword: Node, clause: Clause | None
) -> Reference:
    form = Form.EXPORT if node_text(source, keyword) == "export" else Form.IMPORT
    # A broken clause may mean any names.
    names, whole, type_only = clause or Clause((), True, False)
    statement = _statement(source, node, keyword)
    return Reference(form, *found, names=names, whole=whole, type_only=type_only, statement=statement)


def _statement(source: Source, node: Node | RecoveredString, keyword: Node) -> Span:
    parent = parent_of(source, node)
    if parent is None or parent.type not in _DECLARATIONS:
        return Span(keyword.start_byte, end_of_statement(source.text, node.end_byte))
    # Without a semicolon, a comment on the same line is the last child of the statement.
    index = parent.child_count - 1
    while (last := parent.child(index)) is not None and last.type == "comment":
        index -= 1
    end = node.end_byte if last is None else last.end_byte
    # The tree has no attributes of an export.
    return Span(parent.start_byte, end_of_statement(source.text, end) if end == node.end_byte else end)


def _specifier_ranges(source: Source, callees: Callees) -> Iterable[_Range]:
    """The places at which a specifier may start, and, in JavaScript, the imports that may be in JSDoc."""
    text = source.text
    names = frozenset(names[-1] for names in callees.aliases)
    called = _words_before_parenthesis(callees.requires, callees.configured, names)
    offsets = [
        match.start() for match in _LIKELY_QUOTE.finditer(text) if _may_start_specifier(text, match.start(), called)
    ]
    if callees.flows.strings:
        offsets = sorted({*offsets, *callees.flows.strings})
    if source.is_javascript:
        offsets = sorted([*offsets, *(match.start() for match in _IN_JSDOC.finditer(text))])
    return [(offset, offset + 1) for offset in offsets]


def _may_start_specifier(text: bytes, quote: int, called: tuple[bytes, ...]) -> bool:
    end = _end_before(text, quote)
    if text[end - 1 : end] != b"(":
        return text.endswith(_BEFORE_SPECIFIER, 0, end) or _in_line_comment(text, end, quote)
    end, paren = _end_before(text, end - 1), end
    return text.endswith(called, 0, end) or _in_line_comment(text, end, paren)


def _end_before(text: bytes, offset: int) -> int:
    """The start of the white space before `offset`."""
    while offset > 0:
        head = text[max(0, offset - 64) : offset]
        stripped = head.rstrip()
        offset -= len(head) - len(stripped)
        if stripped:
            break
    return offset


def _in_line_comment(text: bytes, end: int, offset: int) -> bool:
    """Whether a line comment may end before `offset`, which hides the token before it."""
    return b"\n" in text[end:offset] and text.find(b"//", text.rfind(b"\n", 0, end) + 1, end) >= 0


@lru_cache(maxsize=64)
def _words_before_parenthesis(
    requires: frozenset[str], configured: frozenset[str], aliases: frozenset[str]
) -> tuple[bytes, ...]:
    last = {name.rpartition(".")[2] for name in configured}
    words = {"import", "defer", "source", "resolve", "module", *MOCK_METHODS, *requires, *last, *aliases, *_METHODS}
    # Type arguments, a call's result, a second parenthesis, `?.`, brackets, `!`, and what `_BEFORE_SPECIFIER` has.
    return *(word.encode() for word in words), b">", b")", b"(", b".", b"]", b"!", b"*/", *_OUTSIDE_ASCII


@lru_cache(maxsize=64)
def _same(needles: frozenset[bytes]) -> frozenset[bytes]:
    """One object for equal ones: these are compared much faster."""
    return needles


def _needle_ranges(text: bytes, needles: frozenset[bytes]) -> list[_Range]:
    """The places of the needles between two quotes of one line."""
    ranges: list[_Range] = []
    for needle in needles:
        line_end = first = last = -1
        start = text.find(needle)
        while start >= 0:
            if start >= line_end:
                line_start = text.rfind(b"\n", 0, start) + 1
                line_end = text.find(b"\n", start)
                line_end = len(text) if line_end < 0 else line_end
                quotes = [match.start() for match in _ANY_QUOTE.finditer(text, line_start, line_end)]
                first, last = (quotes[0], quotes[-1]) if quotes else (line_end, -1)
            if first < start and start + len(needle) <= last:
                ranges.append((start, start + len(needle)))
            start = text.find(needle, start + 1)
    return sorted(ranges)
