"""The source line of a finding, fit for a terminal: tabs expanded, controls shown, long lines cut around the range."""

from __future__ import annotations

from typing import NamedTuple
from unicodedata import category, east_asian_width

from workflow_ls.printable import CI_COMMAND, escape
from workflow_ls.reporters.report_context import SourceFile
from workflow_ls.text import Span

_MAX_COLUMNS = 120
_MARGIN_BYTES = 480  # decoded before and after the range: enough for _MAX_COLUMNS, escapes included
_TAB = "    "
_CUT = "…"


class Excerpt(NamedTuple):
    """A line of source as it is shown, and the columns to underline: `width` columns after `lead` columns.

    `line` counts from 1.  `last_line` is where the range ends.
    """

    line: int
    source: str
    lead: int
    width: int
    last_line: int


def excerpt(file: SourceFile, span: Span) -> Excerpt:
    """The line that a span starts in."""
    line = file.lines.position(span.start, "utf-8").line
    last = file.lines.position(span.end, "utf-8")
    whole = file.lines.line_span(line)
    first = max(whole.start, file.start) if line == 0 else whole.start
    start = min(max(span.start, first), whole.end)
    end = min(max(span.end, start), whole.end)
    left, middle = max(first, start - _MARGIN_BYTES), min(end, start + _MARGIN_BYTES)
    right = min(whole.end, middle + _MARGIN_BYTES)
    # Only at the outer ends can a character be cut in two, and there it is left out.
    before = file.text[left:start].decode("utf-8", "ignore")
    marked = file.text[start:middle].decode("utf-8", "ignore")
    after = file.text[middle:right].decode("utf-8", "ignore")
    cells = _cells(before + marked + after)
    at, until = len(before), len(before) + len(marked)
    shown_from, shown_to = _window(cells, at, until)
    source = "".join(text for text, _ in cells[shown_from:shown_to])
    lead = _width(cells[shown_from:at])
    if shown_from > 0 or left > first:
        source, lead = _CUT + source, lead + 1
    if shown_to < len(cells) or right < whole.end:
        source += _CUT
    width = _width(cells[at : min(until, shown_to)])
    # A range that ends with its line's break does not reach into the next line.
    last_line = last.line if last.column > 0 or last.line == line else last.line - 1
    return Excerpt(line + 1, source.rstrip(), lead, max(width, 1), last_line + 1)


def _window(cells: list[tuple[str, int]], at: int, until: int) -> tuple[int, int]:
    """Which cells fit: the marked ones first, then as many on each side as there is room for."""
    start, end, room = at, at, _MAX_COLUMNS
    while end < until and room >= cells[end][1]:
        room -= cells[end][1]
        end += 1
    if end < until:
        return start, end
    room_before = max(room // 2, room - _width(cells[until:]))
    while start > 0 and room_before >= cells[start - 1][1]:
        start -= 1
        room_before -= cells[start][1]
        room -= cells[start][1]
    while end < len(cells) and room >= cells[end][1]:
        room -= cells[end][1]
        end += 1
    return start, end


def _cells(text: str) -> list[tuple[str, int]]:
    """Each character as it is shown, with the columns it takes."""
    if text.isascii() and text.isprintable():
        cells = [(character, 1) for character in text]
    else:
        cells = [_cell(character) for character in text]
    if "##" in text:
        for command in CI_COMMAND.finditer(text):
            cells[command.start()] = (r"\x23", 4)
    return cells


def _cell(character: str) -> tuple[str, int]:
    if character == "\t":
        return _TAB, len(_TAB)
    if not character.isprintable():
        shown = escape(character)
        return shown, len(shown)
    if category(character) in ("Mn", "Me"):
        return character, 0
    return character, 2 if east_asian_width(character) in "WF" else 1


def _width(cells: list[tuple[str, int]]) -> int:
    return sum(width for _, width in cells)
