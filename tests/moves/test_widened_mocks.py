"""Mocks of a new module that re-exports the legacy one: what a cutover says where they begin to replace more."""

from __future__ import annotations

import pytest

from tests.moves.cuts import CANONICAL, MODULE, SOURCES, TREE, plan_of

FACADE = f"""{MODULE}
//- /{SOURCES}runtime/a.ts
export * from '../../../../../{TREE}runtime/a';
export {{ default }} from '../../../../../{TREE}runtime/a';
"""
BY_NEW = f"import {{ a }} from '{CANONICAL}';\nexport const b = a;"
BY_OLD = "import { a } from '@shared/workflow/runtime/a';\nexport const b = a;"
INDEX = f"//- /{TREE}runtime/index.ts\nexport * from './a';\n//- /{SOURCES}runtime/index.ts\nexport * from './a';\n"
MESSAGE = (
    f"the mock of `{CANONICAL}` replaces nothing for code that imports {TREE}runtime/a.ts today, "
    "and will replace it for all code. Run this test, and complete the mock."
)


def notes(loaded: str, mock: str, base: str = FACADE) -> list[tuple[str, int | None, str]]:
    text = f"{base}//- /packages/a/b.ts\n{loaded}\n//- /packages/a/b.test.ts\nimport {{ b }} from './b';\n{mock}\nb;\n"
    return [(note.path, note.line, note.message) for note in plan_of(text).notes if "the mock" in note.message]


@pytest.mark.parametrize(
    ("loaded", "mock", "base"),
    [
        # All code reaches the module through the new one.
        (BY_NEW, f"vi.mock('{CANONICAL}', () => ({{ a: 2 }}));", FACADE),
        # The new module is no facade.
        (BY_OLD, "vi.mock('@alga-psa/workflows', () => ({ version: 2 }));", FACADE),
        # Nothing mocks it.
        (BY_OLD, f"import '{CANONICAL}';", FACADE),
        # What is not loaded does not count.
        ("export const b = 1;", f"vi.mock('{CANONICAL}', () => ({{ a: 2 }}));", FACADE),
    ],
)
def test_silent(loaded: str, mock: str, base: str) -> None:
    assert notes(loaded, mock, base) == []


@pytest.mark.parametrize(
    "loaded",
    [
        BY_OLD,
        f"{BY_NEW}\nimport '../../{TREE}runtime/a';",
        "export { a as b } from '@shared/workflow/runtime';",
    ],
)
def test_code_that_a_test_loads_imports_the_legacy_module(loaded: str) -> None:
    found = notes(loaded, f"vi.mock('{CANONICAL}', () => ({{ a: 2 }}));", FACADE + INDEX)
    assert found == [("packages/a/b.test.ts", 2, MESSAGE)]
