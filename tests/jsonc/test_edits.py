from __future__ import annotations

import pytest

from workflow_ls.jsonc.document import parse_json
from workflow_ls.jsonc.property_edits import remove_properties, replace_value, set_properties, set_properties_at
from workflow_ls.jsonc.tree import Node
from workflow_ls.text import apply_edits

Row = tuple[str, str]


def root_of(text: str) -> Node:
    root = parse_json(text.encode(), comments=True).root
    assert root is not None
    return root


def removed(text: str, *keys: str) -> str:
    return apply_edits(text.encode(), remove_properties(text.encode(), root_of(text), keys)).decode()


def added(text: str, *members: tuple[str, object]) -> str:
    return apply_edits(text.encode(), set_properties(text.encode(), root_of(text), members)).decode()


def replaced(text: str, without: tuple[str, ...], *members: tuple[str, object]) -> str:
    root, raw = root_of(text), text.encode()
    edits = (*remove_properties(raw, root, without), *set_properties(raw, root, members, removed=without))
    return apply_edits(raw, edits).decode()


@pytest.mark.parametrize("text", ["{}", "{ }", '{"a": 1}', '{\n  "a": 1, // x\n}\n', "[]", "1", '"x"'])
def test_nothing_asked_for_is_no_edit(text: str) -> None:
    root = root_of(text)
    assert remove_properties(text.encode(), root, ["x"]) == ()
    assert remove_properties(text.encode(), root, []) == ()
    assert set_properties(text.encode(), root, []) == ()
    assert set_properties_at(text.encode(), root, ["x"], []) == ()
    assert replace_value(text.encode(), root, root.data) == ()


BROKEN = [
    '{"x": 1 "y": 2}',
    '{"x": 1,, "y": 2}',
    '{, "x": 1}',
    '{"x": 1',
    '{"x": 1,',
    '{"x": 1, ',
    '{"x": 1 z, "y": 2}',
    '{"x": 1 z , "y": 2}',
    '{"y": 1, "x": 1 z }',
    '{"x": {}',
    '{"y": , "x": 1}',
    "{x}",
]


@pytest.mark.parametrize("text", [*BROKEN, '[{"x": {}]', '["x"]'])
def test_what_is_broken_or_no_object_is_left_alone(text: str) -> None:
    root = root_of(text)
    owner = root.at(0) or root
    assert remove_properties(text.encode(), owner, ["x"]) == ()
    assert set_properties(text.encode(), owner, [("z", 1)]) == ()


# Remove "x" and "y".
REMOVED: list[Row] = [
    ('{"x": 1}', "{}"),
    ('{ "x": 1 }', "{}"),
    ('{ /* c */ "x": 1 /* d */, }', "{}"),
    ('{\n  "x": 1\n}\n', "{}\n"),
    ('{\n  "x": 1,\n  "y": 2,\n}\n', "{}\n"),
    ('{"x": 1, "x": 2, "a": 3, "x": 4}', '{"a": 3}'),
    ('{"a": 1, "x": 2}', '{"a": 1}'),
    ('{"x": 1, "a": 2}', '{"a": 2}'),
    ('{ "a": 1, "x": 2, "b": 3 }', '{ "a": 1, "b": 3 }'),
    ('{ "x": 1, "a": 2, "y": 3 }', '{ "a": 2 }'),
    ('{ "a": 1, "x": 2, }', '{ "a": 1, }'),
    ('{"a":1,"x":2,"b":3,"y":4}', '{"a":1,"b":3}'),
    ('{"a": 1 /* a */, /* x */ "x": 2 /* x */, /* b */ "b": 3}', '{"a": 1 /* a */, /* b */ "b": 3}'),
    ('{\n  "a": 1,\n  "x": 2\n}', '{\n  "a": 1\n}'),
    ('{\n  "a": 1,\n  "x": 2,\n}', '{\n  "a": 1,\n}'),
    ('{\n  "x": {\n    "b": []\n  },\n  "a": 1\n}', '{\n  "a": 1\n}'),
    ('\ufeff{\r\n\t"x": 1,\r\n\t"a": 2,\r\n\t"y": 3\r\n}\r\n', '\ufeff{\r\n\t"a": 2\r\n}\r\n'),
    ('{\n  "a": 1, // a\n  "x": 2 // x\n}', '{\n  "a": 1 // a\n}'),
    (
        '{\n  // a\n  "a": 1,\n  // x\n  "x": 2,\n\n  /* b */\n  "b": 3\n}',
        '{\n  // a\n  "a": 1,\n  // x\n\n  /* b */\n  "b": 3\n}',
    ),
    ('{ // c\n  // d\n  "x": 1 // x\n  // e\n}', "{ // c\n  // d\n  // e\n}"),
    ('{\n  "a": 1, "x": 2,\n  "y": 3, "b": 4\n}', '{\n  "a": 1,\n  "b": 4\n}'),
    ('{\n  "x": 1, "a": 2 // a\n}', '{\n  "a": 2 // a\n}'),
    ('{"a": 1,\n "x": 2}', '{"a": 1}'),
    ('{"x": 1,\n "a": 2}', '{\n "a": 2}'),
    ('{"a": 1, // a\n "x": 2 }', '{"a": 1 // a\n }'),
    ('{\n    "a": 1\n  , "x": 2\n  , "b": 3\n}', '{\n    "a": 1\n  ,\n  "b": 3\n}'),
    ('{\n  "a": 1 // a\n  , "x": 2\n}', '{\n  "a": 1 // a\n}'),
    ('{\n  "x": 1 /* 1\n  2 */,\n  "a": 2\n}', '{\n  "a": 2\n}'),
    ('{\n  "a": 1,\n  /* 1\n  2 */ "x": 2,\n  "b": 3\n}', '{\n  "a": 1,\n  "b": 3\n}'),
    ('{"a": 1, /* 1\n2 */ "x": 2, "b": 3}', '{"a": 1, /* 1\n2 */ "b": 3}'),
    ('{\n  "a": ",}//", // ,\n  "x": "{,/*" // {\n}', '{\n  "a": ",}//" // ,\n}'),
]


@pytest.mark.parametrize(("before", "after"), REMOVED)
def test_remove_members(before: str, after: str) -> None:
    assert removed(before, "x", "y") == after


# Add "c".
ADDED: list[Row] = [
    ('{"a": 1}', '{"a": 1, "c": 0}'),
    ('{"d": 1}', '{"c": 0, "d": 1}'),
    ('{"a": 1, "d": 2}', '{"a": 1, "c": 0, "d": 2}'),
    ('{"d": 1, "a": 2}', '{"d": 1, "a": 2, "c": 0}'),
    ('{ "a" : 1, }', '{ "a" : 1, "c" : 0, }'),
    ('{"a":1,"d":2}', '{"a":1,"c":0,"d":2}'),
    ('{ "a": 1 /* a */ }', '{ "a": 1 /* a */, "c": 0 }'),
    ('{ /* d */ "d": 1 }', '{ "c": 0, /* d */ "d": 1 }'),
    ('{\n  "a": 1, "b": 2 // b\n}', '{\n  "a": 1, "b": 2, "c": 0 // b\n}'),
    ('{\n  "d": 1, "e": 2\n}', '{\n  "c": 0, "d": 1, "e": 2\n}'),
    ('{\n  "a": 1\n}\n', '{\n  "a": 1,\n  "c": 0\n}\n'),
    ('{\n\t"a": 1,\n}', '{\n\t"a": 1,\n\t"c": 0,\n}'),
    ('\ufeff{\r\n    "a": 1\r\n}\r\n', '\ufeff{\r\n    "a": 1,\r\n    "c": 0\r\n}\r\n'),
    ('{\n  "a": 1 // ,\n  // "b": 2\n}', '{\n  "a": 1, // ,\n  "c": 0\n  // "b": 2\n}'),
    ('{ // top\n  // d\n  "d": 1\n}', '{ // top\n  "c": 0,\n  // d\n  "d": 1\n}'),
    ('{\n  "a": 1, // a\n  // d\n  "d": 2\n}', '{\n  "a": 1, // a\n  "c": 0,\n  // d\n  "d": 2\n}'),
    ('{"a": 1,\n "b": 2}', '{"a": 1,\n "b": 2,\n "c": 0}'),
    ('{"d": 1,\n "e": 2}', '{"c": 0,\n "d": 1,\n "e": 2}'),
    ('{\n    "a": 1\n  , "d": 3\n}', '{\n    "a": 1\n  ,\n    "c": 0, "d": 3\n}'),
    ('{\n  "c": 1,\n  "a": 2\n}', '{\n  "c": 0,\n  "a": 2\n}'),
    ('{"c": 1, "c": 2}', '{"c": 1, "c": 0}'),
    ("{}\n", '{\n  "c": 0\n}\n'),
    ("{ }", '{\n  "c": 0\n}'),
    ("{\r\n}\r\n", '{\r\n  "c": 0\r\n}\r\n'),
    ("{ /* x */ }", '{ /* x */\n  "c": 0\n}'),
    ("{\n\t// x\n}\n", '{\n\t// x\n  "c": 0\n}\n'),
    ("{ // x\n}\n", '{ // x\n  "c": 0\n}\n'),
]


@pytest.mark.parametrize(("before", "after"), ADDED)
def test_add_members(before: str, after: str) -> None:
    assert added(before, ("c", 0)) == after


def test_keys_are_sorted_by_utf_16_code_units() -> None:
    assert added('{"B": 1, "a": 2}', ("C", 0), ("z", 0)) == '{"B": 1, "C": 0, "a": 2, "z": 0}'
    assert added('{"a": 1, "\\ufffd": 2}', ("😀", 0)) == '{"a": 1, "😀": 0, "\\ufffd": 2}'


def test_added_keys_keep_order_after_unsorted_keys() -> None:
    assert added('{"b": 1, "a": 2}', ("z", 0), ("c", 0)) == '{"b": 1, "a": 2, "z": 0, "c": 0}'
    assert added('{"b": 1}', ("z", 0), ("c", 0), ("a", 0)) == '{"a": 0, "b": 1, "c": 0, "z": 0}'


# Remove "x" and "y", add "c".
REPLACED: list[Row] = [
    ('{"x": 1}', '{"c": 0}'),
    ('{ "x": 1, "y": 2, }', '{ "c": 0, }'),
    ('{\n  "x": 1\n}\n', '{\n  "c": 0\n}\n'),
    ('{\n  "x": 1, // x\n  "y": 2,\n}\n', '{\n  "c": 0,\n}\n'),
    ('{\n  // x\n  "x": 1 // x\n}\n', '{\n  // x\n  "c": 0\n}\n'),
    ('{\n  "x": 1 // x\n  // y\n}\n', '{\n  "c": 0\n  // y\n}\n'),
    ('{"a": 1, "x": 2}', '{"a": 1, "c": 0}'),
    ('{"x": 1, "a": 2}', '{"a": 2, "c": 0}'),
    ('{"x": 1, "d": 2}', '{"c": 0, "d": 2}'),
    ('{\n  "a": 1, // a\n  "x": 2 // x\n}', '{\n  "a": 1, // a\n  "c": 0\n}'),
    ('{\n  "a": 1,\n  // x\n  "x": 2,\n  // d\n  "d": 3\n}', '{\n  "a": 1,\n  // x\n  "c": 0,\n  // d\n  "d": 3\n}'),
    ('{\n  "a": 1,\n  "x": 2\n}', '{\n  "a": 1,\n  "c": 0\n}'),
    ('{\n  "x": 1,\n  "a": 2,\n}', '{\n  "a": 2,\n  "c": 0,\n}'),
    ('{"a": 1,\n "x": 2}', '{"a": 1,\n "c": 0}'),
    ('{"x": 1,\n "d": 2}', '{\n "c": 0,\n "d": 2}'),
    ('{ "a": 1 /* a */, "x": 2 }', '{ "a": 1 /* a */, "c": 0 }'),
    ('{\n  // x\n  "x": 1, "y": 2\n}', '{\n  // x\n  "c": 0\n}'),
    ('{\n  /* x */\n"x": 1, "y": 2}', '{\n  /* x */\n"c": 0\n}'),
]


@pytest.mark.parametrize(("before", "after"), REPLACED)
def test_add_members_in_the_place_of_others(before: str, after: str) -> None:
    assert replaced(before, ("x", "y"), ("c", 0)) == after


# Add "c": {"k": ["l", "m"]} or "c": ["l", {"k": 1}].
SHAPED: list[tuple[str, object, str]] = [
    ('{\n\t"a": 1\n}', {"k": ["l", "m"]}, '{\n\t"a": 1,\n\t"c": {\n\t\t"k": ["l", "m"]\n\t}\n}'),
    ('{\n  "a": { "b": 1 }\n}', {"k": ["l"]}, '{\n  "a": { "b": 1 },\n  "c": { "k": ["l"] }\n}'),
    ('{\n  "a": {"b": 1}\n}', {"k": 1}, '{\n  "a": {"b": 1},\n  "c": {"k": 1}\n}'),
    ('{\n  "a": [\n    1\n  ]\n}', ["l", "m"], '{\n  "a": [\n    1\n  ],\n  "c": [\n    "l",\n    "m"\n  ]\n}'),
    ('{\n  "a": [\n    1\n  ],\n  "b": [ 1 ]\n}', ["l"], '{\n  "a": [\n    1\n  ],\n  "b": [ 1 ],\n  "c": [ "l" ]\n}'),
    ('{\n  "a": [\n    1,\n  ],\n}', ["l"], '{\n  "a": [\n    1,\n  ],\n  "c": [\n    "l",\n  ],\n}'),
    ('{"a": 1}', {"k": ["l", {}, []]}, '{"a": 1, "c": {"k": ["l", {}, []]}}'),
    ('{"a":1}', {"k": ["l", "m"]}, '{"a":1,"c":{"k":["l","m"]}}'),
    (
        '{\n  "a": {\n    "b": [\n      1\n    ]\n  }\n}',
        {"k": ["l"]},
        '{\n  "a": {\n    "b": [\n      1\n    ]\n  },\n  "c": {\n    "k": [\n      "l"\n    ]\n  }\n}',
    ),
    ('{\n "a": null\n}', 'ß"\\\n\ud800', '{\n "a": null,\n "c": "\\u00df\\"\\\\\\n\\ud800"\n}'),
    ('{\n "a": null\n}', "ß😀", '{\n "a": null,\n "c": "ß😀"\n}'),
    ('{\n "a": null\n}', [True, None, 1.5], '{\n "a": null,\n "c": [true, null, 1.5]\n}'),
]


@pytest.mark.parametrize(("before", "data", "after"), SHAPED)
def test_new_values_look_like_their_neighbours(before: str, data: object, after: str) -> None:
    assert added(before, ("c", data)) == after


VALUES: list[tuple[str, object, str]] = [
    ('{"a": /* 1 */ "b" /* 2 */, "c": "b"}', "ü", '{"a": /* 1 */ "ü" /* 2 */, "c": "b"}'),
    ('{"a": 1}', True, '{"a": true}'),
    ('{"a": {"b": 1, "c": 2}}', {"c": 2, "b": 1}, '{"a": {"c": 2, "b": 1}}'),
    ('{\n  "a": [\n    1\n  ]\n}', [2], '{\n  "a": [\n    2\n  ]\n}'),
    ('{\n  "a": [ 1 ]\n}', [2, 3], '{\n  "a": [ 2, 3 ]\n}'),
    ('{\n  "a": "b"\n}', {"c": 1}, '{\n  "a": {\n    "c": 1\n  }\n}'),
    ('{\n  "a": "b",\n  "d": { "e": 1 }\n}', {"c": 1}, '{\n  "a": { "c": 1 },\n  "d": { "e": 1 }\n}'),
    ('{ "a": "b" }', {"c": 1}, '{ "a": { "c": 1 } }'),
]


@pytest.mark.parametrize(("before", "data", "after"), VALUES)
def test_replace_value(before: str, data: object, after: str) -> None:
    value = root_of(before).at("a")
    assert value is not None
    assert apply_edits(before.encode(), replace_value(before.encode(), value, data)).decode() == after


PUT: list[tuple[str, str, str]] = [
    (
        '{\n  "a": {\n    "b": {\n      "c": 1\n    }\n  }\n}',
        "a b",
        '{\n  "a": {\n    "b": {\n      "c": 1,\n      "n": 0\n    }\n  }\n}',
    ),
    ('{\n  "a": {}\n}', "a", '{\n  "a": {\n    "n": 0\n  }\n}'),
    ('{"a": {}}', "a", '{"a": {"n": 0}}'),
    ('{"a": { }, "b": { "c": 1 }}', "a", '{"a": {"n": 0}, "b": { "c": 1 }}'),
    ('{\n  "a": {}\n}', "a b", '{\n  "a": {\n    "b": {\n      "n": 0\n    }\n  }\n}'),
    ('{\n  "name": "z",\n  "z": 1\n}', "a", '{\n  "name": "z",\n  "a": {\n    "n": 0\n  },\n  "z": 1\n}'),
    ('{\n  "z": 1,\n  "b": { "c": 1 }\n}', "a", '{\n  "z": 1,\n  "b": { "c": 1 },\n  "a": { "n": 0 }\n}'),
    (
        '{\n  "type": 1,\n  "z": 1,\n  "name": 2\n}',
        "a",
        '{\n  "type": 1,\n  "z": 1,\n  "name": 2,\n  "a": {\n    "n": 0\n  }\n}',
    ),
    ("{}", "a b", '{\n  "a": {\n    "b": {\n      "n": 0\n    }\n  }\n}'),
    ('{"n": 1}', "", '{"n": 0}'),
    ('{"a": null}', "a", '{"a": null}'),
    ('{"a": "x"}', "a b", '{"a": "x"}'),
    ("[]", "a", "[]"),
]


@pytest.mark.parametrize(("before", "path", "after"), PUT)
def test_put(before: str, path: str, after: str) -> None:
    edits = set_properties_at(before.encode(), root_of(before), path.split(), [("n", 0)], after=("name", "type"))
    assert apply_edits(before.encode(), edits).decode() == after


def test_put_without() -> None:
    text = b'{\n  "a": {\n    "x": 1\n  }\n}'
    root = root_of(text.decode())
    owner = root.at("a")
    assert owner is not None
    edits = (*remove_properties(text, owner, ["x"]), *set_properties_at(text, root, ["a"], [("n", 0)], removed=["x"]))
    assert apply_edits(text, edits) == b'{\n  "a": {\n    "n": 0\n  }\n}'
