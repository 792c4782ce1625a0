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
    """The `{…}` that holds a comment in JSX, and nothing else.

    None also where it parts two texts, which would become one without it, or keeps spaces from the end of a line,
    where they are not shown.
    """
    node = source.tree.root_node.descendant_for_byte_range(*comment)
    braces = None if node is None else node.parent
    if braces is None or braces.type != "jsx_expression" or braces.named_child_count != 1:
        return None
    if braces.parent is None or braces.parent.type != "jsx_element":
        return None
    before, after = _text_before(source, braces), _text_after(source, braces)
    shown_before, shown_after = _shown(before), _shown(after)
    if (shown_before and shown_after) or shown_before + shown_after != _shown(before + after):
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


def _shown(text: str) -> str:
    """What is shown of a JSX text: its lines, trimmed where they meet, with a space between (Babel, cleanJSXText)."""
    lines = re.split(r"\r\n?|\n", text)
    trimmed = [line.lstrip(" \t") if index else line for index, line in enumerate(lines)]
    trimmed[:-1] = [line.rstrip(" \t") for line in trimmed[:-1]]
    return " ".join(filter(None, trimmed))
