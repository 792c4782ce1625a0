"""deprecated-export: what the shared package's manifest exports of the legacy tree."""

from __future__ import annotations

import json

import pytest

from tests.checks import MONOREPO, check_diagnostics, check_fix, check_no_fix, open_project
from tests.editor_cases import EditorCase
from tests.fixture import project
from workflow_ls.analysis import Analysis
from workflow_ls.config.settings import Settings
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.diagnostics import Applicability
from workflow_ls.project.workspace import Workspace
from workflow_ls.proof.joined_fixes import FixOptions
from workflow_ls.vfs.files import MemoryFiles

EDITOR_CASES = (EditorCase("deprecated-export", "shared/package.json", '"./workflow"'),)


RULES = {"deprecated-export"}

# Of the base project, nothing is to be fixed.
SOUND = MONOREPO.replace("src/secrets/index.ts", "src/secrets.ts")


@pytest.mark.parametrize(
    "exports",
    [
        "{}",
        "null",
        '"./workflow/index.js"',
        '["./workflow/index.js"]',
        '{ ".": "./index.js", "./*": "./dist/*", "./core/workflow": "./x.js" }',
        '{ "./workflows": "./x.js", "./workflow-x": "./x.js", "./workflows/*": "./x/*", "./x/workflow/*": "./x/*" }',
        '{ "./workflow/internal/*": null }',
        '{ "./runtime": "./dist/workflow/runtime/index.js" }',
        '{ "./workflow/../db": "./dist/db.js" }',
        '{ "./workflow.js": "./dist/workflow.js" }',
        '{ "import": { "./workflow": "./x.js" } }',
    ],
)
def test_silent(exports: str) -> None:
    text = f"""
//- /shared/workflow.ts
export {{}};
//- /shared/package.json
{{ "name": "@alga-psa/shared", "exports": {exports} }}
"""
    check_diagnostics(text, rules=RULES)
    check_no_fix(text, base=SOUND)


def test_other_manifests_and_fields_are_left_alone() -> None:
    check_diagnostics(
        """
        //- /packages/a/package.json
        { "name": "a", "exports": { "./workflow": "./x.js" } }
        //- /shared/db/package.json
        { "exports": { "./workflow": "./x.js" } }
        //- /shared/package.json
        {
          "name": "@alga-psa/shared",
          "main": "./workflow/index.js",
          "imports": { "./workflow": "./x.js" },
          "typesVersions": { "*": { "./workflow": ["./workflow/index.ts"] } }
        }
        """,
        rules=RULES,
    )


def test_keys_patterns_and_spelled_endings_are_found() -> None:
    check_diagnostics(
        """
        //- /shared/workflow/index.ts
        export {};
        //- /shared/package.json
        {
          "name": "@alga-psa/shared",
          "exports": {
            "./types": "./dist/types/index.js",
            "./workflow": "./dist/workflow/index.js",
            ^^^^^^^^^^^^ deprecated-export verified -> None
            "./workflow.js": "./workflow/index.ts",
            ^^^^^^^^^^^^^^^ deprecated-export verified -> None
            "./workflow/index.js": "./dist/workflow/index.js",
            ^^^^^^^^^^^^^^^^^^^^^ deprecated-export verified -> None
            "./workflow/runtime": { "types": "./x.d.ts", "default": "./x.js" },
            ^^^^^^^^^^^^^^^^^^^^ deprecated-export verified -> None
            "./workflow/*": "./dist/workflow/*.js",
            ^^^^^^^^^^^^^^ deprecated-export verified -> None
            "./workflow/*.js": ["./dist/workflow/*.js"],
            ^^^^^^^^^^^^^^^^^ deprecated-export verified -> None
            "./workflow/internal/*": null,
            "./*": "./dist/*"
          }
        }
        """,
        rules=RULES,
    )


def test_all_legacy_keys_go_at_once() -> None:
    check_fix(
        """
        //- /shared/package.json
        {
          "name": "@alga-psa/shared",
          "exports": {
            "./workflow": "./dist/workflow/index.js",
            "./types": "./dist/types/index.js",
            "./workflow/runtime": {
              "types": "./workflow/runtime/index.ts"
            },
            "./workflow/*": "./dist/workflow/*.js"
          },
          "dependencies": {}
        }
        """,
        """
        //- /shared/package.json
        {
          "name": "@alga-psa/shared",
          "exports": {
            "./types": "./dist/types/index.js"
          },
          "dependencies": {}
        }
        """,
        base=SOUND,
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            '{"name":"@alga-psa/shared","exports":{"./workflow":"./workflow/index.ts","./a":"./a.js"}}',
            '{"name":"@alga-psa/shared","exports":{"./a":"./a.js"}}',
            id="one line",
        ),
        pytest.param(
            '{"name":"@alga-psa/shared","exports":{"./workflow":"./workflow/index.ts"}}',
            '{"name":"@alga-psa/shared","exports":{}}',
            id="an empty map still closes the package",
        ),
        pytest.param(
            '{\r\n\t"exports": {\r\n\t\t"./a": "./a.js",\r\n\t\t"./workflow/*": "./workflow/*.ts"\r\n\t}\r\n}\r\n',
            '{\r\n\t"exports": {\r\n\t\t"./a": "./a.js"\r\n\t}\r\n}\r\n',
            id="CRLF and tabs",
        ),
    ],
)
def test_the_rest_of_the_manifest_stays_as_it_is(before: str, after: str) -> None:
    files = MemoryFiles({**project(SOUND).files, "shared/package.json": before})
    workspace = Workspace(files, builtin_table(), Settings())
    changes = {change.path: change.after.decode() for change in Analysis(workspace, RULES).fix(("",), FixOptions())}
    assert changes == {"shared/package.json": after}


SHARED = """
//- /shared/package.json
{ "name": "@alga-psa/shared", "exports": { "./workflow/*": "./workflow/*.ts" } }
//- /shared/workflow/runtime/client.ts
export const client = 1, gone = 2;
"""
ALIAS = '//- /tsconfig.json\n{ "compilerOptions": { "paths": { "@alga-psa/shared/*": ["./shared/*"] } } }\n'
IMPORT = "@alga-psa/shared/workflow/runtime/client"


@pytest.mark.parametrize("alias", ["", ALIAS])
def test_exports_that_imports_need_go_together_with_these(alias: str) -> None:
    """Also where an alias of the compiler hides that they do: what is built and run reads the manifest."""
    text = f"{SHARED}{alias}//- /packages/a/a.ts\nimport {{ client }} from '{IMPORT}';"
    text += f"\nvi.mock('{IMPORT}');"
    analysis = Analysis(open_project(text)[1])
    (finding,) = analysis.check_file("shared/package.json")
    assert finding.fix is not None
    assert finding.fix.applicability is Applicability.WORKSPACE_FIX
    assert finding.fix.title == "Remove the legacy exports (with the 2 imports that use them)"
    changed = {change.path: change.after for change in analysis.fix(("",), FixOptions())}
    assert json.loads(changed["shared/package.json"])["exports"] == {}
    assert IMPORT.encode() not in changed["packages/a/a.ts"]


@pytest.mark.parametrize(
    ("file", "where"),
    [
        (f"//- /packages/a/a.ts\nimport {{ gone }} from '{IMPORT}';", "packages/a/a.ts:1"),
        (f"//- /shared/db/a.ts\n\nimport {{ client }} from '{IMPORT}';", "shared/db/a.ts:2"),
        (f"//- /packages/a/a.ts\nimport type {{ gone }} from '{IMPORT}';\n{ALIAS}", "packages/a/a.ts:1"),
    ],
)
def test_what_stays_must_still_resolve(file: str, where: str) -> None:
    (finding,) = Analysis(open_project(f"{SHARED}{file}")[1], RULES).check_file("shared/package.json")
    assert finding.fix is None
    assert finding.reason == (
        f"the import in {where} needs the legacy exports, and can't be rewritten yet. Fix that import first."
    )
    assert [related.path for related in finding.related] == [where.partition(":")[0]]


def test_a_wider_pattern_that_stays_serves_as_well() -> None:
    text = SHARED.replace('ts" }', 'ts", "./*": "./*.ts" }')
    check_fix(
        f"{text}//- /packages/a/a.ts\nimport {{ gone }} from '{IMPORT}';",
        text.replace('"./workflow/*": "./workflow/*.ts", ', ""),
        base=SOUND,
    )
