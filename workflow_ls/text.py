"""Text as bytes: spans, edits and line positions.

One coordinate is used inside the core: the UTF-8 byte offset into the file as it is on disk, byte order mark
included.  Editors and reports count columns in other units; `LineIndex` converts.
"""

from __future__ import annotations

from bisect import bisect_right
from codecs import utf_8_decode, utf_16_le_decode
from collections.abc import Iterable
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Literal, NamedTuple

from workflow_ls.regular_expressions import compile_on_use

Encoding = Literal["utf-8", "utf-16", "utf-32"]

BOM = b"\xef\xbb\xbf"
LINE_BREAK = compile_on_use(rb"\r\n?|\n")
_IDENTIFIER = compile_on_use(r"(?!\d)[\w$]+")


class Span(NamedTuple):
    """A half-open range of UTF-8 byte offsets."""

    start: int
    end: int

    def contains(self, other: Span) -> bool:
        """Whether `other` lies inside this span, ends included."""
        return self.start <= other.start and other.end <= self.end

    def touches(self, other: Span) -> bool:
        """Whether the two spans share a byte or an end."""
        return self.start <= other.end and other.start <= self.end


class Position(NamedTuple):
    """A line and a column, both from 0; the column's unit is the caller's encoding."""

    line: int
    column: int


class Edit(NamedTuple):
    """Replace the bytes of `span` by `new`."""

    span: Span
    new: str


class OverlappingEditsError(ValueError):
    """Two edits of one file share a byte, or insert at the same place."""


def is_utf8(text: bytes) -> bool:
    """Whether the bytes are valid UTF-8."""
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def is_identifier(name: str) -> bool:
    """Whether a name has the form of a JavaScript identifier; reserved words have it, too."""
    return _IDENTIFIER.fullmatch(name) is not None


def bom_length(text: bytes) -> int:
    """How many bytes the byte order mark at the start of a text takes: 3, or 0 without one."""
    return len(BOM) if text.startswith(BOM) else 0


def line_of(text: bytes, offset: int) -> int:
    """The line of a byte offset, from 1, as messages show it.  For several offsets of one text use `LineIndex`."""
    return LineIndex(text).line_at(offset) + 1


def line_start(text: bytes, offset: int) -> int:
    """The offset at which the line of an offset starts."""
    return max(text.rfind(b"\n", 0, offset), text.rfind(b"\r", 0, offset)) + 1


def overlap(before: Edit, after: Edit) -> bool:
    """Whether two edits, the earlier one first, share a byte or insert at the same place."""
    return after.span.start < before.span.end or after.span == before.span


def sort_edits(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """The edits in file order, equal ones once.

    Raises OverlappingEditsError where two of them share a byte or insert at one offset: what such a pair means is
    undefined, both here and in LSP (3.17, TextEdit[]).
    """
    ordered = sorted(set(edits))
    for before, after in pairwise(ordered):
        if overlap(before, after):
            raise OverlappingEditsError(f"edits overlap at byte {after.span.start}")
    return tuple(ordered)


def apply_edits(text: bytes, edits: Iterable[Edit]) -> bytes:
    """`text` with the edits made; every byte outside their spans is kept.

    Raises OverlappingEditsError, and ValueError for a span outside the text.
    """
    pieces: list[bytes] = []
    done = 0
    for edit in sort_edits(edits):
        if not 0 <= edit.span.start <= edit.span.end <= len(text):
            raise ValueError(f"edit {edit.span} lies outside a text of {len(text)} bytes")
        pieces.append(text[done : edit.span.start])
        pieces.append(edit.new.encode())
        done = edit.span.end
    pieces.append(text[done:])
    return b"".join(pieces)


def edit_between(before: bytes, after: bytes) -> Edit:
    """One edit that leads from one UTF-8 text to another: all between what both start with and what both end with."""
    limit = min(len(before), len(after))
    start = next((index for index in range(limit) if before[index] != after[index]), limit)
    limit -= start
    end = next((index for index in range(limit) if before[-1 - index] != after[-1 - index]), limit)
    # A character is replaced as a whole.
    while start and _is_inside(before, start):
        start -= 1
    while end and _is_inside(before, len(before) - end):
        end -= 1
    return Edit(Span(start, len(before) - end), after[start : len(after) - end].decode("utf-8"))


def _is_inside(text: bytes, offset: int) -> bool:
    """Whether an offset lies inside a character."""
    return offset < len(text) and text[offset] & 0xC0 == 0x80


class LineIndex:
    r"""Where the lines of a text start.

    Only `\n`, `\r\n` and `\r` end a line (LSP 3.17, TextDocument): a form feed, NEL or U+2028 does not.  A byte
    that is not UTF-8 counts as a character of its own.
    """

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._long_lines: dict[tuple[int, Encoding], tuple[list[int], list[int]]] = {}
        self.decoded = 0
        """How many bytes of long lines were decoded."""

    @cached_property
    def _starts(self) -> _LineStarts:
        return _LineStarts(_starts_in(self._text), [], len(self._text))

    def edited(self, text: bytes, start: int, old_end: int) -> LineIndex:
        """The index of `text`, which differs from this one's text in what lies between `start` and `old_end` only.

        Only the lines that the change touches are looked at again.
        """
        index = LineIndex(text)
        starts, shift = self._starts, len(text) - len(self._text)
        # The byte before the change may be the first half of a line break, or become it.
        first = starts.line_at(max(0, start - 1))
        kept = starts.line_at(old_end) + 1
        begin = starts[first]
        end = starts[kept] + shift if kept < len(starts) else len(text)
        region = [begin + offset for offset in _starts_in(text[begin:end])]
        if kept < len(starts):
            region.pop()  # the last one is the first of those kept
        index._starts = starts.edited(first, kept, region, len(text))
        return index

    @property
    def line_count(self) -> int:
        """How many lines there are; a text that ends in a line break has an empty last one."""
        return len(self._starts)

    def line_span(self, line: int) -> Span:
        """The bytes of `line` (from 0) without its line break.  Raises IndexError past the last line."""
        start = self._starts[line]
        end = self._starts[line + 1] if line + 1 < len(self._starts) else len(self._text)
        while end > start and self._text[end - 1] in b"\r\n":
            end -= 1
        return Span(start, end)

    def line_at(self, offset: int) -> int:
        """The line of a byte offset, from 0; an offset outside the text means the nearer end of it."""
        return self._starts.line_at(max(0, min(offset, len(self._text))))

    def position(self, offset: int, encoding: Encoding) -> Position:
        """The line and column of a byte offset.

        An offset inside a character means the character's start, one inside a line break the line's end, and one
        outside the text the nearer end of it.
        """
        offset = max(0, min(offset, len(self._text)))
        line = self.line_at(offset)
        start, end = self.line_span(line)
        begin, known = start, 0
        if end - start > _LONG:
            starts, columns = self._places(line, encoding)
            mark = bisect_right(starts, offset) - 1
            begin, known = starts[mark], columns[mark]
        # What is not final may end in a part of a character, which is not counted.
        before, width = utf_8_decode(self._text[begin : min(offset, end)], "surrogateescape", offset >= end)
        return Position(line, known + (width if encoding == "utf-8" else _units(before, encoding)))

    def _places(self, line: int, encoding: Encoding) -> tuple[list[int], list[int]]:
        """Offsets in a long line at equal distances, and the column of each."""
        known = self._long_lines.get((line, encoding))
        if known is not None:
            return known
        begin, end = self.line_span(line)
        starts, columns = [begin], [0]
        while end - begin > _STRIDE:
            after = self._next_character(begin + _STRIDE, end)
            text = self._text[begin:after]
            self.decoded += len(text)
            columns.append(columns[-1] + _units(text.decode("utf-8", "surrogateescape"), encoding))
            starts.append(after)
            begin = after
        self._long_lines[line, encoding] = starts, columns
        return starts, columns

    def _next_character(self, offset: int, end: int) -> int:
        """The first offset from one on at which a character starts; three bytes at most continue one."""
        while offset < end and all(0x80 <= byte < 0xC0 for byte in self._text[offset : offset + 1]):
            if all(0x80 <= byte < 0xC0 for byte in self._text[offset - 3 : offset]):
                break
            offset += 1
        return offset

    def offset(self, position: Position, encoding: Encoding) -> int:
        """The byte offset of a position.

        A column past the end of its line means the line's end (LSP 3.17, Position); a line past the last one means
        the end of the text; a column inside a surrogate pair or character means the character's start.
        """
        if position.line >= len(self._starts):
            return len(self._text)
        start, end = self.line_span(position.line)
        column = position.column
        if end - start > _LONG:
            starts, columns = self._places(position.line, encoding)
            mark = bisect_right(columns, column) - 1
            start, column = starts[mark], column - columns[mark]
            end = starts[mark + 1] if mark + 1 < len(starts) else end
        line = self._text[start:end]
        if encoding == "utf-8":
            return start + utf_8_decode(line[:column], "surrogateescape", column >= len(line))[1]
        before = line.decode("utf-8", "surrogateescape")[:column]
        if encoding == "utf-16":
            units = before.encode("utf-16-le", "surrogatepass")[: 2 * column]
            before = utf_16_le_decode(units, "surrogatepass", False)[0]
        return start + len(before.encode("utf-8", "surrogateescape"))


class _LineStarts:
    """Where lines start: some by their offsets, and those after them by their offsets from the end, which are negative.

    An edit moves all that follows it, and no offset from the end.
    """

    __slots__ = ("_by_end", "_by_start", "_size")

    def __init__(self, by_start: list[int], by_end: list[int], size: int) -> None:
        """`size` is that of the text."""
        self._by_start, self._by_end, self._size = by_start, by_end, size

    def __len__(self) -> int:
        return len(self._by_start) + len(self._by_end)

    def __getitem__(self, line: int) -> int:
        first = len(self._by_start)
        return self._by_start[line] if line < first else self._by_end[line - first] + self._size

    def line_at(self, offset: int) -> int:
        """The last line that starts at an offset, or before it."""
        line = bisect_right(self._by_end, offset - self._size)
        return len(self._by_start) + line - 1 if line else bisect_right(self._by_start, offset) - 1

    def edited(self, first: int, kept: int, starts: list[int], size: int) -> _LineStarts:
        """The same with other lines from `first` on and before `kept`, which start at `starts`, in a text of `size`."""
        by_start, by_end, middle = self._by_start, self._by_end, len(self._by_start)
        between = [offset + self._size for offset in by_end[: max(0, first - middle)]]
        moved = [offset - self._size for offset in by_start[kept:]]
        after = by_end if kept <= middle else by_end[kept - middle :]
        return _LineStarts([*by_start[:first], *between, *starts], [*moved, *after] if moved else after, size)


def _starts_in(text: bytes) -> list[int]:
    # Splitting bytes, other than text, breaks where lines end only.
    starts = list(accumulate(map(len, text.splitlines(keepends=True)), initial=0))
    if text and text[-1] not in b"\r\n":
        starts.pop()
    return starts


def _units(text: str, encoding: Encoding) -> int:
    """How long a text is, as columns count."""
    match encoding:
        case "utf-8":
            return len(text.encode("utf-8", "surrogateescape"))
        case "utf-16":
            return len(text.encode("utf-16-le", "surrogatepass")) // 2
        case "utf-32":
            return len(text)


_STRIDE = 4096
_LONG = 2 * _STRIDE
"""Bytes; a line with more is not decoded from its start for each place in it."""
