"""Files that are still in the legacy tree, and name modules that left it before by their paths."""

from __future__ import annotations

import pytest

from tests.checks import fix_project, open_project
from workflow_ls.analysis import Analysis
from workflow_ls.project.workspace import Workspace

SHOP = """
//- /workflow-ls.json
{ "replaceModules": true, "canonical": { "name": "@shop/money", "directory": "libs/money" },
  "legacy": { "roots": ["@shop/utils"], "tree": "libs/utils/src" },
  "modules": [{ "from": "@shop/utils/*", "to": ["@shop/money/*"] }] }
//- /package.json
{ "workspaces": ["libs/*"] }
//- /libs/utils/package.json
{ "name": "@shop/utils", "dependencies": { "@shop/money": "*" } }
//- /libs/utils/src/dates.ts
export const now = 1;
//- /libs/utils/src/style.css
a {}
//- /libs/money/package.json
{ "name": "@shop/money", "exports": { "./*": "./src/*.ts" } }
//- /libs/money/src/tax.ts
export const tax = 1;
//- /libs/money/src/dates.ts
export const now = 1;
"""
PATH = "libs/utils/src/format.ts"


def shop(text: str) -> Workspace:
    return open_project(f"{SHOP}//- /{PATH}\n{text}\n", base="")[1]


@pytest.mark.parametrize(
    "text",
    [
        "import { now } from './dates';",
        "import './style.css';",
        # Nothing shows where these are: the compiler says that they lead nowhere.
        "import { gone } from './gone';",
        "import { other } from './tax';",
        "import { tax } from '../../elsewhere/tax';",
    ],
)
def test_what_is_there_or_nowhere_is_left_alone(text: str) -> None:
    found = shop(text)
    assert Analysis(found).check_file(PATH) == ()
    assert PATH not in fix_project(found, None)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("import { tax } from './tax';", "import { tax } from '@shop/money/tax';"),
        ("export { tax } from '../src/tax';", "export { tax } from '@shop/money/tax';"),
        ("const { tax } = await import('./tax');", "const { tax } = await import('@shop/money/tax');"),
        (
            "import { now } from './dates';\nimport { tax } from './tax';",
            "import { now } from './dates';\nimport { tax } from '@shop/money/tax';",
        ),
    ],
)
def test_what_left_is_named_where_it_is(text: str, after: str) -> None:
    assert fix_project(shop(text), None)[PATH].decode().rstrip("\n") == after
