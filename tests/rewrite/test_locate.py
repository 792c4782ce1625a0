"""Which views of a package a reference needs, and what Node can load; the outcome of one reference each."""

from __future__ import annotations

import json

import pytest

from tests.checks import open_project
from workflow_ls.analysis import Analysis

NAME = "@shared/workflow/runtime/client"


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
        (f"export {{ client }} from '{NAME}';", {"types", "import"}),
        (f"const a = await import('{NAME}');", {"types", "import"}),
        (f"import type {{ client }} from '{NAME}';", {"types"}),
        (f"type T = typeof import('{NAME}');", {"types"}),
        (f"/** @type {{import('{NAME}').client}} */", {"types"}),
        (f"declare module '{NAME}' {{}}", {"types"}),
        (f"const a = require('{NAME}');", {"types", "require"}),
        (f"import a = require('{NAME}');", {"types", "require"}),
        (f"const a = require.resolve('{NAME}');", {"types", "require"}),
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
    assert statuses(path, f"import {{ client }} from '{NAME}';", client) == [status]
    allowed = '//- /tsconfig.json\n{ "compilerOptions": { "allowJs": true } }'
    assert statuses(path, f"import {{ client }} from '{NAME}';", client, more=allowed) == ["verified"]
