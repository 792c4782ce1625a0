"""Which files are tests."""

from __future__ import annotations

import pytest

from workflow_ls.project.test_files import in_test_folder, is_test_code, runs_in_jest, runs_in_vitest


@pytest.mark.parametrize(
    ("path", "vitest", "jest", "folder", "code"),
    [
        ("src/a.ts", False, False, False, False),
        ("src/a.test.ts", True, True, False, True),
        ("src/a.spec.mjs", True, True, False, True),
        ("src/a.test.helper.ts", False, False, False, True),
        ("src/a.test.json", False, False, False, True),
        ("src/latest.ts", False, False, False, False),
        ("src/__tests__/a.ts", False, True, True, True),
        ("__tests__/deep/a.ts", False, True, True, True),
        ("src/__mocks__/a.ts", False, False, True, True),
        ("test/a.ts", False, False, True, True),
        ("packages/a/tests/a.ts", False, False, True, True),
        ("packages/attests/a.ts", False, False, False, False),
        ("packages/a.test.d/a.ts", False, False, False, False),
    ],
)
def test_each_question(path: str, vitest: bool, jest: bool, folder: bool, code: bool) -> None:
    assert (runs_in_vitest(path), runs_in_jest(path), in_test_folder(path), is_test_code(path)) == (
        vitest,
        jest,
        folder,
        code,
    )
