"""Text to print."""

from __future__ import annotations

import pytest

from workflow_ls.printable import counted, listed


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
