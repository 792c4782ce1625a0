"""A file that may run in a browser does not come to load what only servers run."""

from __future__ import annotations

import pytest

from tests.checks import MONOREPO, check_diagnostics, check_fix, check_no_fix, open_project
from workflow_ls.project.runtime.server_modules import ServerModules

# `levels` is free of server code, while the only barrel that exports it reads files.
BASE = (
    MONOREPO
    + """
//- /shared/workflow/streams/index.ts
export { Level } from './levels';
export { replay } from './replay';
//- /shared/workflow/streams/levels.ts
export enum Level { Low = 'low', High = 'high' }
export interface Mark { level: Level }
//- /shared/workflow/streams/replay.ts
import { readFile } from 'node:fs/promises';
export const replay = (path: string) => readFile(path);
//- /ee/packages/workflows/src/streams/index.ts
export * from '../../../../../shared/workflow/streams';
export type { Mark } from '../../../../../shared/workflow/streams/levels';
"""
)
CHAIN = "ee/packages/workflows/src/streams/index.ts > … > shared/workflow/streams/replay.ts > `node:fs/promises`"
SPECIFIER = "@shared/workflow/streams/levels"
LINE = f"import {{ Level }} from '{SPECIFIER}'; export const low = Level.Low;"
FIXED = LINE.replace(SPECIFIER, "@alga-psa/workflows/streams")

AROUND = """
//- /app/package.json
{ "name": "app", "dependencies": { "@alga-psa/workflows": "*" } }
//- /app/db.ts
import { Pool } from 'pg';
export const query = () => new Pool();
//- /app/actions.ts
'use server';
import { Pool } from 'pg';
export const act = () => new Pool();
//- /app/lazy.ts
export const query = async () => (await import('pg')).Pool;
"""


def loads(files: str, path: str) -> frozenset[str]:
    return open_project(files)[1].component(ServerModules).reached(path)


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("app/a.ts", "import { readFileSync } from 'fs'; readFileSync('x');", None),
        ("app/a.ts", "import knex from 'knex'; knex({});", None),
        ("app/a.ts", "'use server';", None),
        ("app/a.ts", "import { query } from './db'; query();", None),
        ("app/a.test.ts", "", None),
        ("app/__tests__/helper.ts", "", None),
        ("app/test/setup.ts", "", None),
        # Only the type of the server's module is used, so nothing is known of the file.
        ("app/a.ts", "import type { Knex } from 'knex'; export type K = Knex;", "no"),
        # Bundlers have a replacement for these, so they prove nothing.
        ("app/a.ts", "import { join } from 'path'; join('a');", "no"),
        ("app/a.ts", "import { createHash } from 'node:crypto'; createHash('md5');", "no"),
        ("app/a.ts", "", "no"),
        ("app/a.tsx", "'use client';", "no"),
        ("app/a.js", '"use client"', "no"),
        # A client component runs in a browser whatever it loads.
        ("app/a.tsx", "'use client'; import knex from 'knex'; knex({});", "no"),
        # A server action is called, not loaded.
        ("app/a.ts", "import { act } from './actions'; act();", "no"),
        ("app/a.ts", "import { query } from './lazy'; query();", "no"),
    ],
)
def test_only_a_file_that_runs_on_servers_takes_them(path: str, before: str, after: str | None) -> None:
    text = f"{AROUND}\n//- /{path}\n{before}\n{LINE}\n"
    if after is None:
        check_fix(text, f"//- /{path}\n{before}\n{FIXED}\n", base=BASE)
    else:
        check_no_fix(text, base=BASE)


@pytest.mark.parametrize(
    "line",
    [
        "import type { Level } from '$'; export type L = Level;",
        "import { type Level } from '$'; export type L = Level;",
        "import { Level } from '$'; export type L = Level;",
        "import { Mark } from '$'; export type M = Mark;",
        "export type L = import('$').Level;",
        "export type { Level } from '$'; export const own = 1;",
    ],
)
def test_types_load_nothing(line: str) -> None:
    around = '//- /app/package.json\n{ "name": "app", "dependencies": { "@alga-psa/workflows": "*" } }\n'
    text = "//- /app/a.tsx\n'use client';\n" + line
    check_fix(around + text.replace("$", SPECIFIER), text.replace("$", "@alga-psa/workflows/streams"), base=BASE)


@pytest.mark.parametrize(
    "line",
    [
        "import { Level } from '$'; f(Level);",
        "import { Level as L } from '$'; export { L };",
        "import { Level, type Mark } from '$'; f(Level);",
        "export { Level } from '$';",
        "export const l = async () => (await import('$')).Level;",
        "const { Level } = require('$'); f(Level);",
        "import l = require('$'); f(l.Level);",
    ],
)
def test_each_form_that_loads_is_refused(line: str) -> None:
    check_no_fix("//- /app/a.ts\n" + line.replace("$", SPECIFIER), base=BASE)


def test_the_refusal_names_the_chain_and_what_helps() -> None:
    check_diagnostics(
        f"""
        //- /app/board.tsx
        'use client';
        import {{ Level }} from '@shared/workflow/streams/levels';
                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: @alga-psa/workflows does not export `./streams/levels`. Add it to the `exports` of ee/packages/workflows/package.json. Other candidates: `@alga-psa/workflows/streams` would make this file, a client component, load `node:fs/promises`, which only servers run (app/board.tsx > {CHAIN}); …
        export const low = Level.Low;
        """,
        base=BASE,
    )


def test_a_one_to_one_target_is_refused_with_its_own_remedy() -> None:
    check_diagnostics(
        """
        //- /ee/packages/workflows/src/runtime/client.ts
        import { createClient } from 'redis';
        export const client = createClient();
        //- /app/lib.ts
        export const own = 1;
        export { client } from '@shared/workflow/runtime/client';
                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: `@alga-psa/workflows/runtime/client` would make this file, which may run in a browser, load `redis`, which only servers run (app/lib.ts > ee/packages/workflows/src/runtime/client.ts > `redis`). Move what needs `redis` out of ee/packages/workflows/src/runtime/client.ts. …
        """
    )


def test_the_canonical_package_has_client_code_of_its_own() -> None:
    path = "ee/packages/workflows/src/view.tsx"
    relative = "../../../../shared/workflow/streams/levels"
    check_no_fix(f"//- /{path}\n'use client';\nimport {{ Level }} from '{relative}'; f(Level);", base=BASE)


def test_what_the_file_loads_already_is_no_obstacle() -> None:
    # It loads the same file today, through the barrel of the legacy tree.
    around = '//- /app/package.json\n{ "name": "app", "dependencies": { "@alga-psa/workflows": "*" } }\n'
    text = "//- /app/a.tsx\n'use client';\nimport { Level } from '$'; f(Level);"
    check_fix(
        around + text.replace("$", "@shared/workflow/streams"),
        text.replace("$", "@alga-psa/workflows/streams"),
        base=BASE,
    )


def test_a_target_that_browsers_can_load_is_taken() -> None:
    around = '//- /app/package.json\n{ "name": "app", "dependencies": { "@alga-psa/workflows": "*" } }\n'
    text = "//- /app/a.tsx\n'use client';\nimport { client } from '$'; f(client);"
    check_fix(
        around + text.replace("$", "@shared/workflow/runtime/client"),
        text.replace("$", "@alga-psa/workflows/runtime/client"),
    )


@pytest.mark.parametrize(
    "manifest",
    [
        '{ "name": "@alga-psa/shared", "browser": { "fs/promises": false } }',
        '{ "name": "@alga-psa/shared", "browser": { "./workflow/streams/replay.ts": false } }',
        '{ "name": "@alga-psa/shared", "browser": { "./workflow/streams/replay": "./workflow/streams/levels.ts" } }',
    ],
)
def test_the_browser_field_replaces_modules(manifest: str) -> None:
    check_fix(
        f"""
        //- /shared/package.json
        {manifest}
        //- /app/package.json
        {{ "name": "app", "dependencies": {{ "@alga-psa/workflows": "*" }} }}
        //- /app/a.ts
        {LINE}
        """,
        f"//- /app/a.ts\n{FIXED}\n",
        base=BASE,
    )


def test_the_condition_browser_counts_in_exports() -> None:
    text = f"""
    //- /ee/packages/workflows/package.json
    {{ "name": "@alga-psa/workflows", "exports": {{ "./streams": {{ "browser": "./src/streams/pure.ts", "default": "./src/streams/index.ts" }} }} }}
    //- /ee/packages/workflows/src/streams/pure.ts
    export {{ Level }} from '../../../../../shared/workflow/streams/levels';
    //- /app/package.json
    {{ "name": "app", "dependencies": {{ "@alga-psa/workflows": "*" }} }}
    //- /app/a.ts
    {LINE}
    """
    check_fix(text, f"//- /app/a.ts\n{FIXED}\n", base=BASE)
    check_no_fix(text.replace("streams/levels';\n", "streams';\n"), base=BASE)


def test_a_deleted_module_proves_nothing() -> None:
    text = '//- /app/package.json\n{ "name": "app", "dependencies": { "@alga-psa/workflows": "*" } }\n//- /app/a.ts\n'
    line = "import { Level } from '$'; f(Level);"
    check_fix(
        text + line.replace("$", "@shared/workflow/streams/gone"),
        "//- /app/a.ts\n" + line.replace("$", "@alga-psa/workflows/streams"),
        base=BASE,
    )
    check_no_fix(text + "'use client';\n" + line.replace("$", "@shared/workflow/streams/gone"), base=BASE)


def test_the_table_lists_the_packages_of_servers() -> None:
    files = """
        //- /app/a.ts
        import 'redis'; import '@temporalio/worker'; import 'next/headers'; import 'oracle-of-ours/pool';
        import 'next/link'; import 'redis-mock-of-ours'; import 'buffer'; import 'node:url'; import 'react';
    """
    assert loads(files, "app/a.ts") == {"redis", "@temporalio/worker", "next/headers"}
    config = """
        //- /workflow-ls.json
        { "serverPackages": ["oracle-of-ours"] }
    """
    assert loads(config + files, "app/a.ts") == {"oracle-of-ours/pool"}


def test_nodes_own_modules_are_known_by_both_spellings() -> None:
    files = """
    //- /app/a.ts
    import 'fs'; import 'node:net'; import 'path/posix'; import 'node:sqlite'; import { x } from './b'; x();
    import 'sqlite-of-ours'; import 'tests/fs'; import './fs';
    //- /app/b.ts
    export const x = () => import('node:dns/promises');
    //- /app/fs.ts
    export {};
    """
    assert loads(files, "app/a.ts") == {"fs", "net", "path/posix", "sqlite", "dns/promises"}


def test_circles_of_imports_end() -> None:
    files = """
    //- /app/a.ts
    import { b } from './b'; export const a = b;
    //- /app/b.ts
    import { a } from './a'; import { c } from './c'; export const b = [a, c];
    //- /app/c.ts
    import { b } from './b'; import os from 'os'; export const c = [b, os];
    """
    assert loads(files, "app/a.ts") == {"os"}
