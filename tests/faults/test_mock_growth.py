"""Thousands of files that mock one module"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.test_growth import analysis_of, check, each, file
from tests.work import assert_in_proportion, count_work
from workflow_ls.rewrite.mocking.file_mocks import FileMocks

Shape = Callable[[int], str]
MOCK = "vi.mock('~', () => ({ start: vi.fn() }));\n"
TEST = file("packages/a/src/t#.test.ts", f"import {{ start }} from '~';\n{MOCK}start();")
HELPER = file("packages/a/src/h#.ts", f"import {{ start }} from '~';\n{MOCK}export const help# = start;")

SHAPES: dict[str, Shape] = {
    "tests": lambda size: each(size, TEST),
    "helpers": lambda size: each(size, HELPER),
    "helpers that a test each loads": lambda size: each(
        size, HELPER + file("packages/a/src/t#.test.ts", f"import {{ help# }} from './h#';\n{MOCK}help#();")
    ),
    "helpers that load the next": lambda size: each(
        size,
        file("packages/a/src/h#.ts", f"{MOCK}export const help# = 1;") + file("packages/a/src/g#.ts", "import './h#';"),
    ),
}


def _rivals(text: str) -> int:
    """The work to find the rivals of all files, whose mocks are known."""
    mocks = analysis_of(text).workspace.component(FileMocks)
    for path in mocks.mocking_files():
        mocks.of_file(path)
        mocks.graph.users(path)
        mocks.in_force.files_for(path)
    return count_work(lambda: [mocks.rivals(path) for path in mocks.mocking_files()])


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_rivals(shape: Shape) -> None:
    """Thousands of tests and helpers mock one module -> each is compared with those that it meets in a test."""
    assert_in_proportion(lambda size: _rivals(shape(size)), 20, most=2.2)


def test_tests_that_mock_one_module() -> None:
    """Thousands of tests mock one module -> each costs the same."""
    assert_in_proportion(lambda size: check(each(size, TEST)), 30, most=2.15)
