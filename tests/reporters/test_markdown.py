"""What is written as Markdown, as a reader of CommonMark sees it: text and code, whatever it holds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.strategies import examples
from workflow_ls.printable import visible
from workflow_ls.reporters.markdown import code, destination, plain, prose

HOSTILE = [
    "",
    " ",
    "`",
    "``",
    "a``b",
    "`a",
    "a`",
    "` `` ```",
    "``` ` ``",
    "`a``[x](command:evil)`",
    "`` ` `` [x](command:evil?%5B%5D)",
    "`a` `` ![i](https://evil.example/p.png) ``` b `",
    "```\n<script>alert(1)</script>\n```",
    "`<img src=x onerror=alert(1)>`` <b>",
    "\\`[x](command:evil)\\`",
    "\\\\`[x](command:evil)`",
    "a\\",
    "<https://evil.example>",
    "https://evil.example/?a=b www.evil.example me@evil.example",
    "[x]: https://evil.example",
    "[x][y] [x] ![x]",
    "# title",
    "- item",
    "+ item",
    "* item",
    "1. item",
    "12) item",
    "> quoted",
    "---",
    "===",
    "    indented",
    "\tindented",
    "| a | b |\n|---|---|\n| c | d |",
    "a  \nb\\\nc",
    "**a** __b__ _c_ ~~d~~ ~e~",
    "&lt;img src=x&gt; &amp; &#91;x&#93;",
    "<!-- a --> <![CDATA[ b ]]> <?c?>",
    "$(alert) $(sync~spin)",
    "\u202eabc\u2066",
    "\x00\x1b[2J",
]
PIECES = st.sampled_from(
    [*"`\\[]()<>!*_~#|&@:/.- \n1a", "``", "```", "](command:x)", "<b>", "https://", "www.", "![i](", "&lt;", "\\`"]
)
TEXTS = st.one_of(st.sampled_from(HOSTILE), st.lists(PIECES, max_size=25).map("".join), st.text(max_size=20))
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def read(markdown: str) -> list[Token]:
    """The tokens of one paragraph."""
    blocks = MARKDOWN.parse(markdown)
    assert [block.type for block in blocks] == ["paragraph_open", "inline", "paragraph_close"], markdown
    return [*(blocks[1].children or ())]


def check_prose(text: str) -> None:
    tokens = read(f"{prose(text)} .")
    assert {token.type for token in tokens} <= {"text", "code_inline"}, (text, prose(text))
    # Nothing of it is lost but quotes and the spaces beside them.
    seen = "".join(token.content for token in tokens)
    assert seen.translate(_BARE) == f"{visible(text)}.".translate(_BARE)


_BARE = str.maketrans("", "", "` ")


@pytest.mark.parametrize("text", HOSTILE)
def test_prose_of(text: str) -> None:
    check_prose(text)


@settings(max_examples=examples(2000))
@given(TEXTS)
def test_prose_is_text_and_code(text: str) -> None:
    check_prose(text)


@settings(max_examples=examples(2000))
@given(TEXTS)
def test_plain_text_is_text(text: str) -> None:
    (token,) = read(f"x{plain(text)}x")
    assert (token.type, token.content) == ("text", f"x{visible(text)}x")


@settings(max_examples=examples(2000))
@given(TEXTS, TEXTS)
def test_code_is_code(text: str, other: str) -> None:
    first, between, second = read(f"{code(text)}, {code(other)}")
    assert [first.type, between.type, second.type] == ["code_inline", "text", "code_inline"]
    for token, written in ((first, text), (second, other)):
        # Between quotes, nothing can't be written; it is a space.
        assert token.content == visible(written) or (not visible(written).strip(" ") and not token.content.strip(" "))


@settings(max_examples=examples(2000))
@given(TEXTS, TEXTS)
def test_a_link_leads_where_it_is_for(text: str, path: str) -> None:
    opening, *inside, closing = read(f"[{plain(text)}.]({destination(f'vscode:///{path}')})")
    assert (opening.type, closing.type) == ("link_open", "link_close")
    assert {token.type for token in inside} == {"text"}
    assert str(opening.attrs["href"]).startswith("vscode:///")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain words, and more", "plain words, and more"),
        ("the `name` of it", "the `name` of it"),
        ("the ``na`me`` of it", "the ``na`me`` of it"),
        ("an ` alone", "an \\` alone"),
        ("`a``b`", "```a``b```"),
        ("see https://a.example", "see https:\\//a.example"),
        ("see www.a.example", "see www\\.a.example"),
        ("- or 1. or 2)", "\\- or 1. or 2)"),
        ("2) or 3", "2\\) or 3"),
    ],
)
def test_as_written(text: str, expected: str) -> None:
    assert prose(text) == expected
