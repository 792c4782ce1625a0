"""Comments in JSX."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workflow_ls.syntax.parser import Source
from workflow_ls.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node

_TEXT = frozenset({"jsx_text", "html_character_reference"})


def jsx_expression_around(source: Source, comment: Span) -> Span | None:
    """The JSX expression `{…}` that holds a comment and nothing else; None for other comments.

    None also if its removal would change the rendered text: if it separates two texts, or if spaces before it would
    become the end of a line, where JSX drops them.
    """
    node = source.ancestry.node_at(*comment)
    braces = None if node is None else source.ancestry.parent(node)
    if braces is None or braces.type != "jsx_expression" or braces.named_child_count != 1:
        return None
    around = source.ancestry.parent(braces)
    if around is None or around.type != "jsx_element":
        return None
    before, after = _text_before(source, braces), _text_after(source, braces)
    rendered_before, rendered_after = _rendered(before), _rendered(after)
    if (rendered_before and rendered_after) or rendered_before + rendered_after != _rendered(before + after):
        return None
    return Span(braces.start_byte, braces.end_byte)


def _text_before(source: Source, node: Node) -> str:
    sibling = node.prev_sibling
    while sibling is not None and sibling.type in _TEXT:
        sibling = sibling.prev_sibling
    return source.text[0 if sibling is None else sibling.end_byte : node.start_byte].decode("utf-8", "replace")


def _text_after(source: Source, node: Node) -> str:
    sibling = node.next_sibling
    while sibling is not None and sibling.type in _TEXT:
        sibling = sibling.next_sibling
    return source.text[node.end_byte : None if sibling is None else sibling.start_byte].decode("utf-8", "replace")


def _rendered(text: str) -> str:
    """The rendered form of a JSX text: its lines, trimmed where they meet, joined by spaces (Babel, cleanJSXText)."""
    lines = re.split(r"\r\n?|\n", text)
    trimmed = [line.lstrip(" \t") if index else line for index, line in enumerate(lines)]
    trimmed[:-1] = [line.rstrip(" \t") for line in trimmed[:-1]]
    return " ".join(filter(None, trimmed))
