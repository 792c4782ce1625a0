"""What `tsc` emits reaches the canonical package by an alias, or Node can load what it finds without one."""

from __future__ import annotations

import pytest

from tests.checks import SOUND, check_diagnostics, check_fix, check_no_fix

MANIFEST = """
//- /svc/package.json
{ "name": "svc", "scripts": { "build": "tsc -b && tsc-alias" }, "dependencies": { "@alga-psa/workflows": "*" } }
"""
LINE = "import { client } from '@shared/workflow/runtime/client'; client;"
NEW = "import { client } from '@alga-psa/workflows/runtime/client'; client;"
OLD_PATHS = '"@shared/*": ["../shared/*"]'
ALIASES = (
    '"@alga-psa/workflows": ["../ee/packages/workflows/src"],'
    ' "@alga-psa/workflows/*": ["../ee/packages/workflows/src/*"], '
)


def config(options: str = '"outDir": "dist"', paths: str = OLD_PATHS, more: str = "", name: str = "tsconfig") -> str:
    return f'//- /svc/{name}.json\n{{ "compilerOptions": {{ {options}, "paths": {{ {paths} }} }}{more} }}\n'


FILE = f"//- /svc/src/main.ts\n{LINE}\n"
FIXED = f"//- /svc/src/main.ts\n{NEW}\n"


@pytest.mark.parametrize(
    "options",
    ['"outDir": "dist"', '"noEmit": false', '"noEmit": false, "outDir": "../build/svc", "rootDir": ".."'],
)
def test_the_alias_and_the_import_are_fixed_together(options: str) -> None:
    before = MANIFEST + config(options) + FILE
    check_fix(before, config(options, ALIASES + OLD_PATHS) + FIXED, base=SOUND)


def test_the_import_waits_for_the_alias() -> None:
    check_diagnostics(
        """
        //- /svc/package.json
        { "name": "svc", "dependencies": { "@alga-psa/workflows": "*" } }
        //- /svc/tsconfig.json
        { "compilerOptions": { "outDir": "dist", "paths": { "@shared/*": ["../shared/*"] } } }
                                                 ^^^^^^^ missing-alias verified -> None
        //- /svc/src/main.ts
        import { client } from '@shared/workflow/runtime/client'; client;
                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: svc/tsconfig.json has no alias for `@alga-psa/workflows/runtime/client`, so the emitted import leads Node to src/runtime/client.ts of the package, which is TypeScript. Add the alias to svc/tsconfig.json first
        """,
        base=SOUND,
    )


def test_the_configuration_of_the_build_counts_beside_the_nearest() -> None:
    nearest = config('"noEmit": true', ALIASES + OLD_PATHS)
    before = MANIFEST + nearest + config(name="tsconfig.build") + FILE
    check_fix(before, nearest + config(paths=ALIASES + OLD_PATHS, name="tsconfig.build") + FIXED, base=SOUND)


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(config('"noEmit": true, "outDir": "dist"') + FILE, id="nothing is emitted"),
        pytest.param(config('"outDir": "dist", "emitDeclarationOnly": true') + FILE, id="only declarations"),
        pytest.param(config('"strict": true') + FILE, id="no folder for it"),
        pytest.param(config(paths='"@other/*": ["../other/*"]') + FILE, id="no alias for the legacy module"),
        pytest.param(config(more=', "include": ["lib"]') + FILE, id="not included"),
        pytest.param(config(more=', "exclude": ["src"]') + FILE, id="excluded"),
        pytest.param(
            config() + FILE + '//- /svc/package.json\n{ "name": "svc", "scripts": { "build": "tsup" }, '
            '"dependencies": { "@alga-psa/workflows": "*" } }\n',
            id="bundled",
        ),
        pytest.param(
            config() + FILE + '//- /ee/packages/workflows/package.json\n{ "name": "@alga-psa/workflows", "exports": '
            '{ "./runtime/*": { "types": "./src/runtime/*.ts", "default": "./dist/runtime/*.js" } } }\n',
            id="the package is built",
        ),
    ],
)
def test_nothing_is_needed(files: str) -> None:
    check_fix(MANIFEST + files, FIXED, base=SOUND)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import type { client } from '$'; export type C = typeof client;", True),
        ("import { client } from '$'; export type C = typeof client;", True),
        ("export { client } from '$';", False),
        ("export const c = () => import('$');", False),
        ("const { client } = require('$'); client;", False),
    ],
)
def test_only_what_is_emitted_needs_it(before: str, after: bool) -> None:
    # Installed `paths` can't be edited, so that the import stays where it needs them.
    extends = (
        MANIFEST
        + """
//- /svc/tsconfig.json
{ "extends": "base-of-ours/tsconfig.json", "compilerOptions": { "outDir": "dist" } }
//- /node_modules/base-of-ours/tsconfig.json
{ "compilerOptions": { "paths": { "@shared/*": ["../../shared/*"] } } }
"""
    )
    text = extends + f"//- /svc/src/main.ts\n{before}\n"
    old, new = "@shared/workflow/runtime/client", "@alga-psa/workflows/runtime/client"
    if after:
        check_fix(text.replace("$", old), f"//- /svc/src/main.ts\n{before}\n".replace("$", new), base=SOUND)
    else:
        check_no_fix(text.replace("$", old), base=SOUND)
