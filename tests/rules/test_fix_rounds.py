"""What one round of a fix makes possible is done in the same fix, so that a second fix has nothing to do."""

from __future__ import annotations

from tests.checks import SOUND, check_fix


def test_shortened_specifier_may_lack_a_name() -> None:
    check_fix(
        """
//- /packages/a/package.json
{ "name": "a", "dependencies": { "@alga-psa/workflows": "*" } }
//- /ee/packages/workflows/src/more.ts
export const more = 1;
//- /packages/a/a.ts
import { client } from '@alga-psa/workflows/streams/index.ts';
""",
        """
//- /packages/a/a.ts
import { client } from '@alga-psa/workflows/runtime/client';
""",
        base=SOUND,
    )


def test_what_was_held_back_by_names_that_others_asked_for() -> None:
    """The legacy module is gone, so what is asked of it is all that is known of it."""
    check_fix(
        """
//- /packages/a/package.json
{ "name": "a", "dependencies": { "@alga-psa/workflows": "*" } }
//- /ee/packages/workflows/src/runtime/view.ts
export const view = 1;
//- /packages/a/a.ts
import { view, version } from '@shared/workflow/runtime/view';
export * as all from '@shared/workflow/runtime/view';
""",
        """
//- /packages/a/a.ts
import { view } from '@alga-psa/workflows/runtime/view';
import { version } from '@alga-psa/workflows';
export * as all from '@alga-psa/workflows/runtime/view';
""",
        base=SOUND,
    )
