"""What is said of mistakes in `exports`, and of targets of `imports` in other packages."""

from __future__ import annotations

from typing import Any

import pytest

from workflow_ls.project.resolution.exports_field import match_subpath, resolve_exports

IMPORT = ("import", "node")


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


def test_the_path_in_another_package_is_for_that_one_to_judge() -> None:
    assert match_subpath({"#e/*": "other/*"}, "#e/../x", IMPORT).target == "other/../x"
    assert match_subpath({"#e/*": "./other/*"}, "#e/../x", IMPORT).outcome == "invalid"
