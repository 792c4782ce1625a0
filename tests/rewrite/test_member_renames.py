"""Renamed names in forms without an import clause: patterns, member accesses, import types; and `default` both ways."""

from __future__ import annotations

import pytest

from tests.checks import check_fix, check_no_fix

SHOP = """
//- /workflow-ls.json
{
  "replaceModules": true,
  "legacy": { "roots": ["@shop/old"], "tree": "libs/old/src" },
  "modules": [{ "from": "@shop/old", "to": ["@shop/new"] }],
  "names": [
    { "module": "@shop/old", "name": "Money", "as": "default" },
    { "module": "@shop/old", "name": "default", "as": "Shop" },
    { "module": "@shop/old", "name": "add", "as": "sum" }
  ]
}
//- /package.json
{ "workspaces": ["libs/*", "apps/*"] }
//- /libs/old/package.json
{ "name": "@shop/old" }
//- /libs/old/src/index.ts
export class Money {}
export default class Shop {}
export const add = 1, kept = 2;
//- /libs/new/package.json
{ "name": "@shop/new", "exports": "./src/index.ts" }
//- /libs/new/src/index.ts
export default class Money {}
export class Shop {}
export const sum = 1, kept = 2;
//- /apps/web/package.json
{ "name": "@shop/web", "dependencies": { "@shop/new": "*" } }
"""

REWRITES = {
    "pattern": ("const { add } = require('@shop/old');", "const { sum: add } = require('@shop/new');"),
    "pattern with aliases": (
        'const { kept: k, add: plus } = require("@shop/old");',
        'const { kept: k, sum: plus } = require("@shop/new");',
    ),
    "pattern with a default": (
        "const { add = () => 0 } = await import('@shop/old');",
        "const { sum: add = () => 0 } = await import('@shop/new');",
    ),
    "quoted key": ("const { 'add': plus } = require('@shop/old');", "const { sum: plus } = require('@shop/new');"),
    "several lines": (
        "const {\n  kept, // as it was\n  add, // renamed\n} = require('@shop/old');",
        "const {\n  kept, // as it was\n  sum: add, // renamed\n} = require('@shop/new');",
    ),
    "callback": ("import('@shop/old').then(({ add }) => add);", "import('@shop/new').then(({ sum: add }) => add);"),
    "member": ("const plus = require('@shop/old').add;", "const plus = require('@shop/new').sum;"),
    "import type": ("let x: typeof import('@shop/old').add;", "let x: typeof import('@shop/new').sum;"),
    "a name that became the default": (
        "const { Money } = require('@shop/old');",
        "const { default: Money } = require('@shop/new');",
    ),
    "the default that became a name": (
        "const { default: Shop } = require('@shop/old');",
        "const { Shop: Shop } = require('@shop/new');",
    ),
    "import of a name that became the default": (
        "import { Money, kept } from '@shop/old';\nnew Money(kept);",
        "import { default as Money, kept } from '@shop/new';\nnew Money(kept);",
    ),
    "import of the default that became a name": (
        "import Store, { Money as Cash } from '@shop/old';\nnew Store(Cash);",
        "import { Shop as Store, default as Cash } from '@shop/new';\nnew Store(Cash);",
    ),
    "nothing renamed": ("const { kept } = require('@shop/old');", "const { kept } = require('@shop/new');"),
}


@pytest.mark.parametrize(("before", "after"), REWRITES.values(), ids=REWRITES)
def test_renames(before: str, after: str) -> None:
    check_fix(f"//- /apps/web/src/a.ts\n{before}", f"//- /apps/web/src/a.ts\n{after}", base=SHOP)


@pytest.mark.parametrize(
    "text",
    [
        "const { add, ...rest } = require('@shop/old');",
        "const old = require('@shop/old');\nold.add();",
        "const { [key]: add } = require('@shop/old');",
    ],
)
def test_what_takes_more_than_its_names_is_left_alone(text: str) -> None:
    check_no_fix(f"//- /apps/web/src/a.ts\n{text}", base=SHOP)
