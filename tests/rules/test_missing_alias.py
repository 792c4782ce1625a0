"""missing-alias: listed configurations that don't send the canonical package to its sources."""

from __future__ import annotations

import pytest

from tests.checks import SOUND, check_diagnostics, open_project
from tests.editor_cases import EditorCase
from workflow_ls.analysis import Analysis

EDITOR_CASES = (
    EditorCase(
        "missing-alias",
        "services/workflow-worker/tsconfig.json",
        '"paths"',
        "Add the path aliases for '@alga-psa/workflows'",
        ("services/workflow-worker/tsconfig.json",),
    ),
)

RULES = {"missing-alias"}

BOTH = '"@alga-psa/workflows": ["../ee/packages/workflows/src"], "@alga-psa/workflows/*": ["../ee/packages/workflows/src/*"]'


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f'//- /server/tsconfig.json\n{{ "compilerOptions": {{ "paths": {{ {BOTH} }} }} }}', id="there"),
        pytest.param(
            '//- /server/tsconfig.json\n{ "compilerOptions": { "baseUrl": "..", "paths": {\n'
            '"@alga-psa/workflows": ["x", "ee/packages/workflows/src/index.ts"],\n'
            '"@alga-psa/workflows/*": ["ee/packages/workflows/src/*", "x/*"] } } }',
            id="by the index, with alternatives",
        ),
        pytest.param(
            '//- /server/tsconfig.json\n{ "compilerOptions": { "baseUrl": "..", "paths": {\n'
            '"@alga-psa/workflows": ["ee/packages/workflows"],\n'
            '"@alga-psa/workflows/*": ["ee/packages/workflows/src/*"] } } }\n'
            '//- /ee/packages/workflows/package.json\n{ "name": "@alga-psa/workflows", "main": "./src/index.ts" }',
            id="by the package",
        ),
        pytest.param(
            '//- /server/tsconfig.json\n{ "extends": ["../base/tsconfig.json"], "compilerOptions": { "strict": true } }\n'
            f'//- /base/tsconfig.json\n{{ "compilerOptions": {{ "paths": {{ {BOTH} }} }} }}',
            id="inherited",
        ),
        pytest.param('//- /packages/a/tsconfig.json\n{ "compilerOptions": { "paths": {} } }', id="not listed"),
        pytest.param(
            f'//- /tsconfig.base.json\n{{ "compilerOptions": {{ "paths": {{ {BOTH.replace("../", "./")} }} }} }}\n'
            '//- /tsconfig.json\n{ "compilerOptions": { "paths": {} } }',
            id="of a list, the first",
        ),
        pytest.param('//- /server/tsconfig.json\n{ "compilerOptions": { "paths": { "a": ["b"], }', id="broken"),
    ],
)
def test_silent(text: str) -> None:
    check_diagnostics(text, rules=RULES)


def test_silent_without_the_canonical_package() -> None:
    check_diagnostics(
        '//- /server/tsconfig.json\n{ "compilerOptions": { "paths": {} } }',
        base="//- /package.json\n{}",
        rules=RULES,
    )


def test_what_is_in_force_counts() -> None:
    check_diagnostics(
        """
        //- /tsconfig.base.json
        {
          "compilerOptions": {
            "baseUrl": ".",
            "paths": { "@alga-psa/workflows": ["ee/packages/workflows/src"] }
            ^^^^^^^ missing-alias verified -> None
          }
        }
        //- /server/tsconfig.json
        {
          "extends": "../tsconfig.base.json",
          "compilerOptions": { "strict": true }
          ^^^^^^^^^^^^^^^^^ missing-alias verified -> None
        }
        //- /ee/server/tsconfig.json
        { "extends": "../../tsconfig.base.json" }
        ^ missing-alias verified -> None
        //- /services/workflow-worker/tsconfig.json
        {
          "extends": "../../tsconfig.base.json",
          "compilerOptions": { "baseUrl": "../..", "paths": { "@alga-psa/workflows/*": ["packages/workflows/src/*"] } }
                                                   ^^^^^^^ missing-alias verified -> None
        }
        """,
        rules=RULES,
    )


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        (
            "",
            "the aliases `@alga-psa/workflows` and `@alga-psa/workflows/*` for ee/packages/workflows/src are missing",
        ),
        (
            '"@alga-psa/workflows": ["ee/packages/workflows/src"]',
            "the alias `@alga-psa/workflows/*` for ee/packages/workflows/src is missing",
        ),
        (
            '"@alga-psa/workflows": ["ee/packages/workflows/src"], "@alga-psa/workflows/*": ["a/*"]',
            "the alias `@alga-psa/workflows/*` leads to a/*, not to ee/packages/workflows/src/*",
        ),
        (
            '"@alga-psa/*": ["packages/*/src"]',
            (
                "the alias `@alga-psa/workflows` leads to packages/workflows/src, not to ee/packages/workflows/src, and "
                "the alias `@alga-psa/workflows/*` leads to packages/workflows/*/src, not to ee/packages/workflows/src/*"
            ),
        ),
        (
            '"@alga-psa/workflows": ["ee/packages/workflows/dist"]',
            (
                "the alias `@alga-psa/workflows/*` for ee/packages/workflows/src is missing, and "
                "the alias `@alga-psa/workflows` leads to ee/packages/workflows/dist, not to ee/packages/workflows/src"
            ),
        ),
    ],
)
def test_the_message_says_what_is_missing_or_wrong(paths: str, message: str) -> None:
    text = f'//- /tsconfig.json\n{{ "compilerOptions": {{ "baseUrl": ".", "paths": {{ {paths} }} }} }}'
    (finding,) = Analysis(open_project(text)[1], RULES).check_file("tsconfig.json")
    assert finding.message == message


def test_a_key_that_leads_elsewhere_is_marked_itself() -> None:
    check_diagnostics(
        """
        //- /tsconfig.json
        {
          "compilerOptions": {
            "paths": {
              "@alga-psa/workflows": ["./ee/packages/workflows/src"],
              "@alga-psa/workflows/*": ["./shared/workflow/*"]
              ^^^^^^^^^^^^^^^^^^^^^^^ missing-alias verified -> None
            }
          }
        }
        """,
        rules=RULES,
    )


@pytest.mark.parametrize(
    ("text", "path", "reason"),
    [
        pytest.param(
            '//- /server/tsconfig.json\n{ "extends": "./nothing.json", "compilerOptions": {} }',
            "server/tsconfig.json",
            "the configuration that it extends can't be read, and may have `paths`. Correct server/tsconfig.json first.",
            id="a base that is not there",
        ),
        pytest.param(
            '//- /server/tsconfig.json\n{ "extends": "@x/base" }\n'
            '//- /node_modules/@x/base/tsconfig.json\n{ "compilerOptions": { "paths": { "a": ["b"] } } }',
            "server/tsconfig.json",
            "its `paths` come from node_modules/@x/base/tsconfig.json, which is installed. "
            "Add `paths` to a file of the workspace.",
            id="installed",
        ),
        pytest.param(
            '//- /server/tsconfig.json\n{ "compilerOptions": { "baseUrl": "../..", "paths": { "a": ["b"] } } }',
            "server/tsconfig.json",
            "`baseUrl` is outside the workspace. Add the aliases by hand.",
            id="a base outside",
        ),
        pytest.param(
            '//- /server/tsconfig.json\n{ "compilerOptions": { "paths": ["a"] } }',
            "server/tsconfig.json",
            "server/tsconfig.json can't be edited as it is written. Add the aliases by hand.",
            id="no object",
        ),
        pytest.param(
            '//- /tsconfig.json\n{ "compilerOptions": { "paths": { "a": ["./b"] } } }\n'
            '//- /server/tsconfig.json\n{ "extends": "../tsconfig.json", "compilerOptions": { "baseUrl": "." } }',
            "server/tsconfig.json",
            "no targets in tsconfig.json are right for both server/tsconfig.json and tsconfig.json. "
            "Edit both files by hand.",
            id="two bases",
        ),
        pytest.param(
            '//- /tsconfig.json\n{ "compilerOptions": { "baseUrl": ".", "paths": { "@alga-psa/workflows/*": ["x/*"] } } }\n'
            "//- /x/only-there.ts\nexport const a = 1;\n"
            "//- /packages/a/a.ts\n\nimport { a } from '@alga-psa/workflows/only-there';",
            "tsconfig.json",
            "the import in packages/a/a.ts:2 would no longer find its module. Fix that import first.",
            id="an import that is lost",
        ),
    ],
)
def test_what_stands_in_the_way(text: str, path: str, reason: str) -> None:
    (finding,) = Analysis(open_project(text, base=SOUND)[1], RULES).check_file(path)
    assert finding.reason == reason
    assert finding.status is not None
    assert (finding.status.value, finding.fix) == ("blocked", None)


def test_titles() -> None:
    text = """
    //- /tsconfig.base.json
    { "compilerOptions": { "baseUrl": ".", "paths": { "a": ["b"] } } }
    //- /server/tsconfig.json
    { "extends": "../tsconfig.base.json" }
    //- /ee/server/tsconfig.json
    { "compilerOptions": { "baseUrl": "../..", "paths": { "@alga-psa/workflows": ["x"], "@alga-psa/workflows/*": ["x/*"] } } }
    """
    analysis = Analysis(open_project(text)[1], RULES)
    paths = ("tsconfig.base.json", "server/tsconfig.json", "ee/server/tsconfig.json")
    assert [found.fix.title for path in paths for found in analysis.check_file(path) if found.fix] == [
        "Add the path aliases for '@alga-psa/workflows'",
        "Add the path aliases for '@alga-psa/workflows' in tsconfig.base.json",
        "Correct the path aliases for '@alga-psa/workflows'",
    ]
