"""Proposed rows in the text of a `workflow-ls.json`."""

from __future__ import annotations

import textwrap

import pytest

from tests.checks import MONOREPO
from tests.mapping.proposals import ToldHistory, proposal_for
from workflow_ls.config.settings import load_config
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.mapping.inference import Proposal
from workflow_ls.mapping.rows.config_edits import written_config
from workflow_ls.rules import CODES

CLOCK = """
//- /packages/a/package.json
{ "name": "a", "dependencies": { "@acme/clock": "*" } }
//- /packages/a/b.ts
import { now } from '@shared/workflow/utils/clock';
now();
//- /shared/workflow/utils/clock.ts
export * from '@acme/clock';
//- /packages/clock/package.json
{ "name": "@acme/clock", "main": "index.ts" }
//- /packages/clock/index.ts
export const now = 1;
"""


def clock() -> Proposal:
    return proposal_for(CLOCK, ["@shared/workflow"], base=MONOREPO)


def written(before: str | None, proposal: Proposal) -> str:
    text = None if before is None else textwrap.dedent(before).lstrip("\n").encode()
    after = written_config(text, proposal, builtin_table())
    config = load_config(after, base=builtin_table(), rules=CODES)
    assert not config.problems, (config.problems, after)
    return after.decode()


CASES = {
    "no file": (
        None,
        """
        {
          "modules": [
            { "from": "@shared/workflow/utils/clock", "to": ["@acme/clock"], "note": "same declaration" }
          ],
          "packages": [
            { "name": "@acme/clock", "directory": "packages/clock", "sources": "." }
          ]
        }
        """,
    ),
    "comments and order stay": (
        """
        {
          // what nobody may touch
          "ignore": ["**/generated/**"],
          "modules": [
            { "from": "@shared/workflow/runtime/old", "to": ["@alga-psa/workflows/runtime"] } // since May
          ],
          "rules": { "legacy-proxy": "off" }
        }
        """,
        """
        {
          // what nobody may touch
          "ignore": ["**/generated/**"],
          "modules": [
            { "from": "@shared/workflow/runtime/old", "to": ["@alga-psa/workflows/runtime"] }, // since May
            { "from": "@shared/workflow/utils/clock", "to": ["@acme/clock"], "note": "same declaration" }
          ],
          "packages": [
            { "name": "@acme/clock", "directory": "packages/clock", "sources": "." }
          ],
          "rules": { "legacy-proxy": "off" }
        }
        """,
    ),
    "a row for the same module gets the target": (
        """
        {
          "modules": [
            { "from": "@shared/workflow/utils/clock", "to": ["@alga-psa/workflows/streams"] }
          ]
        }
        """,
        """
        {
          "modules": [
            { "from": "@shared/workflow/utils/clock", "to": ["@acme/clock"], "note": "same declaration" }
          ],
          "packages": [
            { "name": "@acme/clock", "directory": "packages/clock", "sources": "." }
          ]
        }
        """,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_written(case: str) -> None:
    before, after = CASES[case]
    assert written(before, clock()) == textwrap.dedent(after).lstrip("\n")


def test_a_row_in_doubt_is_a_comment() -> None:
    proposal = proposal_for(
        CLOCK.replace("export * from '@acme/clock';", "export const never = 1;").replace(
            "/clock/index.ts", "/clock/all.ts"
        )
        + '//- /packages/clock/package.json\n{ "name": "@acme/clock", "main": "all.ts" }\n'
        "//- /packages/a/c.ts\nimport { when } from '@shared/workflow/utils/dates';\nwhen();\n"
        "//- /shared/workflow/utils/dates.ts\nexport * from '@acme/clock';\n"
        "//- /packages/clock/all.ts\nexport const now = 1;\nexport const when = 2;\n",
        ["@shared/workflow"],
        base=MONOREPO,
    )
    text = written(None, proposal)
    assert (
        "    // in doubt, since nothing but the name agrees: "
        '{"from": "@shared/workflow/utils/clock", "to": ["@acme/clock"], "note": "the only export of this name"}\n'
    ) in text
    assert written(text, proposal).count("in doubt") == 1


def test_another_legacy_tree_brings_a_table_of_its_own() -> None:
    proposal = proposal_for(
        "//- /apps/shop/src/basket.ts\nimport { total } from '@acme/kit/money';\ntotal();\n"
        "//- /packages/prices/package.json\n"
        '{ "name": "@acme/prices", "exports": "./src/index.ts" }\n'
        "//- /packages/prices/src/index.ts\nexport const total = () => 1;\n",
        history=ToldHistory({"packages/kit/src/money.ts": "packages/prices/src/index.ts"}),
    )
    config = load_config(written(None, proposal).encode(), base=builtin_table(), rules=CODES)
    table = config.table
    assert (table.roots, table.tree, table.canonical.name) == (("@acme/kit",), "packages/kit/src", "@acme/prices")
    assert [row.to for row in table.modules] == [("@acme/prices",)]
    assert (table.core, table.ee, table.tsconfigs) == ((), (), ())
