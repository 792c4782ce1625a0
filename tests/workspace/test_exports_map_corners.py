"""What Node says of odd keys, long paths and mistakes in `exports` and `imports`."""

from __future__ import annotations

from typing import Any

import pytest

from workflow_ls.workspace.exports_map import match_subpath, resolve_exports

IMPORT = ("import", "node")


@pytest.mark.parametrize("subpath", ["./a/*", "./*/b", "./*/*", "./a/b"])
def test_a_key_with_two_stars_is_none(subpath: str) -> None:
    assert resolve_exports({"./*/*": "./src/*.js"}, subpath, IMPORT).outcome == "no-key"


@pytest.mark.parametrize(
    ("exports", "detail"),
    [
        ({".": "./a.js", "import": "./b.js"}, "`exports` mixes subpaths with conditions"),
        ({".": 1}, "a target must be a string, an object, an array or null: 1"),
        ({"0": "./a.js"}, "a condition may not be a number: '0'"),
        ("../a.js", "a target must start with `./`: '../a.js'"),
        ("./a/../b.js", "a target may not hold an empty, `.`, `..` or `node_modules` segment: './a/../b.js'"),
    ],
)
def test_what_is_invalid_says_why(exports: Any, detail: str) -> None:
    match = resolve_exports(exports, ".", IMPORT)
    assert (match.outcome, match.detail) == ("invalid", detail)


@pytest.mark.parametrize(
    ("condition", "is_number"),
    [
        ("0", True),
        ("9", True),
        ("4294967294", True),
        # An array has no such index.
        ("4294967295", False),
        ("1" * 5000, False),
        ("00", False),
        # Digits, but not those of a number.
        ("²", False),
        ("٣", False),
    ],
)
def test_conditions_that_are_numbers(condition: str, is_number: bool) -> None:
    exports = {condition: "./no.js", "default": "./a.js"}
    assert resolve_exports(exports, ".", IMPORT).outcome == ("invalid" if is_number else "found")


@pytest.mark.parametrize("name", ["", "*", ">=5", "typed@>=5", "@>=5"])
def test_only_types_has_versions(name: str) -> None:
    assert resolve_exports({name: "./no.d.ts", "default": "./a.js"}, ".", ("types", *IMPORT)).target == "./a.js"


@pytest.mark.parametrize(("length", "outcome"), [(1 << 15, "found"), ((1 << 15) + 1, "invalid")])
def test_a_path_has_an_end(length: int, outcome: str) -> None:
    match = resolve_exports({"./*": "./*/*"}, f"./{'a' * length}", IMPORT)
    assert match.outcome == outcome
    assert match.detail == (
        "" if outcome == "found" else "the path is longer than 65536 characters with what the `*` stands for"
    )


def test_the_path_in_another_package_is_for_that_one_to_judge() -> None:
    assert match_subpath({"#e/*": "other/*"}, "#e/../x", IMPORT).target == "other/../x"
    assert match_subpath({"#e/*": "./other/*"}, "#e/../x", IMPORT).outcome == "invalid"
