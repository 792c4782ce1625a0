from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import nested
from workflow_ls.project.configuration.manifest import Package, read_package


def read(**fields: Any) -> Package:
    return read_package(json.dumps(fields).encode(), "packages/a")


def test_nothing_is_said() -> None:
    assert read() == Package("packages/a", dependencies={})


def test_all_that_is_read() -> None:
    package = read(
        name="@x/a",
        type="module",
        exports={".": "./a.js"},
        imports={"#a": "./a.js"},
        main="./dist/a.js",
        module="./dist/a.mjs",
        types="./dist/a.d.ts",
        dependencies={"one": "1", "two": "2", "none": 1},
        devDependencies={"two": "3"},
        peerDependencies={"three": "*"},
        optionalDependencies={"four": "workspace:*"},
        workspaces=["packages/*", 1],
    )
    assert package == Package(
        "packages/a",
        name="@x/a",
        exports={".": "./a.js"},
        imports={"#a": "./a.js"},
        dependencies={"one": "1", "two": "3", "three": "*", "four": "workspace:*"},
        types="./dist/a.d.ts",
        main="./dist/a.js",
        workspaces=("packages/*",),
        type="module",
        sections={
            "dependencies": {"one": "1", "two": "2"},
            "devDependencies": {"two": "3"},
            "peerDependencies": {"three": "*"},
            "optionalDependencies": {"four": "workspace:*"},
        },
    )


@pytest.mark.parametrize(
    ("fields", "types", "main"),
    [
        ({"types": "a", "typings": "b"}, "b", ""),
        ({"types": "a", "typings": 1}, "a", ""),
        ({"types": "a", "typings": ""}, "a", ""),
        ({"main": "a", "module": "b"}, "", "a"),
        ({"module": "b"}, "", "b"),
        ({"main": ["a"], "types": {"a": "b"}}, "", ""),
    ],
)
def test_entries(fields: dict[str, Any], types: str, main: str) -> None:
    package = read(**fields)
    assert (package.types, package.main) == (types, main)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (["a", "b/*"], ("a", "b/*")),
        ({"packages": ["a"], "nohoist": ["b"]}, ("a",)),
        ({"packages": "a"}, ()),
        ({}, ()),
        ("a", ()),
        (None, ()),
    ],
)
def test_workspaces(value: Any, expected: tuple[str, ...]) -> None:
    assert read(workspaces=value).workspaces == expected


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (b"", 1, "The file is empty: a JSON value is missing."),
        (b'{\n  "name": "a"\n  "type": "module"\n}', 3, None),
        (b'{ "name": "a", }', 1, None),
        (b'{ // none here\n "name": "a" }', 1, "Comments are not allowed in this file."),
        (b'{ "name": "\xff" }', 1, "This is not UTF-8."),
        (b"[]", None, "This is not a JSON object."),
        (b"null", None, "This is not a JSON object."),
    ],
)
def test_a_broken_manifest_says_nothing_but_what_is_wrong(text: bytes, line: int | None, message: str | None) -> None:
    package = read_package(text, "packages/a")
    assert package.broken is not None
    assert (package.broken.path, package.broken.line) == ("packages/a/package.json", line)
    assert message is None or package.broken.message == message
    assert package == Package("packages/a", broken=package.broken)


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert read_package(b'\xef\xbb\xbf{"name": "a"}', "").name == "a"


JSON = nested(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
)
FIELDS = ["name", "type", "main", "types", "workspaces", "dependencies", "devDependencies", "exports", "imports"]


@given(st.dictionaries(st.sampled_from(FIELDS), JSON) | JSON)
def test_any_json_can_be_read(value: Any) -> None:
    package = read_package(json.dumps(value).encode(), "")
    assert (package.broken is None) == isinstance(value, dict)
    assert all(isinstance(version, str) for version in (package.dependencies or {}).values())


@given(st.binary(max_size=40))
def test_any_bytes_can_be_read(text: bytes) -> None:
    assert read_package(text, "").path == "package.json"
