"""What the reason for a mock that stays says to do, in the words of its runner."""

from __future__ import annotations

import pytest

from tests.checks import open_project
from workflow_ls.analysis import Analysis

OLD = "@shared/workflow/streams"
BASE = """
//- /package.json
{ "workspaces": ["shared", "packages/*", "ee/packages/*"] }
//- /shared/package.json
{ "name": "@alga-psa/shared" }
//- /shared/workflow/streams/one.ts
export const one = () => 1;
//- /shared/workflow/streams/two.ts
export const two = () => 2;
//- /packages/a/package.json
{ "name": "@alga-psa/a", "dependencies": { "@alga-psa/workflows": "*" } }
//- /packages/a/src/both.ts
import { one } from '@shared/workflow/streams/one';
import { two } from '@shared/workflow/streams/two';
export const both = () => [one(), two()];
//- /ee/packages/workflows/package.json
{ "name": "@alga-psa/workflows", "exports": { "./streams": "./src/streams/index.ts" } }
//- /ee/packages/workflows/src/streams/index.ts
export const one = () => 1, two = () => 2;
"""


@pytest.mark.parametrize(
    ("mock", "remedy"),
    [
        (
            "vi.mock('{}', () => ({{ one: 3 }}));",
            "Spread the original into the factory (`...(await importOriginal())`).",
        ),
        (
            "jest.mock('{}', () => ({{ one: 3 }}));",
            "Spread the original into the factory (`...jest.requireActual('…')`).",
        ),
        ("mock.module('{}', () => ({{ one: 3 }}));", "Spread the original into the factory."),
        (
            "vi.mock('{}', async () => ({{ ...(await vi.importActual('./fakes')), one: 3 }}));",
            "Spread the original into the factory (`...(await importOriginal())`).",
        ),
    ],
)
def test_how_to_spread_the_original(mock: str, remedy: str) -> None:
    test = f"import {{ both }} from './both';\n{mock.format(f'{OLD}/one')}\ntest('both', () => both());\n"
    _, workspace = open_project(f"//- /packages/a/src/both.test.ts\n{test}", base=BASE)
    [finding] = Analysis(workspace, {"deprecated-import"}).check_file("packages/a/src/both.test.ts")
    assert str(finding.reason).endswith(remedy)
