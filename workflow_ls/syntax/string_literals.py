"""Strings that hold a text that is looked for, and that name no module as far as the syntax tells.

As for references, the text is found in the bytes, and the tree is asked what stands at each hit.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from workflow_ls.records import record
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references.finder import in_comment_line
from workflow_ls.syntax.references.literals import string_value, value_offsets
from workflow_ls.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node

_TEMPLATES = {"template_string", "template_literal_type"}
_LITERALS = {"string", *_TEMPLATES}
_SUBSTITUTIONS = {"template_substitution", "template_type"}


@record
class StringMatch:
    """A string, or a part of a template literal between substitutions, that holds a needle.

    `text` is its value and `span` its place in the file, without quotes; `quote` is the quote character.  `literal`
    is where the literal begins, or, inside a template literal, where the outermost one does.
    """

    text: str
    span: Span
    quote: str
    literal: int


def find_string_matches(
    source: Source, needles: Collection[str], references: Collection[Span]
) -> tuple[StringMatch, ...]:
    """The strings of `source` that hold one of the needles, in file order, without those at `references`.

    Looked at are string literals, strings of JSX attributes and template literals, also in types; not comments,
    regular expressions, the text of JSX, or a literal that is broken.  A string that spells a needle with escape
    sequences is not found.
    """
    places = _places(source.text, needles, references)
    return tuple(_mentions_at(source, places)) if places else ()


def offsets_in(text_of_file: bytes, mention: StringMatch) -> Sequence[int]:
    """Where each character of a mention's text begins in the file, in bytes, and where the last one ends."""
    raw, start, text = text_of_file[slice(*mention.span)], mention.span.start, mention.text
    if raw != text.encode():
        return [start + place for place in value_offsets(raw)]
    if text.isascii():
        return range(start, mention.span.end + 1)
    return list(accumulate((len(char.encode()) for char in text), initial=start))


def _places(text: bytes, needles: Collection[str], references: Collection[Span]) -> list[Span]:
    """Where a needle occurs, but in a reference."""
    taken = sorted(references)
    places: list[Span] = []
    for needle in {needle.encode() for needle in needles if needle}:
        at, next_taken = text.find(needle), 0
        while at >= 0:
            while next_taken < len(taken) and taken[next_taken].end <= at:
                next_taken += 1
            if next_taken == len(taken) or not taken[next_taken].start <= at:
                places.append(Span(at, at + len(needle)))
            at = text.find(needle, at + 1)
    return sorted(places)


def _mentions_at(source: Source, places: Collection[Span]) -> Iterator[StringMatch]:
    text, root = source.text, source.tree.root_node
    parts_of: dict[int, list[Span]] = {}
    done = 0
    for place in places:
        node = root.descendant_for_byte_range(*place) if place.start >= done else None
        if node is not None and node.type == "string_fragment":
            node = node.parent
        if node is None or node.type not in _LITERALS or _is_broken(source, node):
            continue
        if node.id not in parts_of:
            parts_of[node.id] = list(_parts(node))
        parts = parts_of[node.id]
        span = parts[max(0, bisect_right(parts, place.start, key=lambda part: part.start) - 1)]
        value = _value(text[slice(*span)], node) if span.contains(place) else None
        if value is not None:
            done = span.end
            yield StringMatch(value, span, text[node.start_byte : node.start_byte + 1].decode(), _literal_start(node))


def _is_broken(source: Source, node: Node) -> bool:
    text, start, end = source.text, node.start_byte, node.end_byte
    # A quote that the parser made up has no width.
    if node.has_error or end - start < 2 or text[end - 1 : end] != text[start : start + 1]:
        return True
    return source.tree.root_node.has_error and in_comment_line(text, start)


def _parts(node: Node) -> Iterator[Span]:
    """What lies between the quotes of a literal, and between its substitutions."""
    start = node.start_byte + 1
    for child in node.named_children if node.type in _TEMPLATES else ():
        if child.type in _SUBSTITUTIONS:
            yield Span(start, child.start_byte)
            start = child.end_byte
    yield Span(start, node.end_byte - 1)


def _value(raw: bytes, node: Node) -> str | None:
    try:
        plain = raw.decode()
    except UnicodeDecodeError:
        return None
    # JSX has no escape sequences.
    in_jsx = node.parent is not None and node.parent.type == "jsx_attribute"
    return plain if in_jsx else string_value(raw)


def _literal_start(node: Node) -> int:
    start, outer = node.start_byte, node.parent
    while outer is not None:
        if outer.type in _TEMPLATES:
            start = outer.start_byte
        outer = outer.parent
    return start
