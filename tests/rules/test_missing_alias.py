"""missing-alias: listed configurations that don't send the canonical package to its sources."""

from __future__ import annotations

import pytest

from tests.checks import MONOREPO, check_diagnostics, check_fix, open_project
from tests.editor_cases import EditorCase
from tests.fixture import project
from workflow_ls.analysis import Analysis
from workflow_ls.config.settings import Settings
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.project.workspace import Workspace
from workflow_ls.proof.joined_fixes import FixOptions
from workflow_ls.vfs.files import MemoryFiles

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

# Of the base project, nothing is to be fixed.
SOUND = MONOREPO.replace("src/secrets/index.ts", "src/secrets.ts")

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
    ("before", "after"),
    [
        pytest.param(
            """
            //- /server/tsconfig.json
            {
              // path aliases only
              "extends": "../tsconfig.base.json",
              "compilerOptions": {
                "baseUrl": ".",
                "paths": {
                  "@shared": [
                    "../shared"
                  ],
                  "@/*": [
                    "./src/*"
                  ] // own
                }
              }
            }
            """,
            """
            //- /server/tsconfig.json
            {
              // path aliases only
              "extends": "../tsconfig.base.json",
              "compilerOptions": {
                "baseUrl": ".",
                "paths": {
                  "@shared": [
                    "../shared"
                  ],
                  "@/*": [
                    "./src/*"
                  ], // own
                  "@alga-psa/workflows": [
                    "../ee/packages/workflows/src"
                  ],
                  "@alga-psa/workflows/*": [
                    "../ee/packages/workflows/src/*"
                  ]
                }
              }
            }
            """,
            id="own paths, arrays of several lines",
        ),
        pytest.param(
            """
            //- /ee/server/tsconfig.json
            {
              "extends": "../../base.json",
              "compilerOptions": {
                "paths": {
                  "@ee/*": ["ee/server/src/*"],
                }
              }
            }
            //- /base.json
            { "compilerOptions": { "baseUrl": "." } }
            """,
            """
            //- /ee/server/tsconfig.json
            {
              "extends": "../../base.json",
              "compilerOptions": {
                "paths": {
                  "@alga-psa/workflows": ["ee/packages/workflows/src"],
                  "@alga-psa/workflows/*": ["ee/packages/workflows/src/*"],
                  "@ee/*": ["ee/server/src/*"],
                }
              }
            }
            //- /base.json
            { "compilerOptions": { "baseUrl": "." } }
            """,
            id="sorted keys, relative to a baseUrl that is inherited",
        ),
        pytest.param(
            '//- /tsconfig.json\n{ "compilerOptions": { "baseUrl": ".", "paths": { "@shared/*": ["./shared/*"], "@": ["./a"] } } }',
            '//- /tsconfig.json\n{ "compilerOptions": { "baseUrl": ".", "paths": { "@shared/*": ["./shared/*"], "@": ["./a"], '
            '"@alga-psa/workflows": ["./ee/packages/workflows/src"], '
            '"@alga-psa/workflows/*": ["./ee/packages/workflows/src/*"] } } }',
            id="one line, with the neighbours' ./",
        ),
        pytest.param(
            '//- /tsconfig.json\n{ "compilerOptions": { "paths": {} } }',
            '//- /tsconfig.json\n{ "compilerOptions": { "paths": { '
            '"@alga-psa/workflows": ["./ee/packages/workflows/src"], '
            '"@alga-psa/workflows/*": ["./ee/packages/workflows/src/*"] } } }',
            id="without baseUrl a target is relative",
        ),
        pytest.param(
            """
            //- /server/tsconfig.json
            {
              "compilerOptions": {
                "strict": true,
                "module": "esnext"
              },
              "include": ["src"]
            }
            """,
            """
            //- /server/tsconfig.json
            {
              "compilerOptions": {
                "strict": true,
                "module": "esnext",
                "paths": {
                  "@alga-psa/workflows": ["../ee/packages/workflows/src"],
                  "@alga-psa/workflows/*": ["../ee/packages/workflows/src/*"]
                }
              },
              "include": ["src"]
            }
            """,
            id="no paths anywhere",
        ),
        pytest.param(
            """
            //- /server/tsconfig.json
            {
              "include": ["src"]
            }
            """,
            """
            //- /server/tsconfig.json
            {
              "include": ["src"],
              "compilerOptions": {
                "paths": {
                  "@alga-psa/workflows": ["../ee/packages/workflows/src"],
                  "@alga-psa/workflows/*": ["../ee/packages/workflows/src/*"]
                }
              }
            }
            """,
            id="no options anywhere",
        ),
        pytest.param(
            """
            //- /tsconfig.base.json
            {
              "compilerOptions": {
                "baseUrl": ".",
                "paths": {
                  "@shared/*": ["shared/*"]
                }
              }
            }
            //- /server/tsconfig.json
            { "extends": "../tsconfig.base.json" }
            //- /ee/server/tsconfig.json
            { "extends": "../../tsconfig.base" }
            """,
            """
            //- /tsconfig.base.json
            {
              "compilerOptions": {
                "baseUrl": ".",
                "paths": {
                  "@alga-psa/workflows": ["ee/packages/workflows/src"],
                  "@alga-psa/workflows/*": ["ee/packages/workflows/src/*"],
                  "@shared/*": ["shared/*"]
                }
              }
            }
            """,
            id="inherited paths are edited once, where they are written",
        ),
        pytest.param(
            """
            //- /tsconfig.base.json
            { "compilerOptions": { "strict": true } }
            //- /server/tsconfig.json
            { "extends": "../tsconfig.base.json" }
            //- /ee/server/tsconfig.json
            { "extends": "../../server/tsconfig.json", "compilerOptions": { "baseUrl": "../.." } }
            """,
            """
            //- /tsconfig.base.json
            { "compilerOptions": { "paths": { "@alga-psa/workflows": ["./ee/packages/workflows/src"], "@alga-psa/workflows/*": ["./ee/packages/workflows/src/*"] }, "strict": true } }
            """,
            id="no paths anywhere: one edit for a whole chain",
        ),
        pytest.param(
            """
            //- /tsconfig.base.json
            { "compilerOptions": { "strict": true } }
            //- /server/tsconfig.json
            { "extends": "../tsconfig.base.json", "compilerOptions": { "baseUrl": "." } }
            """,
            """
            //- /tsconfig.base.json
            { "compilerOptions": { "paths": { "@alga-psa/workflows": ["./ee/packages/workflows/src"], "@alga-psa/workflows/*": ["./ee/packages/workflows/src/*"] }, "strict": true } }
            //- /server/tsconfig.json
            { "extends": "../tsconfig.base.json", "compilerOptions": { "baseUrl": ".", "paths": { "@alga-psa/workflows": ["../ee/packages/workflows/src"], "@alga-psa/workflows/*": ["../ee/packages/workflows/src/*"] } } }
            """,
            id="no paths anywhere: one edit each where the bases differ",
        ),
        pytest.param(
            """
            //- /server/tsconfig.json
            { "extends": "../configs/paths.json" }
            //- /configs/paths.json
            { "compilerOptions": { "paths": { "@shared/*": ["../shared/*"] } } }
            """,
            """
            //- /configs/paths.json
            { "compilerOptions": { "paths": { "@alga-psa/workflows": ["../ee/packages/workflows/src"], "@alga-psa/workflows/*": ["../ee/packages/workflows/src/*"], "@shared/*": ["../shared/*"] } } }
            """,
            id="in a file that is not listed, relative to its own place",
        ),
        pytest.param(
            """
            //- /server/tsconfig.json
            {
              "compilerOptions": {
                "baseUrl": "..",
                "paths": {
                  "@alga-psa/workflows": ["packages/workflows/src"], // was moved
                  "@alga-psa/workflows/*": [
                    "packages/workflows/src/*",
                    "other/*"
                  ],
                  "z": ["z"]
                }
              }
            }
            """,
            """
            //- /server/tsconfig.json
            {
              "compilerOptions": {
                "baseUrl": "..",
                "paths": {
                  "@alga-psa/workflows": ["ee/packages/workflows/src"], // was moved
                  "@alga-psa/workflows/*": [
                    "ee/packages/workflows/src/*"
                  ],
                  "z": ["z"]
                }
              }
            }
            """,
            id="wrong targets are replaced in their place",
        ),
        pytest.param(
            """
            //- /server/tsconfig.json
            {
              "compilerOptions": {
                "baseUrl": "..",
                "paths": {
                  "@alga-psa/*": ["packages/*/src"]
                }
              }
            }
            """,
            """
            //- /server/tsconfig.json
            {
              "compilerOptions": {
                "baseUrl": "..",
                "paths": {
                  "@alga-psa/*": ["packages/*/src"],
                  "@alga-psa/workflows": ["ee/packages/workflows/src"],
                  "@alga-psa/workflows/*": ["ee/packages/workflows/src/*"]
                }
              }
            }
            """,
            id="a wider key stays, and the new ones come before it by being longer",
        ),
    ],
)
def test_fix(before: str, after: str) -> None:
    check_fix(before, after, base=SOUND)


@pytest.mark.parametrize(
    ("paths", "after"),
    [
        ('"@shared/workflow": ["s"], "a": ["b"]', 'NEW, "a": ["b"]'),
        ('"a": ["b"], "@shared/workflow": ["s"]', 'NEW, "a": ["b"]'),
        (
            '"a": ["b"], "@shared/workflow": ["s"], "@shared/workflow/*": ["s/*"], "c": ["d"]',
            '"a": ["b"], NEW, "c": ["d"]',
        ),
        (
            '"@shared/workflow": ["s"], /* c */ "c": ["d"], "@shared/workflow/*": ["s/*"]',
            'NEW, /* c */ "c": ["d"]',
        ),
        (
            '\n    // one\n    "c": ["d"], // c\n    "@shared/workflow": ["s"],\n    "@shared/workflow/*": ["s/*"]\n  ',
            '\n    // one\n    NEW,\n    "c": ["d"] // c\n  ',
        ),
    ],
)
def test_old_keys_go_and_new_ones_come_in_one_run(paths: str, after: str) -> None:
    """Each of the two fixes is right without the other, too."""
    new = '"@alga-psa/workflows": ["ee/packages/workflows/src"],%s"@alga-psa/workflows/*": ["ee/packages/workflows/src/*"]'
    new %= "\n    " if "\n" in after else " "
    shell = '//- /server/tsconfig.json\n{ "compilerOptions": { "baseUrl": "..", "paths": {%s} } }'
    text = shell % (paths if "\n" in paths else f" {paths} ")
    check_fix(text, shell % (after if "\n" in after else f" {after} ").replace("NEW", new), base=SOUND)
    for rule in ("missing-alias", "deprecated-alias"):
        workspace = open_project(text, base=SOUND)[1]
        (change,) = Analysis(workspace, {rule}).fix(("",), FixOptions())
        fixed = Workspace(MemoryFiles({**project(SOUND).files, change.path: change.after}), builtin_table(), Settings())
        assert fixed.packages.configuration(change.path) is not None
        assert rule not in {found.rule for found in Analysis(fixed).check_file(change.path)}


def test_where_only_old_keys_were_both_are_settled_too() -> None:
    shell = '//- /server/tsconfig.json\n{ "compilerOptions": { "baseUrl": "..", "paths": { %s } } }'
    check_fix(
        shell % '"@shared/workflow": ["s"]',
        shell % f"{BOTH.replace('../', '')}",
        base=SOUND,
    )


@pytest.mark.parametrize("key", ["@shared/workflow/*", "@shared/workflow", "@Shared/workflow"])
def test_new_keys_sorted_before_only_legacy_keys(key: str) -> None:
    shell = '{\n  "compilerOptions": {\n    "baseUrl": "..",\n    "paths": {\n%s\n    }\n  }\n}\n'
    configuration = '//- /workflow-ls.json\n{ "legacy": { "roots": ["@shared/workflow", "@Shared/workflow"] } }\n'
    new = [
        '      "@alga-psa/workflows": ["ee/packages/workflows/src"]',
        '      "@alga-psa/workflows/*": ["ee/packages/workflows/src/*"]',
    ]
    old = f'      "{key}": ["shared/workflow"]'
    check_fix(
        f"{configuration}//- /server/tsconfig.json\n{shell % old}",
        "//- /server/tsconfig.json\n" + shell % ",\n".join(new),
        base=SOUND,
    )


def test_line_endings_and_tabs_stay() -> None:
    before = b'\xef\xbb\xbf{\r\n\t"compilerOptions": {\r\n\t\t"paths": {\r\n\t\t\t"a": ["b"]\r\n\t\t}\r\n\t}\r\n}\r\n'
    files = MemoryFiles({**project(SOUND).files, "tsconfig.json": before})
    (change,) = Analysis(Workspace(files, builtin_table(), Settings())).fix(("",), FixOptions())
    assert change.after == before.replace(
        b'"a": ["b"]',
        b'"@alga-psa/workflows": ["./ee/packages/workflows/src"],\r\n'
        b'\t\t\t"@alga-psa/workflows/*": ["./ee/packages/workflows/src/*"],\r\n\t\t\t"a": ["b"]',
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
