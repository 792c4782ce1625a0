"""Edits that remove members of an object literal, or elements of an array."""

from __future__ import annotations

from collections.abc import Iterable

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.text import Edit, Span

_COMMA = compile_on_use(rb"\s*,")
_REST_OF_LINE = compile_on_use(rb"[ \t]*(?://[^\r\n]*|/\*[^*\r\n]*\*/[ \t]*)?(?:\r\n?|\n)")
_BLANKS = compile_on_use(rb"[ \t]*")
_BETWEEN = compile_on_use(rb"\s*,\s*")
_COMMA_BEFORE = compile_on_use(rb",\s*\Z")
_LINE_START = compile_on_use(rb"(?:\A|[\r\n])[ \t]*\Z")


def remove_items(text: bytes, items: Iterable[Span]) -> tuple[Edit, ...]:
    """The edits that remove items, each with its comma, and with its line where it has one of its own."""
    groups = list[Span]()
    for span in sorted(items):
        if groups and _BETWEEN.fullmatch(text, groups[-1].end, span.start):
            groups[-1] = Span(groups[-1].start, span.end)
        else:
            groups.append(span)
    return tuple(Edit(_widened(text, group), "") for group in groups)


def _widened(text: bytes, group: Span) -> Span:
    start, end = group
    comma = _COMMA.match(text, end)
    before = text[max(0, start - 400) : start]
    if comma is None:
        # The last one without a comma takes that before it.
        previous = _COMMA_BEFORE.search(before)
        return Span(start - len(before) + previous.start() if previous is not None else start, end)
    line = _LINE_START.search(before)
    rest = _REST_OF_LINE.match(text, comma.end())
    if line is not None and rest is not None:
        return Span(start - len(before[line.start() :].lstrip(b"\r\n")), rest.end())
    blanks = _BLANKS.match(text, comma.end())
    return Span(start, comma.end() if blanks is None else blanks.end())
