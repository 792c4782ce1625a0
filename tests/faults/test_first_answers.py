"""A file that is opened first: what its findings need is computed, and nothing of the other files' mocks"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.checks import open_project
from workflow_ls.analysis import Analysis
from workflow_ls.project.queries.database import Database
from workflow_ls.project.runtime.mock_calls import MockCalls
from workflow_ls.project.runtime.module_graph import ModuleGraph
from workflow_ls.project.source_index import Sources
from workflow_ls.rewrite.mocking.mock_proof import MockProof

CLIENT = "@shared/workflow/runtime/client"
OPENED = "packages/z/src/opened.ts"
TESTED = f"import {{ client }} from '{CLIENT}';\nexport const run = () => client;\n"
MOCKING = f"vi.mock('{CLIENT}', () => ({{ client: 1 }}));\nimport {{ run }} from './app';\nrun();\n"
UNMOVED = {
    "imports the new package": "import { version } from '@alga-psa/workflows';\nversion;\n",
    "re-exports the new package": "export * from '@alga-psa/workflows';\n",
    "imports what the move does not concern": "import { join } from 'node:path';\njoin('a');\n",
    "imports nothing": "export const opened = 1;\n",
    "mocks the new package": (
        "vi.mock('@alga-psa/workflows', () => ({ version: 2 }));\n"
        "import { version } from '@alga-psa/workflows';\nversion;\n"
    ),
    "imports a module without a target": "import { gone } from '@shared/workflow/nowhere/gone';\ngone;\n",
    "names a type of a module without a target": "type Gone = import('@shared/workflow/nowhere/gone').Gone;\n",
    "has the new package in a template": "const load = () => import(`@alga-psa/workflows`);\nload();\n",
}
JUDGED: tuple[Callable[..., Any], ...] = (
    MockProof.refused_in,
    MockProof._settled,
    MockProof._verdict,
    MockCalls.of_file,
    ModuleGraph.imports,
)


def monorepo(size: int, opened: str) -> Analysis:
    """An open file beside many modules that tests load and mock."""
    others = "".join(
        f"//- /packages/p{n}/src/app.ts\n{TESTED}//- /packages/p{n}/src/app.test.ts\n{MOCKING}" for n in range(size)
    )
    return Analysis(open_project(f"{others}//- /{OPENED}\n{opened}")[1])


def judged(size: int, opened: str, path: str = OPENED) -> list[int]:
    """How many values of each query the findings of the open file compute."""
    analysis = monorepo(size, opened)
    analysis.check_file(path)
    database: Database = analysis.workspace.database
    return [database.count(method) for method in JUDGED]


@pytest.mark.parametrize("opened", UNMOVED.values(), ids=UNMOVED)
def test_a_file_without_a_rewrite_needs_no_mocks(opened: str) -> None:
    """A file without a rewrite is opened beside thousands of mocks -> its findings judge no mock of another file."""
    small, large = judged(2, opened), judged(12, opened)
    assert small == large
    assert large[:3] == [0, 0, 0]


def test_a_file_with_a_rewrite_is_judged_by_the_mocks() -> None:
    """A file whose import moves is opened -> the mocks are judged first, so that no verdict is taken back."""
    assert judged(2, MOCKING, "packages/p0/src/app.ts")[1] == 1


@pytest.mark.parametrize("opened", UNMOVED.values(), ids=UNMOVED)
def test_the_first_findings_are_those_of_a_whole_check(opened: str) -> None:
    """A file is checked first, or after all others -> its findings are the same."""
    first, whole = monorepo(2, opened), monorepo(2, opened)
    whole.check()
    assert first.check_file(OPENED) == whole.check_file(OPENED)


def test_a_file_without_a_rewrite_parses_no_other_file() -> None:
    """A file that names no legacy module is opened -> the facts of no other file are read."""
    analysis = monorepo(4, UNMOVED["imports the new package"])
    analysis.check_file(OPENED)
    assert analysis.workspace.database.keeps(Sources.facts_without_text, (OPENED,))
    assert analysis.workspace.database.count(Sources.facts_without_text) == 1
