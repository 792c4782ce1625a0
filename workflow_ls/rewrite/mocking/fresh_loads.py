"""Modules that a rewrite makes a test load, and that take from a mock what it lacks.

The test mocks what the legacy module needs.  The new one may need more of the same mocks, of modules that do not move.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.project.runtime.reachability import Reachability
from workflow_ls.rewrite.mocking.graphs.present_graph import LoadedEdge
from workflow_ls.rewrite.mocking.graphs.test_view import FileMock
from workflow_ls.rewrite.mocking.mock_case import MockCase
from workflow_ls.syntax.runtime_imports import LoadKind


class FreshLoads:
    """Refuses the rewrites of one file with mocks that load such modules."""

    def __init__(self, case: MockCase, reachability: Reachability) -> None:
        self._case = case
        self._reachability = reachability

    def judge(self) -> None:
        """Look into each file that is loaded after the rewrites, and not before them."""
        case = self._case
        if all(mock.concerns_move for mock in case.view.after.values()):
            return
        known = set(case.today.files)
        for path in case.reach.files:
            if path in known or path not in case.universe:
                continue
            for loaded in case.graph.edges(path):
                if loaded.edge.exports or loaded.edge.kind is LoadKind.ACTUAL:
                    continue
                for name, mock in self._lacking(path, loaded):
                    rewrite = self._rewrite_before(path)
                    if rewrite is not None and not self._needed_today(rewrite[1], mock, name):
                        cause = case.reasons.newly_lacking(rewrite[0], path, loaded, name, mock)
                        case.refuse_imports({(rewrite[0], rewrite[1].number or 0): cause})

    def _lacking(self, path: str, loaded: LoadedEdge) -> Iterator[tuple[str, FileMock]]:
        """The names that an import takes from mocks without them, of modules that do not move."""
        case = self._case
        for destination in case.view.destinations(path, loaded):
            for name in loaded.edge.names:
                new = destination.name_of(name)
                after = None if new is None else case.view.provider_after(destination, new)
                mock = None if after is None else after.mock
                if (
                    after is None
                    or mock is None
                    or mock.concerns_move
                    or not mock.call.lacks(after.name, case.original(mock))
                ):
                    continue
                if case.is_used(path, loaded, name) and not case.is_type(path, loaded, after):
                    yield after.name, mock

    def _rewrite_before(self, path: str) -> tuple[str, LoadedEdge] | None:
        """The rewritten import through which a file is loaded, the nearest one."""
        step = self._case.reach.loader(path)
        seen = set[str]()
        while step is not None and step[0] not in seen:
            seen.add(step[0])
            if step[1].number is not None and (step[0], step[1].number) not in self._case.view.refused:
                return step
            step = self._case.reach.loader(step[0])
        return None

    def _needed_today(self, loaded: LoadedEdge, mock: FileMock, name: str) -> bool:
        """Whether what an import leads to today takes the name, too, so that nothing gets worse."""
        files = () if loaded.edge.path is None else self._reachability.loaded_by(loaded.edge.path)
        return any(
            each.edge.module_id == mock.call.module_id and name in each.edge.names
            for file in files
            if mock.call.module_id in self._reachability.imports(file).modules
            for each in self._case.graph.edges(file)
        )
