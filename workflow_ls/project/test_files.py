"""Which files are tests or tools, by path: the default patterns of each runner, and the usual names and folders."""

from __future__ import annotations

import posixpath

from workflow_ls.regular_expressions import compile_on_use

_TEST_MODULE = compile_on_use(r"\.(?:test|spec)\.[cm]?[jt]sx?$")
_JEST_FOLDER = compile_on_use(r"(?:^|/)__tests__/")
_TEST_FOLDER = compile_on_use(r"(?:^|/)(?:__tests__|__mocks__|tests?)/")
_TEST_NAME = compile_on_use(r"\.(?:test|spec)\.")


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


NAME_PARTS = r"(?:-[\w-]+)?(?:\.[\w-]+)*"
"""A pattern for what follows a tool in the name of its configuration.

It reads each name in one way: one that could read a hyphen in two would try all of them on a long name.
"""

_TOOLS = (
    "vite vitest jest webpack rollup rolldown rspack esbuild tsup tsdown unbuild babel swc eslint prettier stylelint "
    "postcss tailwind playwright cypress karma wdio knip commitlint lint-staged svgo codegen graphql-codegen typedoc"
)
_TOOL_NAME = compile_on_use(
    rf"^(?:{'|'.join(_TOOLS.split())}){NAME_PARTS}\.(?:config|setup|workspace|conf)(?:\.[\w-]+)*\.[cm]?[jt]s$"
    r"|^\.\w+rc\.[cm]?[jt]s$|^setupTests\.[cm]?[jt]sx?$|\.(?:stories|story|bench)\.[cm]?[jt]sx?$"
)
_TOOL_FOLDER = compile_on_use(r"(?:^|/)(?:\.storybook|e2e|cypress|playwright|__fixtures__|__benchmarks__)/")


def is_development_code(path: str) -> bool:
    """Whether only developers run a file: a test, a story, or the configuration of a build, test or lint tool.

    The configuration of a framework that reads it when the application starts (`next.config.js`) is not.
    """
    name = posixpath.basename(path)
    return is_test_code(path) or _TOOL_NAME.search(name) is not None or _TOOL_FOLDER.search(path) is not None
