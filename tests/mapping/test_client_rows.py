"""Rows for client code: where the best target loads what only servers run, another one that a browser can load."""

from __future__ import annotations

import pytest

from tests.mapping.proposals import proposal_for, told_rows
from workflow_ls.mapping.inference import Proposal

MONEY = "export function total(): number {\n  return 1 + 2;\n}\n"
SUMS = f"""//- /packages/sums/package.json
{{ "name": "@acme/sums", "exports": {{ ".": "./src/index.ts", "./total": "./src/total.ts" }} }}
//- /packages/sums/src/index.ts
import {{ readFileSync }} from 'node:fs';
export * from './total';
export const load = () => readFileSync('x');
//- /packages/sums/src/total.ts
{MONEY}//- /packages/kit/src/money.ts
{MONEY}"""
SERVER = (
    "//- /apps/shop/src/job.ts\nimport { writeFileSync } from 'node:fs';\nimport { total } from '@acme/kit/money';\n"
    "writeFileSync('x', String(total()));\n"
    "//- /apps/shop/src/own.ts\nimport { writeFileSync } from 'node:fs';\nimport { total } from '@acme/sums';\n"
    "writeFileSync('y', String(total()));\n"
)
CLIENT = "//- /apps/shop/src/cart.tsx\n'use client';\nimport { total } from '@acme/kit/money';\ntotal();\n"


def targets(proposal: Proposal) -> list[str]:
    return [row.partition(" (")[0] for row in told_rows(proposal)]


def test_servers_take_the_barrel_as_others_do() -> None:
    assert targets(proposal_for(SERVER + SUMS)) == ["@acme/kit/money -> @acme/sums"]


@pytest.mark.parametrize("text", [CLIENT, CLIENT + SERVER], ids=["client code only", "both"])
def test_client_code_gets_the_subpath_that_a_browser_can_load(text: str) -> None:
    proposal = proposal_for(text + SUMS)
    [row] = targets(proposal)
    assert "@acme/sums/total" in row
    assert proposal.after == proposal.references


def test_client_code_without_such_a_subpath_is_told() -> None:
    closed = SUMS.replace(', "./total": "./src/total.ts"', "")
    proposal = proposal_for(CLIENT + SERVER + closed)
    assert targets(proposal) == ["@acme/kit/money -> @acme/sums"]
    [(path, _, cause)] = proposal.blocked
    assert path == "apps/shop/src/cart.tsx"
    assert "which only servers run" in cause.reason
