"""A document that follows edits, against plain text that does: all encodings, all that ends a line or does not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types

from tests.strategies import examples
from tests.syntax.test_incremental import LINES
from workflow_ls.server.session.documents import DocumentSnapshot, edited_at_once, open_document, utf8
from workflow_ls.syntax.parser import parse
from workflow_ls.syntax.references.reference_finder import find_references
from workflow_ls.text import Encoding, LineIndex

ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")
CHARACTERS = "ab'\"`/{}\n\r\u2028\u2029\x0b\x0c\x85\x1c\x1d\ufeffé\u0301日😀👩\u200d💻\ud83d\ude00\udfff\t"
_text = st.one_of(
    st.text(CHARACTERS, max_size=12),
    st.sampled_from(("\r\n", "\n", "\r", "", "\ufeff", "😀", "\u2028")),
    st.lists(st.sampled_from(LINES), min_size=1, max_size=3).map("\r\n".join),
)
_texts = st.lists(_text, max_size=6).map("".join)
_places = st.tuples(st.integers(0, 12), st.one_of(st.integers(0, 14), st.sampled_from((99, 2**31 - 1))))
_whole = st.tuples(st.just((-1, -1)), st.just((-1, -1)), _texts)
_changes = st.lists(st.one_of(st.tuples(_places, _places, _text), _whole), min_size=1, max_size=4)


def units(text: str, encoding: Encoding) -> int:
    """How long a text is, as a client counts."""
    if encoding == "utf-8":
        return len(utf8(text))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2 if encoding == "utf-16" else len(text)


def plain_lines(text: str) -> list[str]:
    """The lines with their breaks."""
    return re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)


def plain_offset(text: str, line: int, column: int, encoding: Encoding) -> int:
    lines = plain_lines(text)
    if line >= len(lines):
        return len(text)
    start, content, offset = sum(map(len, lines[:line])), lines[line].rstrip("\r\n"), 0
    while offset < len(content) and units(content[: offset + 1], encoding) <= column:
        offset += 1
    return start + offset


def scalar(text: str) -> str:
    """Half a surrogate pair takes a character's place in no encoding."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


Place = tuple[int, int]
Change = tuple[Place, Place, str]
"""The ends of a range and the new text; the range `WHOLE` stands for the document as it was."""
WHOLE: tuple[Place, Place] = ((-1, -1), (-1, -1))


def event(change: Change) -> types.TextDocumentContentChangeEvent:
    start, end, text = change
    if (start, end) == WHOLE:
        return types.TextDocumentContentChangeWholeDocument(text=text)
    range_ = types.Range(types.Position(*start), types.Position(*end))
    return types.TextDocumentContentChangePartial(range=range_, text=text)


def plainly_changed(text: str, change: Change, encoding: Encoding) -> str:
    (line, column), (end_line, end_column), new = change
    if change[:2] == WHOLE:
        return scalar(new)
    ends = plain_offset(text, line, column, encoding), plain_offset(text, end_line, end_column, encoding)
    return text[: min(ends)] + scalar(new) + text[max(ends) :]


def check(document: DocumentSnapshot, text: str) -> None:
    fresh = LineIndex(text.encode())
    assert document.source.raw == text.encode()
    assert document.lines.line_count == fresh.line_count == len(plain_lines(text))
    assert [document.lines.line_span(line) for line in range(fresh.line_count)] == [
        fresh.line_span(line) for line in range(fresh.line_count)
    ]


@settings(max_examples=examples(400))
@given(_texts, st.lists(_changes, min_size=1, max_size=4), st.sampled_from(ENCODINGS), st.booleans())
def test_a_document_stays_in_step(text: str, rounds: list[list[Change]], encoding: Encoding, looked: bool) -> None:
    document, plain = open_document("file:///a.ts", "a.ts", 0, text), scalar(text)
    for version, changes in enumerate(rounds, 1):
        if looked:
            assert document.source.tree  # as an analysis between two versions does
        before, copy = document, document.source.raw
        document = document.edited(version, [event(change) for change in changes], encoding)
        for change in changes:
            plain = plainly_changed(plain, change, encoding)
        check(document, plain)
        assert document.version == version
        assert before.source.raw == copy
        fresh = parse(plain.encode(), "a.ts")
        assert find_references(document.source) == find_references(fresh)


@settings(max_examples=examples(400))
@given(_texts, st.lists(_changes, min_size=3, max_size=9), st.sampled_from(ENCODINGS))
def test_many_changes_at_once(text: str, rounds: list[list[Change]], encoding: Encoding) -> None:
    changes = [change for each in rounds for change in each]
    plain = scalar(text)
    for change in changes:
        plain = plainly_changed(plain, change, encoding)
    assert edited_at_once(utf8(text), [event(change) for change in changes], encoding) == plain.encode()


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(
    ("text", "start", "end", "new", "after"),
    [
        ("abc", (0, 99), (0, 99), "X", "abcX"),
        ("abc\n", (0, 99), (0, 99), "X", "abcX\n"),
        ("abc\r\nd", (0, 99), (1, 0), "", "abcd"),
        ("abc\rd", (1, 0), (1, 0), "\n", "abc\r\nd"),
        ("abc\r\nd", (0, 3), (0, 3), "\r", "abc\r\r\nd"),
        ("abc", (9, 9), (9, 9), "X", "abcX"),
        ("", (0, 0), (0, 0), "X", "X"),
        ("const a=1\u2028\x0c\x85;\nconst b=1;", (1, 6), (1, 7), "c", "const a=1\u2028\x0c\x85;\nconst c=1;"),
        ("a\nb", (1, 1), (0, 1), "", "a"),  # ends out of order
    ],
)
def test_edits(
    text: str, start: tuple[int, int], end: tuple[int, int], new: str, after: str, encoding: Encoding
) -> None:
    document = open_document("file:///a.ts", "a.ts", 1, text)
    edited = document.edited(2, [event((start, end, new))], encoding)
    check(edited, after)


@pytest.mark.parametrize(
    ("encoding", "column"), [("utf-8", 4), ("utf-16", 2), ("utf-32", 1)], ids=lambda value: str(value)
)
def test_columns_count_in_the_encoding(encoding: Encoding, column: int) -> None:
    document = open_document("file:///a.ts", "a.ts", 1, "😀b")
    check(document.edited(2, [event(((0, column), (0, column + 1), "c"))], encoding), "😀c")


def test_half_a_pair_takes_one_unit() -> None:
    document = open_document("file:///a.ts", "a.ts", 1, "a\ud83db")
    check(document.edited(2, [event(((0, 2), (0, 3), "c"))], "utf-16"), "a\ufffdc")


def test_a_mark_that_an_editor_sends_is_a_character() -> None:
    document = open_document("file:///a.ts", "a.ts", 1, "\ufeffab")
    check(document.edited(2, [event(((0, 1), (0, 2), "c"))], "utf-16"), "\ufeffcb")
