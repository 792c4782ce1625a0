"""Why a reference stays: the reasons of `rewrite/target.py` that no other test asks for."""

from __future__ import annotations

import pytest

from tests.checks import check_diagnostics, check_no_fix

STREAMS = "ee/packages/workflows/src/streams"


@pytest.mark.parametrize(
    "text",
    [
        # Inside the legacy tree: nothing takes the place of a file's import of itself, nor of a gone module's.
        """
        //- /shared/workflow/runtime/client.ts
        import { client as own } from '@shared/workflow/runtime/client';
                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: `@shared/workflow/runtime/client` is this file itself. Remove the import by hand
        export const client = 1;
        """,
        """
        //- /shared/workflow/runtime/a.ts
        import { gone } from '@shared/workflow/gone';
                              ^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: `@shared/workflow/gone` names no file of shared/workflow. Correct the path by hand
        """,
        """
        //- /shared/workflow/runtime/a.ts
        /// <reference types="@shared/workflow/runtime/types" />
                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: `/// <reference types>` can't name a file by its path. Write an import instead
        """,
        # Elsewhere: a source file is no declaration file.
        """
        //- /packages/a/src/a.ts
        /// <reference types="@shared/workflow/runtime/client" />
                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: `/// <reference types>` finds declaration files only, and `@alga-psa/workflows/runtime/client` leads to ee/packages/workflows/src/runtime/client.ts. Write an import instead …
        """,
        # A name that comes from two modules is exported by neither.
        f"""
        //- /{STREAMS}/index.ts
        export * from './one';
        export * from './two';
        //- /{STREAMS}/one.ts
        export const buildA = 1;
        //- /{STREAMS}/two.ts
        export const buildA = 2;
        //- /packages/a/src/a.ts
        import {{ buildA }} from '@shared/workflow/streams/builders';
                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: @alga-psa/workflows does not export … Other candidates: `buildA` is ambiguous in `@alga-psa/workflows/streams`: two of its `export *` export it …
        """,
        # So many names that only the first are told, and one hidden behind what can't be followed.
        f"""
        //- /{STREAMS}/index.ts
        export * from './nowhere';
        //- /shared/workflow/streams/builders.ts
        export const a = 1, b = 1, c = 1, d = 1, e = 1;
        //- /packages/a/src/a.ts
        import {{ a, b, c, d, e }} from '@shared/workflow/streams/builders';
                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: … `@alga-psa/workflows/streams` does not export `a`, `b`, `c` and 2 more, unless by `export * from './nowhere'`, which can't be followed; …
        """,
        # A type where a value is asked for.
        f"""
        //- /{STREAMS}/index.ts
        export interface buildA {{}}
        //- /packages/a/src/a.ts
        import {{ buildA }} from '@shared/workflow/streams/builders';
                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: … `@alga-psa/workflows/streams` exports `buildA` only as a type; …
        console.log(buildA);
        """,
    ],
)
def test_why_nothing_is_rewritten(text: str) -> None:
    check_diagnostics(text, rules={"deprecated-import"})
    check_no_fix(text)


def test_module_moved_to_other_package_has_no_relative_path() -> None:
    check_diagnostics(
        """
        //- /workflow-ls.json
        {
          "packages": [{ "name": "@alga-psa/clock", "directory": "packages/clock", "sources": "src" }],
          "modules": [{ "from": "@shared/workflow/runtime/client", "to": ["@alga-psa/clock/client"] }]
        }
        //- /packages/clock/package.json
        { "name": "@alga-psa/clock", "exports": { "./client": "./src/client.ts" } }
        //- /packages/clock/src/client.ts
        export const client = 1;
        //- /ee/packages/workflows/src/streams/a.ts
        import { client } from '@shared/workflow/runtime/client';
                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import verified -> @alga-psa/clock/client
        import { start } from '@shared/workflow/runtime';
                               ^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import verified -> @alga-psa/workflows/runtime
        """,
        rules={"deprecated-import"},
    )
