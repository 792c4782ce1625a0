"""What looks like the home of a legacy name, and is not."""

from __future__ import annotations

import pytest

from tests.mapping.proposals import OLD, ToldHistory, proposal_for, told_doubts, told_homeless, told_rows
from workflow_ls.mapping.inference import Proposal

TOTAL = "export const total = () => 1;\n"
USER = "//- /apps/shop/src/basket.ts\nimport { total } from '@acme/kit/money';\ntotal();\n"
SUMS = '//- /packages/sums/package.json\n{ "name": "@acme/sums", "exports": { ".": "./index.ts", "./*": "./*.ts" } }\n'
FACADE = """//- /packages/all/package.json
{ "name": "@acme/all", "exports": "./index.ts", "dependencies": { "@acme/sums": "*" } }
//- /packages/all/index.ts
export * from '@acme/sums';
"""


def everything(proposal: Proposal) -> list[str]:
    return [*told_rows(proposal), *told_doubts(proposal), *told_homeless(proposal)]


def test_a_facade_gives_way_to_the_place_of_a_rename() -> None:
    proposal = proposal_for(
        f"{USER}{FACADE}{SUMS}//- /packages/sums/index.ts\n{TOTAL}",
        history=ToldHistory({"packages/kit/src/money.ts": "packages/sums/index.ts"}),
    )
    assert told_rows(proposal) == ["@acme/kit/money -> @acme/sums (renamed in c0ffee)"]


def test_a_facade_gives_way_to_the_package_that_declares_the_name() -> None:
    proposal = proposal_for(
        f"{USER}{FACADE}{SUMS}//- /packages/sums/index.ts\n{TOTAL}"
        "//- /packages/kit/src/money.ts\nexport * from '@acme/all';\n"
    )
    assert told_rows(proposal) == ["@acme/kit/money -> @acme/sums (same declaration)"]


LINES = "".join(f"export const line{number} = {number};\n" for number in range(20))


@pytest.mark.parametrize(
    ("own", "target"),
    [
        (TOTAL + LINES, "@acme/sums/money"),
        (TOTAL + LINES.replace("= 7;", "= 8;"), "@acme/sums/money"),
        (TOTAL + "".join(f"export const other{number} = {number};\n" for number in range(20)), "@acme/sums/money-copy"),
        ("export { total } from './else';\n", "@acme/sums/money-copy"),
    ],
    ids=["the same", "a line differs", "another module", "a module that passes on"],
)
@pytest.mark.parametrize("module", ["@acme/kit/money", "@acme/kit"], ids=["the module", "a barrel"])
def test_a_copy_with_another_name_gives_way_to_the_file_with_its_own(own: str, target: str, module: str) -> None:
    old, copy = "packages/kit/src/money.ts", "packages/sums/money-copy.ts"
    barrel = "" if module.endswith("money") else "export * from './money';\n"
    proposal = proposal_for(
        f"{USER.replace('@acme/kit/money', module)}{SUMS}//- /{copy}\n{TOTAL}{LINES}//- /packages/sums/money.ts\n{own}"
        "//- /packages/sums/else.ts\nexport const total = () => 2;\n",
        history=ToldHistory({old: copy}, {old: TOTAL + LINES, "packages/kit/src/index.ts": barrel}),
    )
    assert told_rows(proposal) == [f"{module} -> {target} (renamed in c0ffee)"]


def test_a_facade_is_no_place_for_itself() -> None:
    proposal = proposal_for(
        f"//- /packages/kit/src/money.ts\n{TOTAL}{SUMS}"
        "//- /packages/sums/index.ts\nexport const own = 1;\nexport * from '@acme/kit/money';\n"
    )
    assert everything(proposal) == []


def test_what_a_facade_serves_is_for_all_others() -> None:
    proposal = proposal_for(
        f"{USER}//- /packages/kit/src/money.ts\n{TOTAL}{SUMS}"
        "//- /packages/sums/index.ts\nexport const own = 1;\nexport * from '@acme/kit/money';\n"
    )
    assert told_rows(proposal) == ["@acme/kit/money -> @acme/sums (same declaration)"]
    assert (proposal.after, proposal.references) == (1, 1)


def test_a_package_that_depends_on_the_importer_is_no_place() -> None:
    proposal = proposal_for(
        f"//- /packages/kit/src/money.ts\n{TOTAL}"
        '//- /packages/sums/package.json\n{ "name": "@acme/sums", "main": "i.ts", "dependencies": { "shop": "*" } }\n'
        "//- /packages/sums/i.ts\nexport { total } from '@acme/kit/money';\n" + USER
    )
    assert everything(proposal) == ["total of @acme/kit/money"]


def test_an_application_is_no_place() -> None:
    proposal = proposal_for(
        f"{USER}//- /packages/kit/src/money.ts\n{TOTAL}"
        '//- /apps/desk/package.json\n{ "name": "desk" }\n'
        f"//- /apps/desk/lib/money.ts\n{TOTAL}"
    )
    assert everything(proposal) == ["total of @acme/kit/money"]


def test_what_exports_exclude_is_no_place() -> None:
    proposal = proposal_for(
        f"{USER}//- /packages/kit/src/money.ts\n{TOTAL}"
        '//- /packages/sums/package.json\n{ "name": "@acme/sums", "exports": { "./*": "./*.ts", "./inner/*": null } }\n'
        f"//- /packages/sums/inner/money.ts\n{TOTAL}"
    )
    assert everything(proposal) == ["total of @acme/kit/money"]


def test_the_package_that_serves_the_rest_of_the_module_wins() -> None:
    money = "export const total = () => {\n  return 1;\n};\n"
    proposal = proposal_for(
        "//- /apps/shop/src/basket.ts\nimport { total, tax } from '@acme/kit/money';\ntotal(tax);\n"
        f"//- /packages/kit/src/money.ts\n{money}export const tax = 19;\n{SUMS}"
        f"//- /packages/sums/index.ts\n{money}export const tax = 19;\nexport const more = 1;\n"
        '//- /packages/aside/package.json\n{ "name": "@acme/aside", "main": "index.ts" }\n'
        f"//- /packages/aside/index.ts\n{money}"
    )
    assert [row.partition(" (")[0] for row in told_rows(proposal)] == ["@acme/kit/money -> @acme/sums"]


def test_a_type_is_no_place_for_a_value() -> None:
    proposal = proposal_for(
        f"{USER}//- /packages/kit/src/money.ts\n{TOTAL}{SUMS}//- /packages/sums/money.ts\nexport type total = 1;\n"
    )
    assert told_rows(proposal) == []
    assert told_doubts(proposal) == ["@acme/kit/money -> @acme/sums/money (unique name at the same tail of the path)"]


def test_the_style_of_the_repository_decides_for_the_barrel() -> None:
    text = (
        f"{USER}//- /packages/kit/src/money.ts\nexport * from '@acme/sums/money';\n{SUMS}"
        f"//- /packages/sums/index.ts\nexport * from './money';\n//- /packages/sums/money.ts\n{TOTAL}"
    )
    own = "//- /apps/shop/src/own.ts\nimport { total } from '@acme/sums';\n"
    assert told_rows(proposal_for(text)) == ["@acme/kit/money -> @acme/sums/money (same declaration)"]
    assert told_rows(proposal_for(text + own)) == ["@acme/kit/money -> @acme/sums (same declaration)"]


def test_the_history_of_a_module_decides_for_the_barrel() -> None:
    proposal = proposal_for(
        f"{USER}//- /packages/kit/src/money.ts\nexport * from '@acme/sums/money';\n{SUMS}"
        f"//- /packages/sums/index.ts\nexport * from './money';\n//- /packages/sums/money.ts\n{TOTAL}",
        history=ToldHistory(replaced=[("} from '@acme/kit/money';", "} from '@acme/sums';")]),
    )
    assert told_rows(proposal) == ["@acme/kit/money -> @acme/sums (same declaration)"]


def test_a_mock_follows_the_row_of_its_module() -> None:
    proposal = proposal_for(
        f"{USER}//- /apps/shop/src/basket.test.ts\nimport {{ total }} from '@acme/kit/money';\n"
        "vi.mock('@acme/kit/money', () => ({ total: () => 2 }));\ntotal();\n"
        f"//- /packages/kit/src/money.ts\nexport * from '@acme/sums';\n{SUMS}//- /packages/sums/index.ts\n{TOTAL}"
    )
    assert (proposal.after, proposal.references) == (3, 3)


def test_only_what_the_table_does_not_settle_gets_rows() -> None:
    from tests.checks import MONOREPO

    text = (
        "//- /packages/a/package.json\n"
        '{ "name": "a", "dependencies": { "@alga-psa/workflows": "*", "@acme/clock": "*" } }\n'
        "//- /packages/a/a.ts\nimport { start } from '@shared/workflow/runtime';\nstart();\n"
        "//- /packages/a/b.ts\nimport { now } from '@shared/workflow/utils/clock';\nnow();\n"
        "//- /shared/workflow/utils/clock.ts\nexport * from '@acme/clock';\n"
        '//- /packages/clock/package.json\n{ "name": "@acme/clock", "main": "index.ts" }\n'
        "//- /packages/clock/index.ts\nexport const now = 1;\n"
    )
    proposal = proposal_for(text, ["@shared/workflow"], base=MONOREPO)
    assert told_rows(proposal) == ["@shared/workflow/utils/clock -> @acme/clock (same declaration)"]
    assert (proposal.before, proposal.after, proposal.references) == (1, 2, 2)


def test_an_empty_repository_has_nothing_to_propose() -> None:
    assert everything(proposal_for("//- /packages/kit/src/index.ts\nexport const a = 1;", base=OLD)) == []


def test_a_name_alone_is_no_further_target() -> None:
    history = ToldHistory(texts={"packages/kit/src/rows.ts": "export * from 'ledger';\n"})
    proposal = proposal_for(
        """
//- /apps/shop/package.json
{ "name": "shop", "dependencies": { "@acme/kit": "*", "@acme/signs": "*", "ledger": "^2.0.0" } }
//- /apps/shop/src/till.ts
import { Row, Sum } from '@acme/kit/rows';
show(Row, Sum);
//- /apps/shop/src/desk.ts
import { Row } from '@acme/kit/rows';
show(Row);
//- /packages/signs/package.json
{ "name": "@acme/signs", "exports": "./index.ts" }
//- /packages/signs/index.ts
export const Row = () => '<tr>';
""",
        history=history,
    )
    assert told_rows(proposal) == []
    assert "@acme/kit/rows -> ledger (the deleted module re-exported it from ledger)" in told_doubts(proposal)


@pytest.mark.parametrize("source", ["../kit/src/money", "@acme/kit/money"])
def test_what_re_exports_a_module_that_is_gone_is_no_home(source: str) -> None:
    proposal = proposal_for(
        f"{USER}//- /packages/till/package.json\n"
        '{ "name": "@acme/till", "exports": { ".": "./index.ts", "./money": "./money.ts" } }\n'
        f"//- /packages/till/money.ts\nexport {{ total }} from '{source}';\n"
        "//- /packages/till/index.ts\nexport { total } from './money';\n",
        history=ToldHistory(texts={"packages/kit/src/money.ts": TOTAL}),
    )
    assert told_rows(proposal) == []
    assert not any("@acme/till" in each for each in told_doubts(proposal))
