"""Large and skewed workspaces that are moved whole"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.test_growth import analysis_of, each, file
from tests.work import assert_in_proportion, count_work
from workflow_ls.moves.cutover.plan import plan_cutover

Shape = Callable[[int], str]

EMITTED = (
    '{ "compilerOptions": { "outDir": "dist", "baseUrl": ".", "paths": { "@shared/*": ["../../shared/*"] } },'
    ' "include": ["src"] }'
)
EMITTING = '{ "name": "@x/p#", "main": "dist/a.js", "scripts": { "build": "tsc && tsc-alias" } }'
START = "import { start } from '~';\nstart();"

SHAPES: dict[str, Shape] = {
    "configurations that need an alias": lambda size: each(
        size,
        file("packages/p#/tsconfig.json", EMITTED)
        + file("packages/p#/package.json", EMITTING)
        + file("packages/p#/src/a.ts", START),
    ),
    "configurations that extend one which needs an alias": lambda size: (
        file("tsconfig.base.json", '{ "compilerOptions": { "baseUrl": ".", "paths": { "@shared/*": ["shared/*"] } } }')
        + each(
            size,
            file(
                "packages/p#/tsconfig.json",
                '{ "extends": "../../tsconfig.base.json", "compilerOptions": { "outDir": "dist" } }',
            )
            + file("packages/p#/package.json", EMITTING)
            + file("packages/p#/src/a.ts", START),
        )
    ),
    "imports that stay, in one file": lambda size: file(
        "packages/a/src/u.ts", each(size, "import { gone# } from '~/gone';\n")
    ),
    "`export *` of one module in one file": lambda size: file("packages/a/src/u.ts", "export * from '~';\n" * size),
    "mocks of one module in one file": lambda size: file(
        "packages/a/src/u.test.ts", each(size, "vi.mock('~', () => ({ start: # }));\n")
    ),
    "barrels that become one with others": lambda size: each(
        size,
        file("shared/workflow/b#/index.ts", "export * from './m';\nexport const k# = 1;")
        + file("shared/workflow/b#/m.ts", "export const m# = 1;")
        + file("ee/packages/workflows/src/b#/index.ts", "export const o# = 1;")
        + file("packages/a/src/u#.ts", "import { k#, m# } from '@shared/workflow/b#';"),
    ),
    "directories that a file builds paths to": lambda size: each(
        size,
        file("shared/workflow/d#/a.ts", "export {};")
        + file("packages/a/src/u#.ts", "export const p = path.join(__dirname, '../../../shared/workflow/d#');\n"),
    ),
}


def cutover(text: str) -> int:
    """The work of the plan of a cutover; `~` in a text is a legacy specifier."""
    analysis = analysis_of(text)
    return count_work(lambda: plan_cutover(analysis))


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_cutover(shape: Shape) -> None:
    """A workspace that is moved has thousands of configurations, barrels or imports -> each costs the same."""
    assert_in_proportion(lambda size: cutover(shape(size)), 24, most=2.15)
