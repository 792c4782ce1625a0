"""deprecated-alias: keys of `paths` for the legacy modules."""

from __future__ import annotations

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

EDITOR_CASES = (
    EditorCase(
        "deprecated-alias",
        "tsconfig.base.json",
        '"@shared/workflow"',
        "Remove the legacy aliases",
        ("tsconfig.base.json",),
    ),
)


RULES = {"deprecated-alias"}

# Of the base project, nothing is to be fixed.
SOUND = MONOREPO.replace("src/secrets/index.ts", "src/secrets.ts")


@pytest.mark.parametrize(
    "paths",
    [
        "{}",
        "[]",
        "null",
        '"@shared/workflow/*"',
        '{ "@shared/*": ["shared/*"], "@alga-psa/shared": ["shared"] }',
        '{ "@shared/workflows": ["x"], "@shared/workflows/*": ["x/*"], "@shared/workflow-x/*": ["x/*"] }',
        '{ "@shared/workflow*": ["x*"], "shared/workflow/*": ["x/*"], "@alga-psa/workflows/*": ["x/*"] }',
        '{ "@wf/*": ["shared/workflow/*"] }',
        '{ // "@shared/workflow/*": ["shared/workflow/*"]\n }',
    ],
)
def test_silent(paths: str) -> None:
    text = f'//- /app/tsconfig.json\n{{ "compilerOptions": {{ "paths": {paths} }} }}'
    check_diagnostics(text, rules=RULES)
    check_no_fix(text, base=SOUND)


@pytest.mark.parametrize(
    "text",
    [
        '{ "paths": { "@shared/workflow/*": ["x"] } }',
        '{ "compilerOptions": { "other": { "@shared/workflow": ["x"] } } }',
        '{ "compilerOptions": { "paths": { "@shared/workflow": ["x"], } ',
        '["@shared/workflow"]',
        "",
    ],
)
def test_silent_elsewhere_and_where_it_is_broken(text: str) -> None:
    check_diagnostics(f"//- /app/tsconfig.json\n{text}", rules=RULES)


@pytest.mark.parametrize(
    ("base", "key", "target", "flagged"),
    [
        ("..", "flow/*", "shared/workflow/*", True),
        ("..", "flow", "shared/workflow", True),
        ("..", "run", "shared/workflow/runtime/client.ts", True),
        ("../shared", "~/*", "workflow/streams/*", True),
        ("../shared", "~/*", "./*", False),  # for more than the workflow modules
        ("..", "~/*", "shared/workflows/*", False),
        ("..", "@alga-psa/workflows/*", "shared/workflow/*", False),  # missing-alias says that it is wrong
    ],
)
def test_a_key_of_any_name_that_leads_to_the_tree(base: str, key: str, target: str, flagged: bool) -> None:
    options = f'"baseUrl": "{base}", "paths": {{ "x": ["x"], "{key}": ["{target}"] }}'
    fixed = f'"baseUrl": "{base}", "paths": {{ "x": ["x"] }}'
    path = "//- /app/tsconfig.json\n"
    before = f'{path}{{ "compilerOptions": {{ {options} }} }}'
    if flagged:
        check_fix(before, f'{path}{{ "compilerOptions": {{ {fixed} }} }}', base=SOUND)
    else:
        check_diagnostics(before, rules=RULES)


def test_a_key_of_any_name_stays_while_an_import_needs_it() -> None:
    check_diagnostics(
        """
        //- /shared/tsconfig.json
        { "compilerOptions": { "paths": { "~/*": ["./workflow/*"] } } }
                                          ^^^^^ deprecated-alias blocked: the import in shared/lib/a.ts:1 needs the legacy aliases
        //- /shared/lib/a.ts
        import { client } from '~/runtime/client';
        """,
        rules=RULES,
    )


def test_a_manifest_has_no_aliases() -> None:
    check_diagnostics(
        '//- /packages/a/package.json\n{ "compilerOptions": { "paths": { "@shared/workflow": ["x"] } } }', rules=RULES
    )


def test_every_key_for_a_root_and_below_is_found() -> None:
    check_diagnostics(
        """
        //- /services/worker/tsconfig.build.json
        {
          // the worker's aliases
          "compilerOptions": {
            "baseUrl": "../..",
            "paths": {
              "@shared/*": ["shared/*"],
              "@shared/workflow": ["shared/workflow"],
              ^^^^^^^^^^^^^^^^^^ deprecated-alias verified -> None
              "@shared/workflow/*": ["shared/workflow/*"],
              ^^^^^^^^^^^^^^^^^^^^ deprecated-alias verified -> None
              "@alga-psa/shared/workflow/*": ["shared/workflow/*"],
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-alias verified -> None
              "@shared/workflow/runtime": ["shared/workflow/runtime"],
              ^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-alias verified -> None
              "@shared/workflow/runtime/*": ["shared/workflow/runtime/*"],
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-alias verified -> None
            },
          },
        }
        """,
        rules=RULES,
    )


def test_the_shared_package_and_jsconfig_are_no_exceptions() -> None:
    check_diagnostics(
        """
        //- /shared/tsconfig.json
        { "compilerOptions": { "paths": { "@shared/workflow/*": ["./workflow/*"] } } }
                                          ^^^^^^^^^^^^^^^^^^^^ deprecated-alias verified -> None
        //- /tools/jsconfig.json
        { "compilerOptions": { "paths": { "@shared/workflow": ["../shared/workflow"] } } }
                                          ^^^^^^^^^^^^^^^^^^ deprecated-alias verified -> None
        """,
        rules=RULES,
    )


def test_all_legacy_keys_go_at_once_and_comments_stay() -> None:
    check_fix(
        """
        //- /packages/a/tsconfig.json
        {
          "compilerOptions": {
            "baseUrl": "../..",
            /* kept */
            "paths": {
              "@shared/workflow": [
                "shared/workflow"
              ],
              // everything shared
              "@shared/*": ["shared/*"],
              "@shared/workflow/*": ["shared/workflow/*"], // the old tree
            }
          }
        }
        """,
        """
        //- /packages/a/tsconfig.json
        {
          "compilerOptions": {
            "baseUrl": "../..",
            /* kept */
            "paths": {
              // everything shared
              "@shared/*": ["shared/*"],
            }
          }
        }
        """,
        base=SOUND,
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            b'{ "compilerOptions": { "paths": { "@shared/workflow": ["x"], "a": ["b"] } } }',
            b'{ "compilerOptions": { "paths": { "a": ["b"] } } }',
            id="one line, first",
        ),
        pytest.param(
            b'{ "compilerOptions": { "paths": { "a": ["b"], "@shared/workflow/*": ["x/*"] } } }',
            b'{ "compilerOptions": { "paths": { "a": ["b"] } } }',
            id="one line, last",
        ),
        pytest.param(
            b'{ "compilerOptions": { "paths": {"@shared/workflow":["x"]} } }',
            b'{ "compilerOptions": { "paths": {} } }',
            id="nothing left: the object stays, since it hides what is inherited",
        ),
        pytest.param(
            b'\xef\xbb\xbf{\r\n\t"compilerOptions": {\r\n\t\t"paths": {\r\n\t\t\t"a": ["b"],\r\n'
            b'\t\t\t"@shared/workflow": [\r\n\t\t\t\t"x"\r\n\t\t\t]\r\n\t\t}\r\n\t}\r\n}\r\n',
            b'\xef\xbb\xbf{\r\n\t"compilerOptions": {\r\n\t\t"paths": {\r\n\t\t\t"a": ["b"]\r\n\t\t}\r\n\t}\r\n}\r\n',
            id="CRLF, tabs, byte order mark",
        ),
    ],
)
def test_the_rest_of_the_file_stays_as_it_is(before: bytes, after: bytes) -> None:
    files = MemoryFiles({**project(SOUND).files, "packages/a/tsconfig.json": before})
    workspace = Workspace(files, builtin_table(), Settings())
    changes = {change.path: change.after for change in Analysis(workspace, RULES).fix(("",), FixOptions())}
    assert changes == {"packages/a/tsconfig.json": after}


ONLY_ALIAS = """
//- /app/tsconfig.json
{ "compilerOptions": { "baseUrl": "..", "paths": { "@shared/workflow/*": ["shared/workflow/*"] } } }
//- /shared/workflow/runtime/client.ts
export const client = 1, gone = 2;
"""
AFTER = '//- /app/tsconfig.json\n{ "compilerOptions": { "baseUrl": "..", "paths": {} } }'


def test_aliases_that_imports_need_go_together_with_these() -> None:
    before = ONLY_ALIAS.replace(', "paths"', ', "x": 1, "paths"')
    text = f"{before}//- /app/src/a.ts\nimport {{ client }} from '@shared/workflow/runtime/client';"
    _, workspace = open_project(text)
    analysis = Analysis(workspace, {*RULES, "deprecated-import", "deprecated-relative-import"})
    (finding,) = analysis.check_file("app/tsconfig.json")
    assert finding.fix is not None
    assert finding.fix.applicability is Applicability.WORKSPACE_FIX
    assert finding.fix.title == "Remove the legacy aliases (with the import that uses them)"
    assert analysis.fix_file("app/tsconfig.json", FixOptions()) == ()
    assert {change.path for change in analysis.fix(("",), FixOptions())} == {"app/tsconfig.json", "app/src/a.ts"}
    assert {change.path for change in analysis.fix(("app/src",), FixOptions())} == {"app/src/a.ts"}


@pytest.mark.parametrize(
    ("file", "status"),
    [
        pytest.param(
            "//- /app/src/a.ts\nimport { gone } from '@shared/workflow/runtime/client';",
            "blocked: the import in app/src/a.ts:1 needs the legacy aliases, and can't be rewritten yet. "
            "Fix that import first.",
            id="blocked",
        ),
        pytest.param(
            "//- /app/src/a.ts\n// workflow-ls-ignore deprecated-import: not yet\n"
            "import {\n  client } from '@shared/workflow/runtime/client';",
            "blocked: the import in app/src/a.ts:3 needs the legacy aliases, and can't be rewritten yet",
            id="suppressed before the statement",
        ),
        pytest.param(
            "//- /app/src/a.ts\nimport { client } from '@shared/workflow/runtime/client';\n"
            "// workflow-ls-ignore-file deprecated-import: not yet",
            "blocked: the import in app/src/a.ts:1 needs the legacy aliases, and can't be rewritten yet",
            id="suppressed for the file",
        ),
        pytest.param(
            "//- /app/src/a.ts\nimport { client } from '@shared/workflow/runtime/client';\n"
            '//- /workflow-ls.json\n{ "rules": { "deprecated-import": "off" } }',
            "blocked: the import in app/src/a.ts:1 needs the legacy aliases, and can't be rewritten yet",
            id="nobody rewrites",
        ),
        pytest.param(
            "//- /app/src/a.ts\nimport { gone } from '@shared/workflow/runtime/client';\n"
            "//- /app/src/b.ts\nimport { gone } from '@shared/workflow/runtime/client';",
            "blocked: 2 imports need the legacy aliases, and can't be rewritten yet; the first is in app/src/a.ts:1. "
            "Fix these imports first.",
            id="two",
        ),
        pytest.param(
            "//- /app/src/a.ts\n// workflow-ls-ignore legacy-proxy: another rule\n"
            "import { client } from '@shared/workflow/runtime/client';",
            "verified",
            id="a comment for another rule",
        ),
        pytest.param(
            "//- /packages/a/src/a.ts\nimport { gone } from '@shared/workflow/runtime/client';",
            "verified",
            id="an import that another configuration governs",
        ),
        pytest.param(
            "//- /app/src/a.ts\nimport { gone } from '@shared/workflow/nothing';",
            "verified",
            id="an import that leads nowhere as it is",
        ),
        pytest.param(
            "//- /app/src/a.ts\nimport { gone } from '../../shared/workflow/runtime/client';",
            "verified",
            id="a relative import needs no alias",
        ),
        pytest.param(
            "//- /app/docs/a.ts\nimport { gone } from '@shared/workflow/runtime/client';", "verified", id="docs"
        ),
    ],
)
def test_what_stays_must_still_resolve(file: str, status: str) -> None:
    workspace = open_project(f"{ONLY_ALIAS}{file}")[1]
    (finding,) = Analysis(workspace).check_file("app/tsconfig.json")
    told = finding.status.value if finding.status else ""
    assert (told if finding.reason is None else f"{told}: {finding.reason}").startswith(status)
    assert (finding.fix is None) == status.startswith("blocked")


def test_a_wider_alias_that_stays_serves_as_well() -> None:
    text = ONLY_ALIAS.replace('"paths": { ', '"paths": { "@shared/*": ["shared/*"], ')
    file = "//- /app/src/a.ts\nimport { gone } from '@shared/workflow/runtime/client';"
    check_fix(
        f"{text}{file}",
        text.replace(', "@shared/workflow/*": ["shared/workflow/*"]', ""),
        base=SOUND,
    )


def test_unresolvable_imports_leave_alias_fix_unverified() -> None:
    base = """
    //- /shared/workflow/runtime/client.ts
    export const client = 1;
    """
    file = "//- /app/src/a.ts\nimport { client } from '@shared/workflow/runtime/client';"
    workspace = open_project(f"{ONLY_ALIAS}{file}", base=base)[1]
    analysis = Analysis(workspace)
    (finding,) = analysis.check_file("app/tsconfig.json")
    assert finding.status is not None
    assert finding.status.value == "unverified"
    assert len(analysis.fix(("",), FixOptions())) == 2
    assert analysis.fix(("",), FixOptions(require_verified=True)) == ()
