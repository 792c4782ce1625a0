"""Cutovers of a barrel that dissolves: what refers to it as a whole, and what reaches it through stars."""

from __future__ import annotations

import pytest

from tests.moves.cuts import SOURCES, TREE, cut, problems

# The canonical barrel has the legacy names through other modules, and a name of its own.
CHAIN = f"""
//- /{TREE}queue/index.ts
export * from './job';
export {{ size as length, type Limit }} from './size';
//- /{TREE}queue/job.ts
export interface Job {{ id: string }}
export const job = 1;
//- /{TREE}queue/size.ts
export const size = 2;
export type Limit = number;
//- /{SOURCES}queue/index.ts
export * from './outer';
//- /{SOURCES}queue/outer.ts
export * from './inner';
export const outer = 3;
//- /{SOURCES}queue/inner.ts
export * from '@shared/workflow/queue';
export const inner = 4;
"""
QUEUE = "@alga-psa/workflows/queue"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("type T = import('{}').Job;", f"{QUEUE}/job"),
        ("type T = typeof import('{}').job;", f"{QUEUE}/job"),
        ("type T = import('{}').length;", QUEUE),
        ("type T = typeof import('{}');", QUEUE),
        ("import * as queue from '{}';", QUEUE),
        ("import type * as queue from '{}';", QUEUE),
        ("import queue = require('{}');", QUEUE),
        ("export * as queue from '{}';", QUEUE),
        ("const queue = await import('{}');", QUEUE),
        ("const { job } = await import('{}');", f"{QUEUE}/job"),
        ("const { job, length } = require('{}');", QUEUE),
        ("import { job } from '{}';", f"{QUEUE}/job"),
        ("import '{}';", QUEUE),
        ("require.resolve('{}');", QUEUE),
    ],
)  # fmt: skip
def test_a_reference_that_can_not_be_parted(old: str, new: str) -> None:
    left = cut(f"{CHAIN}//- /packages/a/a.ts\n{old.replace('{}', '@shared/workflow/queue')}")
    assert left["packages/a/a.ts"] == old.replace("{}", new) + "\n"


def test_the_star_in_the_chain_is_followed() -> None:
    left = cut(CHAIN)
    assert left[f"{SOURCES}queue/inner.ts"] == (
        "export * from './job';\nexport { size as length, type Limit } from './size';\nexport const inner = 4;\n"
    )
    assert f"{SOURCES}queue/index.ts" in left


@pytest.mark.parametrize("star", ["export *", "export type *"])
def test_a_chain_that_starts_at_the_barrel_in_the_new_place(star: str) -> None:
    left = cut(
        f"//- /{TREE}a/index.ts\nexport * from './b';\n//- /{TREE}a/b.ts\nexport interface B {{}}\n"
        f"//- /{SOURCES}a/index.ts\n{star} from './c';\n//- /{SOURCES}a/c.ts\n"
        f"{star} from '../../../../../shared/workflow/a';\nexport const c = 1;\n"
        "//- /packages/a/a.ts\nimport type { B } from '@shared/workflow/a';"
    )
    assert left["packages/a/a.ts"] == "import type { B } from '@alga-psa/workflows/a/b';\n"
    assert left[f"{SOURCES}a/c.ts"] == f"{star} from './b';\nexport const c = 1;\n"


def test_a_star_of_types_stays_one_of_types() -> None:
    left = cut(CHAIN.replace("export * from '@shared", "export type * from '@shared"))
    assert left[f"{SOURCES}queue/inner.ts"].startswith(
        "export type * from './job';\nexport type { size as length, Limit } from './size';\n"
    )


def test_a_name_of_its_own_in_the_other_module_does_not_stand_in() -> None:
    text = CHAIN.replace("export const outer = 3;", "export const length = 3;")
    [(path, message)] = problems(f"{text}//- /packages/a/a.ts\nimport * as queue from '@shared/workflow/queue';")
    assert path == "packages/a/a.ts"
    assert message.startswith("`@shared/workflow/queue` can't be updated: the barrel shared/workflow/queue/index.ts is")


def test_a_mock_of_the_barrel_has_no_other_module() -> None:
    [(path, message)] = problems(f"{CHAIN}//- /packages/a/a.test.ts\nvi.mock('@shared/workflow/queue', () => ({{}}));")
    assert (path, "needs all of it" in message) == ("packages/a/a.test.ts", True)


def test_a_module_with_code_of_its_own_that_another_one_passes_on() -> None:
    found = problems(
        f"//- /{TREE}a/index.ts\nexport const a = 1;\n//- /{SOURCES}a/index.ts\nexport * from './c';\n"
        f"//- /{SOURCES}a/c.ts\nexport * from '@shared/workflow/a';\nexport const c = 1;"
    )
    assert [path for path, _ in found] == [f"{TREE}a/index.ts"]
    assert "re-exports it through other modules" in found[0][1]
