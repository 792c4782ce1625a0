"""Text to print."""

from __future__ import annotations

import pytest

from workflow_ls.printable import capitalized, counted, listed


@pytest.mark.parametrize(
    ("items", "most", "text"),
    [
        ([], 3, ""),
        (["a"], 3, "a"),
        (["a", "b", "c"], 3, "a, b, c"),
        (["a", "b", "c", "d"], 3, "a, b, c and 1 more"),
        (["a", "b", "c", "d"], 1, "a and 3 more"),
    ],
)
def test_listed(items: list[str], most: int, text: str) -> None:
    assert listed(items, most) == text


@pytest.mark.parametrize(("number", "text"), [(0, "0 files"), (1, "1 file"), (2, "2 files")])
def test_counted(number: int, text: str) -> None:
    assert counted(number, "file") == text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", ""),
        ("the key is missing", "The key is missing"),
        ("node, which is old, fails", "Node, which is old, fails"),
        ("packages/a/b.ts loads this file", "packages/a/b.ts loads this file"),
        ("@own/time has no file", "@own/time has no file"),
        ("`x` is gone", "`x` is gone"),
        ("tsconfig.json lacks it", "tsconfig.json lacks it"),
        ("6 imports need it", "6 imports need it"),
    ],
)
def test_a_sentence_keeps_the_case_of_a_name_at_its_start(text: str, sentence: str) -> None:
    assert capitalized(text) == sentence
