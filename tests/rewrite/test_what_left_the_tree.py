"""Files that are still in the legacy tree, and import what left it."""

from __future__ import annotations

from tests.checks import check_diagnostics, check_fix

# Of a folder, `wheel` left; `frame` is still there and imports it.
CYCLE = """
//- /workflow-ls.json
{
  "replaceModules": true,
  "legacy": { "roots": ["@/parts"], "tree": "apps/bike/src/parts" },
  "modules": [{ "from": "@/parts/*", "to": ["@/new-parts/*"] }]
}
//- /package.json
{ "workspaces": ["apps/*"] }
//- /apps/bike/package.json
{ "name": "bike" }
//- /apps/bike/tsconfig.json
{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }
//- /apps/bike/src/new-parts/wheel.ts
export const wheel = 1;
//- /apps/bike/src/parts/bell.ts
export const bell = 1;
"""


def test_what_is_still_there_is_a_path() -> None:
    check_fix(
        "//- /apps/bike/src/parts/frame.ts\nimport { bell } from '@/parts/bell';\nexport const frame = bell;",
        "//- /apps/bike/src/parts/frame.ts\nimport { bell } from './bell';\nexport const frame = bell;",
        base=CYCLE,
    )


def test_what_left_goes_where_the_table_says() -> None:
    check_fix(
        "//- /apps/bike/src/parts/frame.ts\nimport { wheel } from '@/parts/wheel';\nexport const frame = wheel;",
        "//- /apps/bike/src/parts/frame.ts\nimport { wheel } from '@/new-parts/wheel';\nexport const frame = wheel;",
        base=CYCLE,
    )


def test_what_is_nowhere_names_no_file() -> None:
    text = """
//- /apps/bike/src/parts/frame.ts
import { seat } from '@/parts/seat';
                      ^^^^^^^^^^^^ deprecated-import blocked: `@/parts/seat` names no file of apps/bike/src/parts
import { hub } from '@/parts/wheel';
                     ^^^^^^^^^^^^^ deprecated-import blocked: `@/parts/wheel` names no file of apps/bike/src/parts
"""
    check_diagnostics(text, base=CYCLE)


def test_a_path_that_needs_another_ending_is_the_compilers_business() -> None:
    """It leads nowhere, although there is a file of its name."""
    text = """
//- /apps/bike/src/parts/chain.cts
export const chain = 1;
//- /apps/bike/src/parts/frame.ts
import { chain } from './chain';
export const frame = chain;
"""
    check_diagnostics(text, base=CYCLE)
