"""How the entries of an `exports` map are written: entries in, the value of a new one out."""

from __future__ import annotations

from typing import Any

import pytest

from workflow_ls.manifests.entries.exports_style import neighbours, styles, surface, written

BUILT = {"types": "./dist/a.d.ts", "default": "./dist/a.js"}


def best(exports: dict[str, Any], key: str, stem: str, ending: str = ".ts", sources: str = "src") -> Any:
    """The value of a new entry in the best style; "none" where no entry shows one."""
    found = styles(neighbours(exports, sources), key)
    return written(found[0], stem, ending) if found else "none"


@pytest.mark.parametrize(
    ("exports", "expected"),
    [
        # Entries that show no style.
        ({}, "none"),
        ({"./a": None}, "none"),
        ({"./a": {}}, "none"),
        ({"./a": 1}, "none"),
        ({"./a": "src/a.ts"}, "none"),
        ({"./a": "./src/b.ts"}, "none"),
        ({"./a": {"import": "./src/a.ts", "types": "./src/b.ts"}}, "none"),
        # The source itself has the source's ending, what is built keeps its own.
        ({"./a": "./src/a.ts"}, "./src/x/y.tsx"),
        ({"./a": "./src/a.js"}, "./src/x/y.tsx"),
        ({"./a": "./lib/a.ts"}, "./lib/x/y.tsx"),
        ({"./a": "./lib/a.mts"}, "./lib/x/y.tsx"),
        ({"./a": "./dist/a.js"}, "./dist/x/y.js"),
        ({"./a": "./dist/a/index.js"}, "./dist/x/y.js"),
        ({".": "./dist/index.js"}, "./dist/x/y.js"),
        ({"./a": BUILT}, {"types": "./dist/x/y.d.ts", "default": "./dist/x/y.js"}),
        ({"./a": ["./dist/a.js", "./src/a.ts"]}, ["./dist/x/y.js", "./src/x/y.tsx"]),
        ({"./a": {"node": {"import": "./lib/a.js"}, "x": None}}, {"node": {"import": "./lib/x/y.js"}, "x": None}),
        # Of several, the most common one.
        ({"./a": "./one/a.js", "./b": "./two/b.js", "./c": "./two/c.js"}, "./two/x/y.js"),
        ({"./a": "./one/a.js", "./b": "./one/b.js", "./c": "./two/c.js"}, "./one/x/y.js"),
        # One of the same surface comes first, however rare; then one of the same kind.
        ({"./a": "./one/a.js", "./b": "./one/b.js", "./x/c": "./two/x/c.js"}, "./two/x/y.js"),
        (
            {"./a": "./one/a.js", "./b": "./one/b.js", "./c": "./two/c.js", "./x/c": "./two/x/c.js"},
            "./two/x/y.js",
        ),
        ({"./*": "./one/*.js", "./b/*": "./one/b/*.js", "./c": "./two/c.js"}, "./two/x/y.js"),
        ({"./x/a": "./one/x/a.js", "./x/*": "./two/x/*.js", "./x/b/*": "./two/x/b/*.js"}, "./one/x/y.js"),
    ],
)
def test_the_value_of_a_new_entry(exports: dict[str, Any], expected: Any) -> None:
    assert best(exports, "./x/y", "x/y", ".tsx") == expected


@pytest.mark.parametrize(
    ("exports", "ending", "expected"),
    [
        # The compiler keeps the format that the ending of a source tells.
        ({"./a": "./dist/a.js"}, ".mts", "./dist/x/y.mjs"),
        ({"./a": "./dist/a.js"}, ".cts", "./dist/x/y.cjs"),
        ({"./a": "./dist/a.mjs"}, ".cts", "./dist/x/y.cjs"),
        ({"./a": BUILT}, ".mts", {"types": "./dist/x/y.d.mts", "default": "./dist/x/y.mjs"}),
        # A bundler may make a format of sources that don't tell it.
        ({"./a": "./dist/a.mjs"}, ".ts", "./dist/x/y.mjs"),
    ],
)
def test_the_ending_of_what_is_built(exports: dict[str, Any], ending: str, expected: Any) -> None:
    assert best(exports, "./x/y", "x/y", ending) == expected


def test_a_pattern_is_written_as_patterns_are() -> None:
    exports = {"./a": "./one/a.js", "./b": "./one/b.js", "./c/*": "./two/c/*.js"}
    assert best(exports, "./x/*", "x/*") == "./two/x/*.js"


def test_sources_may_be_the_package_itself() -> None:
    assert best({"./a": "./a.js"}, "./x", "x", sources="") == "./x.ts"
    assert best({"./a": "./dist/a.js"}, "./x", "x", sources="") == "./dist/x.js"


@pytest.mark.parametrize(
    ("key", "expected"),
    [(".", ""), ("./a", "a"), ("./a/b", "a"), ("./a/b/c", "a"), ("./*", ""), ("./a/*", "a"), ("./a*/b", "")],
)
def test_the_surface_of_a_key(key: str, expected: str) -> None:
    assert surface(key) == expected


@pytest.mark.parametrize("ending", [".ts", ".tsx", ".mts", ".cts"])
def test_a_target_of_typescript_takes_the_ending_of_its_source(ending: str) -> None:
    assert best({"./a": f"./lib/a{ending}"}, "./x", "x", ending=".js") == "./lib/x.js"
