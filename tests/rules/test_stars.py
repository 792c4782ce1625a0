"""Stars of one file: what a rewrite brings beside another star, before and after."""

from __future__ import annotations

from tests import checks
from tests.checks import MONOREPO

RULES = {"deprecated-import"}
OWN = """
    //- /shared/workflow/streams/index.ts
    export const a = 1;
    //- /ee/packages/workflows/src/streams/index.ts
    export const a = 1, size = 2;
    //- /packages/a/src/own.ts
    export const size = 3;
"""


def check_diagnostics(text: str) -> None:
    checks.check_diagnostics(text, base=MONOREPO, rules=RULES)


def test_a_name_of_the_target_that_another_star_brings_too() -> None:
    check_diagnostics(f"""
{OWN}
    //- /packages/a/src/a.ts
    export * from '@shared/workflow/streams';
                   ^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: `size` would become ambiguous: `@alga-psa/workflows/streams` and `./own` both export it
    export * from './own';
    """)


def test_a_name_that_the_file_exports_itself_counts_before_stars() -> None:
    check_diagnostics(f"""
{OWN}
    //- /packages/a/src/a.ts
    export {{ size }} from './own';
    export * from '@shared/workflow/streams';
                   ^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import verified -> @alga-psa/workflows/streams
    export * from './own';
    """)


def test_one_name_from_one_place_by_two_stars() -> None:
    check_diagnostics("""
    //- /shared/workflow/streams/index.ts
    export const a = 1;
    //- /shared/workflow/runtime/client.ts
    export const size = 1;
    //- /ee/packages/workflows/src/streams/index.ts
    export const a = 1;
    export * from '../runtime/client';
    //- /ee/packages/workflows/src/runtime/client.ts
    export const size = 1;
    //- /packages/a/src/a.ts
    export const here = 1;
    export * from '@shared/workflow/streams';
                   ^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import verified -> @alga-psa/workflows/streams
    export * from '@shared/workflow/runtime/client';
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import verified -> @alga-psa/workflows/runtime/client
    """)


def test_one_declaration_that_becomes_two() -> None:
    check_diagnostics("""
    //- /shared/workflow/streams/index.ts
    export const a = 1;
    export * from '../runtime/client';
    //- /shared/workflow/runtime/client.ts
    export const size = 1;
    //- /ee/packages/workflows/src/streams/index.ts
    export const a = 1, size = 2;
    //- /ee/packages/workflows/src/runtime/client.ts
    export const size = 1;
    //- /packages/a/src/a.ts
    export const here = 1;
    export * from '@shared/workflow/streams';
                   ^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: `size` would become ambiguous: `@alga-psa/workflows/streams` and `@alga-psa/workflows/runtime/client` both export it
    export * from '@shared/workflow/runtime/client';
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: `size` would become ambiguous: `@alga-psa/workflows/runtime/client` and `@alga-psa/workflows/streams` both export it
    """)


def test_names_that_the_file_did_not_export_before_are_no_loss() -> None:
    check_diagnostics("""
    //- /shared/workflow/streams/index.ts
    export const a = 1;
    //- /shared/workflow/runtime/client.ts
    export const b = 1;
    //- /ee/packages/workflows/src/streams/index.ts
    export const a = 1, size = 2;
    //- /ee/packages/workflows/src/runtime/client.ts
    export const b = 1, size = 1;
    //- /packages/a/src/a.ts
    export const here = 1;
    export * from '@shared/workflow/streams';
                   ^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import verified -> @alga-psa/workflows/streams
    export * from '@shared/workflow/runtime/client';
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import verified -> @alga-psa/workflows/runtime/client
    """)


def test_a_declaration_that_another_star_has_from_the_tree() -> None:
    check_diagnostics("""
    //- /shared/workflow/streams/index.ts
    export const a = 1;
    //- /shared/workflow/actions.ts
    export * from './streams';
    //- /ee/packages/workflows/src/streams/index.ts
    export const a = 1;
    //- /packages/a/src/a.ts
    export const here = 1;
    export * from '@shared/workflow/streams';
                   ^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: `a` would become ambiguous: `@alga-psa/workflows/streams` and `@shared/workflow/actions` both export it
    export * from '@shared/workflow/actions';
                   ^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: @alga-psa/workflows does not export `./actions`
    """)


def test_legacy_star_with_unresolvable_specifier() -> None:
    check_diagnostics("""
    //- /shared/workflow/streams/index.ts
    export * from '@shared/workflow/streams/builders';
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import verified -> ./builders
    //- /ee/packages/workflows/src/streams/index.ts
    export const own = 1;
    //- /packages/a/src/a.ts
    import * as streams from '@shared/workflow/streams';
                              ^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: `@alga-psa/workflows/streams` does not export `buildA`, `buildB`
    """)


def test_a_name_that_was_lost_before_holds_nobody_back() -> None:
    check_diagnostics("""
    //- /shared/workflow/streams/index.ts
    export const size = 1;
    //- /ee/packages/workflows/src/streams/index.ts
    export const size = 2;
    //- /packages/a/src/own.ts
    export const size = 3;
    //- /packages/a/src/a.ts
    export * from '@shared/workflow/streams';
                   ^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import verified -> @alga-psa/workflows/streams
    export * from './own';
    """)
