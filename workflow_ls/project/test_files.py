"""Which files are tests, by path: the default patterns of each runner, and the usual folders."""

from __future__ import annotations

import posixpath
import re

_TEST_MODULE = re.compile(r"\.(?:test|spec)\.[cm]?[jt]sx?$")
_JEST_FOLDER = re.compile(r"(?:^|/)__tests__/")
_TEST_FOLDER = re.compile(r"(?:^|/)(?:__tests__|__mocks__|tests?)/")
_TEST_NAME = re.compile(r"\.(?:test|spec)\.")


def runs_in_vitest(path: str) -> bool:
    """Whether Vitest runs a file by default (`include`: `**/*.{test,spec}.?(c|m)[jt]s?(x)`)."""
    return _TEST_MODULE.search(path) is not None


def runs_in_jest(path: str) -> bool:
    """Whether Jest runs a file by default (`testMatch`): what Vitest runs, and all files in a `__tests__` folder."""
    return runs_in_vitest(path) or _JEST_FOLDER.search(path) is not None


def in_test_folder(path: str) -> bool:
    """Whether a file lies in a folder of tests or mocks: tests, and the helpers and fixtures beside them."""
    return _TEST_FOLDER.search(path) is not None


def is_test_code(path: str) -> bool:
    """Whether a file is part of the tests: by its folder, or by `.test.` or `.spec.` in its name."""
    return in_test_folder(path) or _TEST_NAME.search(posixpath.basename(path)) is not None
