"""A table with several legacy folders and files, each with specifiers of its own, and several targets."""

from __future__ import annotations

import pytest

from tests.checks import check_diagnostics, check_fix, open_project
from workflow_ls.analysis import Analysis
from workflow_ls.config.table import Table
from workflow_ls.status import status_of

# A folder of one library, a whole second library, and a single file of a third move to two packages.
TABLE = """
//- /workflow-ls.json
{
  "replaceModules": true,
  "legacy": [
    { "roots": ["@shop/utils/money"], "tree": "libs/utils/src/money" },
    { "roots": ["@shop/clock", "~clock"], "tree": "libs/clock/src" },
    { "roots": ["@shop/base/ids"], "tree": "libs/base/src/ids.ts" },
    { "roots": ["@shop/gone"] }
  ],
  "modules": [
    { "from": "@shop/utils/money", "to": ["@shop/money"] },
    { "from": "@shop/utils/money/*", "to": ["@shop/money/*"] },
    { "from": "@shop/clock", "to": ["@shop/time"] },
    { "from": "@shop/clock/*", "to": ["@shop/time/*"] },
    { "from": "@shop/base/ids", "to": ["@shop/time/ids"] },
    { "from": "@shop/gone", "to": ["@shop/money"] }
  ],
  "names": [{ "module": "@shop/clock", "name": "tick", "as": "beat" }]
}
"""
SHOP = (
    TABLE
    + """
//- /package.json
{ "workspaces": ["apps/*", "libs/*"] }
//- /libs/utils/package.json
{ "name": "@shop/utils" }
//- /libs/utils/src/money/index.ts
export const total = 1;
//- /libs/utils/src/money/tax.ts
export const tax = 1;
//- /libs/utils/src/text.ts
export const trim = 1;
//- /libs/clock/package.json
{ "name": "@shop/clock" }
//- /libs/clock/src/index.ts
export const now = 1, tick = 2;
//- /libs/clock/src/zones/utc.ts
export const utc = 1;
//- /libs/base/package.json
{ "name": "@shop/base" }
//- /libs/base/src/ids.ts
export const id = 1;
//- /libs/base/src/idsets.ts
export const sets = 1;
//- /libs/money/package.json
{ "name": "@shop/money", "exports": { ".": "./src/index.ts", "./*": "./src/*.ts" } }
//- /libs/money/src/index.ts
export const total = 1;
//- /libs/money/src/tax.ts
export const tax = 1;
//- /libs/time/package.json
{ "name": "@shop/time", "exports": { ".": "./index.ts", "./ids": "./ids.ts", "./zones/*": "./zones/*.ts" } }
//- /libs/time/index.ts
export const now = 1, beat = 2;
//- /libs/time/ids.ts
export const id = 1;
//- /libs/time/zones/utc.ts
export const utc = 1;
//- /apps/web/package.json
{ "name": "@shop/web", "dependencies": { "@shop/money": "*", "@shop/time": "*" } }
"""
)


def table() -> Table:
    return open_project("", base=SHOP)[1].table


MODULES = [
    ("@shop/utils/money", "libs/utils/src/money"),
    ("@shop/utils/money/tax", "libs/utils/src/money/tax"),
    ("@shop/utils/money/../text", None),
    ("@shop/utils/text", None),
    ("@shop/clock", "libs/clock/src"),
    ("~clock/zones/utc.ts", "libs/clock/src/zones/utc"),
    ("@shop/base/ids", "libs/base/src/ids"),
    ("@shop/base", None),
    ("@shop/gone", "node_modules/@shop/gone"),
    ("@shop/gone/deep", "node_modules/@shop/gone/deep"),
]


@pytest.mark.parametrize(("specifier", "module"), MODULES)
def test_modules_of_specifiers(specifier: str, module: str | None) -> None:
    assert table().module_of(specifier) == module


@pytest.mark.parametrize(
    ("path", "module"),
    [
        ("libs/utils/src/money/index.ts", "libs/utils/src/money"),
        ("libs/utils/src/money", "libs/utils/src/money"),
        ("libs/utils/src/text.ts", None),
        ("libs/base/src/ids.ts", "libs/base/src/ids"),
        ("libs/base/src/ids", "libs/base/src/ids"),
        ("libs/base/src/idsets.ts", None),
        ("libs/clock/package.json", None),
        ("apps/web/a.ts", None),
    ],
)
def test_modules_of_paths(path: str, module: str | None) -> None:
    assert table().module_at(path) == module
    assert table().in_tree(path) is (module is not None)


@pytest.mark.parametrize(
    "specifier", ["@shop/utils/money", "@shop/utils/money/tax", "@shop/clock/zones", "@shop/base/ids"]
)
def test_specifiers_of_modules(specifier: str) -> None:
    assert table().specifier_of(table().module_of(specifier) or "") == specifier


def test_the_packages_of_the_targets_need_no_entry() -> None:
    assert [(each.name, each.directory, each.sources) for each in table().packages] == [
        ("@shop/money", "libs/money", "src"),
        ("@shop/time", "libs/time", ""),
    ]


def test_each_part_goes_where_its_rows_say() -> None:
    check_diagnostics(
        """
//- /apps/web/src/a.ts
import { total } from '@shop/utils/money';
                       ^^^^^^^^^^^^^^^^^ deprecated-import verified -> @shop/money
import { tax } from '@shop/utils/money/tax';
                     ^^^^^^^^^^^^^^^^^^^^^ deprecated-import verified -> @shop/money/tax
import { now } from '~clock';
                     ^^^^^^ deprecated-import verified -> @shop/time
import { utc } from '@shop/clock/zones/utc';
                     ^^^^^^^^^^^^^^^^^^^^^ deprecated-import verified -> @shop/time/zones/utc
import { id } from '@shop/base/ids';
                    ^^^^^^^^^^^^^^ deprecated-import verified -> @shop/time/ids
import { sets } from '@shop/base/idsets';
import { trim } from '@shop/utils/text';
import { total as old } from '@shop/gone';
                              ^^^^^^^^^^ deprecated-import verified -> @shop/money
//- /libs/base/src/other.ts
import { id } from './ids';
                    ^^^^^ deprecated-relative-import verified -> @shop/time/ids
import { sets } from './idsets';
//- /libs/utils/src/format.ts
import { total } from './money';
                       ^^^^^^^ deprecated-relative-import verified -> @shop/money
import { utc } from '../../clock/src/zones/utc';
                     ^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-relative-import verified -> @shop/time/zones/utc
""",
        base=SHOP,
        rules={"deprecated-import", "deprecated-relative-import"},
    )


def test_a_fix_writes_them_and_is_idempotent() -> None:
    check_fix(
        """
//- /apps/web/src/a.ts
import { now, tick } from '@shop/clock';
import { id } from '@shop/base/ids';
vi.mock('@shop/utils/money', () => ({ total: 1 }));
""",
        """
//- /apps/web/src/a.ts
import { now, beat as tick } from '@shop/time';
import { id } from '@shop/time/ids';
vi.mock('@shop/money', () => ({ total: 1 }));
""",
        base=SHOP,
    )


def test_inside_a_part_paths_are_relative() -> None:
    check_diagnostics(
        """
//- /libs/clock/src/use.ts
import { utc } from '@shop/clock/zones/utc';
                     ^^^^^^^^^^^^^^^^^^^^^ deprecated-import verified -> ./zones/utc
""",
        base=SHOP,
        rules={"deprecated-import"},
    )


def test_strings_and_aliases_reach_each_part() -> None:
    check_diagnostics(
        """
//- /apps/web/src/wiring.test.ts
const text = readFileSync('libs/clock/src/zones/utc.ts', 'utf8');
                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-reference …
//- /tsconfig.json
{ "compilerOptions": { "baseUrl": ".", "paths": {
  "@ids": ["libs/base/src/ids.ts"],
  ^^^^^^ deprecated-alias …
  "@text": ["libs/utils/src/text.ts"]
} } }
//- /apps/web/src/b.ts
import { id } from '@ids';
                    ^^^^ deprecated-import …
import { trim } from '@text';
""",
        base=SHOP,
        rules={"deprecated-import", "deprecated-reference", "deprecated-alias"},
    )


def test_the_status_counts_what_is_left_in_each_part() -> None:
    status = status_of(Analysis(open_project("", base=SHOP)[1]))
    assert status.legacy_files == 5


MISTAKES = [
    ('{ "roots": ["@a/x"] }, { "tree": "libs/y" }', 'The key "roots" is missing.'),
    (
        '{ "roots": ["@a/x"] }, { "roots": ["@a/x"], "tree": "libs/y" }',
        'The root "@a/x" is in legacy[0], too. Remove one.',
    ),
    ('{ "roots": ["@a/x"] }, { "roots": ["/abs"] }', "is absolute"),
]


@pytest.mark.parametrize(("entries", "message"), MISTAKES)
def test_mistakes_in_a_part(entries: str, message: str) -> None:
    text = f'//- /workflow-ls.json\n{{ "replaceModules": true, "legacy": [{entries}], "modules": [] }}'
    with pytest.raises(AssertionError) as error:
        open_project(text, base="")
    assert message in str(error.value).replace("\\", "")
