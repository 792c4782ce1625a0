from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fixture import unmark
from tests.strategies import nested
from workflow_ls.jsonc.document import parse_json
from workflow_ls.jsonc.scanner import MAX_PROBLEMS, scan
from workflow_ls.jsonc.tree import MAX_DEPTH, Node
from workflow_ls.text import Span

WELL_FORMED = [
    "{}",
    "[]",
    "null",
    "true",
    '""',
    "-0.5e-3",
    '{"a": {"b": [1, 2.0, "x", null, true, false]}}',
    '\ufeff{"a": 1}',
    ' \r\n\t{"a"\n:\r1 , "b":2}\n',
    r'"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"',
    r'"\ud83d"',
    '{"ключ": "значение", "😀": "\u2028"}',
    '{"a": 1, "a": 2}',
    "1" + "0" * 5000,
    "1e999",
]


@pytest.mark.parametrize("text", WELL_FORMED)
def test_well_formed_text_has_no_problems(text: str) -> None:
    assert parse_json(text.encode()).problems == ()
    assert scan(text.encode(), comments=False).problems == ()


@pytest.mark.parametrize("text", [text for text in WELL_FORMED if len(text) < 5000])
def test_scanner_and_standard_library_read_the_same(text: str) -> None:
    root = scan(text.encode(), comments=False).root
    assert root is not None
    assert root.data == json.loads(text.removeprefix("\ufeff")) == parse_json(text.encode()).value


def test_number_of_too_many_digits_is_infinite_as_in_javascript() -> None:
    assert parse_json(b"[1e999, " + b"1" * 5000 + b"]").value == [math.inf, math.inf]


COMMENTED = b"""\
// a configuration
{
  /* why */ "paths": { "@a/*": ["./a/*",], }, // trailing
  "url": "https://example.org/*", /**/
}
"""


def test_comments_and_trailing_commas_are_accepted_as_jsonc() -> None:
    document = parse_json(COMMENTED, comments=True)
    assert document.problems == ()
    assert document.value == {"paths": {"@a/*": ["./a/*"]}, "url": "https://example.org/*"}


def test_comments_and_trailing_commas_are_problems_in_json() -> None:
    document = parse_json(COMMENTED)
    assert document.value == {"paths": {"@a/*": ["./a/*"]}, "url": "https://example.org/*"}
    assert [COMMENTED[p.span.start : p.span.end].decode() for p in document.problems] == [
        "// a configuration",
        "/* why */",
        "]",
        "}",
        "// trailing",
        "/**/",
        "}",
    ]


# The text between the two marks is what the problem is about.
BROKEN = [
    ("no value", "$0$0", None, "The file is empty: a JSON value is missing."),
    ("no value but a comment", "// x\n$0$0", None, "The file is empty: a JSON value is missing."),
    ("comma between members", '{"a": 1 $0"b"$0: 2}', {"a": 1, "b": 2}, "A comma is missing before this."),
    ("comma between items", "[1 $02$0, 3]", [1, 2, 3], "A comma is missing before this."),
    ("comma before an object", '[{"a": 1} $0{$0 "b": 2}]', [{"a": 1}, {"b": 2}], "A comma is missing before this."),
    ("value before a comma", '{$0"a"$0: , "b": 2}', {"b": 2}, "A value is missing after this key."),
    ("value at the end", '{"b": 2, $0"a"$0: }', {"b": 2}, "A value is missing after this key."),
    ("value before a key", '{$0"a"$0:\n "b": 2}', {"b": 2}, "A value is missing after this key."),
    ("only a key", '{$0"a"$0}', {}, "A value is missing after this key."),
    ("only a key and a comma", '{$0"a"$0, "b": 2}', {"b": 2}, "A value is missing after this key."),
    ("only a key, then another", '{$0"a"$0\n "b": 2}', {"b": 2}, "A value is missing after this key."),
    ("colon", '{"a" $01$0}', {"a": 1}, "A colon is missing before this."),
    ("colon in an array", "[1$0:$0 2]", [1, 2], "A colon belongs between a key and its value."),
    ("member before a comma", '{$0,$0 "a": 1}', {"a": 1}, "Nothing precedes this comma in the object."),
    ("item before a comma", "[1,$0,$0 2]", [1, 2], "Nothing precedes this comma in the array."),
    ("comma outside", "$0,$0", None, "A comma has no place outside an object or array."),
    ("key", '{$0{$0"b": 1}, "a": 2}', {"a": 2}, "A key in double quotes is missing before this."),
    ("bare key", "{$0a$0: 1}", {"a": 1}, "This key needs double quotes."),
    ("single-quoted key", "{$0'a'$0: 1}", {"a": 1}, "This key needs double quotes."),
    ("single-quoted value", "{\"a\": $0'x y'$0}", {"a": "x y"}, "A string needs double quotes."),
    ("word", '{"a": $0tru$0, "b": 1}', {"b": 1}, "'tru' is not a JSON value."),
    ("number", "[$001$0, 2]", [2], "'01' is not a JSON value."),
    ("constant", "[$0NaN$0, 2]", [2], "'NaN' is not a JSON value."),
    ("long word", "$0" + "x" * 31 + "$0", None, f"'{'x' * 29}…' is not a JSON value."),
    ("control character", "[$0\x00$01]", [1], r"'\x00' has no place in JSON."),
    ("open string", '{"a": $0"x,$0\n "b": 2}', {"a": "x,", "b": 2}, "This string is not closed on its line."),
    ("open string after an escape", '[$0"x\\"$0', ['x"'], "This string is not closed on its line."),
    ("escape", r'["x", $0"\q"$0]', ["x", r"\q"], "This string has a backslash that begins no JSON escape."),
    ("short escape", r'[$0"\u12"$0]', [r"\u12"], "This string has a backslash that begins no JSON escape."),
    ("tab in a string", '[$0"a\tb"$0]', ["a\tb"], "This string has a control character that must be escaped."),
    ("open object", '{"a": $0{$0"b": [1, 2], "c": 3', {"a": {"b": [1, 2], "c": 3}}, "This { is never closed."),
    ("open array, key", '{"a": [1, "b"$0:$0 2}', {"a": [1, "b", 2]}, "A colon belongs between a key and its value."),
    ("open array, closed object", '{"a": $0[$01, 2}', {"a": [1, 2]}, "This [ is never closed."),
    ("close too many", "[1]$0]$0", [1], "Nothing is open that this ] could close."),
    ("close the wrong way", "[1$0}$0, 2]", [1, 2], "Nothing is open that this } could close."),
    ("more values", '{"a": 1}$0{$0"b": 2}', {"a": 1}, "The value is complete before this; nothing may follow it."),
    ("open comment", '{"a": 1 $0/*$0 }', {"a": 1}, "This comment is never closed."),
]


@pytest.mark.parametrize(("marked", "data", "message"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_each_mistake_is_one_problem_and_the_rest_is_read(marked: str, data: object, message: str) -> None:
    text, (span,) = unmark(marked)
    document = parse_json(text, comments=True)
    assert [(p.message, p.span) for p in document.problems] == [(message, span)]
    assert document.value == data


def test_conflict_markers_are_reported_first_side_is_read() -> None:
    text = b'<<<<<<< ours\n{"a": 1}\n=======\n{"a": 2}\n>>>>>>> theirs\n'
    document = parse_json(text)
    assert document.value == {"a": 1}
    assert [p.span.start for p in document.problems] == [0, text.index(b"=")]


def test_independent_mistakes_are_reported_in_file_order() -> None:
    document = parse_json(b'{"a": 1 "b": 2, "c": tru, "d": {,}}')
    assert document.value == {"a": 1, "b": 2, "d": {}}
    assert [p.message for p in document.problems] == [
        "A comma is missing before this.",
        "'tru' is not a JSON value.",
        "Nothing precedes this comma in the object.",
    ]


def test_text_that_is_not_utf8_is_read_as_far_as_it_goes() -> None:
    document = parse_json(b'{"a": "\xff", "b": 1}')
    assert document.value == {"a": "�", "b": 1}
    assert [(p.message, p.span) for p in document.problems] == [("This is not UTF-8.", Span(7, 8))]


@pytest.mark.parametrize(
    "text", ["[" * 10_000 + "]" * 10_000, "[" * 10_000, '{"a":' * 10_000, "]" * 10_000, "[,:}" * 10_000]
)
def test_depth_and_rubbish_cost_neither_stack_nor_a_long_list(text: str) -> None:
    document = parse_json(text.encode())
    assert document.root is None or document.root.span.start == 0
    assert len(document.problems) <= MAX_PROBLEMS
    assert document.problems
    assert not any(problem.span.end > len(text) for problem in document.problems)


@pytest.mark.slow
def test_a_text_may_be_as_deep_as_anyone_writes_by_hand() -> None:
    for depth, deep in ((MAX_DEPTH, False), (MAX_DEPTH + 1, True), (100_000, True)):
        document = parse_json(b"[" * depth + b"]" * depth)
        assert [p.message for p in document.problems] == ["This is nested more than 200 levels deep."] * deep
        assert document.root is not None
        assert bool(parse_json(b'{"a":' * depth + b"1" + b"}" * depth).problems) is deep
        json.dumps(document.value)  # which is recursive


def test_every_value_and_key_has_its_place() -> None:
    text = '\ufeff// 😀\n{ "ä": [10, {"b": "x"}] }'.encode()
    root = parse_json(text, comments=True).root
    assert root is not None

    def at(*path: str | int) -> bytes | None:
        value = root.at(*path)
        return None if value is None else text[value.span.start : value.span.end]

    assert at() == '{ "ä": [10, {"b": "x"}] }'.encode()
    assert at("ä") == b'[10, {"b": "x"}]'
    assert at("ä", 0) == b"10"
    assert at("ä", 1, "b") == b'"x"'
    assert [at("b"), at("ä", 2), at("ä", -1), at("ä", "b"), at("ä", 0, 0)] == [None] * 5
    member = root.property_named("ä")
    assert member is not None
    assert text[member.key_span.start : member.key_span.end] == '"ä"'.encode()


def test_kinds() -> None:
    root = parse_json(b'[{}, [], "", 0, true, false, null]').root
    assert root is not None
    assert [item.kind for item in root.items] == ["object", "array", "string", "number", "true", "false", "null"]
    assert [item.data for item in root.items] == [{}, [], "", 0, True, False, None]


def test_the_last_of_repeated_keys_counts_and_all_are_kept() -> None:
    root = parse_json(b'{"a": 1, "b": 2, "a": 3}').root
    assert root is not None
    assert root.data == {"a": 3, "b": 2}
    assert [member.key for member in root.properties] == ["a", "b", "a"]
    found = root.at("a")
    assert found is not None
    assert found.data == 3


JSON = nested(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(JSON, st.sampled_from([None, 2]), st.booleans())
def test_whatever_can_be_written_is_read_back(data: object, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(data, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    scanned = scan(text, comments=False)
    assert scanned.root is not None
    assert (scanned.root.data, scanned.problems) == (data, ())


@given(st.text(alphabet=st.sampled_from(list('{}[],:"\\/* \n0-1.eatruefalsnl\x01é'))))
def test_problems_agree_with_the_json_module(text: str) -> None:
    try:
        json.loads(text, parse_constant=lambda name: pytest.fail(name))
        valid = True
    except ValueError:
        valid = False
    assert (parse_json(text.encode()).problems == ()) is valid
    assert (scan(text.encode(), comments=False).problems == ()) is valid


@given(st.binary(), st.booleans())
def test_nothing_raises_and_every_span_lies_inside_its_parent(text: bytes, comments: bool) -> None:
    document = parse_json(text, comments=comments)
    assert all(0 <= p.span.start <= p.span.end <= len(text) for p in document.problems)
    values: list[Node] = [] if document.root is None else [document.root]
    while values:
        value = values.pop()
        for inner in (*value.items, *(member.value for member in value.properties)):
            assert value.span.contains(inner.span)
            values.append(inner)
