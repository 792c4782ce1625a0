"""A path of a tsconfig may have a file of its own for a legacy specifier."""

from __future__ import annotations

import pytest

from tests.checks import open_project
from workflow_ls.analysis import Analysis

OLD, NEW = "@shared/workflow/streams", "@alga-psa/workflows/streams"
BASE = """
//- /package.json
{ "workspaces": ["shared", "packages/*", "ee/packages/*"] }
//- /shared/package.json
{ "name": "@alga-psa/shared" }
//- /packages/a/package.json
{ "name": "@alga-psa/a", "dependencies": { "@alga-psa/workflows": "*" } }
//- /ee/packages/workflows/package.json
{ "name": "@alga-psa/workflows", "exports": { "./streams": "./src/streams.ts" } }
//- /ee/packages/workflows/src/streams.ts
export const make = () => 1;
//- /shared/workflow/streams.ts
export const make = () => 1;
//- /overrides/workflow/streams.ts
export const make = () => 2;
"""


def goes(paths: str, kind: str = "") -> str:
    """The replacement of a reference under some `paths`, or why there is none."""
    config = (
        f'//- /packages/a/tsconfig.json\n{{ "compilerOptions": {{ "baseUrl": "../..", "paths": {{ {paths} }} }} }}\n'
    )
    text = f"//- /packages/a/src/a.ts\nimport {kind} {{ make }} from '{OLD}';\nexport type A = typeof make;\n"
    _, workspace = open_project(config + text, base=BASE)
    [finding] = Analysis(workspace, {"deprecated-import"}).check_file("packages/a/src/a.ts")
    return str(finding.replacement or finding.reason)


@pytest.mark.parametrize("kind", ["", "type"])
def test_the_first_target_that_exists_is_what_is_imported(kind: str) -> None:
    found = goes('"@shared/*": ["overrides/*", "shared/*"]', kind)
    start = f"`paths` of packages/a/tsconfig.json put overrides/workflow/streams.ts in the place of `{OLD}`"
    assert found.startswith(f"{start}. Add a path for `{NEW}` there first")


@pytest.mark.parametrize(
    "paths",
    [
        '"@shared/*": ["shared/*", "overrides/*"]',
        '"@shared/*": ["nowhere/*", "shared/*"]',
        '"@shared/workflow/*": ["ee/packages/workflows/src/*"]',
        '"@shared/*": ["overrides/*", "shared/*"], "@alga-psa/workflows/*": ["overrides/workflow/*"]',
        '"@alga-psa/workflows/*": ["ee/packages/workflows/src/*"]',
    ],
)
def test_other_paths_are_no_obstacle(paths: str) -> None:
    assert goes(paths) == NEW
