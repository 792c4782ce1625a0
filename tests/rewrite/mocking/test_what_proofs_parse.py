"""Of the files that a test loads, a proof asks only those that its text can't answer for."""

from __future__ import annotations

import pytest

from tests.checks import open_project
from workflow_ls.analysis import Analysis
from workflow_ls.project.source_index import Sources

LOADED = """
//- /packages/shop/src/basket.test.ts
import { vi } from 'vitest';
import { fill } from './basket';
vi.mock('@shared/workflow/runtime/client', () => ({ client: {} }));
fill();
//- /packages/shop/src/basket.ts
import { client } from '@shared/workflow/runtime/client';
import { price } from './price';
import { other } from './barrel';
export const fill = () => [client, price, other];
//- /packages/shop/src/price.ts
import { round } from './round';
export const price = round(2);
//- /packages/shop/src/round.ts
export const round = (value: number) => value;
//- /packages/shop/src/barrel.ts
export * from './other';
//- /packages/shop/src/other.ts
export const other = 1;
"""


@pytest.mark.parametrize(("name", "is_parsed"), [("price", False), ("other", False), ("barrel", True)])
def test_only_barrels_are_asked_for_their_exports(name: str, is_parsed: bool) -> None:
    workspace = open_project(LOADED)[1]
    assert Analysis(workspace).check().diagnostics
    assert workspace.database.keeps(Sources.syntax, (f"packages/shop/src/{name}.ts",)) is is_parsed
