from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.fixture import mark, unmark
from workflow_ls.syntax.parser import Source, parse
from workflow_ls.syntax.references.literals import string_value, value_offsets
from workflow_ls.syntax.references.reference_finder import find_references
from workflow_ls.syntax.strings.string_literals import StringMatch, character_offsets, find_string_matches
from workflow_ls.text import Span


def mentions_of(source: Source, needle: str = "old/x") -> tuple[StringMatch, ...]:
    references = [reference.span for reference in find_references(source, needles=(needle,))]
    return find_string_matches(source, (needle,), references)


def check_mentions(marked: str, *values: str, path: str = "a.tsx") -> None:
    """The mentions of "old/x" are the marked ones, and have these values."""
    text, _ = unmark(marked)
    found = mentions_of(parse(text, path))
    assert mark(text, [mention.span for mention in found]) == marked
    assert tuple(mention.text for mention in found) == values


@pytest.mark.parametrize(
    "text",
    [
        "",
        "const a = 'old/y';",
        "// 'old/x'",
        "/* `old/x` */ a();",
        "/** @type {import('old/x').T} */",
        "const r = /old\\/x/; const s = /[old/x]/;",
        "const e = <p>old/x</p>;",
        "const a = old/x;",
        "import 'old/x'; import a from 'old/x/b'; export * from 'old/x';",
        "vi.mock('old/x'); require('old/x'); import(`old/x`);",
        "type T = import('old/x').T;",
        "const a = 'old/x",
        "const a = `old/x ${",
        "const a = `old/x ${b +} c`;",
        "const a = `${'",
    ],
)
def test_silent(text: str) -> None:
    check_mentions(text)


@pytest.mark.parametrize(
    ("marked", "values"),
    [
        ("const a = '$0old/x$0', b = \"$0see old/x/y$0\";", ("old/x", "see old/x/y")),
        ("import 'old/x'; load('$0old/x$0');", ("old/x",)),
        ("const t = `$0old/x$0`;", ("old/x",)),
        ("const t = `$0a\r\nold/x\nb$0`;", ("a\r\nold/x\nb",)),
        ("const t = `a ${b}$0 old/x/$0${c}$0/old/x$0`;", (" old/x/", "/old/x")),
        ("const t = `$0old/x $0${f(`$0old/x$0`, '$0old/x/1$0')}$0 old/x$0`;", ("old/x ", "old/x", "old/x/1", " old/x")),
        ("const t = tag`$0old/x$0`;", ("old/x",)),
        ("type T = '$0old/x$0' | `$0old/x/$0${string}`;", ("old/x", "old/x/")),
        ("const e = <A b='$0old/x\\n$0' c={'$0old/x$0'}>old/x{`$0old/x$0`}</A>;", ("old/x\\n", "old/x", "old/x")),
        ("const o = { '$0old/x$0': 1 }; o['$0old/x$0'];", ("old/x", "old/x")),
        ("import { a } from './a';\nfoo.mock('$0old/x$0');", ("old/x",)),
        ("const a = '$0from \\'old/x\\'$0';", ("from 'old/x'",)),
        ("const a = `$0\\`old/x\\`$0`;", ("`old/x`",)),
        ("const a = '$0\\n\\u{1f600}é old/x$0';", ("\n😀é old/x",)),
        ("const a = '$0old/x old/x$0';", ("old/x old/x",)),
        ("export type * from './b';\nconst a = '$0old/x$0';", ("old/x",)),
        ("\ufeffconst a = '$0old/x$0';", ("old/x",)),
    ],
)
def test_found(marked: str, values: tuple[str, ...]) -> None:
    check_mentions(marked, *values)


def test_a_comment_that_broken_code_lays_bare_is_left_alone() -> None:
    check_mentions("const a = (;\n// it's 'old/x'\n * said 'old/x'\nb();")


def test_what_is_not_utf8_is_left_alone() -> None:
    assert mentions_of(parse(b"const a = 'old/x \xff'; const b = `\xff${c} old/x`;", "a.ts"))[0].text == " old/x"


@pytest.mark.parametrize("needles", [(), ("",), ("not there",)])
def test_no_tree_is_made_for_nothing(needles: tuple[str, ...]) -> None:
    source = parse(b"import 'old/x'; const a = 'old/x';", "a.ts")
    assert find_string_matches(source, needles, ()) == ()
    assert find_string_matches(parse(b"import 'old/x';", "a.ts"), ("old/x",), [Span(8, 13)]) == ()
    assert "tree" not in source.__dict__


def test_only_the_references_that_hold_the_needle_count() -> None:
    text = b"import 'b'; const a = 'old/x'; import 'old/x'; const c = 'old/x';"
    spans = [mention.span.start for mention in mentions_of(parse(text, "a.ts"))]
    assert spans == [text.index(b"old"), text.rindex(b"old")]


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("a('old/x')", "'old"),
        ("a(`\n\nold/x`)", "`"),
        ("a(`\n${b}\nold/x`)", "`"),
        ("a(`\n${`\n${'old/x'}`}`)", "`"),
    ],
)
def test_where_the_literal_begins(text: str, literal: str) -> None:
    (mention,) = mentions_of(parse(text.encode(), "a.ts"))
    assert mention.literal == text.index(literal)


@pytest.mark.parametrize(
    "text",
    [
        "'old/x'",
        "'é old/x'",
        "'\\'old/x\\''",
        "`\\n\\x41\\u0042\\u{43}\\\n old/x`",
        "'\\ud83d\\ude00\\ud83d old/x'",
        "<A b='\\u0041 old/x'/>",
    ],
)
def test_the_place_of_a_part(text: str) -> None:
    source = parse(text.encode(), "a.tsx")
    (mention,) = mentions_of(source)
    at = mention.text.index("old/x")
    offsets = character_offsets(source.text, mention)
    assert source.text[offsets[at] : offsets[at + 5]] == b"old/x"
    assert len(offsets) == len(mention.text) + 1
    assert (offsets[0], offsets[-1]) == mention.span


ESCAPES = st.sampled_from(
    ["\\n", "\\'", "\\u0041", "\\u{1f600}", "\\ud83d", "\\ude00", "\\x4", "\\", "é", "😀", "u", "0"]
)


@given(st.lists(st.one_of(ESCAPES, st.characters(codec="utf-8"))).map("".join))
@example("\\ud83d\\ude00\\ude00")
@example("\\ud83d\\ud83d\\ude00")
def test_every_character_has_a_place(raw: str) -> None:
    written = raw.encode()
    value, places = string_value(written), value_offsets(written)
    assert len(places) == len(value) + 1
    assert places == sorted(places)
    assert places[-1] == len(written)
    for end in range(len(value)):
        if "\ufffd" not in value:
            assert string_value(written[: places[end]]) == value[:end]
