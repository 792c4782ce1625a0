"""missing-alias: what its fix makes of a configuration."""

from __future__ import annotations

import pytest

from tests.checks import SOUND, check_fix, open_project
from tests.fixture import project
from workflow_ls.analysis import Analysis
from workflow_ls.config.settings import Settings
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.project.workspace import Workspace
from workflow_ls.proof.joined_fixes import FixOptions
from workflow_ls.vfs.files import MemoryFiles


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
        shell
        % '"@alga-psa/workflows": ["ee/packages/workflows/src"], "@alga-psa/workflows/*": ["ee/packages/workflows/src/*"]',
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
