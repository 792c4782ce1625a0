"""Cutovers as a whole: the project before and after; no-op first."""

# ruff: noqa: E501 - a case stands in one line

from __future__ import annotations

import pytest

from tests.moves.cuts import SOURCES, TREE, check_cut, plan_of


@pytest.mark.parametrize(
    "text",
    [
        "",
        "//- /packages/a/a.ts\nimport { version } from '@alga-psa/workflows';",
        "//- /packages/a/a.ts\nimport '@shared/workflows'; import '@shared/workflow-x'; import './workflow/x';",
        "//- /shared/workflows/a.ts\nexport const a = 1;\n//- /packages/a/a.ts\nimport { a } from '@shared/workflows/a';",
    ],
)
def test_nothing_to_do(text: str) -> None:
    plan = plan_of(text)
    assert plan.is_empty
    assert (plan.file_moves, plan.rewrites, plan.entries, plan.other_mentions) == ((), (), (), ())


def test_everything_moves_and_documentation_is_not_touched() -> None:
    check_cut(
        """
        //- /shared/workflow/README.md
        See @shared/workflow/runtime and ../lib/x.ts.
        //- /shared/workflow/runtime/__tests__/a.test.ts
        import { a } from '@shared/workflow/runtime/a';
        //- /shared/workflow/runtime/a.ts
        export const a = 1;
        //- /shared/workflow/runtime/__snapshots__/a.snap
        exports[`@shared/workflow`] = 1;
        """,
        """
        //- /ee/packages/workflows/src/README.md
        See @shared/workflow/runtime and ../lib/x.ts.
        //- /ee/packages/workflows/src/runtime/__tests__/a.test.ts
        import { a } from '../a';
        //- /ee/packages/workflows/src/runtime/a.ts
        export const a = 1;
        //- /ee/packages/workflows/src/runtime/__snapshots__/a.snap
        exports[`@shared/workflow`] = 1;
        """,
    )


def test_line_endings_and_byte_order_marks_stay() -> None:
    plan = plan_of(
        f"//- /{TREE}runtime/index.ts\nexport * from './a';\nexport * from './b';\n"
        f"//- /{TREE}runtime/a.ts\nexport const a = 1;\n//- /{TREE}runtime/b.ts\nexport const b = 1;\n"
        f"//- /{SOURCES}runtime/index.ts\n\ufeffexport * from '../../../../../shared/workflow/runtime';\r\nexport const c = 1;\r\n"
    )
    text = plan.after[f"{SOURCES}runtime/index.ts"].decode()
    assert text == "\ufeffexport * from './a';\r\nexport * from './b';\r\nexport const c = 1;\r\n"


def test_a_moved_file_keeps_its_line_endings_and_byte_order_mark() -> None:
    text = "\ufeffimport { x } from '../lib/x';\r\nimport { b } from '@shared/workflow/b';\r\nexport const a = x;"
    plan = plan_of(
        f"//- /shared/lib/x.ts\nexport const x = 1;\n//- /{TREE}b.ts\nexport const b = 1;\n//- /{TREE}a.ts\n{text}"
    )
    assert plan.after[f"{SOURCES}a.ts"].decode() == (
        "\ufeffimport { x } from '../../../../shared/lib/x';\r\nimport { b } from './b';\r\nexport const a = x;\n"
    )
