from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import nested
from workflow_ls.project.resolution.exports_field import Match, match_subpath, resolve_exports

TYPES = ("types", "import", "node")
IMPORT = ("import", "node")
REQUIRE = ("require", "node")


def told(match: Match) -> str:
    """The target, or else the outcome."""
    return str(match.target) if match.outcome == "found" else match.outcome


@pytest.mark.parametrize(
    ("exports", "subpath", "expected"),
    [
        # Sugar: a value for the package itself.
        ("./a.js", ".", "./a.js"),
        ("./a.js", "./a.js", "no-key"),
        (["./a.js", "./b.js"], ".", "./a.js"),
        ({"import": "./a.js"}, ".", "./a.js"),
        ({"import": "./a.js"}, "./import", "no-key"),
        ({".": "./a.js"}, ".", "./a.js"),
        ({"./a": "./a.js"}, ".", "no-key"),
        # An empty map, or one that says no, closes the package.
        ({}, ".", "no-condition"),
        ({}, "./a", "no-key"),
        ([], ".", "excluded"),
        ({".": None}, ".", "excluded"),
        # Exact keys.
        ({"./a": "./src/a.js"}, "./a", "./src/a.js"),
        ({"./a": "./src/a.js"}, "./a.js", "no-key"),
        ({"./a": "./src/a.js"}, "./a/b", "no-key"),
        ({"./a": "./src/a.js"}, "./A", "no-key"),
        ({"./a.js": "./a.js", "./a": "./b.js"}, "./a", "./b.js"),
        # Patterns.
        ({"./*": "./src/*.js"}, "./a", "./src/a.js"),
        ({"./*": "./src/*.js"}, "./a/b", "./src/a/b.js"),
        ({"./*": "./src/*.js"}, ".", "no-key"),
        ({"./*": "./src/*/*.js"}, "./a", "./src/a/a.js"),
        ({"./*": "./fixed.js"}, "./a", "./fixed.js"),
        ({"./a/*": "./src/*.js"}, "./a/", "no-key"),
        ({"./a/*": "./src/*.js"}, "./a", "no-key"),
        ({"./a*": "./src/a*.js"}, "./ab", "./src/ab.js"),
        ({"./a*": "./src/a*.js"}, "./a", "no-key"),
        # What a pattern stands for is never empty, and the rest of the key must fit.
        ({"./*.js": "./src/*.js"}, "./a.js", "./src/a.js"),
        ({"./*.js": "./src/*.js"}, "./a.ts", "no-key"),
        ({"./*.js": "./src/*.js"}, "./.js", "no-key"),
        ({"./a*a": "./src/*.js"}, "./aa", "no-key"),
        ({"./a*a": "./src/*.js"}, "./aba", "./src/b.js"),
        ({"./*/index": "./src/*.js"}, "./a/index", "./src/a.js"),
        ({"./*/index": "./src/*.js"}, "./a/b/index", "./src/a/b.js"),
        # Two stars make no pattern, and none of the keys is one for a subpath with a star in it.
        ({"./*/*": "./src/*.js"}, "./a/b", "no-key"),
        ({"./*": "./src/*.js"}, "./*", "./src/*.js"),
        ({"./a*": "./x.js", "./*": "./src/*.js"}, "./a*", "./x.js"),
        # The trailing slash of old is gone.
        ({"./a/": "./src/a/"}, "./a/b.js", "no-key"),
        ({"./*": "./src/*.js"}, "./a/", "no-key"),
        ({"./a/": "./src/a.js"}, "./a/", "no-key"),
        # Of several keys: the exact one, then the longer base, then the longer key; never their order.
        ({"./*": "./no.js", "./a": "./yes.js"}, "./a", "./yes.js"),
        ({"./*": "./no.js", "./a/*": "./yes.js"}, "./a/b", "./yes.js"),
        ({"./a/*": "./yes.js", "./*": "./no.js"}, "./a/b", "./yes.js"),
        ({"./a/*": "./no.js", "./a/*.js": "./yes.js"}, "./a/b.js", "./yes.js"),
        ({"./a/*.js": "./yes.js", "./a/*": "./no.js"}, "./a/b.js", "./yes.js"),
        ({"./a*": "./no.js", "./a/*": "./yes.js"}, "./a/b", "./yes.js"),
        # Exclusions beside patterns.
        ({"./*": "./src/*.js", "./internal/*": None}, "./internal/a", "excluded"),
        ({"./*": "./src/*.js", "./internal/*": None}, "./other/a", "./src/other/a.js"),
        ({"./*": "./src/*.js", "./a": None}, "./a", "excluded"),
        ({"./a/*": "./src/*.js", "./a/b/*": None, "./a/b/c": "./c.js"}, "./a/b/c", "./c.js"),
        ({"./*": {"types": None, "default": "./a.js"}}, "./a", "./a.js"),
        # Conditions: the first that holds, in the order of the field.
        ({"import": "./a.js", "node": "./b.js"}, ".", "./a.js"),
        ({"node": "./b.js", "import": "./a.js"}, ".", "./b.js"),
        ({"require": "./no.js", "default": "./a.js"}, ".", "./a.js"),
        ({"default": "./a.js", "import": "./no.js"}, ".", "./a.js"),
        ({"require": "./no.js"}, ".", "no-condition"),
        ({"./*": {"require": "./no.js"}, "./a/*": {"browser": "./no.js"}}, "./a/b", "no-condition"),
        ({"node": {"require": "./no.js"}, "import": "./a.js"}, ".", "./a.js"),
        ({"node": {"require": "./no.js", "default": {"import": "./a.js"}}}, ".", "./a.js"),
        ({"node": {"import": None}, "default": "./no.js"}, ".", "excluded"),
        ({"node": {}, "default": "./a.js"}, ".", "./a.js"),
        ({"node": [], "default": "./no.js"}, ".", "excluded"),
        # Arrays: the first that can be used.
        ([{"require": "./no.js"}, "./a.js"], ".", "./a.js"),
        ([None, "./a.js"], ".", "./a.js"),
        (["no.js", "./a.js"], ".", "./a.js"),
        ([["../no.js"], ["./a.js"]], ".", "./a.js"),
        ([{"require": "./no.js"}], ".", "no-condition"),
        ([{"require": "./no.js"}, None], ".", "excluded"),
        ([None, {"require": "./no.js"}], ".", "excluded"),
        (["no.js", {"require": "./no.js"}], ".", "invalid"),
        (["no.js", None], ".", "excluded"),
        ({"./a/*": ["./node_modules/*.js", "./src/*.js"]}, "./a/b", "./src/b.js"),
        # TargetResolver that Node refuses.
        ("a.js", ".", "invalid"),
        ("../a.js", ".", "invalid"),
        ("/a.js", ".", "invalid"),
        ("", ".", "invalid"),
        ("./", ".", "invalid"),
        ("./a/", ".", "invalid"),
        ("./a//b.js", ".", "invalid"),
        ("./a/../b.js", ".", "invalid"),
        ("./a\\..\\b.js", ".", "invalid"),
        ("./a/./b.js", ".", "invalid"),
        ("./node_modules/a.js", ".", "invalid"),
        ("./Node_Modules/a.js", ".", "invalid"),
        ("./%6Eode_modules/a.js", ".", "invalid"),
        ("./%2E%2e/a.js", ".", "invalid"),
        ("./a/..", ".", "invalid"),
        ("https://example.com/a.js", ".", "invalid"),
        (1, ".", "invalid"),
        (True, ".", "invalid"),
        ({"./a": 1}, "./a", "invalid"),
        ("./a..b/node_modules_/c.js", ".", "./a..b/node_modules_/c.js"),
        # What a star may not stand for; an array does not help.
        ({"./*": "./src/*.js"}, "./../a", "invalid"),
        ({"./*": "./src/*.js"}, "./a/%2e./b", "invalid"),
        ({"./*": "./src/*.js"}, "./a/node_modules/b", "invalid"),
        ({"./*": ["./src/*.js", "./b.js"]}, "./a/../b", "invalid"),
        # Maps that Node refuses as a whole.
        ({".": "./a.js", "import": "./b.js"}, ".", "invalid"),
        ({"./a": "./a.js", "import": "./b.js"}, "./a", "invalid"),
        ({"0": "./a.js"}, ".", "invalid"),
        ({"import": "./a.js", "1": "./b.js"}, ".", "invalid"),
        ([{"1": "./a.js"}, "./b.js"], ".", "invalid"),
        ({"01": "./a.js", "import": "./b.js"}, ".", "./b.js"),
        ({"4294967295": "./a.js", "default": "./b.js"}, ".", "./b.js"),
        ({"-1": "./a.js", "1.5": "./a.js", "": "./a.js", "import": "./b.js"}, ".", "./b.js"),
    ],
)
def test_resolve_exports(exports: Any, subpath: str, expected: str) -> None:
    assert told(resolve_exports(exports, subpath, IMPORT)) == expected


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        (TYPES, "./a.d.ts"),
        (("types", *REQUIRE), "./a.d.cts"),
        (IMPORT, "./a.mjs"),
        (REQUIRE, "./a.cjs"),
        (("custom", *IMPORT), "./src/a.ts"),
        ((), "./a.js"),
    ],
)
def test_views_of_one_package(conditions: tuple[str, ...], expected: str) -> None:
    exports = {
        "./a": {
            "custom": "./src/a.ts",
            "require": {"types": "./a.d.cts", "default": "./a.cjs"},
            "types": "./a.d.ts",
            "import": "./a.mjs",
            "default": "./a.js",
        }
    }
    assert resolve_exports(exports, "./a", conditions).target == expected


@pytest.mark.parametrize(
    ("versions", "holds"),
    [
        ("", True),
        ("*", True),
        (">=5.2", True),
        (">=4.0 >= 4.2", True),
        (">4", True),
        ("<5.0", False),
        ("<=4.9", False),
        (">=4.2 <5", False),
        (">= 4.2 < 5", False),
        ("4.2", False),
        ("~4.2", False),
        ("4.0 - 4.9", False),
        ("<4 || >=5", True),
        ("<4 || <5", False),
    ],
)
def test_a_range_of_compiler_versions(versions: str, holds: bool) -> None:
    exports = {f"types@{versions}": "./ranged.d.ts", "default": "./a.js"}
    assert resolve_exports(exports, ".", TYPES).target == ("./ranged.d.ts" if holds else "./a.js")
    assert resolve_exports(exports, ".", IMPORT).target == "./a.js"


@pytest.mark.parametrize(
    ("specifier", "expected"),
    [
        ("#a", "./src/a.js"),
        ("#b", "other/b"),
        ("#c", "./c.mjs"),
        ("#d/x", "./src/d/x.js"),
        ("#d/internal/x", "excluded"),
        ("#e/x", "other/x"),
        ("#fs", "invalid"),
        ("#up", "invalid"),
        ("#absolute", "invalid"),
        ("#dots", "invalid"),
        ("#nothing", "invalid"),
        ("#array", "./a.js"),
        ("#hidden", "invalid"),
        ("#none", "no-key"),
    ],
)
def test_match_subpath_of_imports(specifier: str, expected: str) -> None:
    imports = {
        "#a": "./src/a.js",
        "#b": "other/b",
        "#c": {"import": "./c.mjs", "default": "c-polyfill"},
        "#d/*": "./src/d/*.js",
        "#d/internal/*": None,
        "#e/*": "other/*",
        "#fs": "node:fs",
        "#up": "../a.js",
        "#absolute": "/a.js",
        "#dots": "..",
        "#nothing": "",
        "#array": ["../no.js", "./a.js"],
        "#hidden": [".hidden", "./a.js"],
    }
    assert told(match_subpath(imports, specifier, IMPORT)) == expected


def test_a_match_tells_how_it_was_found() -> None:
    exports = {"./a/*": {"node": {"require": "./no.js", "default": "./src/*.js"}}, "./b/*": None, "./c": "c.js"}
    assert resolve_exports(exports, "./a/x", TYPES) == Match("found", "./a/*", "./src/x.js")
    assert resolve_exports(exports, "./b/x", TYPES) == Match("excluded", "./b/*")
    assert resolve_exports(exports, "./d", TYPES) == Match("no-key")
    assert resolve_exports(exports, "./c", TYPES) == Match(
        "invalid", "./c", detail="a target must start with `./`: 'c.js'"
    )


JSON = nested(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["./a.js", "./*", "*", "./"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=4) | st.sampled_from([".", "./*", "./a", "./a*b", "import", "types@>=1", "#*"]),
            inner,
            max_size=4,
        )
    ),
)


@given(JSON, st.text(max_size=8) | st.sampled_from([".", "./a", "./a/b", "./", "./*", "#a"]))
def test_any_value_has_an_answer(value: Any, subpath: str) -> None:
    value = json.loads(json.dumps(value))
    assert (resolve_exports(value, subpath, TYPES).outcome == "found") == bool(
        resolve_exports(value, subpath, TYPES).target
    )
    if isinstance(value, dict):
        match_subpath(value, subpath, TYPES)


def test_many_patterns() -> None:
    """Whether there are few patterns or many, the same one matches."""
    parts = ("", "a", "b/", "a/b", "/a", "b")
    keys = [f"./{base}*{trailer}" for base in parts for trailer in parts]
    for subpath in (f"./{one}{two}{three}" for one in parts for two in parts for three in parts):
        few = [key for key in keys if match_subpath({key: "./x"}, subpath, ()).key]
        best = min(few, key=lambda key: (-len(key.partition("*")[0]), -len(key)), default=None)
        assert match_subpath(dict.fromkeys(keys, "./x"), subpath, ()).key == best, subpath
