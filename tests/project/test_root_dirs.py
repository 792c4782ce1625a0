"""`rootDirs`: relative imports that find files of another directory as if it were their own."""

from __future__ import annotations

import pytest

from tests.checks import check_diagnostics, open_project

FILES = """
//- /app/tsconfig.json
{ "compilerOptions": { "rootDirs": ["src", "./made", "../both"] } }
//- /app/src/a.ts
//- /app/src/own.ts
//- /app/made/own.ts
//- /app/made/deep/one.ts
//- /app/made/folder/index.ts
//- /both/two.ts
"""


@pytest.mark.parametrize(
    ("importer", "specifier", "found"),
    [
        ("app/src/a.ts", "./own", "app/src/own.ts"),
        ("app/src/a.ts", "./deep/one", "app/made/deep/one.ts"),
        ("app/src/a.ts", "./folder", "app/made/folder/index.ts"),
        ("app/src/a.ts", "./two", "both/two.ts"),
        ("app/src/deep/b.ts", "./one.js", "app/made/deep/one.ts"),
        ("app/src/deep/b.ts", "../two", "both/two.ts"),
        ("app/src/a.ts", "../made/own", "app/made/own.ts"),
        ("app/src/a.ts", "./gone", None),
        ("app/other/a.ts", "./two", None),
    ],
)
def test_a_relative_import_looks_into_each_of_them(importer: str, specifier: str, found: str | None) -> None:
    _, workspace = open_project(FILES, base="")
    assert workspace.resolver.resolve(specifier, importer) == found


def test_a_relative_import_that_reaches_the_tree_is_found() -> None:
    check_diagnostics(
        """
        //- /packages/a/package.json
        { "name": "@alga-psa/a", "dependencies": { "@alga-psa/workflows": "*" } }
        //- /packages/a/tsconfig.json
        { "compilerOptions": { "rootDirs": ["./src", "../../shared/workflow"] } }
        //- /packages/a/src/page.ts
        import { client } from './runtime/client';
                                ^^^^^^^^^^^^^^^^ deprecated-relative-import verified -> @alga-psa/workflows/runtime/cl
        import { own } from './own/client';
        import { start } from './runtime';
        //- /packages/a/src/own/client.ts
        export const own = 1;
        //- /packages/a/src/runtime/index.ts
        export const start = 1;
        //- /packages/b/src/page.ts
        import { client } from './runtime/client';
        """,
        rules={"deprecated-import", "deprecated-relative-import"},
    )
