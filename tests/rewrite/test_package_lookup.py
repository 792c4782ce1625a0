"""Which views of a package a reference needs, and what Node can load; the outcome of one reference each."""

from __future__ import annotations

import json

import pytest

from tests.checks import open_project
from workflow_ls.analysis import Analysis

NAME = "@shared/workflow/runtime/client"
LOADED = "//- /node_modules/@shared/workflow/runtime/client.js\nexport const client = 1;\n"
"""What Node finds by that name, so that a rewrite may make it worse."""


def statuses(path: str, line: str, client: object = "./src/runtime/client.ts", *, more: str = "") -> list[str]:
    """How the references of one file fare, where `client` is the entry of `exports` for their target."""
    manifest = {"name": "@alga-psa/workflows", "exports": {"./runtime/client": client}}
    _, workspace = open_project(
        f"//- /ee/packages/workflows/package.json\n{json.dumps(manifest)}\n{more}\n//- /{path}\n{line}\n"
    )
    rules = {"deprecated-import", "deprecated-relative-import"}
    return [str(found.status and found.status.value) for found in Analysis(workspace, rules).check_file(path)]


SOURCE = "./src/runtime/client.ts"


@pytest.mark.parametrize(
    ("line", "needed"),
    [
        (f"import {{ client }} from '{NAME}';", {"types", "import"}),
        (f"export const here = 1;\nexport {{ client }} from '{NAME}';", {"types", "import"}),
        (f"const a = await import('{NAME}');", {"types", "import"}),
        (f"import type {{ client }} from '{NAME}';", {"types"}),
        (f"type T = typeof import('{NAME}');", {"types"}),
        (f"/** @type {{import('{NAME}').client}} */", {"types"}),
        (f"declare module '{NAME}' {{}}", {"types"}),
        (f"const a = require('{NAME}');", {"types", "require"}),
        (f"import a = require('{NAME}');", {"types", "require"}),
        (f"const a = require.resolve('{NAME}');", {"types", "require"}),
        (f"const own = createRequire(here);\nconst a = own.resolve('{NAME}');", {"types", "require"}),
        (f"const a = createRequire(here).resolve('{NAME}');", {"types", "require"}),
        (f"const a = import.meta.resolve('{NAME}');", {"types", "import"}),
        (f"vi.mock('{NAME}', f);", {"types", "import"}),
    ],
)
def test_the_views_of_a_form(line: str, needed: set[str]) -> None:
    path = "packages/a/a.js" if line.startswith("/**") else "packages/a/a.ts"
    conditions = ("types", "import", "require")
    assert statuses(path, line, dict.fromkeys(conditions, SOURCE)) == ["verified"]
    for missing in conditions:
        entry = {name: SOURCE for name in conditions if name != missing}
        # Without `types` the compiler takes what the program loads.
        blocks = missing in needed - {"types"}
        assert statuses(path, line, entry) == ["blocked" if blocks else "verified"], missing


@pytest.mark.parametrize(
    ("path", "client", "status"),
    [
        ("packages/a/a.js", SOURCE, "blocked"),
        ("packages/a/a.mjs", SOURCE, "blocked"),
        ("packages/a/a.cjs", SOURCE, "blocked"),
        ("packages/a/a.ts", SOURCE, "verified"),
        ("packages/a/a.jsx", SOURCE, "verified"),
        # A test runner transforms what it loads.
        ("packages/a/a.test.js", SOURCE, "verified"),
        ("packages/a/a.spec.mjs", SOURCE, "verified"),
        ("packages/a/__tests__/a.js", SOURCE, "verified"),
        ("packages/a/__mocks__/a.js", SOURCE, "verified"),
        ("packages/a/test/a.js", SOURCE, "verified"),
        ("tests/a.js", SOURCE, "verified"),
        ("packages/a/attest/a.js", SOURCE, "blocked"),
        ("packages/a/latest.js", SOURCE, "blocked"),
        # What is built is what Node gets.
        ("packages/a/a.js", {"types": SOURCE, "default": "./dist/runtime/client.js"}, "verified"),
    ],
)
def test_what_node_can_load(path: str, client: object, status: str) -> None:
    assert statuses(path, f"import {{ client }} from '{NAME}';", client, more=LOADED) == [status]
    allowed = '//- /tsconfig.json\n{ "compilerOptions": { "allowJs": true } }'
    assert statuses(path, f"import {{ client }} from '{NAME}';", client, more=LOADED + allowed) == ["verified"]


def reason(client: object, line: str = f"import {{ client }} from '{NAME}';", *, more: str = "") -> str:
    """Why the reference of a file stays, where `client` is the entry of `exports` for its target."""
    manifest = {"name": "@alga-psa/workflows", "exports": {"./runtime/client": client}}
    _, workspace = open_project(
        f"//- /ee/packages/workflows/package.json\n{json.dumps(manifest)}\n//- /packages/a/a.ts\n{line}\n{more}"
    )
    (found,) = Analysis(workspace, {"deprecated-import"}).check_file("packages/a/a.ts")
    return str(found.reason).split(" Other candidates")[0]


ROOT = "ee/packages/workflows"
MANIFEST = f"{ROOT}/package.json"
KEY = "the key `./runtime/client` in the `exports` of " + MANIFEST


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        (SOURCE, "None"),
        (None, f"{KEY} excludes `./runtime/client` (null). Choose another module."),
        ("a.ts", f"the `exports` of {MANIFEST} are invalid: a target must start with `./`: 'a.ts'. Correct them."),
        ("./src/gone.ts", f"{KEY} points to a missing file (src/gone.ts). Correct that key, or add {ROOT}/src/gone.ts."),
        ({"types": SOURCE}, f"{KEY} has no `import` condition. Add that condition, or `default`."),
        ({"import": "./a.js"}, f"{KEY} points to a missing file (a.js). Correct that key, or add {ROOT}/a.js."),
        (
            "./dist/runtime/gone.mjs",
            (
                f"{KEY} points to an output without a source (dist/runtime/gone.mjs). "
                f"Correct that key, or add {ROOT}/src/runtime/gone.ts."
            ),
        ),
        ("./dist/gone.css", f"{KEY} points to a missing file (dist/gone.css). Correct that key, or add {ROOT}/dist/gone.css."),
        ({"browser": SOURCE}, f"{KEY} has no `types/import` condition. Add that condition, or `default`."),
    ],
)  # fmt: skip
def test_what_would_unblock_it(client: object, expected: str) -> None:
    assert reason(client) == expected


def test_an_alias_that_finds_the_package_itself() -> None:
    paths = {"@alga-psa/workflows": ["./ee/packages/workflows/src/index.ts"]}
    config = json.dumps({"compilerOptions": {"paths": paths}})
    _, workspace = open_project(f"""
        //- /tsconfig.json
        {config}
        //- /ee/packages/workflows/package.json
        {{ "name": "@alga-psa/workflows", "exports": "./gone.js" }}
        //- /packages/a/a.ts
        import {{ version }} from '@shared/workflow';
    """)
    (found,) = Analysis(workspace, {"deprecated-import"}).check_file("packages/a/a.ts")
    assert (
        "points to a missing file (gone.js), while a tsconfig alias leads to ee/packages/workflows/src/index.ts"
        in str(found.reason)
    )


def test_a_target_that_no_specifier_can_name() -> None:
    package = {"name": "work%flows", "directory": "packages/flows", "sources": "src"}
    rows = {"packages": [package], "modules": [{"from": NAME, "to": ["work%flows/client"]}]}
    found = reason(SOURCE, more=f"//- /workflow-ls.json\n{json.dumps(rows)}\n")
    assert found == "`work%flows/client` is not a package specifier. Correct the row of the mapping table."


@pytest.mark.parametrize(
    ("path", "manifest", "status"),
    [
        # Without `exports`, the file that was found is the one that runs.
        ("packages/a/a.js", {}, "blocked"),
        ("packages/a/a.ts", {}, "verified"),
        # With types of its own, what runs is what `import` leads to; those types run nowhere.
        ("packages/a/a.js", {"exports": {"./runtime/client": {"types": "./t.d.ts", "import": "./i.js"}}}, "verified"),
        ("packages/a/a.js", {"exports": {"./runtime/client": {"types": "./t.d.ts", "import": SOURCE}}}, "blocked"),
        # A condition that TypeScript sources stand behind, for those who compile them.
        ("packages/a/a.js", {"exports": {"./runtime/client": {"types": SOURCE, "import": "./i.js"}}}, "verified"),
    ],
)
def test_the_file_that_runs(path: str, manifest: dict[str, object], status: str) -> None:
    written = json.dumps({"name": "@alga-psa/workflows", **manifest})
    text = f"""
        //- /ee/packages/workflows/package.json
        {written}
        //- /ee/packages/workflows/t.d.ts
        export declare const client: 1;
        //- /ee/packages/workflows/i.js
        export const client = 1;
        //- /node_modules/@shared/workflow/runtime/client.js
        export const client = 1;
        //- /ee/packages/workflows/runtime/client.ts
        export const client = 1;
        //- /{path}
        import {{ client }} from '{NAME}';
    """
    _, workspace = open_project(text)
    (found,) = Analysis(workspace, {"deprecated-import"}).check_file(path)
    assert found.status is not None
    assert found.status.value == status


def test_config_without_allow_js_changes_nothing() -> None:
    line = f"import {{ client }} from '{NAME}';"
    plain = '//- /tsconfig.json\n{ "compilerOptions": { "strict": true } }'
    assert statuses("packages/a/a.js", line, more=LOADED + plain) == ["blocked"]


def test_a_manifest_that_is_broken_leaves_the_target_unchecked() -> None:
    _, workspace = open_project(
        '//- /ee/packages/workflows/package.json\n{ "name": "@alga-psa/workflows",\n'
        f"//- /packages/a/a.ts\nimport {{ client }} from '{NAME}';"
    )
    (found,) = Analysis(workspace, {"deprecated-import"}).check_file("packages/a/a.ts")
    assert found.status is not None
    assert (found.status.value, found.replacement) == ("unverified", "@alga-psa/workflows/runtime/client")
    assert found.reason == (
        "ee/packages/workflows/package.json can't be read (This { is never closed.). Correct it, and check again."
    )
