"""Files of `__mocks__` that Jest takes for a specifier, without a call that mocks it."""

from __future__ import annotations

import pytest

from tests.checks import open_project
from workflow_ls.analysis import Analysis

OLD, NEW = "@alga-psa/shared/workflow/streams", "@alga-psa/workflows/streams"
MOCKS = "packages/a/__mocks__"
BASE = f"""
//- /package.json
{{ "workspaces": ["shared", "packages/*", "ee/packages/*"] }}
//- /shared/package.json
{{ "name": "@alga-psa/shared" }}
//- /shared/workflow/streams.ts
export const make = () => 1;
//- /packages/a/package.json
{{ "name": "@alga-psa/a", "dependencies": {{ "@alga-psa/shared": "*", "@alga-psa/workflows": "*" }} }}
//- /packages/a/src/a.js
const {{ make }} = require('{OLD}');
//- /ee/packages/workflows/package.json
{{ "name": "@alga-psa/workflows", "exports": {{ "./streams": "./src/streams.ts" }} }}
//- /ee/packages/workflows/src/streams.ts
export const make = () => 1;
"""


def goes(*files: str) -> str:
    """The replacement of the reference in packages/a/src/a.js, or why there is none and the remedy."""
    _, workspace = open_project("".join(f"//- /{path}\nexports.make = 2;\n" for path in files), base=BASE)
    [finding] = Analysis(workspace, {"deprecated-import"}).check_file("packages/a/src/a.js")
    return str(finding.replacement or finding.reason)


def test_a_mock_of_the_old_specifier_alone_keeps_it() -> None:
    path = f"{MOCKS}/{OLD}.js"
    remedy = f"Copy that file to {MOCKS}/{NEW}.js first"
    assert goes(path).startswith(f"Jest puts {path} in the place of `{OLD}`. {remedy}.")


def test_a_mock_of_the_new_specifier_alone_would_come_into_force() -> None:
    assert goes(f"__mocks__/{NEW}.ts").startswith(f"Jest puts __mocks__/{NEW}.ts in the place of `{NEW}`. Remove")


@pytest.mark.parametrize(
    "files",
    [
        [],
        [f"{MOCKS}/{OLD}.js", f"{MOCKS}/{NEW}.js"],
        [f"packages/b/__mocks__/{OLD}.js"],
        [f"{MOCKS}/{OLD}/index.js"],
        [f"{MOCKS}/redis.js"],
    ],
)
def test_other_files_are_no_obstacle(files: list[str]) -> None:
    assert goes(*files) == NEW
