"""The module references of a source file, in every form that TypeScript and JavaScript have.

Candidates are found in the bytes, and each is told apart by the syntax tree: looking for a few needles costs what
its hits cost, not what the file costs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from tree_sitter import Node

from workflow_ls.syntax.model import Form, Reference
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references_calls import MOCK_METHODS, Callees, call_reference, callees_of
from workflow_ls.syntax.references_clause import parse_export_clause, parse_import_clause
from workflow_ls.syntax.references_comments import directive_references, jsdoc_references
from workflow_ls.syntax.references_strings import Literal, literal
from workflow_ls.syntax.references_tokens import statement_end, text_of, token_before, tokens_before
from workflow_ls.text import Span

_STRINGS = {"string", "template_string"}
_STRING_PARTS = {"'", '"', "`", "string_fragment", "escape_sequence"}
_ANY_QUOTE = re.compile(rb"['\"`]")
_IN_JSDOC = re.compile(rb"\bimport\s*\(|@import\b")
# What stands before a comment is not seen from behind it, so a string there is always looked at.
_AFTER_LINE_COMMENT = re.compile(rb"//[^\r\n]*\s*\(?\s*(?=['\"`])")
_MAX_CLAUSE_TOKENS = 4000

_Place = tuple[int, int]


def find_references(
    source: Source, *, callees: Collection[str] = (), needles: Collection[str] | None = None
) -> tuple[Reference, ...]:
    """The module references of `source`, in file order.

    `callees` are further functions that take a specifier first ("loadModule", "a.b").  With `needles`, only
    references whose specifier contains one of them; a specifier that spells a needle with escape sequences is then
    not found.  Variables are not followed: a call is known by the name that is called.  A string over several lines
    names no module.
    """
    text = source.text
    if needles is None:
        known = callees_of(source, callees)
        places = _likely_places(source, known)
    else:
        places = _needle_places(text, [needle.encode() for needle in needles if needle])
        if not places:
            return ()
        known = callees_of(source, callees)
    found = {reference.span: reference for reference in _references_at(source, places, known)}
    found.update((reference.span, reference) for reference in directive_references(text))
    return tuple(
        found[span]
        for span in sorted(found)
        if needles is None or any(needle and needle in found[span].specifier for needle in needles)
    )


def _references_at(source: Source, places: Iterable[_Place], callees: Callees) -> Iterator[Reference]:
    """The references whose specifier, or comment, covers one of the places; these are in file order."""
    root = source.tree.root_node
    done = 0
    for start, end in places:
        node = root.descendant_for_byte_range(start, end) if start >= done else None
        if node is not None and node.type in _STRING_PARTS:
            node = node.parent
        if node is None:
            continue
        if node.type == "comment":
            done = node.end_byte
            if source.is_javascript:
                yield from jsdoc_references(source.text, node.start_byte, node.end_byte)
        elif node.type in _STRINGS and (found := literal(source.text, node)) is not None:
            done = node.end_byte
            reference = _reference(source, node, found, callees)
            if reference is not None:
                yield reference


def _reference(source: Source, node: Node, found: Literal, callees: Callees) -> Reference | None:
    before = token_before(source, node.start_byte)
    word = None if before is None or node.type != "string" else text_of(source, before)
    if before is not None and word == "from":
        return _declaration(source, node, found, before)
    if before is not None and word == "import" and before.type == "import":
        statement = _statement(source, node, before.start_byte)
        return Reference(Form.IMPORT, *found, whole=True, statement=statement)
    if before is not None and word == "module":
        declare = token_before(source, before.start_byte)
        inside = node.parent is not None and node.parent.type == "module"
        if inside or (declare is not None and text_of(source, declare) == "declare"):
            return Reference(Form.DECLARE_MODULE, *found, whole=True, type_only=True)
        return None
    return call_reference(source, node, found, callees)


def _declaration(source: Source, node: Node, found: Literal, before_string: Node) -> Reference | None:
    """The reference of an `import … from` or `export … from` declaration."""
    for count, token in enumerate(tokens_before(source, before_string.start_byte)):
        word = text_of(source, token)
        if word in {"import", "export"} and token.type == word:
            parse = parse_import_clause if word == "import" else parse_export_clause
            clause = parse(source.text, token.end_byte, before_string.start_byte)
            ...
    return None
