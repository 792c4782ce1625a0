"""Thousands of files that mock one module"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.checks import change
from tests.faults.test_growth import LEGACY, analysis_of, check, each, file, fix
from tests.strategies import at_night
from tests.work import assert_in_proportion, count_work
from workflow_ls.rewrite.mocking.file_mocks import FileMocks
from workflow_ls.rewrite.mocking.mock_proof import MockProof

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


KEPT = "// workflow-ls-ignore deprecated-import: later\nimport { start } from '~';\n"
STAYING = file("packages/a/src/z.ts", f"{KEPT}start();")


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("work", [fix, *at_night(check)])
@pytest.mark.parametrize("staying", [pytest.param(STAYING, id="an import stays"), *at_night("", name="all move")])
def test_files_that_mock_one_module(staying: str, work: Callable[[str], int], shape: Shape) -> None:
    """Thousands of tests and helpers mock one module, and move or are refused -> each costs the same."""
    assert_in_proportion(lambda size: work(shape(size) + staying), 25, most=2.15)


BEHIND: dict[str, Shape] = {
    "stars": lambda size: file("packages/a/src/barrel.ts", each(size, "export * from './h#';\n")),
    "names": lambda size: file("packages/a/src/barrel.ts", each(size, "export { help# } from './h#';\n")),
}


@pytest.mark.parametrize("barrel", BEHIND.values(), ids=BEHIND)
@pytest.mark.parametrize("work", [fix, *at_night(check)])
def test_names_of_a_test_behind_a_barrel(work: Callable[[str], int], barrel: Shape) -> None:
    """A test takes thousands of names from a barrel of as many modules that mock -> each name costs the same."""

    def project(size: int) -> str:
        names = each(size, "help#, ")
        test = f"import {{ {names} }} from './barrel';\nimport {{ start }} from '~';\n{MOCK}run(start, {names});"
        return each(size, HELPER) + barrel(size) + file("packages/a/src/t.test.ts", test)

    assert_in_proportion(lambda size: work(project(size)), 60, most=2.15)


ALIKE = {
    "a factory without a name": "vi.mock('~', () => ({}));\nexport const help# = 1;",
    "a mock for an import that stays": f"{KEPT}{MOCK}export const help# = start;",
    "a mock and what is past it": f"{KEPT}{MOCK}{MOCK}export const help# = [start, vi.importActual('~')];",
}


@pytest.mark.parametrize("text", ALIKE.values(), ids=ALIKE)
def test_helpers_that_mock_alike(text: str) -> None:
    """Helpers that mock alike are judged once -> of its own mocks, each says what it says without the others."""
    helper = file("packages/a/src/h#.ts", text)

    def refused(project: str, number: int) -> list[str]:
        proof = analysis_of(project).workspace.component(MockProof)
        path = f"packages/a/src/h{number}.ts"
        mocks = {mock.number for mock in proof.mocks.of_file(path)}
        return [repr(refusal) for refusal in proof.refused_in(path) if refusal.number in mocks]

    alone = [refused(helper.replace("#", str(number)) + STAYING, number) for number in range(3)]
    assert alone[2]
    assert [refused(each(3, helper) + STAYING, number) for number in range(3)] == alone


@pytest.mark.parametrize("importing", ["start(); z();", "start();"])
def test_mocks_in_an_open_file(importing: str) -> None:
    """An open file mocks one module hundreds of times, which an import needs that stays -> a key costs the same."""
    path = "packages/a/src/t.test.ts"
    helper = file("packages/a/src/z.ts", f"{KEPT}export const z = start;")
    imports = "import { start } from '~';\nimport { z } from './z';\n"

    def key(size: int) -> int:
        text = f"{imports}{MOCK * size}{importing}".replace("~", LEGACY)
        analysis = analysis_of(helper + file(path, text))
        analysis.check()
        change(analysis.workspace, path, f"{text}\n{importing}")
        return count_work(lambda: analysis.check_file(path))

    assert_in_proportion(key, 50, most=2.2)
