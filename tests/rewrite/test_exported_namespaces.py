"""A namespace that a file only passes on: what its importers take of it is asked of the target."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.checks import change, open_project
from workflow_ls.analysis import Analysis

NEW, OLD = "@alga-psa/workflows/jobs", "@shared/workflow/jobs"

# The default export and `lost` are lost in the move.
BASE = dedent("""
    //- /package.json
    { "workspaces": ["shared", "packages/*", "ee/packages/*"] }
    //- /shared/workflow/jobs.ts
    export const open = 1, lost = 2;
    export interface Job {}
    export default open;
    //- /ee/packages/workflows/package.json
    { "name": "@alga-psa/workflows", "exports": { "./jobs": "./src/jobs.ts" } }
    //- /ee/packages/workflows/src/jobs.ts
    export const open = 1;
    export interface Job {}
    //- /packages/a/package.json
    { "private": true, "name": "a", "dependencies": { "@alga-psa/workflows": "*" } }
    """)
FILE = "packages/a/src/passing.ts"
STAR, TYPE = f"export * as jobs from '{OLD}';", f"export type Jobs = typeof import('{OLD}');"


def goes(code: str, importer: str = "", *, more: str = "") -> bool:
    """Whether a reference of a file that passes a namespace on is rewritten, beside a file that imports that one."""
    text = f"//- /{FILE}\n{code}\nhere();\n" + (f"//- /packages/a/src/b.ts\n{importer}\n" if importer else "") + more
    _, workspace = open_project(text, base=BASE)
    (finding,) = Analysis(workspace, {"deprecated-import"}).check_file(FILE)
    assert finding.replacement == NEW or "`@alga-psa/workflows/jobs` does not export " in str(finding.reason)
    return finding.replacement is not None


@pytest.mark.parametrize("code", [STAR, TYPE, f"export type * as jobs from '{OLD}';"])
def test_nobody_imports_it(code: str) -> None:
    assert goes(code)
    assert goes(code, "import { other } from './other';")
    assert goes(f"{code}\nexport const other = 1;", "import { other } from './passing'; f(other);")
    assert goes(code, "import './passing';")
    assert goes(code, "// passing is a word of many files\nconst jobs = 1;")


@pytest.mark.parametrize(
    ("importer", "rewritten"),
    [
        ("import { jobs } from './passing'; jobs.open; let j: jobs.Job;", True),
        ("import { jobs as own } from './passing'; own.open;", True),
        ("import type { jobs } from './passing'; let j: jobs.Job;", True),
        ("import * as all from './passing'; f(all.other);", True),
        ("import { jobs } from './passing.js'; jobs.lost;", False),
        ("import { jobs } from './passing'; jobs.default;", False),
        ("import { jobs } from './passing'; f(jobs);", False),
        ("import * as all from './passing'; all.jobs.open;", False),
        ("import * as all from './passing'; f(all);", False),
        ("export { jobs } from './passing';", False),
        ("export * from './passing';", False),
        ("const { jobs } = await import('./passing'); jobs.open;", False),
    ],
)
def test_what_its_importers_take_decides(importer: str, rewritten: bool) -> None:
    assert goes(STAR, importer) is rewritten


def test_whoever_imports_its_type_may_take_anything() -> None:
    assert not goes(TYPE, "import type { Jobs } from './passing'; let j: Jobs['open'];")
    assert not goes(f"{TYPE}\nlet own: Jobs;")
    assert not goes(f"export type Jobs = typeof import('{OLD}') | undefined;")
    assert not goes(f"export type Keys = keyof typeof import('{OLD}');")


@pytest.mark.parametrize(
    "more",
    [
        '//- /packages/a/package.json\n{ "name": "a", "dependencies": { "@alga-psa/workflows": "*" } }',
        '//- /packages/a/package.json\n{ "private": true, "exports": { "./p": "./src/passing.ts" } }',
        "//- /packages/a/src/view.vue\n<script>import { jobs } from './passing'</script>",
    ],
)
def test_not_where_others_may_import_it_unseen(more: str) -> None:
    assert not goes(STAR, more=more)


def test_not_for_an_index_which_is_imported_without_its_name() -> None:
    _, workspace = open_project(f"//- /packages/a/src/index.ts\n{STAR}\nhere();", base=BASE)
    (finding,) = Analysis(workspace, {"deprecated-import"}).check_file("packages/a/src/index.ts")
    assert finding.replacement is None


def test_a_new_importer_counts() -> None:
    _, workspace = open_project(f"//- /{FILE}\n{STAR}\nhere();", base=BASE)
    analysis = Analysis(workspace, {"deprecated-import"})
    assert analysis.check_file(FILE)[0].replacement == NEW
    change(workspace, "packages/a/src/new.ts", "import { jobs } from './passing'; jobs.lost;")
    assert analysis.check_file(FILE)[0].replacement is None
    change(workspace, "packages/a/src/new.ts", "import { jobs } from './passing'; jobs.open;")
    assert analysis.check_file(FILE)[0].replacement == NEW
