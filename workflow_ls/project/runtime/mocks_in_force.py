"""Whose mocks count for a test: its own, those of its set-up files, and those of the helpers that it loads."""

from __future__ import annotations

import re

from workflow_ls.project.builds.set_up_files import SetupFiles
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.runtime.mock_calls import MockCalls
from workflow_ls.project.runtime.reachability import Reachability
from workflow_ls.project.test_files import runs_in_jest
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.indices.text_parts import has_any
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, Query, is_within

_MOCKING = compile_on_use(
    rb"[mM]ock(?:Module|Require)?\s*(?:<[^()]*>\s*)?\(|\bmock\.module\b|testdouble|quibble|mockery"
)
_SETUP = compile_on_use(r"(?:^|[./_-])(?:set-?up)(?:[._-]?tests?|[._-]?env)?\.[cm]?[jt]sx?$", re.IGNORECASE)
SETUP_SEARCH = (Query(SOURCE_EXTENSIONS, ("mock", "Mock")),)
"""The search that finds what may set mocks up, whatever is in the workspace."""
_WORDS = (b"mock", b"Mock", b"testdouble", b"quibble")


class MocksInForce(Component):
    """The files whose mocks count for a test."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.setups = database.component(SetupFiles)
        self.packages = database.component(Packages)
        self.calls = database.component(MockCalls)
        self.reachability = database.component(Reachability)

    @query
    def files_for(self, test: str) -> tuple[str, ...]:
        """The files that mock for a test, and the test; a mock of a later file takes the place of an earlier one's."""
        setups = [path for path in self.setups_of(test) if path != test]
        before = [path for setup in setups for path in (*self._helpers(setup), setup) if self.mocks(path)]
        return tuple(dict.fromkeys((*before, test, *self._helpers(test))))

    @query
    def _helpers(self, path: str) -> tuple[str, ...]:
        """The files that mock, and that a file loads, directly or through others."""
        loaded = (file for file in self.reachability.loaded_by(path) if file != path and not runs_in_jest(file))
        return tuple(file for file in loaded if self.mocks(file))

    @query
    def mocks(self, path: str) -> bool:
        """Whether a file mocks a module."""
        text = self.files.read(path) or b""
        may = has_any(self.context.parsed.parts(path, text), _WORDS) and _MOCKING.search(text) is not None
        return may and any(call.defines for call in self.calls.of_file(path))

    def sets_up(self, path: str) -> bool:
        """Whether a file sets tests up: that of a configuration, or by its name."""
        known = self.setups.around(path)
        return _SETUP.search(path) is not None if known is None else path in known

    def setups_of(self, test: str) -> tuple[str, ...]:
        """The set-up files of a test: without a configuration of its runner, those of its package by their names."""
        known = self.setups.of_test(test)
        if known is not None:
            return known
        package = self.packages.package_of(test)
        return self._named_setups("" if package is None else package.directory)

    @query
    def _named_setups(self, directory: str) -> tuple[str, ...]:
        return tuple(
            path
            for path in self._all_named_setups()
            if is_within(path, directory)
            and ((own := self.packages.package_of(path)) is None or own.directory == directory)
        )

    @query
    def _all_named_setups(self) -> tuple[str, ...]:
        """Those of all packages: one search of all files takes less than one for each package."""
        named = (path for path in self.files.search(SETUP_SEARCH) if _SETUP.search(path) and not runs_in_jest(path))
        return tuple(path for path in named if not self.context.is_exempt(path))
