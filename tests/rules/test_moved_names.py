"""deprecated-import where rows of `names` send names elsewhere than their module."""

from __future__ import annotations

import json

import pytest

from tests.checks import MONOREPO, check_diagnostics, check_fix

CLIENT = "@shared/workflow/runtime/client"
RULES = {"deprecated-import"}


def base(*rows: dict[str, str], of: str = MONOREPO) -> str:
    """The base project with rows for names of `runtime/client`."""
    names = [{"module": CLIENT, **row} for row in rows]
    return f"""{of}
//- /workflow-ls.json
{json.dumps({"names": names})}
//- /shared/workflow/runtime/client.ts
export const client = 1;
export const old = 2;
export default class {{}}
//- /ee/packages/workflows/src/runtime/client.ts
export const client = 1;
export const renamed = 2;
//- /ee/packages/workflows/src/runtime/index.ts
export class Client {{}}
"""


RENAMED = {"name": "old", "as": "renamed"}
MOVED = {"name": "default", "to": "@alga-psa/workflows/runtime", "as": "Client"}
LOST = {"name": "default", "to": "@alga-psa/workflows/streams"}


@pytest.mark.parametrize(
    ("line", "after"),
    [
        (f"import {{ client }} from '{CLIENT}';", "import { client } from '@alga-psa/workflows/runtime/client';"),
        (
            f"import {{ old }} from '{CLIENT}';",
            "import { renamed as old } from '@alga-psa/workflows/runtime/client';",
        ),
        (
            f"import {{ client, old as mine }} from '{CLIENT}';",
            "import { client, renamed as mine } from '@alga-psa/workflows/runtime/client';",
        ),
        (f"import C from '{CLIENT}';", "import { Client as C } from '@alga-psa/workflows/runtime';"),
        (
            f"here();\nexport {{ old }} from '{CLIENT}';",
            "here();\nexport { renamed as old } from '@alga-psa/workflows/runtime/client';",
        ),
    ],
)
def test_rewritten(line: str, after: str) -> None:
    check_fix(f"//- /packages/a/src/a.ts\n{line}", f"//- /packages/a/src/a.ts\n{after}", base=base(RENAMED, MOVED))


def test_a_form_that_takes_any_name_says_where_they_went() -> None:
    check_diagnostics(
        f"""
        //- /packages/a/src/a.ts
        import * as all from '{CLIENT}';
                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: names of this module changed (`old` is now `renamed`, `default` is now `Client` in `@alga-psa/workflows/runtime`), and a fix can't rename them in this form
        use(all);
        """,
        base=base(RENAMED, MOVED),
        rules=RULES,
    )


def test_name_missing_at_its_row_target_blocks_import() -> None:
    check_diagnostics(
        f"""
        //- /packages/a/src/a.ts
        import C, {{ client }} from '{CLIENT}';
                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: `@alga-psa/workflows/streams` does not export `default`. Export it from ee/packages/workflows/src/streams/index.ts
        """,
        base=base(LOST),
        rules=RULES,
    )


def test_without_the_package_the_rows_are_followed_unchecked() -> None:
    gone = MONOREPO.replace('"name": "@alga-psa/workflows"', '"name": "@alga-psa/other"')
    check_diagnostics(
        f"""
        //- /packages/a/src/a.ts
        import C, {{ client }} from '{CLIENT}';
                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import unverified -> @alga-psa/workflows/runtime, @alga-psa/workflows/runtime/client
        """,
        base=base(MOVED, of=gone),
        rules=RULES,
    )
