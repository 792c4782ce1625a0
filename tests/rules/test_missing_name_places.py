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
        "`@alga-psa/workflows/streams` gets `both` from two modules, and so exports neither",
        "`@alga-psa/workflows/streams` does not export `gone`",
    ]
