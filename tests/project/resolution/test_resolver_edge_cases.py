"""Edge cases of resolution; each covers a mutant that no other test notices (tools/MUTATION.md)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.project.workspaces import open_workspace, workspace_of
from workflow_ls.project.resolution.bare_specifiers import (
    IMPORT_CONDITIONS,
    REQUIRE_CONDITIONS,
    TYPES_CONDITIONS,
    TYPES_OF_REQUIRE_CONDITIONS,
)
from workflow_ls.project.resolution.build_outputs import split_extension
from workflow_ls.project.resolution.exports_field import match_subpath, resolve_exports

LONG, LONGEST = "x" * 40_000, "x" * 65_536


@pytest.mark.parametrize(
    ("exports", "subpath", "conditions", "outcome", "target"),
    [
        # A key with two stars is no pattern, whatever the subpath looks like.
        ({"./*/*": "./src/*.js"}, "./*/b", TYPES_CONDITIONS, "no-key", None),
        ({"./*/*": "./src/*.js"}, "./a/*", TYPES_CONDITIONS, "no-key", None),
        ({"./*/*": "./src/*.js"}, "./*/*", TYPES_CONDITIONS, "no-key", None),
        # The longest path counts each star of the target, and nothing else of it.
        ({"./*": "./src/*.js"}, f"./{LONG}", TYPES_CONDITIONS, "found", f"./src/{LONG}.js"),
        ({"./*": "./*/*.js"}, f"./{LONG}", TYPES_CONDITIONS, "invalid", None),
        ({"./*": "./*"}, f"./{LONGEST}", TYPES_CONDITIONS, "found", f"./{LONGEST}"),
        ({"./*": "./*"}, f"./{LONGEST}x", TYPES_CONDITIONS, "invalid", None),
        # An array index is a number of its shortest form, below 2^32 - 1, in ASCII.
        ({"4294967294": "./a.js", "default": "./b.js"}, ".", TYPES_CONDITIONS, "invalid", None),
        ({"4294967295": "./a.js", "default": "./b.js"}, ".", TYPES_CONDITIONS, "found", "./b.js"),
        ({"1" * 5000: "./a.js", "default": "./b.js"}, ".", TYPES_CONDITIONS, "found", "./b.js"),
        ({"²": "./a.js", "default": "./b.js"}, ".", TYPES_CONDITIONS, "found", "./b.js"),
        # Only `types@` has a range of versions behind it.
        ({"*": "./a.js", ">=5": "./a.js", "default": "./b.js"}, ".", TYPES_CONDITIONS, "found", "./b.js"),
    ],
)
def test_exports(exports: Any, subpath: str, conditions: tuple[str, ...], outcome: str, target: str | None) -> None:
    match = resolve_exports(exports, subpath, conditions)
    assert (match.outcome, match.target) == (outcome, target)


def test_a_package_behind_imports_takes_any_star() -> None:
    # What `..` means there is for the package's own `exports` to say.
    assert match_subpath({"#a/*": "other/*"}, "#a/../x", IMPORT_CONDITIONS).target == "other/../x"
    assert match_subpath({"#a/*": "./other/*"}, "#a/../x", IMPORT_CONDITIONS).outcome == "invalid"


@pytest.mark.parametrize(
    ("exports", "detail"),
    [
        ({".": "./a.js", "import": "./b.js"}, "`exports` mixes subpaths with conditions"),
        (1, "a target must be a string, an object, an array or null: 1"),
        ({"0": "./a.js"}, "a condition may not be a number: '0'"),
    ],
)
def test_a_mistake_is_explained(exports: Any, detail: str) -> None:
    assert resolve_exports(exports, ".", TYPES_CONDITIONS).detail == detail


@pytest.mark.parametrize(
    ("condition", "views"),
    [
        ("types", {TYPES_CONDITIONS, TYPES_OF_REQUIRE_CONDITIONS}),
        ("import", {TYPES_CONDITIONS, IMPORT_CONDITIONS}),
        ("require", {TYPES_OF_REQUIRE_CONDITIONS, REQUIRE_CONDITIONS}),
        ("node", {TYPES_CONDITIONS, TYPES_OF_REQUIRE_CONDITIONS, IMPORT_CONDITIONS, REQUIRE_CONDITIONS}),
        # Node gives it to `require` of an ES module, too; TypeScript does not know it.
        ("module-sync", {IMPORT_CONDITIONS, REQUIRE_CONDITIONS}),
        ("default", {TYPES_CONDITIONS, TYPES_OF_REQUIRE_CONDITIONS, IMPORT_CONDITIONS, REQUIRE_CONDITIONS}),
        ("browser", set()),
    ],
)
def test_the_conditions_of_a_view(condition: str, views: set[tuple[str, ...]]) -> None:
    manifest = json.dumps({"name": "a", "exports": {condition: "./a.ts"}})
    workspace = workspace_of({"package.json": '{ "workspaces": ["a"] }', "a/package.json": manifest, "a/a.ts": ""})
    package = workspace.packages.package_named("a", "x.ts")
    assert package is not None
    every = (TYPES_CONDITIONS, TYPES_OF_REQUIRE_CONDITIONS, IMPORT_CONDITIONS, REQUIRE_CONDITIONS)
    assert {view for view in every if workspace.resolver.look_up(package, ".", view).path is not None} == views


@pytest.mark.parametrize(
    ("path", "stem", "extension"),
    [
        ("a.ts", "a", ".ts"),
        ("a.d.ts", "a", ".d.ts"),
        ("a.d.mts", "a", ".d.mts"),
        ("a.d.cts", "a", ".d.cts"),
        ("a.d.js", "a.d", ".js"),
        ("a", "a", ""),
    ],
)
def test_endings(path: str, stem: str, extension: str) -> None:
    assert split_extension(path) == (stem, extension)


@pytest.mark.parametrize(
    ("target", "files", "expected"),
    [
        # What emits `.mjs` comes before what emits `.js`.
        ("./dist/m.mjs", "src/m.ts src/m.mts src/m.cts", "src/m.mts"),
        ("./dist/m.cjs", "src/m.ts src/m.mts src/m.cts", "src/m.cts"),
        ("./dist/m.d.mts", "src/m.ts src/m.mts src/m.cts", "src/m.mts"),
        ("./dist/m.d.cts", "src/m.ts src/m.mts src/m.cts", "src/m.cts"),
        ("./dist/m.js", "src/m.ts src/m.mts src/m.cts", "src/m.ts"),
        ("./cjs/m.js", "src/m.ts", "src/m.ts"),
        ("./esm/m.js", "src/m.ts", "src/m.ts"),
        ("./dist/cjs/m.js", "src/m.ts", "src/m.ts"),
        ("./dist/esm/m.js", "src/m.ts", "src/m.ts"),
        # No build writes TypeScript.
        ("./dist/m.ts", "src/m.ts", None),
        ("./dist/m.tsx", "src/m.ts", None),
        ("./dist/m.mts", "src/m.mts", None),
        ("./dist/m.cts", "src/m.cts", None),
    ],
)
def test_the_source_of_an_output(target: str, files: str, expected: str | None) -> None:
    manifest = json.dumps({"name": "a", "exports": target})
    sources = {f"a/{name}": "" for name in files.split()}
    workspace = workspace_of({"package.json": '{ "workspaces": ["a"] }', "a/package.json": manifest, **sources})
    package = workspace.packages.package_named("a", "x.ts")
    assert package is not None
    assert workspace.resolver.look_up(package, ".", TYPES_CONDITIONS).path == (expected and f"a/{expected}")


def test_only_what_lies_in_the_output_folder_is_built() -> None:
    workspace = open_workspace("""
        //- /package.json
        { "workspaces": ["a"] }
        //- /a/package.json
        { "name": "a", "exports": { "./built": "./made/m.js", "./kept": "./code/m.js" } }
        //- /a/tsconfig.json
        { "compilerOptions": { "outDir": "./made" } }
        //- /a/src/m.ts
    """)
    assert workspace.resolver.resolve("a/built", "x.ts") == "a/src/m.ts"
    assert workspace.resolver.resolve("a/kept", "x.ts") is None


def test_an_output_folder_of_another_package_is_none_of_this_one() -> None:
    workspace = open_workspace("""
        //- /package.json
        { "workspaces": ["packages/*"] }
        //- /packages/a/package.json
        { "name": "a", "main": "../b/lib/m.js" }
        //- /packages/a/src/m.ts
    """)
    assert workspace.resolver.resolve("a", "x.ts") is None


@pytest.mark.parametrize(
    ("written", "files", "expected"),
    [
        ("./x.jsx", "x.ts x.d.ts x.jsx x.js", "x.ts"),
        ("./x.jsx", "x.d.ts x.jsx x.js", "x.d.ts"),
        ("./x.jsx", "x.jsx x.js", "x.jsx"),
        ("./x.jsx", "x.js", "x.js"),
        ("./x.mjs", "x.mts x.d.mts x.mjs", "x.mts"),
        ("./x.mjs", "x.d.mts x.mjs", "x.d.mts"),
        ("./x.mjs", "x.mjs", "x.mjs"),
        ("./x.cjs", "x.cts x.d.cts x.cjs", "x.cts"),
        ("./x.cjs", "x.d.cts x.cjs", "x.d.cts"),
        # A source that is named in full stands for what it emits, too.
        ("./x.tsx", "x.ts", "x.ts"),
        ("./x.tsx", "x.jsx", "x.jsx"),
        ("./x.mts", "x.d.mts x.mjs", "x.d.mts"),
        ("./x.mts", "x.mjs", "x.mjs"),
        ("./x.cts", "x.d.cts x.cjs", "x.d.cts"),
        ("./x.cts", "x.cjs", "x.cjs"),
        # A slash behind it asks for a directory.
        ("./x.ts/", "x.ts", None),
        ("./x.css/", "x.css x.d.css.ts", None),
    ],
)
def test_what_a_named_ending_stands_for(written: str, files: str, expected: str | None) -> None:
    assert workspace_of(dict.fromkeys(files.split(), "")).resolver.resolve(written, "main.ts") == expected


@pytest.mark.parametrize(
    ("fields", "files", "subpath", "view", "expected"),
    [
        # Outside output folders, what is emitted stands for the source beside it.
        ({"exports": "./code/m.mjs"}, "code/m.mts", ".", TYPES_CONDITIONS, "code/m.mts"),
        ({"exports": "./code/m.cjs"}, "code/m.cts", ".", TYPES_CONDITIONS, "code/m.cts"),
        ({"exports": "./code/m.jsx"}, "code/m.tsx", ".", TYPES_CONDITIONS, "code/m.tsx"),
        # A manifest names its types in full.
        ({"types": "./t.mts"}, "t.mts", ".", TYPES_CONDITIONS, "t.mts"),
        ({"types": "./t.cts"}, "t.cts", ".", TYPES_CONDITIONS, "t.cts"),
        ({"types": "./t.tsx"}, "t.tsx", ".", TYPES_CONDITIONS, "t.tsx"),
        # Where the types that it names are gone, what `main` emits from is not asked.
        ({"types": "./gone.d.ts", "main": "./main.js"}, "main.ts main.js", ".", TYPES_CONDITIONS, "main.js"),
        ({"types": "./gone.d.ts", "main": "./main.js"}, "index.ts main.js", ".", TYPES_CONDITIONS, "index.ts"),
        ({"main": "./main.js"}, "main.ts main.js", ".", IMPORT_CONDITIONS, "main.ts"),
        # TypeScript anywhere comes before JavaScript.
        ({}, "x.js x/index.ts", "./x", TYPES_CONDITIONS, "x/index.ts"),
        ({}, "x.js x/index.js", "./x", TYPES_CONDITIONS, "x.js"),
    ],
)
def test_what_a_package_serves(
    fields: dict[str, str], files: str, subpath: str, view: tuple[str, ...], expected: str
) -> None:
    texts = {"package.json": '{ "workspaces": ["a"] }', "a/package.json": json.dumps({"name": "a", **fields})}
    workspace = workspace_of({**texts, **{f"a/{name}": "" for name in files.split()}})
    package = workspace.packages.package_named("a", "x.ts")
    assert package is not None
    assert workspace.resolver.look_up(package, subpath, view).path == f"a/{expected}"


@pytest.mark.parametrize(
    ("specifier", "expected"),
    [
        # An alias that leads nowhere is not looked up below `baseUrl`, too.
        ("gone", None),
        ("plain", "plain.ts"),
        ("@style", "style.d.css.ts"),
        ("@code", "code.ts"),
        # A file that a target names in full may be missing, and another one may be meant.
        ("@lost", None),
        ("@other", "other.ts.ts"),
        # Nothing is the base itself; a `*` matches it, too, but is not filled in then.
        ("", "index.ts"),
        ("@any/", None),
        ("@any/x", "deep/x.ts"),
    ],
)
def test_aliases_and_the_base(specifier: str, expected: str | None) -> None:
    paths = {"gone": ["nowhere"], "@style": ["style.css"], "@code": ["code.ts"], "@lost": ["lost.ts"]}
    options = {"baseUrl": ".", "paths": {**paths, "@other": ["other.ts"], "@any/*": ["deep/*"]}}
    names = "gone.ts plain.ts style.css style.d.css.ts code.ts code.ts.ts other.ts.ts index.ts"
    names += " deep/index.ts deep/x.ts @any/index.ts"
    files = dict.fromkeys(names.split(), "")
    workspace = workspace_of({"tsconfig.json": json.dumps({"compilerOptions": options}), **files})
    assert workspace.resolver.resolve(specifier, "main.ts") == expected


@pytest.mark.parametrize(("links", "whole"), [(50, True), (51, False)])
def test_a_chain_of_configurations_is_followed_to_its_limit(links: int, whole: bool) -> None:
    chain = {f"{number}/tsconfig.json": f'{{ "extends": "../{number + 1}/tsconfig.json" }}' for number in range(links)}
    last = {f"{links}/tsconfig.json": '{ "compilerOptions": { "baseUrl": "." } }'}
    config = workspace_of({**chain, **last}).packages.tsconfig_at("0")
    assert config is not None
    assert (config.base_url is not None, config.problems == ()) == (whole, whole)
    assert whole or "chain of `extends` too long" in config.problems[0].message


@pytest.mark.parametrize(("version", "read"), [('"1.0.0"', "1.0.0"), ("1", ""), ("null", ""), ('["1"]', "")])
def test_a_version_is_a_string(version: str, read: str) -> None:
    workspace = workspace_of({"package.json": f'{{ "name": "a", "version": {version} }}'})
    package = workspace.packages.package_at("")
    assert package is not None
    assert package.version == read


@pytest.mark.parametrize("files", [{}, {"package.json": "[]"}])
def test_an_import_of_a_package_that_has_none(files: dict[str, str]) -> None:
    assert workspace_of({**files, "a.ts": ""}).resolver.resolve("#a", "main.ts") is None
