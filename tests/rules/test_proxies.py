"""legacy-proxy: modules that only re-export the legacy tree, in any package and however written."""

from __future__ import annotations

import pytest

from tests.checks import check_diagnostics, check_fix, check_no_fix, open_project
from workflow_ls.analysis import Analysis
from workflow_ls.status import status_of

RULES = {"deprecated-import", "deprecated-relative-import", "legacy-proxy"}
CLIENT = "@shared/workflow/runtime/client"
BY_PATH = "../../../shared/workflow/runtime/client"

# A package that passes the tree on under a name of its own, and that the table names as the target.
FACADE = """
//- /packages/events/package.json
{ "name": "@acme/events", "exports": { ".": "./src/index.ts", "./builders": "./src/builders.ts" } }
//- /workflow-ls.json
{
  "packages": [{ "name": "@acme/events", "directory": "packages/events" }],
  "modules": [{ "from": "@shared/workflow/streams/*", "to": ["@acme/events/*", "@acme/events"] }]
}
"""


def rules_in(path: str, text: str, more: str = "") -> list[str]:
    """The rules that find something in a file, in order."""
    _, workspace = open_project(f"//- /{path}\n{text}\n{more}")
    return [finding.rule for finding in Analysis(workspace, RULES).check_file(path)]


@pytest.mark.parametrize(
    "text",
    [
        f"export * from '{CLIENT}';",
        f"export * from '{BY_PATH}';",
        f"export * from '{BY_PATH}.ts';",
        f"export {{ client }} from '{CLIENT}';",
        f"export {{ client as default }} from '{CLIENT}';",
        f"export {{ default }} from '{CLIENT}';",
        f"export * as client from '{CLIENT}';",
        f"export type * from '{CLIENT}';",
        f"import {{ client }} from '{CLIENT}';\nexport {{ client }};",
        f"import * as all from '{CLIENT}';\nexport {{ all as default }};",
        f"import all from '{CLIENT}';\nexport default all;",
        f"import all = require('{CLIENT}');\nexport {{ all }};",
        f"'use client';\n// as before\nexport * from '{CLIENT}';\nexport {{}};",
    ],
)
@pytest.mark.parametrize("path", ["packages/a/src/a.ts", "ee/server/src/a.ts", "ee/packages/workflows/src/mine.ts"])
def test_however_written(text: str, path: str) -> None:
    if BY_PATH in text:
        text = text.replace("../../../", "../" * path.count("/"))
    assert rules_in(path, text) == ["legacy-proxy"]
    check_no_fix(f"//- /{path}\n{text}")


@pytest.mark.parametrize(
    "text",
    [
        f"module.exports = require('{CLIENT}');",
        f"'use strict';\n// as before\nexports = module.exports = require('{CLIENT}')",
        f"exports.client = require('{CLIENT}').client;",
        f"const {{ client, other: mine }} = require('{CLIENT}');\nmodule.exports = {{ client, mine }};",
        f"const all = require('{CLIENT}');\nmodule.exports = {{ ...all, client: all.client }};",
        f"const all = require('{CLIENT}');\nmodule.exports = all;",
        f"var all = require('{CLIENT}');\nexports.client = all.client;\nexports.all = all;",
        f"Object.defineProperty(exports, '__esModule', {{ value: true }});\n__exportStar(require('{CLIENT}'), exports);",
        f"Object.assign(module.exports, require('{CLIENT}'));",
    ],
)
@pytest.mark.parametrize("path", ["packages/a/src/a.cjs", "ee/packages/workflows/src/mine.js"])
def test_as_common_js_writes_it(text: str, path: str) -> None:
    assert rules_in(path, text) == ["legacy-proxy"]
    check_no_fix(f"//- /{path}\n{text}")


def test_a_facade_that_is_assigned_as_a_whole() -> None:
    assert rules_in("packages/a/src/a.cts", f"import all = require('{CLIENT}');\nexport = all;") == ["legacy-proxy"]


@pytest.mark.parametrize(
    "text",
    [
        f"module.exports = require('{CLIENT}')();",
        f"module.exports = wrap(require('{CLIENT}'));",
        f"const {{ client }} = require('{CLIENT}');\nmodule.exports = {{ client, own: 1 }};",
        f"const {{ client }} = require('{CLIENT}');\nclient();\nmodule.exports = {{ client }};",
        f"const {{ client }} = require('{CLIENT}');\nmodule.exports = own;",
        f"const {{ client }} = require('{CLIENT}');\nexports.run = () => client();",
        f"const {{ client }} = require('{CLIENT}');",
        f"require('{CLIENT}');",
    ],
)
def test_common_js_with_anything_of_its_own(text: str) -> None:
    assert rules_in("packages/a/src/a.cjs", text) == ["deprecated-import"]


@pytest.mark.parametrize(
    "text",
    [
        f"import {{ client }} from '{CLIENT}';",
        f"import '{CLIENT}';",
        f"import {{ client }} from '{CLIENT}';\nexport const mine = client;",
        f"export * from '{CLIENT}';\nexport const mine = 1;",
        f"export * from '{CLIENT}';\nstart();",
        f"import './polyfill';\nexport {{ client }} from '{CLIENT}';",
        f"export * from '{CLIENT}';\nexport * from './own';",
        f"export * from '{CLIENT}';\nexport * from 'nowhere';",
        f"import {{ client }} from '{CLIENT}';\nexport default client();",
        f"export const load = () => import('{CLIENT}');",
    ],
)
def test_not_with_anything_of_its_own(text: str) -> None:
    own = "//- /packages/a/src/own.ts\nexport const own = 1;"
    assert rules_in("packages/a/src/a.ts", text, own) == ["deprecated-import"]


def test_not_where_the_legacy_module_is_gone() -> None:
    text = "export * from '@shared/workflow/runtime/gone';"
    target = "//- /ee/packages/workflows/src/runtime/gone.ts\nexport const gone = 1;"
    assert rules_in("packages/a/src/a.ts", text, target) == ["deprecated-import"]


def test_not_in_the_core() -> None:
    assert rules_in("shared/a.ts", f"export * from '{CLIENT}';") == ["deprecated-import"]


def test_by_way_of_other_proxies() -> None:
    inner = f"//- /packages/a/src/inner.ts\nexport * from '{CLIENT}';\nexport * from './index';"
    index = "export * from './inner';\nexport { buildA } from '@shared/workflow/streams/builders';"
    assert rules_in("packages/a/src/index.ts", index, inner) == ["legacy-proxy"]
    assert rules_in("packages/a/src/index.ts", index, f"{inner}\nexport const mine = 1;") == ["deprecated-import"]


def test_what_is_said_of_them() -> None:
    check_diagnostics("""
    //- /packages/a/src/a.ts
    export * from '@shared/workflow/runtime/client';
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ legacy-proxy: this module only re-exports shared/workflow/runtime/client.ts; it will be replaced when the implementation moves
    """)


def test_two_facades_that_are_targets_of_each_other_stay() -> None:
    check_no_fix(
        FACADE
        + "//- /packages/events/src/index.ts\nexport * from '@shared/workflow/streams/builders';\n"
        + "//- /packages/events/src/builders.ts\n"
        + "import { buildA, buildB } from '../../../shared/workflow/streams/builders';\nexport { buildA, buildB };"
    )


def test_callers_of_a_facade_go_to_it() -> None:
    facade = FACADE + "//- /packages/events/src/builders.ts\nexport * from '@shared/workflow/streams/builders';\n"
    check_fix(
        facade
        + '//- /packages/a/package.json\n{ "name": "a", "dependencies": { "@acme/events": "*" } }\n'
        + "//- /packages/a/src/a.ts\nimport { buildA } from '@shared/workflow/streams/builders';\nbuildA;",
        "//- /packages/a/src/a.ts\nimport { buildA } from '@acme/events/builders';\nbuildA;",
    )


def test_the_status_counts_what_they_import() -> None:
    """A proxy that names the tree by a specifier keeps the criterion open, and is not called suppressed."""
    _, workspace = open_project(f"//- /packages/a/src/a.ts\nexport * from '{CLIENT}';")
    criteria = {each.code: each for each in status_of(Analysis(workspace)).requirements}
    assert (criteria["FR12"].state, criteria["FR12"].count) == ("open", 1)
    assert "suppressed" not in criteria["FR12"].how
