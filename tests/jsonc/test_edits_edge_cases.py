"""Changes of a JSON text where comments, line ends and nesting meet."""

from __future__ import annotations

import pytest

from tests.jsonc.test_edits import Row, added, removed, replaced, root_of
from workflow_ls.jsonc.property_edits import replace_value
from workflow_ls.text import apply_edits

# Remove "x" and "y".
REMOVED: list[Row] = [
    # After a comment on a line of its own, the brace keeps its line.
    ('{\n  "a": 1,\n  /* x */\n  "x": 2,\n  "y": 3 }', '{\n  "a": 1\n  /* x */\n  }'),
    ('{\n  "a": 1,\n  // x\n  "x": 2,\n  "y": 3 }', '{\n  "a": 1\n  // x\n  }'),
    # After a comment that belongs to a property, the brace follows if it was on the line of a removed property.
    ('{\n  "a": 1, /* a */\n  "x": 2,\n  "y": 3 }', '{\n  "a": 1 /* a */ }'),
    ('{"b": 1, "a": 2, /* a */\n "x": 2,\n "y": 3 }', '{"b": 1, "a": 2 /* a */ }'),
    ('{"a": 1, /* a */\n "x": 2 }', '{"a": 1 /* a */\n }'),
    ('{"a": 1 , "x": 2}', '{"a": 1}'),
    ('{\n  "a": 1, // a\n  "x": 2,\n  "y": 3 }', '{\n  "a": 1 // a\n  }'),
    # The blanks before the member stay, those behind it go.
    ('{ "a": 1,  "x": 2, "b": 3 }', '{ "a": 1,  "b": 3 }'),
]


@pytest.mark.parametrize(("before", "after"), REMOVED)
def test_remove_members(before: str, after: str) -> None:
    assert removed(before, "x", "y") == after


# Remove "x" and "y", add "c".
REPLACED: list[Row] = [
    ('{"a": 1, // a\n "x": 2}', '{"a": 1, // a\n "c": 0\n }'),
    ('{"a": 1, "b": 2, // b\n "x": 3}', '{"a": 1, "b": 2, // b\n "c": 0\n }'),
    ('{"a": 1, "b": 2,\n "x": 3}', '{"a": 1, "b": 2,\n "c": 0}'),
    ('{ /* c */ "x": 1 }', '{ "c": 0 }'),
    ('{ /* c */\n "x": 1 }', '{ /* c */\n "c": 0\n }'),
    ('{ // c\n "x": 1 }', '{ // c\n "c": 0\n }'),
    ('{ /* c */ /* d */\n "x": 1 /* e */, "y": 1}', '{ /* c */ /* d */\n "c": 0\n }'),
    ('{"x": 1\n /* c */\n}', '{\n  "c": 0\n /* c */\n}'),
    ('{ /* c */\n\n  "x": 1,\n "y": 2\n}', '{ /* c */\n\n  "c": 0\n}'),
]


@pytest.mark.parametrize(("before", "after"), REPLACED)
def test_add_members_in_the_place_of_others(before: str, after: str) -> None:
    assert replaced(before, ("x", "y"), ("c", 0)) == after


# Put {"c": 1} in the place of a value.
VALUES: list[tuple[str, tuple[str | int, ...], str]] = [
    # As those beside it, not as those around it.
    ('{\n  "o": {"a": "b", "d": { "e": 1 }},\n  "p": {\n    "q": 1\n  }\n}', ("o", "a"),
     '{\n  "o": {"a": { "c": 1 }, "d": { "e": 1 }},\n  "p": {\n    "q": 1\n  }\n}'),
    ('{\n  "o": ["b", { "e": 1 }],\n  "p": {\n    "q": 1\n  }\n}', ("o", 0),
     '{\n  "o": [{ "c": 1 }, { "e": 1 }],\n  "p": {\n    "q": 1\n  }\n}'),
    ('{\n  "o": [["b", { "e": 1 }]],\n  "p": {\n    "q": 1\n  }\n}', ("o", 0, 0),
     '{\n  "o": [[{ "c": 1 }, { "e": 1 }]],\n  "p": {\n    "q": 1\n  }\n}'),
    ('{ "o": {\n  "a": "b",\n  "d": {"e": 1}\n} }', ("o", "a"), '{ "o": {\n  "a": {"c": 1},\n  "d": {"e": 1}\n} }'),
    ('{"o": ["b"], "p": {"q": 1}}', ("o", 0), '{"o": [{"c": 1}], "p": {"q": 1}}'),
]  # fmt: skip


@pytest.mark.parametrize(("before", "path", "after"), VALUES)
def test_replace_value(before: str, path: tuple[str | int, ...], after: str) -> None:
    value = root_of(before)
    for key in path:
        below = value.at(key)
        assert below is not None
        value = below
    assert apply_edits(before.encode(), replace_value(before.encode(), value, {"c": 1})).decode() == after


def test_new_members_keep_their_order_in_an_object_without_any() -> None:
    assert added("{}", ("z", 0), ("c", 0)) == '{\n  "z": 0,\n  "c": 0\n}'
