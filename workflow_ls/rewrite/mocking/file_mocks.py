"""The mocks of each file: where they lead after the rewrites, and which of other files mock the same module."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import chain

from workflow_ls.project.file_facts import Area, area_of
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.runtime.mock_calls import MockCall, MockCalls
from workflow_ls.project.runtime.mocks_in_force import MocksInForce
from workflow_ls.project.source_index import Sources
from workflow_ls.project.test_files import runs_in_jest
from workflow_ls.records import record
from workflow_ls.rewrite.mocking.graphs.rewritten_graph import RewrittenGraph
from workflow_ls.rewrite.mocking.graphs.test_view import FileMock
from workflow_ls.syntax.model import Form
from workflow_ls.syntax.references.flows.mock_names import defines_mock


@record
class Rival:
    """A mock `theirs` of the file `path`, of a module that another file mocks by `own` otherwise, for the same test.

    The test's own mock counts, or the one of the helper that is loaded last; without it, the other one does.
    """

    own: FileMock
    path: str
    theirs: FileMock


class FileMocks(Component):
    """The mocks of each file that concern the move."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sources = database.component(Sources)
        self.calls = database.component(MockCalls)
        self.graph = database.component(RewrittenGraph)
        self.in_force = database.component(MocksInForce)

    @query
    def mocking_files(self) -> tuple[str, ...]:
        """The files that mock a legacy module, or one that legacy modules move to."""
        return tuple(path for path in self.sources.candidates() if self._mocks(path))

    @query
    def _mocks(self, path: str) -> bool:
        """Whether a file is one of them.

        A file of the core that is no test counts for tests of the core alone, which keep their paths.
        """
        facts = self.sources.facts_without_text(path)
        in_core = area_of(self.table, path) in (Area.LEGACY, Area.CORE)
        if facts is None or (in_core and not runs_in_jest(path)):
            return False
        references = (*(legacy.reference for legacy in facts.legacy_references), *facts.canonical_references)
        return any(reference.form is Form.MOCK and defines_mock(reference.callee) for reference in references)

    @query
    def of_file(self, path: str) -> tuple[FileMock, ...]:
        """The mocks of a file that concern the move."""
        rewrites, numbers = self.graph.rewrites(path), self.graph.numbers(path)
        mocks = []
        for call in self.calls.of_file(path):
            if not call.defines:
                continue
            number = numbers.get(call.span)
            if number is None and not self._concerns(call):
                continue
            destinations = () if number is None else rewrites[number]
            after = destinations[0] if len(destinations) == 1 else None
            if after is None:
                mocks.append(FileMock(call, path, None, call.module_id, call.path))
            else:
                mocks.append(FileMock(call, path, number, after.module_id, after.path))
        return tuple(mocks)

    def _concerns(self, call: MockCall) -> bool:
        if self.table.module_of(call.specifier) is not None or self.table.split(call.specifier) is not None:
            return True
        return call.path is not None and area_of(self.table, call.path) in (Area.LEGACY, Area.CANONICAL)

    def foreign(self, path: str) -> tuple[FileMock, ...]:
        """The mocks of a file that do not concern the move."""
        known = {mock.call.module_id for mock in self.of_file(path)}
        return tuple(
            FileMock(call, path, None, call.module_id, call.path, concerns_move=False)
            for call in self.calls.of_file(path)
            if call.defines and call.module_id not in known
        )

    @query
    def likeness(self, path: str) -> tuple[object, ...]:
        """What counts in the mocks of a file, wherever they are written: files with equal ones mock alike.

        One that mocks what it re-exports is like no other, since what others load through it depends on its mock.
        """
        mocks = self.counting(path)
        passed_on = {export.specifier for export, _ in self.graph.index.opened(path).named}
        passed_on.update(star.specifier for star in self.sources.shape(path).stars)
        own = path if any(mock.call.specifier in passed_on for mock in mocks) else None
        return (own, *(mock.likeness for mock in mocks))

    @query
    def counting(self, path: str) -> tuple[FileMock, ...]:
        """The mocks that count for what a file loads: its own, and for a test those of other files; the last one wins.

        A file that is no test mocks for tests that are not known.
        """
        files = self.in_force.files_for(path) if runs_in_jest(path) else (path,)
        return tuple(chain.from_iterable(map(self._all_of, files)))

    @query
    def _all_of(self, path: str) -> tuple[FileMock, ...]:
        return (*self.foreign(path), *self.of_file(path))

    @query
    def rivals(self, path: str) -> tuple[Rival, ...]:
        """The mocks of other files that mock what a file mocks, and otherwise, and may count for the same test."""
        own = {mock.call.module_id: mock for mock in self.of_file(path)}
        meeting, order = self._meeting(path) if own else frozenset[str](), self._order()
        return tuple(
            Rival(own[mock.call.module_id], other, mock)
            for other in sorted(meeting, key=order.__getitem__)
            for mock in self.of_file(other)
            if mock.call.module_id in own and not own[mock.call.module_id].call.is_written_as(mock.call)
        )

    @query
    def _order(self) -> Mapping[str, int]:
        """The files with mocks, each with its index."""
        return {path: index for index, path in enumerate(self.mocking_files())}

    def _meeting(self, path: str) -> frozenset[str]:
        """The files whose mocks may count for one test with those of a file: one loads the other, or sets tests up."""
        if runs_in_jest(path):
            files = (file for file in self.in_force.files_for(path) if not runs_in_jest(file))
            found = self._order().keys() & frozenset(files)
        else:
            shared = self._sharing(path)
            found = {*self.tests_of(path), *(self._setting_up() & shared), *self.in_loads(path)}
            found.update(loader for loader in self._loaders().get(path, ()))
            if path in self._setting_up():
                found |= shared
        return frozenset(found - {path})

    def _sharing(self, path: str) -> frozenset[str]:
        """The files without tests that mock one of the modules that a file mocks."""
        modules = {mock.call.module_id for mock in self.of_file(path)}
        return frozenset().union(*(self._helpers_by_module().get(module, ()) for module in modules))

    @query
    def _helpers_by_module(self) -> Mapping[str, frozenset[str]]:
        found = defaultdict[str, set[str]](set)
        for path in self._helpers():
            for mock in self.of_file(path):
                found[mock.call.module_id].add(path)
        return {module: frozenset(paths) for module, paths in found.items()}

    @query
    def _helpers(self) -> frozenset[str]:
        """The files with mocks that are no tests."""
        return frozenset(path for path in self.mocking_files() if not runs_in_jest(path))

    @query
    def _setting_up(self) -> frozenset[str]:
        return frozenset(path for path in self._helpers() if self.in_force.sets_up(path))

    @query
    def in_loads(self, path: str) -> frozenset[str]:
        """The files with mocks, but for tests, that a file may load."""
        return self._helpers() & self.graph.users(path).keys()

    @query
    def _loaders(self) -> Mapping[str, tuple[str, ...]]:
        """The files with mocks, but for tests, by those of them that they may load."""
        found = defaultdict[str, list[str]](list)
        for path in sorted(self._helpers()):
            for loaded in self.in_loads(path):
                found[loaded].append(path)
        return {loaded: tuple(paths) for loaded, paths in found.items()}

    def tests_of(self, path: str) -> tuple[str, ...]:
        """The tests with mocks for which those of a file count, that of the file itself aside."""
        return self._tests_by_file().get(path, ())

    @query
    def _tests_by_file(self) -> Mapping[str, tuple[str, ...]]:
        found = defaultdict[str, list[str]](list)
        for test in self.mocking_files():
            for path in self.in_force.files_for(test) if runs_in_jest(test) else ():
                if path != test:
                    found[path].append(test)
        return {path: tuple(tests) for path, tests in found.items()}
