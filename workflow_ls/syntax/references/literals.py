"""String literals: their values, and their places in the file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.parser import Source
from workflow_ls.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node

_ESCAPE = compile_on_use(r"\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_SINGLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "v": "\v", "f": "\f", "0": "\0"}
_QUOTE = compile_on_use(rb"\\.|(['\"])")
_LONGEST_LINE = 2000
_SURROGATES = compile_on_use("[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]")


class Literal(NamedTuple):
    """A string literal: its value, the span between its quotes, and the quote character."""

    value: str
    span: Span
    quote: str


def parse_literal(text: bytes, node: Node) -> Literal | None:
    """The literal at a `string` or `template_string` node.

    None if it is broken, has substitutions, or spans lines: such a literal is no module specifier.
    """
    start, end = node.start_byte, node.end_byte
    quote = text[start : start + 1]
    # A quote that the parser inserted has no width.
    if node.has_error or end - start < 2 or text[end - 1 : end] != quote:
        return None
    if node.type == "template_string" and any(child.type == "template_substitution" for child in node.named_children):
        return None
    raw = text[start + 1 : end - 1]
    if b"\n" in raw or b"\r" in raw:
        return None
    return Literal(string_value(raw), Span(start + 1, end - 1), quote.decode())


class RecoveredString(NamedTuple):
    """A string inside a syntax error, where the parser took its quotes for tokens and its text for code.

    It has the attributes of a tree-sitter node that are read of strings.
    """

    start_byte: int
    end_byte: int
    parent: Node | None
    type: str = "string"


def parent_of(source: Source, node: Node | RecoveredString) -> Node | None:
    """The parent of a node, or the syntax error that a recovered string is in."""
    return node.parent if isinstance(node, RecoveredString) else source.ancestry.parent(node)


def recover_string(source: Source, offset: int) -> tuple[RecoveredString, Literal] | None:
    """The string at `offset` inside a syntax error, and its literal; None if there is none."""
    text = source.text
    start = max(text.rfind(b"\n", 0, offset) + 1, offset - _LONGEST_LINE)
    end = text.find(b"\n", offset)
    opening: re.Match[bytes] | None = None
    for match in _QUOTE.finditer(text, start, min(len(text) if end < 0 else end, offset + _LONGEST_LINE)):
        if opening is None:
            if match.start() > offset:
                break
            opening = match if match[1] and _error_at(source, match.start()) is not None else None
        elif match[1] == opening[1]:
            if offset < match.end():
                span = Span(opening.end(), match.start())
                string = RecoveredString(opening.start(), match.end(), _error_at(source, match.start()))
                literal = Literal(string_value(text[span.start : span.end]), span, opening[1].decode())
                return None if string.parent is None else (string, literal)
            opening = None
    return None


def _error_at(source: Source, quote: int) -> Node | None:
    """The syntax error that a quote is a token of; None for a quote of a string."""
    node = source.ancestry.node_at(quote, quote + 1)
    if node is not None and node.type in ("'", '"'):
        node = source.ancestry.parent(node)
    return node if node is not None and node.type == "ERROR" else None


def string_value(raw: bytes) -> str:
    """The value of the text between two quotes, with escape sequences decoded (ECMAScript, StringLiteral: SV)."""
    text = raw.decode("utf-8", "replace")
    if "\\" not in text:
        return text
    # A lone surrogate can't be encoded as UTF-8; replace it, so that callers can.
    return _SURROGATES.sub(_joined, _ESCAPE.sub(_unescaped, text))


def identifier_name(raw: bytes) -> str:
    r"""The name that an identifier spells, with escape sequences decoded: `\u0043` is C."""
    return string_value(raw)


def value_offsets(raw: bytes) -> list[int]:
    """The byte offset in `raw` (UTF-8) of each character of `string_value(raw)`, and the length of `raw` at the end."""
    text = raw.decode()
    offsets, done, offset, before = list[int](), 0, 0, ""
    for match in _ESCAPE.finditer(text):
        for char in text[done : match.start()]:
            offsets.append(offset)
            offset += len(char.encode())
            before = ""
        char = _unescaped(match)
        joins = (found := _SURROGATES.match(before + char)) is not None and len(found[0]) > 1
        if not joins:
            offsets.append(offset)
        before = "" if joins else char
        offset += len(match[0].encode())
        done = match.end()
    for char in text[done:]:
        offsets.append(offset)
        offset += len(char.encode())
    return [*offsets, offset]


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code is None:
        return _SINGLE.get(match[4], match[4])
    return chr(number) if (number := int(code, 16)) <= 0x10FFFF else "\ufffd"


def _joined(match: re.Match[str]) -> str:
    return match[0].encode("utf-16", "surrogatepass").decode("utf-16") if len(match[0]) == 2 else "\ufffd"
