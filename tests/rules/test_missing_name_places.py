"""missing-name: a module below the one that was asked, and what the message says of two stars that disagree."""

from __future__ import annotations

import pytest

from tests.checks import check_diagnostics, open_project
from workflow_ls.analysis import Analysis

RULES = {"missing-name"}
SOURCES = "ee/packages/workflows/src/"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        # Below the module that was asked, a module that passes the name on is near enough.
        ("@alga-psa/workflows/runtime", "@alga-psa/workflows/runtime/deep"),
        # Below the root is everything: the module that declares it.
        ("@alga-psa/workflows", "@alga-psa/workflows/streams"),
    ],
)
def test_a_module_below(asked: str, found: str) -> None:
    check_diagnostics(
        f"""
        //- /{SOURCES}streams/index.ts
        export const made = 1;
        //- /{SOURCES}runtime/deep.ts
        export {{ made }} from '../streams';
        //- /packages/a/a.ts
        import {{ made }} from '{asked}';
                 ^^^^ missing-name verified -> {found}
        """,
        rules=RULES,
    )


def test_the_message_says_which_names_are_ambiguous() -> None:
    text = f"""
    //- /{SOURCES}streams/index.ts
    export * from './a';
    export * from './b';
    //- /{SOURCES}streams/a.ts
    export const both = 1;
    //- /{SOURCES}streams/b.ts
    export const both = 2;
    //- /packages/a/a.ts
    import {{ both, gone }} from '@alga-psa/workflows/streams';
    """
    assert [found.message for found in Analysis(open_project(text)[1], RULES).check_file("packages/a/a.ts")] == [
        "`both` is ambiguous in `@alga-psa/workflows/streams`: two of its `export *` export it",
        "`@alga-psa/workflows/streams` does not export `gone`",
    ]


DEEP = f"//- /{SOURCES}runtime/deep.ts\n"
HIDDEN = f"//- /{SOURCES}index.ts\nexport * from './hidden';\n//- /{SOURCES}hidden.ts\nexport const made = 1;\n"


@pytest.mark.parametrize(
    ("modules", "line", "found"),
    [
        # Below the root, too, the module that declares a name comes before a nearer one that passes it on.
        (
            f"{DEEP}export const made = 1;\n//- /{SOURCES}streams/index.ts\nexport {{ made }} from '../runtime/deep';",
            "import { made } from '@alga-psa/workflows';",
            "@alga-psa/workflows/runtime/deep",
        ),
        # The root comes last.
        (
            f"{DEEP}export {{ made }} from '../hidden';\n{HIDDEN}",
            "import { made } from '@alga-psa/workflows/streams';",
            "@alga-psa/workflows/runtime/deep",
        ),
        # What is used as a type may be one.
        (
            f"{DEEP}export interface made {{}}",
            "import { made } from '@alga-psa/workflows/streams'; let a: made;",
            "@alga-psa/workflows/runtime/deep",
        ),
    ],
)
def test_the_nearest_module(modules: str, line: str, found: str) -> None:
    _, workspace = open_project(f"{modules}\n//- /packages/a/a.ts\n{line}")
    assert [finding.replacement for finding in Analysis(workspace, RULES).check_file("packages/a/a.ts")] == [found]


def test_another_package_of_the_table_is_not_looked_into() -> None:
    check_diagnostics(
        """
        //- /workflow-ls.json
        { "packages": [{ "name": "@alga-psa/clock", "directory": "packages/clock", "sources": "." }] }
        //- /packages/clock/package.json
        { "name": "@alga-psa/clock", "exports": { "./now": "./now.ts" } }
        //- /packages/clock/now.ts
        export const made = 1;
        //- /packages/a/a.ts
        import { made } from '@alga-psa/workflows/runtime';
                 ^^^^ missing-name blocked: no other subpath of the package exports `made`. …
        import { gone } from '@alga-psa/clock/now';
                 ^^^^ missing-name blocked: no other subpath of the package exports `gone`. …
        """,
        rules=RULES,
    )
