"""The change of a manifest that makes its package serve a subpath: which entry, in which style, or why none."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies import examples
from workflow_ls.config.settings import Settings
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.diagnostics import Blocked
from workflow_ls.manifests.entries.entry_edits import Entry, edits_of
from workflow_ls.manifests.entries.exports_fix import plan_entries, plan_entry
from workflow_ls.manifests.target_manifest import Manifest, missing_targets, open_manifest
from workflow_ls.project.workspace import Workspace
from workflow_ls.rewrite.packages.package_lookup import Conditions, locate_file
from workflow_ls.text import apply_edits
from workflow_ls.vfs.files import MemoryFiles

NAME, DIRECTORY = "@alga-psa/workflows", "ee/packages/workflows"


def manifest_of(exports: Any, files: str, *, indent: int | None = 2, text: str | None = None) -> Manifest:
    """The canonical package with these exports and source files."""
    data = {"name": NAME} if exports is None else {"name": NAME, "exports": exports}
    texts = {f"{DIRECTORY}/{path}": "export const a = 1;\n" for path in files.split()}
    texts[f"{DIRECTORY}/package.json"] = json.dumps(data, indent=indent) + "\n" if text is None else text
    table = builtin_table()
    manifest = open_manifest(Workspace(MemoryFiles(texts), table, Settings()), table.canonical)
    assert manifest is not None
    return manifest


def change(manifest: Manifest, *subpaths: str) -> bytes:
    plans = plan_entries(manifest, dict.fromkeys(subpaths, (Conditions.TYPES, Conditions.IMPORT)))
    entries = [plan for plan in plans.values() if isinstance(plan, Entry)]
    assert len(entries) == len(subpaths), plans
    return apply_edits(manifest.text, {edit for edits in edits_of(manifest, entries).values() for edit in edits})


def added(before: Any, after: bytes) -> dict[str, Any]:
    exports = json.loads(after)["exports"]
    assert {key: exports[key] for key in before} == before
    return {key: value for key, value in exports.items() if key not in before}


def pair(path: str) -> dict[str, str]:
    return {"import": path, "types": path}


def made(module: str) -> str:
    """The files that `built` names."""
    return " ".join(target.removeprefix("./") for target in built(module).values())


def built(module: str) -> dict[str, str]:
    return {"types": f"./dist/{module}.d.ts", "default": f"./dist/{module}.js"}


@pytest.mark.parametrize(
    ("exports", "files", "subpath", "entry"),
    [
        pytest.param(
            {".": "./src/index.ts", "./a": "./src/a/index.ts"},
            "src/a/index.ts src/b/index.ts",
            "./b",
            {"./b": "./src/b/index.ts"},
            id="a plain target, to an index",
        ),
        pytest.param(
            {".": "./src/index.ts", "./a": "./src/a/index.ts"},
            "src/a/index.ts src/b.tsx",
            "./b",
            {"./b": "./src/b.tsx"},
            id="a plain target, to a file of another ending",
        ),
        pytest.param(
            {"./a": pair("./src/a/index.ts")},
            "src/a/index.ts src/b.ts",
            "./b",
            {"./b": pair("./src/b.ts")},
            id="conditions in their order",
        ),
        pytest.param(
            {"./a": built("a/index"), "./c": built("c")},
            "src/a/index.ts src/b.ts src/c.ts",
            "./b",
            {"./b": built("b")},
            id="a build's output",
        ),
        pytest.param(
            {"./a": {"types": "./dist/a.d.ts", "import": "./dist/esm/a.mjs", "require": "./dist/cjs/a.cjs"}},
            "src/a.ts src/b/index.ts",
            "./b",
            {
                "./b": {
                    "types": "./dist/b/index.d.ts",
                    "import": "./dist/esm/b/index.mjs",
                    "require": "./dist/cjs/b/index.cjs",
                }
            },
            id="folders of their own",
        ),
        pytest.param(
            {"./a": {"import": {"types": "./src/a.ts", "default": ["./src/a.ts"]}, "browser": None}},
            "src/a.ts src/b.ts",
            "./b",
            {"./b": {"import": {"types": "./src/b.ts", "default": ["./src/b.ts"]}, "browser": None}},
            id="nested conditions, arrays and null",
        ),
        pytest.param(
            {"./a": pair("./src/a/index.ts"), "./a/*": pair("./src/a/*.ts"), "./b": pair("./src/b/index.ts")},
            "src/a/index.ts src/b/index.ts src/b/deep.ts",
            "./b/deep",
            {"./b/*": pair("./src/b/*.ts")},
            id="a pattern where others have one",
        ),
        pytest.param(
            {"./a": pair("./src/a/index.ts"), "./a/x": pair("./src/a/x.ts"), "./b": pair("./src/b/index.ts")},
            "src/a/index.ts src/a/x.ts src/b/index.ts src/b/deep.ts",
            "./b/deep",
            {"./b/deep": pair("./src/b/deep.ts")},
            id="the exact subpath where others have that",
        ),
        pytest.param(
            {"./a/*": "./src/a/*.ts", "./c/x": "./src/c/x.ts", "./c/y": "./src/c/y.ts"},
            "src/a/x.ts src/c/x.ts src/c/y.ts src/b/deep.ts",
            "./b/deep",
            {"./b/deep": "./src/b/deep.ts"},
            id="the exact subpath where most have that",
        ),
        pytest.param(
            {"./a/*": "./src/a/*.ts", "./b": "./src/b/index.ts"},
            "src/a/x.ts src/b/index.ts src/b/deep/index.ts",
            "./b/deep",
            {"./b/deep": "./src/b/deep/index.ts"},
            id="no pattern for an index, which it would not lead to",
        ),
        pytest.param(
            {"./a/*": "./src/a/*.ts"},
            "src/a/x.ts src/a/y.tsx",
            "./a/y",
            {"./a/y": "./src/a/y.tsx"},
            id="beside a pattern that has the wrong ending",
        ),
        pytest.param(
            {"./a/*": "./src/a/*.ts", "./c": pair("./src/c.ts"), "./d": pair("./src/d.ts")},
            "src/c.ts src/d.ts src/a/x/index.ts",
            "./a/x",
            {"./a/x": "./src/a/x/index.ts"},
            id="the style of the surface first",
        ),
        pytest.param(
            {"./a/*": "./src/a/*.ts", "./*": "./src/*/index.ts"},
            "src/a/x.ts src/b/one.ts src/b/two/index.ts",
            "./b/one",
            {"./b/one": "./src/b/one.ts"},
            id="no pattern that leads another subpath elsewhere",
        ),
    ],
)
def test_an_entry_is_added(exports: Any, files: str, subpath: str, entry: dict[str, Any]) -> None:
    manifest = manifest_of(exports, files)
    assert added(exports, change(manifest, subpath)) == entry


@pytest.mark.parametrize(
    ("exports", "files", "subpath", "corrected"),
    [
        ("./src/secrets/index.ts", "src/secrets.ts", "./secrets", "./src/secrets.ts"),
        ("./src/secrets.ts", "src/secrets/index.ts", "./secrets", "./src/secrets/index.ts"),
        ("./src/secrets.ts", "src/secrets.tsx", "./secrets", "./src/secrets.tsx"),
        ("./src/index.ts", "src/index.tsx", ".", "./src/index.tsx"),
        ("./src/gone.ts", "src/secrets.ts", "./secrets", "./src/secrets.ts"),
        (pair("./src/secrets/index.ts"), "src/secrets.ts", "./secrets", pair("./src/secrets.ts")),
        (
            {"import": "./src/secrets.ts", "types": "./src/secrets/index.ts"},
            "src/secrets.ts",
            "./secrets",
            pair("./src/secrets.ts"),
        ),
        (
            {"types": "./src/a.ts", "import": "./src/secrets/index.ts"},
            "src/secrets.ts",
            "./secrets",
            {"types": "./src/a.ts", "import": "./src/secrets.ts"},
        ),
        (built("secrets/index"), f"src/secrets.ts {made('secrets')}", "./secrets", built("secrets")),
        (
            {"import": ["./src/secrets/index.ts"], "default": None},
            "src/secrets.ts",
            "./secrets",
            {"import": ["./src/secrets.ts"], "default": None},
        ),
    ],
)
def test_an_entry_is_corrected(exports: Any, files: str, subpath: str, corrected: Any) -> None:
    before = {subpath: exports, "./a": built("a"), "./b/*": None}
    manifest = manifest_of(before, f"{files} src/a.ts")
    assert missing_targets(manifest, subpath)
    after = json.loads(change(manifest, subpath))["exports"]
    assert after == {**before, subpath: corrected}
    assert list(after) == list(before)


@pytest.mark.parametrize(
    ("exports", "files", "subpath", "reason"),
    [
        ({"./a": "./src/a.ts"}, "src/a.ts", "./b", r"no file of ee/packages/workflows/src fits\. Add .*src/b\.ts or "),
        ({"./a": "./src/a.ts"}, "src/a.ts src/b.ts src/b/index.ts", "./b", r".*b\.ts and .*b/index\.ts both fit"),
        ({"./b": "./src/b.ts"}, "src/b.tsx src/b/index.ts src/b.js", "./b", r".*, .* all fit. Choose one"),
        ({"./b": "./src/c.ts"}, "src/b.ts src/c/index.ts", "./b", r".*b\.ts and .*c/index\.ts both fit. Choose one"),
        ({"./b": "./src/b.ts", "./c": "./src/c.ts"}, "src/c.ts", "./b", r"no file of .* fits"),
        ({"./a": built("a"), "./b": built("b/index")}, "src/a.ts src/b.ts", "./b", r"no build has made \./dist/"),
        ({"./a": "./src/a.ts", "./b": None}, "src/a.ts src/b.ts", "./b", r"the key `./b` excludes it \(null\)"),
        ({"./b": {"require": "./src/b.ts"}}, "src/a.ts src/b.ts", "./b", r"the key `./b` has no target for `import`"),
        ({"./a": "./src/a.ts", "./b": "../b.ts"}, "src/a.ts src/b.ts", "./b", r"the `exports` are invalid"),
        ({"./a": "./src/other.ts"}, "src/other.ts src/b.ts", "./b", r"no entry of the `exports` can serve as a model"),
        ("./src/index.ts", "src/index.ts src/b.ts", "./b", r"the `exports` are not a map of subpaths"),
        (["./src/index.ts"], "src/index.ts src/b.ts", "./b", r"the `exports` are not a map of subpaths"),
        ({"./a": "./src/a.ts", "import": "./src/a.ts"}, "src/b.ts", "./b", r"the `exports` are invalid"),
        ({}, "src/b.ts", "./b", r"no entry of the `exports` can serve as a model"),
        (None, "src/index.ts src/b.ts", "./b", r"the `exports` are not a map of subpaths"),
        ({"./a": {"types": "./src/a.ts"}}, "src/a.ts src/b.ts", "./b", r"no entry in the style of the others leads"),
        (
            {"./a": {"types": "./src/a.ts", "import": "./gen/z.js"}, "./b": "./src/b.ts"},
            "src/a/index.ts src/b.ts",
            "./a",
            r"\./gen/z\.js is in no directory of another entry's targets",
        ),
        (
            {"./a": {"types": "./src/a.ts", "import": "./gen/a.js"}, "./b": "./src/b.ts"},
            "src/a/index.ts src/b.ts",
            "./a",
            r"its targets can't all be pointed to .*src/a/index\.ts",
        ),
    ],
)  # fmt: skip
def test_there_is_no_entry_to_choose(exports: Any, files: str, subpath: str, reason: str) -> None:
    plan = plan_entry(manifest_of(exports, files), subpath)
    assert isinstance(plan, Blocked)
    assert re.match(reason, plan.message), plan


@pytest.mark.parametrize(("file", "ending"), [("x.ts", "js"), ("x.mts", "mjs"), ("x.cts", "cjs")])
def test_an_ending_that_a_source_tells_is_no_style(file: str, ending: str) -> None:
    manifest = manifest_of({"./a": "./dist/a.mjs"}, f"src/a.mts src/{file}")
    assert json.loads(change(manifest, "./x"))["exports"]["./x"] == f"./dist/x.{ending}"


def test_types_alone_suffice_for_types() -> None:
    manifest = manifest_of({"./a": {"types": "./src/a.ts"}}, "src/a.ts src/b.ts")
    plan = plan_entry(manifest, "./b", (Conditions.TYPES,))
    assert plan == Entry("./b", {"types": "./src/b.ts"}, f"{DIRECTORY}/src/b.ts")


@pytest.mark.parametrize(
    ("exports", "files"),
    [
        ({"./a": "./src/a.ts"}, "src/a.ts"),
        ({"./a": "./dist/a.js"}, "src/a.ts"),
        ({"./a": "./dist/a.css"}, "src/a.ts"),
        ({"./a": {"types": "./src/main.ts", "default": "./dist/a.js"}}, "src/main.ts"),
        ({"./a": None}, ""),
        ({"./a": "../a.ts"}, ""),
        ({"./*": "./src/*.ts"}, ""),
        ({"./a/": "./src/a/"}, ""),
        ({"./a": 5}, ""),
    ],
)
def test_nothing_is_missing(exports: Any, files: str) -> None:
    manifest = manifest_of(exports, files)
    assert [missing_targets(manifest, key) for key in exports] == [()]


def test_only_the_wrong_target_is_missing() -> None:
    manifest = manifest_of({"./a": {"types": "./src/a.ts", "import": "./src/gone.ts"}}, "src/a.ts")
    assert [value.data for value in missing_targets(manifest, "./a")] == ["./src/gone.ts"]


def test_a_new_key_stands_beside_its_surface() -> None:
    text = """{
  "name": "@alga-psa/workflows",
  "exports": {
    "./b": "./src/b/index.ts",
    "./b/x": "./src/b/x.ts",
    "./a": "./src/a/index.ts"
  }
}
"""
    manifest = manifest_of(None, "src/b/index.ts src/b/x.ts src/b/y.ts src/a/index.ts src/c.ts src/d.ts", text=text)
    after = change(manifest, "./b/y").decode()
    assert after == text.replace('/x.ts",\n', '/x.ts",\n    "./b/y": "./src/b/y.ts",\n')
    after = change(manifest, "./b/y", "./c", "./d").decode()
    assert list(json.loads(after)["exports"]) == ["./b", "./b/x", "./b/y", "./a", "./c", "./d"]


def test_sorted_keys_stay_sorted() -> None:
    exports = {".": "./src/index.ts", "./a": "./src/a.ts", "./c": "./src/c.ts", "./c/x": "./src/c/x.ts"}
    manifest = manifest_of(exports, "src/index.ts src/a.ts src/b.ts src/c.ts src/c/x.ts src/c/a.ts src/d.ts")
    after = change(manifest, "./b", "./c/a", "./d")
    assert list(json.loads(after)["exports"]) == [".", "./a", "./b", "./c", "./c/a", "./c/x", "./d"]


def test_one_pattern_serves_several() -> None:
    exports = {"./a": "./src/a.ts", "./a/*": "./src/a/*.ts", "./b": "./src/b.ts"}
    manifest = manifest_of(exports, "src/a.ts src/b.ts src/b/x.ts src/b/y.ts src/b/z.tsx")
    after = change(manifest, "./b/x", "./b/y", "./b/z")
    assert added(exports, after) == {"./b/*": "./src/b/*.ts", "./b/z": "./src/b/z.tsx"}


STYLES = st.sampled_from(
    [
        lambda stem, ending: f"./src/{stem}{ending}",
        lambda stem, ending: {"types": f"./src/{stem}{ending}", "import": f"./src/{stem}{ending}"},
        lambda stem, ending: {"import": f"./src/{stem}{ending}", "types": f"./src/{stem}{ending}"},
        lambda stem, _: {"types": f"./dist/{stem}.d.ts", "default": f"./dist/{stem}.js"},
        lambda stem, _: {"import": {"types": f"./dist/{stem}.d.mts", "default": f"./dist/{stem}.mjs"}},
        lambda stem, ending: {"browser": None, "default": [f"./src/{stem}{ending}"]},
    ]
)
MODULES = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c-d", "e_f", "g"]),
        st.sampled_from(["", "/index", "/deep", "/other"]),
        st.sampled_from([".ts", ".tsx"]),
    ),
    min_size=2,
    unique_by=(lambda module: (module[0], module[1].removesuffix("/index"))),
)


@settings(max_examples=examples(150))
@given(style=STYLES, modules=MODULES, patterns=st.booleans(), indent=st.sampled_from([2, 4, None]), data=st.data())
def test_an_entry_that_is_taken_out_is_put_back(
    style: Any, modules: list[tuple[str, str, str]], patterns: bool, indent: int | None, data: st.DataObject
) -> None:
    files, exports = [], {}
    for name, below, ending in modules:
        files.append(f"src/{name}{below}{ending}")
        exports[f"./{name}{below.removesuffix('/index')}"] = style(name + below, ending)
    if patterns:
        exports |= {"./pattern": style("pattern", ".ts"), "./pattern/*": style("pattern/*", ".ts")}
        files += ["src/pattern.ts", "src/pattern/one.ts"]
    taken = data.draw(st.sampled_from([key for key in exports if key not in ("./pattern", "./pattern/*")]))
    rest = {key: value for key, value in exports.items() if key != taken}
    manifest = manifest_of(rest, " ".join(files), indent=indent)
    before = manifest_of(exports, " ".join(files)).workspace
    after = change(manifest, taken)
    new = added(rest, after)
    assert new in ({taken: exports[taken]}, {f"./{taken.split('/')[1]}/*": new_value(style, taken, files)})
    again = manifest_of(None, " ".join(files), text=after.decode()).workspace
    for conditions in (Conditions.TYPES, Conditions.IMPORT):
        specifier = NAME + taken[1:]
        files_of = [locate_file(state, specifier, "x.ts", (conditions,)) for state in (again, before)]
        assert files_of[0] == files_of[1]


def new_value(style: Any, taken: str, files: list[str]) -> Any:
    ending = next((file[file.rindex(".") :] for file in files if file.startswith(f"src/{taken[2:]}.")), "")
    return style(f"{taken.split('/')[1]}/*", ending)
