"""core-imports-ee: references of core files that lead to EE code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checks import MONOREPO, check_diagnostics, check_no_fix, open_project
from tests.editor_cases import EditorCase
from tests.fixture import project
from tests.vfs.trees import git, lay_out, needs_git
from workflow_ls.analysis import Analysis
from workflow_ls.config.settings import Settings
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.project.workspace import Workspace
from workflow_ls.vfs.disk import DiskFiles

EDITOR_CASES = (EditorCase("core-imports-ee", "shared/tasks/taskService.ts", "@ee/designer"),)


RULES = {"core-imports-ee"}

# Of the base project, nothing is to be fixed.
SOUND = MONOREPO.replace("src/secrets/index.ts", "src/secrets.ts")

AROUND = """
//- /ee/server/src/plan.ts
export interface Plan { id: string }
//- /ee/server/package.json
{ "name": "sebastian-ee" }
//- /ee/packages/calendar/package.json
{ "name": "@alga-psa/ee-calendar", "exports": { ".": "./src/index.ts" } }
//- /ee/packages/calendar/src/index.ts
export const calendar = 1;
//- /packages/ee/src/stub.ts
export const stub = 1;
//- /packages/a/package.json
{ "name": "a" }
//- /packages/a/index.ts
export const a = 1;
//- /shared/tsconfig.json
{ "compilerOptions": { "baseUrl": "..", "paths": { "@entry/ee": ["ee/server/src/plan"] } } }
"""
REACHES = [
    "import { start } from '@alga-psa/workflows/runtime';",
    "import type { Run } from '@alga-psa/workflows/runtime';",
    "import { type Run } from '@alga-psa/workflows';",
    "export * from '@alga-psa/workflows/nothing';",
    "const x = await import('@alga-psa/workflows');",
    "let x: import('@alga-psa/workflows/runtime').Run;",
    "vi.mock('@alga-psa/workflows/runtime');",
    "import { start } from '../../ee/packages/workflows/src/runtime';",
    "import type { Plan } from '../../ee/server/src/plan';",
    "import { gone } from '../../ee/nothing/at/all';",
    "import { stub } from '../../packages/ee/src/stub';",
    "import x from '../../ee';",
    "import { stub } from '@ee';",
    "import { stub } from '@ee/lib/stub';",
    "import { Plan } from 'ee/server/src/plan';",
    "import { stub } from 'packages/ee/src/stub';",
    "const x = require(`packages/ee/src/stub`);",
    "import { Plan } from '@entry/ee';",
    "import { calendar } from '@alga-psa/ee-calendar';",
    "import { gone } from '@alga-psa/ee-calendar/not/exported';",
]
KEEPS_TO_ITSELF = [
    "import { a } from '../../packages/a';",
    "import { a } from '@alga-psa/workflows-x';",
    "import { a } from '@alga-psa/shared/db';",
    "import { a } from '@eel/lib';",
    "import { a } from './ee';",
    "import { a } from '../../packages/eel/src';",
    "import { a } from '../../server/src/ee/stub';",
    "import { client } from '@shared/workflow/runtime/client';",
    "import { client } from '../workflow/runtime/client';",
    "// import { start } from '@alga-psa/workflows/runtime';",
    "const text = '@alga-psa/workflows/runtime';",
    "declare module '@alga-psa/workflows/runtime' { export function start(): void; }",
]


@pytest.mark.parametrize("code", KEEPS_TO_ITSELF)
def test_silent(code: str) -> None:
    check_diagnostics(f"{AROUND}//- /shared/db/a.ts\n{code}", rules=RULES)


@pytest.mark.parametrize("path", ["packages/a/x.ts", "server/src/x.ts", "ee/server/src/x.ts", "shared/docs/x.ts"])
@pytest.mark.parametrize("code", REACHES[:2])
def test_silent_outside_the_core(path: str, code: str) -> None:
    check_diagnostics(f"{AROUND}//- /{path}\n{code}", rules=RULES)


@pytest.mark.parametrize("code", REACHES)
def test_found_in_the_core(code: str) -> None:
    workspace = open_project(f"{AROUND}//- /shared/db/a.ts\n{code}")[1]
    assert "shared/db/a.ts" in workspace.sources.candidates()
    (finding,) = Analysis(workspace, RULES).check_file("shared/db/a.ts")
    text = workspace.files.read("shared/db/a.ts") or b""
    quoted = text[finding.span.start - 1 : finding.span.end + 1].decode()
    assert quoted[0] == quoted[-1]
    assert quoted[1:-1] == finding.specifier
    assert (finding.fix, finding.status, finding.severity.label) == (None, None, "error")


def test_the_message_names_the_way_out_and_the_place() -> None:
    text = """
    //- /shared/db/a.ts
    import { start } from '@alga-psa/workflows/runtime';
                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^ core-imports-ee: core code must not import EE module `@alga-psa/workflows/runtime`
    """
    check_diagnostics(text, rules=RULES)
    check_no_fix(text, base=SOUND)
    (finding,) = Analysis(open_project(text)[1], RULES).check_file("shared/db/a.ts")
    assert finding.reason == (
        "the core ships without EE. Declare an interface here and inject the implementation from the EE side, "
        "or move this file to the EE side."
    )
    assert [related.path for related in finding.related] == ["ee/packages/workflows/src/runtime/index.ts"]


def test_the_legacy_tree_is_core_too() -> None:
    check_diagnostics(
        """
        //- /shared/workflow/runtime/ai.ts
        import { infer } from '../../../packages/ee/src/infer';
                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ core-imports-ee: core code must not import EE module
        """,
        rules=RULES,
    )


def test_a_comment_before_the_statement_silences_it() -> None:
    check_diagnostics(
        """
        //- /shared/db/a.ts
        // workflow-ls-ignore core-imports-ee: until the port is there
        import {
          start,
        } from '@alga-psa/workflows/runtime';
        """,
        rules=RULES,
    )


def test_a_link_into_ee_code_leads_there() -> None:
    check_diagnostics(
        """
        //- /packages/ee/src/stub.ts
        export const stub = 1;
        //- /shared/ee -> /packages/ee/src
        //- /shared/db/a.ts
        import { stub } from '../ee/stub';
                              ^^^^^^^^^^ core-imports-ee: core code must not import EE module
        """,
        rules=RULES,
    )


def test_ee_code_matched_by_core_globs_may_import_ee() -> None:
    check_diagnostics(
        """
        //- /workflow-ls.json
        { "core": ["shared/**", "packages/**"] }
        //- /packages/ee/src/a.ts
        import { start } from '@alga-psa/workflows/runtime';
        //- /packages/a/a.ts
        import { stub } from '../ee/src/stub';
                              ^^^^^^^^^^^^^^ core-imports-ee: core code must not import EE module
        //- /packages/b.ts
        import { stub } from './ee/src/stub';
                              ^^^^^^^^^^^^^ core-imports-ee: core code must not import EE module
        """,
        rules=RULES,
    )


def test_a_configured_specifier_stands_for_ee_code() -> None:
    check_diagnostics(
        """
        //- /workflow-ls.json
        { "ee": { "specifiers": ["@enterprise"] } }
        //- /shared/db/a.ts
        import { x } from '@enterprise/x';
                           ^^^^^^^^^^^^^ core-imports-ee: core code must not import EE module
        import { y } from '@enterprises/y';
        """,
        rules=RULES,
    )


@needs_git
def test_the_search_on_disk_finds_the_same_files(tmp_path: Path) -> None:
    written = project(f"{MONOREPO}{AROUND}")
    reaching = {f"shared/r/{number}.ts": f"{code}\n" for number, code in enumerate(REACHES)}
    lay_out(tmp_path, {**written.files, **reaching, "shared/r/none.ts": "import { a } from './a';\n"})
    git(tmp_path, "init", "--quiet")
    workspace = Workspace(DiskFiles(str(tmp_path)), builtin_table(), Settings())
    assert {path for path in workspace.sources.candidates() if path.startswith("shared/r/")} == set(reaching)
    analysis = Analysis(workspace, RULES)
    assert [path for path in reaching if len(analysis.check_file(path)) != 1] == []
