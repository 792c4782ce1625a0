"""Homes that only the importing application sees: its own files, by an alias of its configuration."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.mapping.proposals import (
    ToldHistory,
    open_repository,
    proposal_for,
    told_doubts,
    told_homeless,
    told_rows,
)
from workflow_ls.analysis import Analysis
from workflow_ls.config.settings import Settings
from workflow_ls.mapping.checking.table_check import check_table
from workflow_ls.project.workspace import Workspace

TSCONFIG = '//- /apps/shop/tsconfig.json\n{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }\n'
OTHER = """//- /apps/shop/src/menu.ts
import { entries } from '@/lists';
//- /apps/shop/src/lists.ts
export const entries = 1;
"""
PAGE = "//- /apps/shop/src/page.ts\nimport { total } from '@acme/kit/money';\ntotal();\n"
MONEY = "export function total(): number {\n  return 1 + 2;\n}\n"
DESK = """//- /apps/desk/package.json
{ "name": "desk" }
//- /apps/desk/tsconfig.json
{ "compilerOptions": { "paths": { "~lib/*": ["./lib/*"] } } }
//- /apps/desk/start.ts
import { other } from '~lib/other';
//- /apps/desk/lib/other.ts
export const other = 1;
"""
MOVED = ToldHistory({"packages/kit/src/money.ts": "apps/shop/src/sums/money.ts"})


class Case(NamedTuple):
    """An application with its aliases, and the rows that its files show."""

    name: str
    text: str
    rows: list[str]
    homeless: list[str] = []  # noqa: RUF012 - nobody changes it
    history: ToldHistory | None = MOVED
    doubts: list[str] = []  # noqa: RUF012 - as above


NEW = f"//- /apps/shop/src/sums/money.ts\n{MONEY}"
ROW = "@acme/kit/money -> @/sums/money (renamed in c0ffee)"
OWN = "@acme/kit/money -> shop/sums/money (renamed in c0ffee)"
CASES = [
    Case("nothing imports by the alias", f"{TSCONFIG}{PAGE}{NEW}", [OWN]),
    Case("the application has no alias", f"{PAGE}{OTHER}{NEW}", [OWN]),
    Case("a file that was moved into the application", f"{TSCONFIG}{OTHER}{PAGE}{NEW}", [ROW]),
    Case(
        "an index file",
        f"{TSCONFIG}{OTHER}{PAGE}//- /apps/shop/src/sums/index.ts\n{MONEY}",
        ["@acme/kit/money -> @/sums (renamed in c0ffee)"],
        history=ToldHistory({"packages/kit/src/money.ts": "apps/shop/src/sums/index.ts"}),
    ),
    Case(
        "a copy",
        f"{TSCONFIG}{OTHER}{PAGE}{NEW}//- /packages/kit/src/money.ts\n{MONEY}",
        ["@acme/kit/money -> @/sums/money (copy, 100 % of lines)"],
        history=None,
    ),
    Case(
        "a package that has a copy comes before the application",
        f"{TSCONFIG}{OTHER}{PAGE}{NEW}//- /packages/kit/src/money.ts\n{MONEY}"
        '//- /packages/sums/package.json\n{ "name": "@acme/sums", "main": "i.ts" }\n'
        f"//- /packages/sums/i.ts\n{MONEY}",
        ["@acme/kit/money -> @acme/sums (copy, 100 % of lines)"],
        history=None,
    ),
    Case(
        "a name alone is no home in an application",
        f"{TSCONFIG}{OTHER}{PAGE}//- /apps/shop/src/own.ts\nexport const total = () => 5;\n",
        [],
        ["total of @acme/kit/money"],
        history=None,
    ),
    Case(
        "an exact alias",
        "//- /apps/shop/tsconfig.json\n"
        '{ "compilerOptions": { "paths": { "#sums": ["./src/sums/money.ts"] } } }\n'
        f"{PAGE}{NEW}//- /apps/shop/src/own.ts\nimport {{ total }} from '#sums';\n",
        ["@acme/kit/money -> #sums (renamed in c0ffee)"],
    ),
    Case(
        "the alias of another application is none",
        f"{DESK}{PAGE}//- /apps/desk/lib/money.ts\n{MONEY}",
        [],
        ["total of @acme/kit/money"],
        history=ToldHistory({"packages/kit/src/money.ts": "apps/desk/lib/money.ts"}),
    ),
    Case(
        "two applications, each with a copy of its own",
        f"{TSCONFIG}{OTHER}{PAGE}{NEW}{DESK}//- /apps/desk/lib/money.ts\n{MONEY}"
        "//- /apps/desk/use.ts\nimport { total } from '@acme/kit/money';\ntotal();\n"
        f"//- /packages/kit/src/money.ts\n{MONEY}",
        ["@acme/kit/money -> ~lib/money, @/sums/money (copy, 100 % of lines)"],
        history=None,
    ),
    Case(
        "a folder that moved as a whole becomes a pattern",
        f"{TSCONFIG}{OTHER}{PAGE}{NEW}//- /apps/shop/src/sums/tax.ts\nexport const tax = 19;\n"
        "//- /apps/shop/src/bill.ts\nimport { tax } from '@acme/kit/tax';\ntax;\n",
        ["@acme/kit/* -> @/sums/* (renamed in c0ffee)"],
        history=ToldHistory(
            {
                "packages/kit/src/money.ts": "apps/shop/src/sums/money.ts",
                "packages/kit/src/tax.ts": "apps/shop/src/sums/tax.ts",
            }
        ),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_rows_to_an_application(case: Case) -> None:
    proposal = proposal_for(case.text, history=case.history)
    assert told_rows(proposal) == case.rows
    assert told_homeless(proposal) == case.homeless
    assert told_doubts(proposal) == case.doubts


RENAMED = '//- /packages/sums/package.json\n{ "name": "@acme/sums", "exports": { ".": "./i.ts", "./*": "./*.ts" } }\n'


def test_a_package_that_got_another_name_where_it_is() -> None:
    history = ToldHistory(packages={"old-sums": "@acme/sums"})
    users = (
        "//- /apps/shop/src/a.ts\nimport { total } from 'old-sums';\nimport { tax } from 'old-sums/tax';\ntotal(tax);\n"
        f"{RENAMED}//- /packages/sums/i.ts\nexport const total = () => 1;\n"
        "//- /packages/sums/tax.ts\nexport const tax = 19;\n"
    )
    proposal = proposal_for(users, ["old-sums"], history, renamed=("old-sums",))
    assert told_rows(proposal) == [
        "old-sums -> @acme/sums (renamed in c0ffee)",
        "old-sums/tax -> @acme/sums/tax (renamed in c0ffee)",
    ]


PART = (
    "//- /apps/shop/src/a.ts\nimport { total } from '@acme/kit/money';\nimport { tax } from '@acme/kit/money';\n"
    f"total(tax);\n{RENAMED}//- /packages/sums/i.ts\n{MONEY}export const more = 1, and = 2, still = 3;\n"
)


def test_a_name_that_left_a_module_which_stays() -> None:
    text = f"{PART}//- /packages/kit/src/money.ts\nexport const tax = 19;\n"
    proposal = proposal_for(text, history=ToldHistory(left={"total": f"{MONEY}export const tax = 19;\n"}))
    assert told_rows(proposal) == [
        "total of @acme/kit/money -> @acme/sums (copy of its declaration, 100 % of lines)",
    ]
    assert told_doubts(proposal) == ["@acme/kit/money ->  (`tax` is still there)"]
    [doubt] = proposal.doubtful
    assert doubt.reason == "the rest may move later"


PASSED_ON = "//- /packages/sums/rates.ts\nexport const rate = 3;\n"
PASSING = (
    f"{PART}//- /apps/shop/src/b.ts\nimport {{ rate, tax, never }} from '@acme/kit/money';\nrate(tax, never);\n"
    "//- /packages/kit/src/money.ts\nexport const tax = 19;\nexport * from '@acme/sums';\n"
).replace(f"//- /packages/sums/i.ts\n{MONEY}", "//- /packages/sums/i.ts\nexport * from './rates';\n")
AFAR = f'//- /packages/far/package.json\n{{ "name": "@acme/far", "main": "i.ts" }}\n//- /packages/far/i.ts\n{MONEY}'


def test_what_a_module_which_stays_only_passes_on() -> None:
    """Its re-export may be as old as the module: the rows are for what left it, and nothing else."""
    left = {"total": f"{MONEY}export const tax = 19;\n"}
    proposal = proposal_for(PASSING + PASSED_ON + AFAR, history=ToldHistory(left=left))
    assert told_rows(proposal) == [
        "total of @acme/kit/money -> @acme/far (copy of its declaration, 100 % of lines)",
    ]
    assert told_doubts(proposal) == [
        "rate of @acme/kit/money -> @acme/sums (same declaration)",
        "@acme/kit/money ->  (`tax` is still there)",
    ]
    assert next(doubt.reason for doubt in proposal.doubtful) == "the module stays, and may pass it on as ever"
    assert told_homeless(proposal) == ["tax of @acme/kit/money", "never of @acme/kit/money"]


def test_what_a_module_passes_on_since_it_was_moved_from_there() -> None:
    left = {"total": f"{MONEY}export const tax = 19;\n"}
    history = ToldHistory({"packages/kit/src/rates.ts": "packages/sums/rates.ts"}, left=left)
    proposal = proposal_for(PASSING + PASSED_ON + AFAR, history=history)
    assert "rate of @acme/kit/money -> @acme/sums (same declaration)" in told_rows(proposal)


def test_a_module_whose_names_are_still_there_moves_as_a_whole() -> None:
    """Nothing left it yet: the row is for the module, and what has no home yet is told."""
    text = f"{PART}//- /packages/kit/src/money.ts\n{MONEY}export const tax = 19;\n"
    proposal = proposal_for(text)
    assert told_rows(proposal) == ["@acme/kit/money -> @acme/sums (copy, 66 % of lines)"]
    assert told_homeless(proposal) == ["tax of @acme/kit/money"]


CARD = "export default function card() {\n  return one();\n}\nconst two = 2;\nconst three = 3;\n"
NEAR = CARD.replace("two", "four")
CARDS = (
    f"{TSCONFIG}{OTHER}//- /packages/kit/src/card.ts\n{CARD}"
    "//- /apps/shop/src/a.ts\nimport card from '@acme/kit/card';\ncard();\n"
)
DESK_CARD = (
    '//- /apps/desk/package.json\n{ "name": "desk" }\n'
    '//- /apps/till/package.json\n{ "name": "till", "dependencies": { "desk": "*" } }\n'
    f"//- /apps/desk/card.ts\n{CARD}"
)


@pytest.mark.parametrize(
    ("more", "rows"),
    [
        ("", []),
        # The same text under another name is a copy, and what only resembles it is not.
        (f"//- /apps/shop/src/sums/tile.ts\n{CARD}", ["@acme/kit/card -> @/sums/tile (copy, 100 % of lines)"]),
        (f"//- /apps/shop/src/sums/tile.ts\n{NEAR}", []),
        (f"//- /apps/shop/src/sums/card.ts\n{NEAR}", ["@acme/kit/card -> @/sums/card (copy, 75 % of lines)"]),
        # Another application has a card of its own, which it shows to nobody.
        (DESK_CARD, []),
    ],
)
def test_a_default_export_of_a_module_that_is_there(more: str, rows: list[str]) -> None:
    assert told_rows(proposal_for(CARDS + more)) == rows


def test_a_name_of_a_module_that_is_there_is_no_copy_of_one_in_another_application() -> None:
    card = "export const card = () => {\n  return one();\n};\n"
    text = f"{OTHER}//- /packages/kit/src/card.ts\n{card}//- /apps/shop/src/a.ts\n"
    text += "import { card } from '@acme/kit/card';\ncard();\n"
    desk = DESK_CARD.replace(CARD, card)
    assert told_rows(proposal_for(f"{TSCONFIG}{text}{desk}")) == []


def test_an_alias_goes_before_the_path_within_a_package() -> None:
    """The application names itself as a library would, but without `exports` nothing finds it by its name."""
    till = '//- /apps/till/package.json\n{ "name": "till", "dependencies": { "shop": "*" } }\n'
    assert told_rows(proposal_for(f"{TSCONFIG}{PAGE}{OTHER}{NEW}{till}", history=MOVED)) == [
        "@acme/kit/money -> @/sums/money (renamed in c0ffee)"
    ]


def test_a_row_to_a_file_of_the_importing_package_becomes_a_path() -> None:
    proposal = proposal_for(f"{PAGE}{NEW}", history=MOVED)
    workspace = Workspace(open_repository(f"{PAGE}{NEW}").files.untracked, proposal.table, Settings())
    assert [each.replacement for each in Analysis(workspace).check_file("apps/shop/src/page.ts")] == ["./sums/money"]
    assert check_table(Analysis(workspace)).findings == ()


def test_another_package_can_not_import_it() -> None:
    other = '//- /apps/desk/package.json\n{ "name": "desk" }\n//- /apps/desk/src/use.ts\n'
    text = f"{PAGE}{NEW}{other}import {{ total }} from '@acme/kit/money';\ntotal();\n"
    proposal = proposal_for(text, history=MOVED)
    assert told_rows(proposal) == [OWN]
    assert [path for path, _, _ in proposal.blocked] == ["apps/desk/src/use.ts"]


def test_a_name_that_a_deleted_barrel_passed_on() -> None:
    """The barrel's text does not declare it, and the file that did is gone as well."""
    more = "export const a = 1;\nexport const b = 2;\nexport const c = 3;\n"
    text = f"{PAGE}//- /apps/shop/src/sums/more.ts\n{MONEY}{more}"
    gone = {"packages/kit/src/money.ts": "export * from './sums';\n", "packages/kit/src/sums.ts": MONEY}
    proposal = proposal_for(text, history=ToldHistory(texts=gone))
    assert told_rows(proposal) == [
        "@acme/kit/money -> shop/sums/more (copy of its declaration, 100 % of lines)",
    ]
