"""A small monorepo for tests of mocks: two modules that moved, as copies or as proxies, and code that uses them."""

from __future__ import annotations

import re

from tests.checks import check_fix, check_no_fix

QUEUE, TIMER, WORKERS = "@shared/workflow/workers/queue", "@shared/workflow/workers/timer", "@shared/workflow/workers"
NEW = "@alga-psa/workflows"

LEAVES = '{ ".": "./src/index.ts", "./workers": "./src/workers/index.ts", "./workers/*": "./src/workers/*.ts" }'
BARREL = '{ "./workers": "./src/workers/index.ts" }'
ROOT = '{ ".": "./src/index.ts" }'

_BASE = """
//- /package.json
{ "workspaces": ["shared", "packages/*", "ee/packages/*"] }
//- /shared/package.json
{ "name": "@alga-psa/shared" }
//- /shared/workflow/workers/queue.ts
export const push = () => 'real push';
export const drain = () => 'real drain';
export default { size: () => 1 };
//- /shared/workflow/workers/timer.ts
export const tick = () => 'real tick';
//- /shared/workflow/workers/index.ts
export * from './queue';
export * from './timer';
//- /shared/mail/outbox.ts
import { push } from '../workflow/workers/queue';
export const flush = () => push();
//- /ee/packages/workflows/src/index.ts
export * from './workers';
//- /ee/packages/workflows/src/workers/index.ts
export * from './queue';
export * from './timer';
//- /ee/packages/workflows/src/workers/night.ts
import { push } from './queue';
export const night = () => push();
//- /packages/shop/package.json
{ "name": "@alga-psa/shop", "dependencies": { "@alga-psa/shared": "*", "@alga-psa/workflows": "*" } }
"""
_COPIES = """
//- /ee/packages/workflows/src/workers/queue.ts
export const push = () => 'real push';
export const drain = () => 'real drain';
export default { size: () => 1 };
//- /ee/packages/workflows/src/workers/timer.ts
export const tick = () => 'real tick';
"""
_PROXIES = """
//- /ee/packages/workflows/src/workers/queue.ts
export * from '../../../../../shared/workflow/workers/queue';
export { default } from '../../../../../shared/workflow/workers/queue';
//- /ee/packages/workflows/src/workers/timer.ts
export * from '../../../../../shared/workflow/workers/timer';
"""


def shop(exports: str = LEAVES, *, proxies: bool = False) -> str:
    """The monorepo, with these `exports` of the canonical package, whose modules are copies or proxies."""
    manifest = f'//- /ee/packages/workflows/package.json\n{{ "name": "@alga-psa/workflows", "exports": {exports} }}'
    return f"{_BASE}{manifest}{_PROXIES if proxies else _COPIES}"


def check_moves(text: str, *, base: str) -> None:
    """A fix moves the imports and mocks that say so, and no other.

    `'@shared/workflow/workers => @alga-psa/workflows/workers'` is a specifier that moves.
    """
    before, after = _MOVE.sub(r"'\1'", text), _MOVE.sub(r"'\2'", text)
    if before == after:
        check_no_fix(text, base=base)
    else:
        check_fix(before, after, base=base)


_MOVE = re.compile(r"'([^'\s]+) => ([^'\s]+)'")
