"""The files whose rewrites mocks may have a say in: those that a file with mocks may load, before or after.

Nothing that mocks do concerns any other file, so that one of these is judged without a look at the mocks of the whole
workspace.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.runtime.mock_calls import MockCalls
from workflow_ls.project.runtime.mocks_in_force import MocksInForce
from workflow_ls.project.source_index import Sources
from workflow_ls.project.test_files import runs_in_jest
from workflow_ls.rewrite.mocking.file_mocks import FileMocks
from workflow_ls.rewrite.mocking.graphs.rewritten_graph import RewrittenGraph
from workflow_ls.rewrite.mocking.hidden_mocks import HiddenMocks


class MockReach(Component):
    """What the files with mocks may load."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sources = database.component(Sources)
        self.mocks = database.component(FileMocks)
        self.hidden = database.component(HiddenMocks)
        self.calls = database.component(MockCalls)
        self.in_force = database.component(MocksInForce)
        self.graph = database.component(RewrittenGraph)

    @query
    def includes(self, path: str) -> bool:
        """Whether mocks may have a say in the rewrites of a file."""
        reached = self.reached()
        return reached is None or path in reached

    @query
    def reached(self) -> frozenset[str] | None:
        """The files that a file with mocks may load; None for all, as a helper mocks for tests that are not known."""
        starts = dict.fromkeys(self._starts())
        if not all(map(runs_in_jest, starts)):
            return None
        todo = [*starts, *(setup for test in starts for setup in self.in_force.setups_of(test))]
        seen = set(todo)
        while todo:
            path = todo.pop()
            # An original, of which a mock passes something on, need not be loaded by anything else.
            mocked = (call.path for call in self.calls.of_file(path)) if self.in_force.mocks(path) else ()
            for file in (*self.graph.near(path).files, *mocked):
                if file is not None and file not in seen:
                    seen.add(file)
                    todo.append(file)
        return frozenset(seen)

    def _starts(self) -> Iterator[str]:
        """The files that mock what moves."""
        yield from self.mocks.mocking_files()
        yield from (path for path in self.sources.candidates() if self.hidden.of_file(path))
