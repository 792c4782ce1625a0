"""What searches find in a text that is edited again and again: the same as in a text that is new."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.strategies import examples
from workflow_ls.project.queries.edited_needles import EditedNeedles
from workflow_ls.vfs.files import Query

PATH = "src/a.ts"
NEEDLES = ("ab", "aab", "b", "é", "")
QUERIES = [Query((".ts",), (needle,)) for needle in NEEDLES] + [Query((".ts",), NEEDLES[1:4]), Query((".ts",))]
texts = st.text("abé\0", max_size=12).map(str.encode)
marked = st.text("abé", max_size=8).map(lambda text: text.encode("utf-16"))


@settings(max_examples=examples(400))
@given(st.lists(texts | marked, min_size=1, max_size=6))
@example([b"xaxb", b"xab", b"xxab", b"xxb"])
@example([b"aab", b"aaab", b"ab"])
def test_any_edits(versions: list[bytes]) -> None:
    edited = EditedNeedles(PATH, versions[0])
    for text in versions:
        edited.edit(text)
        assert [edited.match(query) for query in QUERIES] == [query.matches(PATH, text) for query in QUERIES]


@pytest.mark.parametrize("query", [Query((".js",), ("ab",)), Query((".ts",), ("ab",), under="test")])
def test_a_query_for_other_files(query: Query) -> None:
    assert not EditedNeedles(PATH, b"ab").match(query)
