"""Each kind of evidence for where a legacy name went, and how strong evidence beats weak one."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.mapping.proposals import ToldHistory, proposal_for, told_doubts, told_homeless, told_rows

USER = "//- /apps/shop/src/basket.ts\nimport { total } from '@acme/kit/money';\ntotal();\n"
MONEY = "export function total(): number {\n  return 1 + 2;\n}\n"
PRICES = """//- /packages/prices/package.json
{ "name": "@acme/prices", "exports": { ".": "./src/index.ts" } }
//- /packages/prices/src/index.ts
"""


class Case(NamedTuple):
    """A monorepo, its history, and the rows that it shows."""

    name: str
    text: str
    rows: list[str]
    history: ToldHistory | None = None
    doubts: list[str] = []  # noqa: RUF012 - nobody changes it
    homeless: list[str] = []  # noqa: RUF012 - as above


CASES = [
    Case("no import at all", f"{PRICES}{MONEY}", []),
    Case(
        "no home",
        f"{USER}//- /packages/kit/src/money.ts\n{MONEY}",
        [],
        homeless=["total of @acme/kit/money"],
    ),
    Case(
        "the old module re-exports the new one",
        f"{USER}//- /packages/kit/src/money.ts\nexport {{ total }} from '@acme/prices';\n{PRICES}{MONEY}",
        ["@acme/kit/money -> @acme/prices (same declaration)"],
    ),
    Case(
        "the new package re-exports the old module",
        f"{USER}//- /packages/kit/src/money.ts\n{MONEY}{PRICES}export {{ total }} from '@acme/kit/money';\n",
        ["@acme/kit/money -> @acme/prices (same declaration)"],
    ),
    Case(
        "the same by a star over a path",
        f"{USER}//- /packages/kit/src/money.ts\n{MONEY}{PRICES}export * from '../../kit/src/money';\n",
        ["@acme/kit/money -> @acme/prices (same declaration)"],
    ),
    Case(
        "renamed",
        f"{USER}{PRICES}export * from './sums';\n//- /packages/prices/src/sums.ts\n{MONEY}",
        ["@acme/kit/money -> @acme/prices (renamed in c0ffee)"],
        ToldHistory({"packages/kit/src/money.ts": "packages/prices/src/sums.ts"}),
    ),
    Case(
        "renamed, and nothing exports it",
        f"{USER}{PRICES}export const other = 1;\n//- /packages/prices/src/sums.ts\n{MONEY}",
        [],
        ToldHistory({"packages/kit/src/money.ts": "packages/prices/src/sums.ts"}),
        homeless=["total of @acme/kit/money"],
    ),
    Case(
        "a barrel whose module was renamed",
        "//- /apps/shop/src/basket.ts\nimport { total } from '@acme/kit';\ntotal();\n"
        f"//- /packages/kit/src/index.ts\nexport const stays = 1;\n{PRICES}export * from './sums';\n"
        f"//- /packages/prices/src/sums.ts\n{MONEY}",
        ["@acme/kit -> @acme/prices (renamed in c0ffee)"],
        ToldHistory({"packages/kit/src/money.ts": "packages/prices/src/sums.ts"}),
    ),
    Case(
        "a default export that came from a barrel, beside the default export of a file that was moved",
        "//- /apps/shop/src/basket.ts\nimport total from '@acme/kit';\ntotal();\n"
        f"//- /packages/kit/src/index.ts\nexport const stays = 1;\n{PRICES}export {{ default }} from './sums';\n"
        f"//- /packages/prices/src/sums.ts\n{MONEY.replace('export', 'export default')}",
        [],
        ToldHistory({"packages/kit/src/money.ts": "packages/prices/src/sums.ts"}),
        homeless=["default of @acme/kit"],
    ),
    Case(
        "a name that came from a barrel, and that two files have that were moved",
        "//- /apps/shop/src/basket.ts\nimport { total } from '@acme/kit';\ntotal();\n"
        f"//- /packages/kit/src/index.ts\nexport const stays = 1;\n{PRICES}export * from './sums';\n"
        f"//- /packages/prices/src/sums.ts\n{MONEY}"
        "//- /packages/taxes/package.json\n"
        '{ "name": "@acme/taxes", "exports": { ".": "./index.ts" } }\n'
        f"//- /packages/taxes/index.ts\nexport const total = () => 8;\n",
        [],
        ToldHistory(
            {
                "packages/kit/src/money.ts": "packages/prices/src/sums.ts",
                "packages/kit/src/taxes.ts": "packages/taxes/index.ts",
            }
        ),
        homeless=["total of @acme/kit"],
    ),
    Case(
        "a copy, the old module is there",
        f"{USER}//- /packages/kit/src/money.ts\n{MONEY}{PRICES}{MONEY}",
        ["@acme/kit/money -> @acme/prices (copy, 100 % of lines)"],
    ),
    Case(
        "a copy of what was deleted",
        f"{USER}{PRICES}{MONEY}export const extra = 3;\n",
        ["@acme/kit/money -> @acme/prices (copy, 66 % of lines)"],
        ToldHistory(texts={"packages/kit/src/money.ts": MONEY}),
    ),
    Case(
        "a copy of one declaration",
        f"{USER}{PRICES}{MONEY}" + "".join(f"export const extra{n} = {n};\n" for n in range(9)),
        ["@acme/kit/money -> @acme/prices (copy of its declaration, 100 % of lines)"],
        ToldHistory(texts={"packages/kit/src/money.ts": MONEY}),
    ),
    Case(
        "the tail of the path",
        f"{USER}{PRICES}export * from './money';\n//- /packages/prices/src/money.ts\nexport const total = () => 7;\n",
        ["@acme/kit/money -> @acme/prices (unique name at the same tail of the path)"],
    ),
    Case(
        "as the repository migrated before",
        f"{USER}{PRICES}export const total = () => 7;\n"
        "//- /packages/sums/package.json\n"
        '{ "name": "@acme/sums", "exports": { ".": "./index.ts" } }\n'
        "//- /packages/sums/index.ts\nexport const total = () => 8;\n",
        ["@acme/kit/money -> @acme/sums (1 import became this in git's history)"],
        ToldHistory(
            replaced=[("import { total } from '@acme/kit/money';", "import { total, tax } from '@acme/sums';")]
        ),
    ),
    Case(
        "only the name",
        f"{USER}{PRICES}export const total = () => 7;\n",
        [],
        doubts=["@acme/kit/money -> @acme/prices (the only export of this name)"],
    ),
    Case(
        "the same name in two packages",
        f"{USER}{PRICES}export const total = () => 7;\n"
        "//- /packages/sums/package.json\n"
        '{ "name": "@acme/sums", "main": "index.ts" }\n'
        "//- /packages/sums/index.ts\nexport const total = () => 8;\n",
        [],
        homeless=["total of @acme/kit/money"],
    ),
    Case(
        "a rename beats a copy",
        f"{USER}{PRICES}export * from './sums';\n//- /packages/prices/src/sums.ts\nexport const total = () => 2;\n"
        '//- /packages/aside/package.json\n{ "name": "@acme/aside", "main": "index.ts" }\n'
        f"//- /packages/aside/index.ts\n{MONEY}",
        ["@acme/kit/money -> @acme/prices (renamed in c0ffee)"],
        ToldHistory({"packages/kit/src/money.ts": "packages/prices/src/sums.ts"}, {"packages/kit/src/money.ts": MONEY}),
    ),
    Case(
        "a default export that became a named one",
        "//- /apps/shop/src/basket.ts\nimport total from '@acme/kit/money';\ntotal();\n"
        "//- /packages/kit/src/money.ts\nexport { total as default } from '@acme/prices';\n" + PRICES + MONEY,
        ["default of @acme/kit/money -> @acme/prices as total (same declaration)"],
    ),
    Case(
        "names of one module in two packages",
        "//- /apps/shop/src/basket.ts\nimport { total, Label } from '@acme/kit/money';\ntotal(Label);\n"
        "//- /packages/kit/src/money.ts\nexport { total } from '@acme/prices';\nexport { Label } from '@acme/ui';\n"
        f"{PRICES}{MONEY}"
        '//- /packages/ui/package.json\n{ "name": "@acme/ui", "main": "index.ts" }\n'
        "//- /packages/ui/index.ts\nexport const Label = 1;\n",
        [
            "@acme/kit/money -> @acme/prices (same declaration)",
            "Label of @acme/kit/money -> @acme/ui (same declaration)",
        ],
    ),
    Case(
        "a package without exports serves its files",
        f"{USER}//- /packages/kit/src/money.ts\nexport {{ total }} from '../../ledger/sums/total';\n"
        '//- /packages/ledger/package.json\n{ "name": "@acme/ledger" }\n'
        f"//- /packages/ledger/sums/total.ts\n{MONEY}"
        '//- /apps/desk/package.json\n{ "name": "desk", "dependencies": { "@acme/ledger": "*" } }\n',
        ["@acme/kit/money -> @acme/ledger/sums/total (same declaration)"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_evidence(case: Case) -> None:
    proposal = proposal_for(case.text, history=case.history)
    assert (told_rows(proposal), told_doubts(proposal), told_homeless(proposal)) == (
        case.rows,
        case.doubts,
        case.homeless,
    )


def test_a_row_is_proved_by_its_references() -> None:
    proposal = proposal_for(
        f"{USER}//- /apps/shop/src/other.ts\nimport {{ total }} from '@acme/kit/money';\ntotal();\n"
        f"//- /packages/kit/src/money.ts\n{MONEY}{PRICES}{MONEY}"
    )
    [row] = proposal.rows
    assert (row.verified, row.references) == (2, 2)
    assert (proposal.before, proposal.after, proposal.references) == (0, 2, 2)


OUTSIDE = """
//- /apps/shop/package.json
{ "name": "shop", "dependencies": { "@acme/kit": "*", "ledger": "^2.0.0" } }
//- /apps/shop/src/till.ts
import { Row, type Sum } from '@acme/kit/rows';
show(Row, null as Sum);
"""
LEDGER = """
//- /node_modules/ledger/package.json
{ "name": "ledger", "types": "./index.d.ts" }
//- /node_modules/ledger/index.d.ts
export declare class Row {}
export type Sum = number;
"""


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("export * from 'ledger';\n", ["@acme/kit/rows -> ledger (the deleted module re-exported it from ledger)"]),
        (
            "// All of it.\n'use server';\nexport { Row, type Sum } from \"ledger\"\n",
            ["@acme/kit/rows -> ledger (the deleted module re-exported it from ledger)"],
        ),
        ("export * from 'ledger';\nexport const Row = 1;\n", []),
        ("export * from './ledger';\n", []),
        ("export * from 'undeclared';\n", []),
    ],
)
def test_a_deleted_module_passed_names_on_from_a_package(text: str, rows: list[str]) -> None:
    history = ToldHistory(texts={"packages/kit/src/rows.ts": text})
    assert told_rows(proposal_for(OUTSIDE + LEDGER, history=history)) == rows


def test_a_package_that_is_not_installed_is_in_doubt() -> None:
    history = ToldHistory(texts={"packages/kit/src/rows.ts": "export * from 'ledger';\n"})
    proposal = proposal_for(OUTSIDE, history=history)
    assert told_rows(proposal) == []
    (doubt,) = proposal.doubtful
    assert doubt.proposed.target == "ledger"
    assert doubt.reason == "the package ledger is neither in the workspace nor in node_modules"
