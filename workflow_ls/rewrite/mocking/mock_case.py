"""The case of one file that mocks: what it loads, and what has been found against the rewrites."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from workflow_ls.rewrite.mocking.graphs.live_names import LiveNames, ModuleUnits
from workflow_ls.rewrite.mocking.graphs.present_graph import LoadedEdge, RewriteId
from workflow_ls.rewrite.mocking.graphs.rewritten_graph import RewrittenGraph
from workflow_ls.rewrite.mocking.graphs.test_view import FileMock, Provider, Reach, TestView
from workflow_ls.rewrite.mocking.mock_refusals import Cause, MockReasons, Refusal


class MockCase:
    """What a view shows of a file that mocks, and what is refused and linked in it so far.

    `links` are the rewrites that must be made with each mock that moves.  `judged` are the files that are judged now,
    and `deciding` those of them that refuse a mock.
    """

    def __init__(
        self,
        view: TestView,
        graph: RewrittenGraph,
        mocks: Collection[FileMock],
        universe: Mapping[str, int],
        *,
        units: ModuleUnits,
        everything: Reach | None,
    ) -> None:
        """`mocks` are those that concern the move, and `universe` the files that may lead to one of them.

        `everything` is what all files of the universe load, for mocks that count for tests that are not known.
        """
        self.view = view
        self.graph = graph
        self.universe = universe
        self.is_test = everything is None
        self.units = units
        self.reach = view.reach(universe) if everything is None else everything
        self.reasons = MockReasons(view.path, self.reach)
        self.refusals: dict[RewriteId, Refusal] = {}
        self.links: dict[FileMock, set[RewriteId]] = {
            mock: {(mock.file, mock.number)} for mock in mocks if mock.number is not None and view.is_moved(mock)
        }
        self.own = frozenset((mock.file, mock.number) for mock in mocks if mock.number is not None)
        self.judged: tuple[str, ...] = ()
        self.deciding = set[str]()
        self._live: LiveNames | None = None
        self._originals: dict[str, frozenset[str]] = {}
        self._today: Reach | None = None

    @property
    def today(self) -> Reach:
        """What the file loads before the rewrites."""
        if self._today is None:
            self._today = self.view.reach(self.universe, rewritten=False) if self.is_test else self.reach
        return self._today

    def is_used(self, path: str, loaded: LoadedEdge, name: str) -> bool:
        """Whether code that the file may run uses what an import takes."""
        if not self.is_test:
            return True
        if self._live is None:
            self._live = LiveNames(self.view, self.units, self.universe)
        return self._live.uses(path, loaded, name)

    def original(self, mock: FileMock) -> frozenset[str]:
        """The names of the module that a mock replaces."""
        path = mock.call.path
        if path is None:
            return frozenset()
        if path not in self._originals:
            self._originals[path] = frozenset(self.view.index.exports(path).names)
        return self._originals[path]

    def is_type(self, path: str, loaded: LoadedEdge, provider: Provider) -> bool:
        """Whether an import takes a name only as a type, so that no mock needs it."""
        mock = provider.mock
        if mock is None:
            return False
        real = mock.after_path if mock in self.links else mock.call.path
        meaning = None if real is None else self.view.index.exports(real).names.get(provider.name)
        if meaning is not None and not meaning.value:
            return True
        return not self.graph.takes_value(path, loaded.index, provider.name)

    def refuse_imports(self, causes: Mapping[RewriteId, Cause]) -> None:
        """Refuse the rewrites of imports."""
        for rewrite, cause in causes.items():
            self._refuse(rewrite, Refusal(rewrite[1], cause.blocked, places=cause.places))

    def refuse_mock(self, mock: FileMock, cause: Cause) -> None:
        """Refuse a mock; if the new module only leads to the old one, it is right where it is."""
        if mock.number is not None:
            stays = mock.call.path is not None and self.graph.leads_to_any(mock.after_path, (mock.call.path,))
            self._refuse((mock.file, mock.number), Refusal(mock.number, cause.blocked, stays, cause.places))

    def _refuse(self, rewrite: RewriteId, refusal: Refusal) -> None:
        if rewrite not in self.refusals:
            self.refusals[rewrite] = refusal
            if rewrite in self.own:
                self.deciding.update(self.judged)
