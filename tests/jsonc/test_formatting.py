"""The format of new properties and values, which follows the text around them."""

from __future__ import annotations

import pytest

from workflow_ls.jsonc.document import parse_json
from workflow_ls.jsonc.property_edits import remove_properties, set_properties, set_properties_at
from workflow_ls.text import apply_edits


def added(text: str, key: str, data: object) -> str:
    root = parse_json(text.encode(), comments=True).root
    assert root is not None
    return apply_edits(text.encode(), set_properties(text.encode(), root, [(key, data)])).decode()


def added_below(text: str, path: str, data: object) -> str:
    root = parse_json(text.encode(), comments=True).root
    assert root is not None
    return apply_edits(text.encode(), set_properties_at(text.encode(), root, path.split(), [("n", data)])).decode()


PAIR = ["x", "y"]


@pytest.mark.parametrize(
    ("before", "data", "after"),
    [
        # A neighbour of another kind, or an empty one, does not decide whether an object is on one line.
        ('{\n  "a": [1]\n}', {"k": 1}, '{\n  "a": [1],\n  "c": {\n    "k": 1\n  }\n}'),
        ('{\n  "a": {}\n}', {"k": 1}, '{\n  "a": {},\n  "c": {\n    "k": 1\n  }\n}'),
        # What is empty stays on its line.
        ('{\n  "a": {\n    "b": 1\n  }\n}', {}, '{\n  "a": {\n    "b": 1\n  },\n  "c": {}\n}'),
        ('{\n  "a": [\n    1\n  ]\n}', [], '{\n  "a": [\n    1\n  ],\n  "c": []\n}'),
        # Entries look like the entries of neighbours.
        (
            '{\n  "a": [\n    { "b": 1 }\n  ]\n}',
            [{"k": 1}],
            '{\n  "a": [\n    { "b": 1 }\n  ],\n  "c": [\n    { "k": 1 }\n  ]\n}',
        ),
        # The blanks around a colon, where nothing else is between key and value.
        ('{"a":/* x */ 1, "b" : 2}', 0, '{"a":/* x */ 1, "b" : 2, "c" : 0}'),
        ('{"a":\n 1, "b" : 2}', 0, '{"a":\n 1, "b" : 2, "c" : 0}'),
        # The blanks behind a comma.
        ('{"a":1, "b":2}', PAIR, '{"a":1, "b":2, "c":["x", "y"]}'),
        ('{"a": [1,2]}', PAIR, '{"a": [1,2],"c": ["x","y"]}'),
        ('{"a": {"k": 1,"l": 2}}', PAIR, '{"a": {"k": 1,"l": 2},"c": ["x","y"]}'),
        ('{"a": [[[1,2]]]}', PAIR, '{"a": [[[1,2]]],"c": ["x","y"]}'),
        ('{"a": [1,  2]}', PAIR, '{"a": [1,  2],  "c": ["x",  "y"]}'),
        ('{"a": [1 , 2]}', PAIR, '{"a": [1 , 2], "c": ["x", "y"]}'),
        ('{\n  "a": [1,2],\n  "b": [1,  2]\n}', PAIR, '{\n  "a": [1,2],\n  "b": [1,  2],\n  "c": ["x","y"]\n}'),
        # The blanks inside of braces.
        ('{\n  "a": 1\n}', [{"k": 1}], '{\n  "a": 1,\n  "c": [{ "k": 1 }]\n}'),
        ('{\n  "a":1\n}', [{"k": 1}], '{\n  "a":1,\n  "c":[{"k":1}]\n}'),
        ('{   \n  "a": 1\n}', [{"k": 1}], '{   \n  "a": 1,\n  "c": [{ "k": 1 }]\n}'),
        # Whether members have lines of their own.
        ('{"a": 1\n}', 0, '{"a": 1,\n  "c": 0\n}'),
        ('{"a": 1, "b": 2\n}', 0, '{"a": 1, "b": 2, "c": 0\n}'),
        ('{\n  "a": 1, "b": 2,\n  "bb": 3\n}', 0, '{\n  "a": 1, "b": 2,\n  "bb": 3,\n  "c": 0\n}'),
        # Between two properties on one line, a new one is inserted on that line.
        ('{\n  "a": 1, "d": 2,\n  "e": 3\n}', 0, '{\n  "a": 1, "c": 0, "d": 2,\n  "e": 3\n}'),
        ('{"a": 1,\n "d": 2, "e": 3}', 0, '{"a": 1,\n "c": 0,\n "d": 2, "e": 3}'),
        # Beside comments: behind those of a member, and before those that end its line.
        ('{"a": 1, "b": 2, /* b */\n}', 0, '{"a": 1, "b": 2, "c": 0, /* b */\n}'),
        ('{"a": 1 /* 1 */ /* 2 */}', 0, '{"a": 1 /* 1 */ /* 2 */, "c": 0}'),
        ('{"a": 1, "b": 2 /* b */ // x\n}', 0, '{"a": 1, "b": 2, "c": 0 /* b */ // x\n}'),
        ('{"a": 1, "b": 2 // x\n, }', 0, '{"a": 1, "b": 2 // x\n, "c": 0, }'),
        ('{ /* 1 */ /* 2 */\n  "d": 1\n}', 0, '{ /* 1 */ /* 2 */\n  "c": 0,\n  "d": 1\n}'),
        # Lines of any kind, and a first one that is empty.
        ('{\r  "a": 1,\r  "b": 2\r}', 0, '{\r  "a": 1,\r  "b": 2,\r  "c": 0\r}'),
        ('\n  {\n    "a": 1\n  }', {"k": 1}, '\n  {\n    "a": 1,\n    "c": {\n      "k": 1\n    }\n  }'),
        ('\r  {\r    "a": 1\r  }', {"k": 1}, '\r  {\r    "a": 1,\r    "c": {\r      "k": 1\r    }\r  }'),
        # Properties without indentation do not show the unit.
        ('{\n"a": 1\n}', {"k": 1}, '{\n"a": 1,\n"c": {\n  "k": 1\n}\n}'),
    ],
)
def test_add(before: str, data: object, after: str) -> None:
    assert added(before, "c", data) == after


@pytest.mark.parametrize(
    ("before", "data", "after"),
    [
        # The line break of the object itself, else that of the text.
        ('{\r\n  "a": {}\r\n}', 0, '{\r\n  "a": {\r\n    "n": 0\r\n  }\r\n}'),
        ('{\n  "a": {\r\n    "b": 1\r\n  }\n}', 0, '{\n  "a": {\r\n    "b": 1,\r\n    "n": 0\r\n  }\n}'),
        # An empty object gets lines where the text has them.
        ('{"a": {}}', 0, '{"a": {"n": 0}}'),
        ('// x\n{"a": {}}', 0, '// x\n{"a": {"n": 0}}'),
        ('{\n  /* c */ "a": {}\n}', 0, '{\n  /* c */ "a": {\n    "n": 0\n  }\n}'),
        # Properties left of their object do not show the unit.
        (
            '{\n  "a": {\n "b": 1\n  }\n}',
            {"k": 1},
            '{\n  "a": {\n "b": 1,\n "n": {\n   "k": 1\n }\n  }\n}',
        ),
    ],
)
def test_put_below_a_key(before: str, data: object, after: str) -> None:
    assert added_below(before, "a", data) == after


@pytest.mark.parametrize(("key", "indent"), [("a", 1), ("c", 1), ("e", 2), ("g", 3), ("i", 4)])
def test_a_member_is_indented_like_the_one_before_it(key: str, indent: int) -> None:
    lines = [' "b": 1', '  "d": 2', '   "f": 3', '    "h": 4']
    text = "{\n" + ",\n".join(lines) + "\n}"
    after = sorted([*lines, f'{" " * indent}"{key}": 0'], key=str.lstrip)
    assert added(text, key, 0) == "{\n" + ",\n".join(after) + "\n}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{ /* a */ "x": 1 /* x */ }', '{ "c": 0 }'),
        ('{ // a\n  "x": 1\n}', '{ // a\n  "c": 0\n}'),
        ('{\n  // a\n  "x": 1, // x\n  "y": 2\n  // b\n}', '{\n  // a\n  "c": 0\n  // b\n}'),
        ('{\n\n  "x": 1\n}', '{\n\n  "c": 0\n}'),
        ('{ "x": 1, /* o */ }', '{ "c": 0, }'),
        ('{"a": 1, /* a */ "x": 2, /* d */ "d": 3}', '{"a": 1, "c": 0, /* d */ "d": 3}'),
        ('{ // a\n "x": 1, "y": 2 }', '{ // a\n "c": 0\n }'),
        ('{ /* a\n */ "x": 1 }', '{ "c": 0 }'),
    ],
)
def test_a_member_in_the_place_of_others_with_comments(before: str, after: str) -> None:
    text, gone = before.encode(), ("x", "y")
    root = parse_json(text, comments=True).root
    assert root is not None
    edits = (*remove_properties(text, root, gone), *set_properties(text, root, [("c", 0)], removed=gone))
    assert apply_edits(text, edits).decode() == after


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("{}", "a b c", '{\n  "a": {\n    "b": {\n      "c": {\n        "n": 0\n      }\n    }\n  }\n}'),
        ('{"a": {"type": 1, "z": 2}}', "a b", '{"a": {"b": {"n": 0}, "type": 1, "z": 2}}'),
    ],
)
def test_objects_that_are_missing_are_made(before: str, path: str, after: str) -> None:
    assert added_below(before, path, 0) == after


def test_several_keys_that_sort_otherwise_by_code_points() -> None:
    root = parse_json(b'{"a": 1}').root
    assert root is not None
    edits = set_properties(b'{"a": 1}', root, [("\ufffd", 0), ("😀", 0)])
    assert apply_edits(b'{"a": 1}', edits).decode() == '{"a": 1, "😀": 0, "\ufffd": 0}'


def test_a_key_that_is_half_a_character() -> None:
    assert added('{"\\ud800": 1}', "c", 0) == '{"c": 0, "\\ud800": 1}'
