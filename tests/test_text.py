from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_ls.text import (
    Edit,
    Encoding,
    LineIndex,
    OverlappingEditsError,
    Position,
    Span,
    apply_edits,
    bom_length,
    edit_between,
    is_identifier,
    line_of,
    line_start,
    sort_edits,
)

ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")
FRAGMENTS = (
    *("\n", "\r", "\r\n", "a", "import", "\t", " ", "\x00"),
    *("\x0b", "\x0c", "\x1c", "\x1e", "\x85", "\u2028", "\u2029"),  # where str.splitlines would break
    *("é", "日本", "😀", "👩‍👧", "e\u0301", "\ufeff", "\ufffd", "\U0010ffff"),
)
texts = st.lists(st.sampled_from(FRAGMENTS) | st.characters(exclude_categories=["Cs"]), max_size=30).map("".join)
encodings = st.sampled_from(ENCODINGS)


def width(text: str, encoding: Encoding) -> int:
    """How many columns a text takes."""
    match encoding:
        case "utf-8":
            return len(text.encode())
        case "utf-16":
            return sum(2 if ord(character) > 0xFFFF else 1 for character in text)
        case "utf-32":
            return len(text)


def plain_lines(text: str) -> list[tuple[str, str]]:
    """Each line with its line break, read one character after the other."""
    lines, line, at = [], "", 0
    while at < len(text):
        line_break = "\r\n" if text.startswith("\r\n", at) else text[at] if text[at] in "\r\n" else ""
        if line_break:
            lines.append((line, line_break))
            line = ""
        else:
            line += text[at]
        at += len(line_break) or 1
    return [*lines, (line, "")]


@given(texts)
def test_lines_are_those_of_a_plain_reading(text: str) -> None:
    index, data = LineIndex(text.encode()), text.encode()
    spans = [index.line_span(line) for line in range(index.line_count)]
    assert [data[span.start : span.end].decode() for span in spans] == [line for line, _ in plain_lines(text)]
    breaks = [data[end.end : start.start].decode() for end, start in zip(spans, [*spans[1:], Span(len(data), 0)])]
    assert breaks == [line_break for _, line_break in plain_lines(text)]


@given(texts, encodings)
def test_every_character_has_the_position_of_a_plain_reading(text: str, encoding: Encoding) -> None:
    index, start = LineIndex(text.encode()), 0
    for number, (line, line_break) in enumerate(plain_lines(text)):
        for length in range(len(line) + 1):
            offset = start + len(line[:length].encode())
            position = Position(number, width(line[:length], encoding))
            assert index.position(offset, encoding) == position
            assert index.offset(position, encoding) == offset
        end = start + len(line.encode())
        assert index.offset(Position(number, width(line, encoding) + 1), encoding) == end
        assert index.offset(Position(number, 2**31 - 1), encoding) == end
        start = end + len(line_break)
    assert index.offset(Position(index.line_count, 0), encoding) == len(text.encode())


@given(texts, encodings)
def test_an_offset_between_characters_means_the_nearest_before(text: str, encoding: Encoding) -> None:
    index, start = LineIndex(text.encode()), 0
    for line, line_break in plain_lines(text):
        for character in line:
            size = len(character.encode())
            inside = {index.position(start + byte, encoding) for byte in range(size)}
            assert inside == {index.position(start, encoding)}
            start += size
        assert len({index.position(start + byte, encoding) for byte in range(len(line_break))}) <= 1
        start += len(line_break)


@given(texts, encodings)
def test_a_column_between_characters_means_the_nearest_before(text: str, encoding: Encoding) -> None:
    index, start = LineIndex(text.encode()), 0
    for number, (line, line_break) in enumerate(plain_lines(text)):
        column = 0
        for character in line:
            for unit in range(width(character, encoding)):
                assert index.offset(Position(number, column + unit), encoding) == start
            column += width(character, encoding)
            start += len(character.encode())
        start += len(line_break)


@given(st.binary(max_size=40) | texts.map(lambda text: text.encode()[1:-1]), encodings)
def test_a_text_that_is_not_utf_8_has_positions_too(data: bytes, encoding: Encoding) -> None:
    index = LineIndex(data)
    before = Position(0, 0)
    for offset in range(len(data) + 1):
        position = index.position(offset, encoding)
        assert before <= position
        span = index.line_span(position.line)
        assert span.start <= index.offset(position, encoding) <= offset
        if offset == span.end:
            assert index.offset(position, encoding) == offset
        before = position


@pytest.mark.parametrize(
    ("text", "offset", "utf_8", "utf_16", "utf_32"),
    [
        (b"", 0, (0, 0), (0, 0), (0, 0)),
        (b"a\n", 2, (1, 0), (1, 0), (1, 0)),
        (b"a\r\nb", 3, (1, 0), (1, 0), (1, 0)),
        (b"a\r\nb", 2, (0, 1), (0, 1), (0, 1)),  # between \r and \n
        (b"\rb", 1, (1, 0), (1, 0), (1, 0)),
        ("\u2028b".encode(), 3, (0, 3), (0, 1), (0, 1)),
        (b"\x0cb", 1, (0, 1), (0, 1), (0, 1)),
        ("\x85b".encode(), 2, (0, 2), (0, 1), (0, 1)),
        ("\ufeffb".encode(), 3, (0, 3), (0, 1), (0, 1)),
        ("😀b".encode(), 4, (0, 4), (0, 2), (0, 1)),
        ("😀b".encode(), 2, (0, 0), (0, 0), (0, 0)),  # inside the emoji
        (b"ab", 99, (0, 2), (0, 2), (0, 2)),
        (b"ab", -1, (0, 0), (0, 0), (0, 0)),
    ],
)
def test_position(
    text: bytes, offset: int, utf_8: tuple[int, int], utf_16: tuple[int, int], utf_32: tuple[int, int]
) -> None:
    index = LineIndex(text)
    assert [index.position(offset, encoding) for encoding in ENCODINGS] == [utf_8, utf_16, utf_32]


@given(st.binary(max_size=20) | texts.map(str.encode), st.integers(-1, 99))
def test_line_of_an_offset(text: bytes, offset: int) -> None:
    index = LineIndex(text)
    line = index.position(offset, "utf-8").line
    assert index.line_at(offset) == line
    assert line_of(text, offset) == line + 1
    if 0 <= offset <= index.line_span(line).end:
        assert line_start(text, offset) == index.line_span(line).start


def test_byte_order_mark() -> None:
    assert [bom_length(text.encode()) for text in ("\ufeffa", "\ufeff", "a\ufeff", "")] == [3, 3, 0, 0]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a", True), ("$", True), ("_1", True), ("é", True), ("", False), ("1a", False), ("a-b", False), ("a\n", False)],
)
def test_identifiers(name: str, expected: bool) -> None:
    assert is_identifier(name) is expected


@pytest.mark.parametrize("text", [b"", b"\n", b"a", b"a\r\n", b"a\rb"])
def test_there_is_no_line_past_the_last(text: bytes) -> None:
    index = LineIndex(text)
    with pytest.raises(IndexError):
        index.line_span(index.line_count)


@st.composite
def disjoint_edits(draw: st.DrawFn) -> tuple[bytes, list[Edit]]:
    """A text and edits of it, in file order: replacements, deletions and insertions, some of them adjacent."""
    text = draw(texts).encode()
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=10)))
    edits = [Edit(Span(start, end), draw(texts)) for start, end in pairwise(cuts) if draw(st.booleans())]
    inserts = [Edit(Span(at, at), draw(texts)) for at in cuts if draw(st.booleans())]
    return text, sorted([*edits, *inserts])


@given(disjoint_edits(), st.randoms(use_true_random=False))
def test_edits_change_their_spans_and_nothing_else(case: tuple[bytes, list[Edit]], random: Random) -> None:
    text, edits = case
    expected, done = b"", 0
    for edit in edits:
        expected += text[done : edit.span.start] + edit.new.encode()
        done = edit.span.end
    expected += text[done:]
    shuffled = [*edits, *edits[:2]]  # an edit that two findings ask for is made once
    random.shuffle(shuffled)
    assert apply_edits(text, edits) == apply_edits(text, shuffled) == expected
    assert sort_edits(shuffled) == tuple(edits)


small_spans = st.lists(st.integers(0, 9), min_size=2, max_size=2).map(lambda ends: Span(min(ends), max(ends)))
small_edits = st.builds(Edit, small_spans, st.sampled_from("xy"))


@given(disjoint_edits())
def test_edits_can_be_made_one_by_one_from_the_end(case: tuple[bytes, list[Edit]]) -> None:
    text, edits = case
    stepwise = text
    for edit in reversed(edits):
        stepwise = apply_edits(stepwise, [edit])
    assert stepwise == apply_edits(text, edits)


@given(st.lists(small_edits, max_size=5))
def test_edits_overlap_where_any_two_do(edits: list[Edit]) -> None:
    def overlap(one: Edit, other: Edit) -> bool:
        (start, end), (other_start, other_end) = one.span, other.span
        return one.span == other.span or (start < other_end and other_start < end)

    distinct = list(set(edits))
    clash = any(overlap(one, other) for at, one in enumerate(distinct) for other in distinct[at + 1 :])
    if clash:
        with pytest.raises(OverlappingEditsError):
            sort_edits(edits)
    else:
        assert sorted(distinct) == list(sort_edits(edits))


@pytest.mark.parametrize(
    ("edits", "after"),
    [
        ([], "abcdef"),
        ([(1, 2, "")], "acdef"),
        ([(0, 0, "x")], "xabcdef"),
        ([(6, 6, "x")], "abcdefx"),
        ([(0, 6, "")], ""),
        ([(1, 3, "x"), (3, 5, "y")], "axyf"),
        ([(3, 5, "y"), (1, 3, "x")], "axyf"),
        ([(3, 3, "x"), (3, 5, "y")], "abcxyf"),
        ([(1, 3, "y"), (3, 3, "x")], "ayxdef"),
        ([(1, 2, "x"), (1, 2, "x")], "axcdef"),
        ([(2, 2, "😀\r\n")], "ab😀\r\ncdef"),
    ],
)
def test_apply_edits(edits: list[tuple[int, int, str]], after: str) -> None:
    made = [Edit(Span(start, end), new) for start, end, new in edits]
    assert apply_edits(b"abcdef", made) == after.encode()


@pytest.mark.parametrize(
    "edits",
    [
        [(1, 3, "x"), (2, 4, "y")],
        [(1, 4, "x"), (2, 3, "y")],
        [(1, 3, "x"), (1, 2, "x")],
        [(1, 3, "x"), (1, 3, "y")],
        [(2, 2, "x"), (2, 2, "y")],
        [(1, 3, "x"), (2, 2, "y")],
    ],
)
def test_overlapping_edits_are_refused(edits: list[tuple[int, int, str]]) -> None:
    made = [Edit(Span(start, end), new) for start, end, new in edits]
    for order in (made, made[::-1]):
        with pytest.raises(OverlappingEditsError):
            sort_edits(order)


@pytest.mark.parametrize(("start", "end"), [(-1, 1), (5, 7), (7, 7), (3, 2)])
def test_an_edit_outside_the_text_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        apply_edits(b"abcdef", [Edit(Span(start, end), "x")])


@pytest.mark.parametrize(
    ("before", "after", "edit"),
    [
        ("same", "same", Edit(Span(4, 4), "")),
        ("", "new", Edit(Span(0, 0), "new")),
        ("abc", "aXc", Edit(Span(1, 2), "X")),
        ("aa", "aaa", Edit(Span(2, 2), "a")),
        # Two characters that share bytes at their start, and two that share some at their end.
        ("é", "è", Edit(Span(0, 2), "è")),
        ("\u0144", "\u0184", Edit(Span(0, 2), "\u0184")),
    ],
)
def test_the_edit_between(before: str, after: str, edit: Edit) -> None:
    assert edit_between(before.encode(), after.encode()) == edit


@given(texts, texts, texts, texts)
def test_the_edit_between_leads_from_one_to_the_other(start: str, old: str, new: str, end: str) -> None:
    before, after = (start + old + end).encode(), (start + new + end).encode()
    edit = edit_between(before, after)
    assert apply_edits(before, [edit]) == after
    assert before[: edit.span.start].decode() + before[edit.span.end :].decode() is not None
