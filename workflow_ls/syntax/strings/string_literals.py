"""String literals that contain a given text and are not module specifiers.

As with references, the text is searched in the bytes, and the syntax tree decides what each hit is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from workflow_ls.records import record
from workflow_ls.syntax.indices.text_parts import TextParts, starts_in
from workflow_ls.syntax.model import StringUse
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references.literals import string_value, value_offsets
from workflow_ls.syntax.references.reference_finder import in_comment_line
from workflow_ls.syntax.strings.string_uses import use_of
from workflow_ls.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node

_TEMPLATES = frozenset({"template_string", "template_literal_type"})
_LITERALS = {"string", *_TEMPLATES}
_SUBSTITUTIONS = {"template_substitution", "template_type"}


@record
class StringMatch:
    """A string, or a part of a template literal between substitutions, that contains a needle.

    `text` is its value and `span` its place in the file, without quotes; `quote` is the quote character.  `literal` is
    the offset of the literal, or, inside a template literal, of the outermost one.  `use` is UNKNOWN where
    no caller needs it.
    """

    text: str
    span: Span
    quote: str
    literal: int
    use: StringUse = StringUse.UNKNOWN


def find_string_matches(
    source: Source, needles: Collection[str], references: Collection[Span], *, with_use: bool = False
) -> tuple[StringMatch, ...]:
    """The strings of `source` that contain one of the needles, in file order, without those at `references`.

    These are string literals, JSX attributes and template literals, also in types, but not comments, regular
    expressions, JSX text or broken literals.  A string that writes a needle with escape sequences is not found.
    """
    hits = _find_needles(source.parts, needles, references)
    return tuple(_matches_at(source, hits, with_use=with_use)) if hits else ()


def character_offsets(file_text: bytes, match: StringMatch) -> Sequence[int]:
    """The byte offset in the file of each character of a match's text, and of the end of the last one."""
    raw, start, text = file_text[slice(*match.span)], match.span.start, match.text
    if raw != text.encode():
        return [start + offset for offset in value_offsets(raw)]
    if text.isascii():
        return range(start, match.span.end + 1)
    return list(accumulate((len(char.encode()) for char in text), initial=start))


def _find_needles(parts: TextParts, needles: Collection[str], references: Collection[Span]) -> list[Span]:
    """The places of the needles outside the references."""
    excluded = sorted(references)
    wanted = frozenset(needle.encode() for needle in needles if needle)
    hits: list[Span] = []
    for offset, found in parts.each(_needles_in, wanted):
        for start, end in found:
            index = bisect_right(excluded, offset + start, key=_end_of)
            if index == len(excluded) or not excluded[index].start <= offset + start:
                hits.append(Span(offset + start, offset + end))
    return hits


def _needles_in(text: bytes, needles: frozenset[bytes]) -> tuple[tuple[int, int], ...]:
    """Where needles start and end in a part of a text, in its order."""
    return tuple(sorted((start, start + len(needle)) for needle in needles for start in starts_in(text, needle)))


def _end_of(span: Span) -> int:
    return span.end


def _matches_at(source: Source, hits: Collection[Span], *, with_use: bool) -> Iterator[StringMatch]:
    text = source.text
    parts_of: dict[int, list[Span]] = {}
    uses: dict[int, StringUse] = {}
    done = 0
    for hit in hits:
        node = source.ancestry.node_at(*hit) if hit.start >= done else None
        if node is not None and node.type == "string_fragment":
            node = source.ancestry.parent(node)
        if node is None or node.type not in _LITERALS or _is_broken(source, node):
            continue
        if node.id not in parts_of:
            parts_of[node.id] = list(_parts(node))
        parts = parts_of[node.id]
        span = parts[max(0, bisect_right(parts, hit.start, key=lambda part: part.start) - 1)]
        value = _value(source, text[slice(*span)], node) if span.contains(hit) else None
        if value is not None:
            done = span.end
            quote, use = text[node.start_byte : node.start_byte + 1].decode(), StringUse.UNKNOWN
            if with_use:
                # The strings of a list are used alike, and a list may have thousands.
                parent = source.ancestry.parent(node) if node.type == "string" else None
                key = parent.id if parent is not None and parent.type == "array" else node.id
                use = uses[key] = uses[key] if key in uses else use_of(source, node)
            yield StringMatch(value, span, quote, _literal_start(source, node), use)


def _is_broken(source: Source, node: Node) -> bool:
    text, start, end = source.text, node.start_byte, node.end_byte
    # A quote that the parser inserted has no width.
    if node.has_error or end - start < 2 or text[end - 1 : end] != text[start : start + 1]:
        return True
    return source.tree.root_node.has_error and in_comment_line(text, start)


def _parts(node: Node) -> Iterator[Span]:
    """The texts between the quotes of a literal and its substitutions."""
    start = node.start_byte + 1
    for child in node.named_children if node.type in _TEMPLATES else ():
        if child.type in _SUBSTITUTIONS:
            yield Span(start, child.start_byte)
            start = child.end_byte
    yield Span(start, node.end_byte - 1)


def _value(source: Source, raw: bytes, node: Node) -> str | None:
    try:
        plain = raw.decode()
    except UnicodeDecodeError:
        return None
    # JSX has no escape sequences.
    parent = source.ancestry.parent(node)
    return plain if parent is not None and parent.type == "jsx_attribute" else string_value(raw)


def _literal_start(source: Source, node: Node) -> int:
    """The offset of the outermost template literal around a literal, or of the literal itself."""
    outer = source.ancestry.farthest(node, _TEMPLATES)
    return (outer or node).start_byte
