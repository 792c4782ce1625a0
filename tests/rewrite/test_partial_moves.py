"""A package of which a part moves: modules that stay, and modules that only lose some of their names."""

from __future__ import annotations

import pytest

from tests.checks import check_diagnostics, check_fix, check_no_fix, open_project

SHOP = """
//- /workflow-ls.json
{
  "replaceModules": true,
  "legacy": { "roots": ["@shop/utils"], "tree": "libs/utils/src" },
  "modules": [
    { "from": "@shop/utils", "stays": true },
    { "from": "@shop/utils/*", "stays": true },
    { "from": "@shop/utils/money", "to": ["@shop/money"] },
    { "from": "@shop/utils/money/*", "to": ["@shop/money/*"] }
  ],
  "names": [
    { "module": "@shop/utils/text", "name": "price", "to": "@shop/money" },
    { "module": "@shop/utils/text", "name": "coins", "to": "@shop/money", "as": "cents" }
  ]
}
//- /package.json
{ "workspaces": ["apps/*", "libs/*"] }
//- /libs/utils/package.json
{ "name": "@shop/utils", "exports": { ".": "./src/index.ts", "./money": "./src/money/index.ts", "./*": "./src/*.ts" } }
//- /libs/utils/src/index.ts
export const version = 1;
//- /libs/utils/src/text.ts
export const trim = 1, title = 2, price = 3, coins = 4;
//- /libs/utils/src/dates.ts
export const now = 1;
//- /libs/utils/src/money/index.ts
export const total = 1;
//- /libs/utils/src/money/tax.ts
export const tax = 1;
//- /libs/money/package.json
{ "name": "@shop/money", "exports": { ".": "./src/index.ts", "./*": "./src/*.ts" } }
//- /libs/money/src/index.ts
export const total = 1, price = 3, cents = 4;
//- /libs/money/src/tax.ts
export const tax = 1;
//- /apps/web/package.json
{ "name": "@shop/web", "dependencies": { "@shop/money": "*", "@shop/utils": "*" } }
"""

STAYS = [
    "import { version } from '@shop/utils';",
    "import { now } from '@shop/utils/dates';",
    "import { trim, title } from '@shop/utils/text';",
    "import '@shop/utils/text';",
    "import * as text from '@shop/utils/text';\ntext.trim;",
    "export * from '@shop/utils/text';",
    "const { trim } = require('@shop/utils/text');",
    "vi.mock('@shop/utils/dates', () => ({ now: 1 }));",
    "const path = 'libs/utils/src/dates.ts';",
]


@pytest.mark.parametrize("text", STAYS)
def test_what_stays_is_no_finding(text: str) -> None:
    check_diagnostics(f"//- /apps/web/src/a.ts\n{text}\n", base=SHOP)
    check_no_fix(f"//- /apps/web/src/a.ts\n{text}\n", base=SHOP)


MOVES = {
    "a module": (
        "import { total } from '@shop/utils/money';\nimport { tax } from '@shop/utils/money/tax';",
        "import { total } from '@shop/money';\nimport { tax } from '@shop/money/tax';",
    ),
    "a name": ("import { price } from '@shop/utils/text';", "import { price } from '@shop/money';"),
    "a part of the names": (
        "import { trim, price } from '@shop/utils/text';",
        "import { trim } from '@shop/utils/text';\nimport { price } from '@shop/money';",
    ),
    "a renamed part": (
        "import { coins as c, title, trim } from '@shop/utils/text';",
        "import { cents as c } from '@shop/money';\nimport { title, trim } from '@shop/utils/text';",
    ),
    "a pattern that is divided": (
        "const { trim, coins } = require('@shop/utils/text');",
        "const { trim } = require('@shop/utils/text');\nconst { cents: coins } = require('@shop/money');",
    ),
    "a pattern": ("const { coins } = require('@shop/utils/text');", "const { cents: coins } = require('@shop/money');"),
}


@pytest.mark.parametrize(("before", "after"), MOVES.values(), ids=MOVES)
def test_what_moves(before: str, after: str) -> None:
    rest = "\nimport { now } from '@shop/utils/dates';"
    check_fix(f"//- /apps/web/src/a.ts\n{before}{rest}", f"//- /apps/web/src/a.ts\n{after}{rest}", base=SHOP)


def test_a_form_that_can_not_be_split_says_so() -> None:
    check_diagnostics(
        """
//- /apps/web/src/a.ts
const { trim, price = 1 } = require('@shop/utils/text');
                                     ^^^^^^^^^^^^^^^^ deprecated-import blocked: the names of this module moved to different modules …
""",
        base=SHOP,
        rules={"deprecated-import"},
    )


def test_files_that_stay_import_what_moved_by_its_new_name() -> None:
    check_diagnostics(
        """
//- /libs/utils/src/format.ts
import { total } from './money';
                       ^^^^^^^ deprecated-relative-import verified -> @shop/money
import { now } from './dates';
//- /libs/utils/src/money/own.ts
import { total } from './index';
import { trim } from '../text';
""",
        base=SHOP,
        rules={"deprecated-import", "deprecated-relative-import"},
    )


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ('{ "from": "@shop/utils/dates" }', 'The key "to" is missing.'),
        ('{ "from": "@shop/utils/dates", "to": ["@shop/money"], "stays": true }', 'A module that stays has no "to".'),
    ],
)
def test_mistakes(row: str, message: str) -> None:
    text = SHOP.replace('{ "from": "@shop/utils", "stays": true }', row)
    with pytest.raises(AssertionError) as error:
        open_project("", base=text)
    assert message in str(error.value)
