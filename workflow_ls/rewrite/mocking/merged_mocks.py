"""What becomes of mocks where modules become one: a mock of one of them then replaces the others, too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from workflow_ls.project.exports.export_index import ExportIndex
from workflow_ls.project.queries.database import Component, Database
from workflow_ls.project.runtime.mock_calls import MockCall
from workflow_ls.project.runtime.reachability import Reachability
from workflow_ls.records import record
from workflow_ls.rewrite.mocking.graphs.live_names import LiveNames, ModuleUnits
from workflow_ls.rewrite.mocking.graphs.present_graph import LoadedEdge, PresentGraph
from workflow_ls.rewrite.mocking.graphs.test_view import FileMock, Provider, TestView
from workflow_ls.syntax.mocks.mock_factories import FactoryKind
from workflow_ls.syntax.runtime_imports import LoadKind

Merged = Mapping[str, frozenset[str]]
"""The modules that become one with others, each with all of them."""


@record
class Taking:
    """An import of the file `path` that takes `name` of a module; None for the module as a whole."""

    path: str
    specifier: str
    index: int
    name: str | None


@record
class MockEffect:
    """What a mock does in one test: what it gives today, and what it would give where it does not today.

    Each name has the import that takes it first.  Not `is_idle` says that modules run without the mock that do not with
    it, or that it gives something.
    """

    mock: FileMock
    gives: Mapping[str | None, Taking]
    gains: Mapping[str | None, Taking]
    is_idle: bool


class MergedMocks(Component):
    """Judges the mocks of a test, before and after modules become one."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.graph = database.component(PresentGraph)
        self.index = database.component(ExportIndex)
        self.units = database.component(ModuleUnits)
        self.reachability = database.component(Reachability)

    def effects(self, path: str, mocks: Sequence[FileMock], merged: Merged) -> Iterator[MockEffect]:
        """The effects of the mocks of merged modules on a test; `mocks` are all that count for it, the last one first.

        Those of the test itself that give nothing new are left out.
        """
        before = {mock.call.module_id: mock for mock in mocks}
        concerned = [mock for mock in before.values() if mock.call.module_id in merged]
        if not concerned:
            return
        wanted = frozenset().union(*(merged[mock.call.module_id] for mock in concerned))
        universe = self.reachability.files_reaching(path, wanted) or {}
        now = TestView(self.graph, self.index, path, before, before)
        search = _Comparison(self, now, _after(mocks, merged), merged, universe)
        reach = now.reach(universe)
        for file in reach.files:
            for loaded in self.graph.edges(file) if file == path or file in universe else ():
                if not loaded.edge.exports:
                    search.compare(file, loaded)
        for mock in concerned:
            if mock in search.gains or mock.file != path:
                gives = search.gives.get(mock, {})
                is_idle = not gives and self._is_idle(now, mock, universe, merged)
                yield MockEffect(mock, gives, search.gains.get(mock, {}), is_idle)

    def _is_idle(self, now: TestView, mock: FileMock, universe: Mapping[str, int], merged: Merged) -> bool:
        """Whether the same modules run without a mock, of those that become one any."""
        rest = {module: other for module, other in now.before.items() if other is not mock}
        without = TestView(self.graph, self.index, now.path, rest, rest)
        behind = dict.fromkeys(self.reachability.loaded_by(mock.call.path or ""), 0)
        # The whole of what the test loads is read only where the part does not show it.
        for within in ({**universe, **behind}, dict.fromkeys(self.reachability.loaded_by(now.path), 0)):
            known = set(now.reach(within).files)
            known.update(other for path in tuple(known) for other in merged.get(path, ()))
            if known.issuperset(without.reach(within).files):
                return True
        return False


def _after(mocks: Sequence[FileMock], merged: Merged) -> dict[str, FileMock]:
    found = {mock.call.module_id: mock for mock in mocks}
    for mock in mocks:
        found.update(dict.fromkeys(merged.get(mock.call.module_id, ()), mock))
    return found


class _Comparison:
    """Compares what each import gets from mocks: what a mock `gives` today, and what it `gains`."""

    def __init__(
        self,
        judge: MergedMocks,
        now: TestView,
        after: Mapping[str, FileMock],
        merged: Merged,
        universe: Mapping[str, int],
    ) -> None:
        self._now = now
        self._then = TestView(now.graph, now.index, now.path, now.before, after)
        self._graph = judge.graph
        self._merged = merged
        self._live = LiveNames(now, judge.units, universe)
        self.gives = dict[FileMock, dict[str | None, Taking]]()
        self.gains = dict[FileMock, dict[str | None, Taking]]()

    def compare(self, file: str, loaded: LoadedEdge) -> None:
        """Compare what one import gets."""
        edge, actual = loaded.edge, loaded.edge.kind is LoadKind.ACTUAL
        where, then = (file, edge.specifier, loaded.index), self._actual(loaded) if actual else self._then
        for name in self._names(loaded):
            if not self._live.uses(file, loaded, name):
                continue
            old = self._now.provider_before(edge.module_id, edge.path, name, actual=actual)
            if old.mock is not None and not _passes_on(old.mock, old.name):
                self.gives.setdefault(old.mock, {}).setdefault(old.name, Taking(*where, name))
            new = then.provider_after(loaded.after[0], name, actual=actual)
            gains = new.mock is not None and _gains(old, new, new.mock)
            if new.mock is not None and gains and self._graph.takes_value(file, loaded.index, name):
                self.gains.setdefault(new.mock, {}).setdefault(new.name, Taking(*where, name))
        if not edge.names and not edge.whole and not actual and edge.module_id not in self._now.before:
            mock = then.after.get(edge.module_id)
            if mock is not None and not mock.call.loads_original:
                self.gains.setdefault(mock, {}).setdefault(None, Taking(*where, None))

    def _actual(self, loaded: LoadedEdge) -> TestView:
        """What counts for an import past the mock of a module: then, past those of all that become one with it."""
        view, past = self._then, self._merged.get(loaded.edge.module_id, ())
        after = {module: mock for module, mock in view.after.items() if module not in past}
        return TestView(view.graph, view.index, view.path, view.before, after)

    def _names(self, loaded: LoadedEdge) -> list[str]:
        names = dict.fromkeys(loaded.edge.names)
        if loaded.edge.whole and loaded.edge.path is not None:
            exports = self._now.index.exports(loaded.edge.path).names
            names.update(dict.fromkeys(name for name in exports if exports[name].value))
        return list(names)


def _gains(old: Provider, new: Provider, mock: FileMock) -> bool:
    """Whether a name that comes from a mock is not what it was."""
    if old.mock is not None:
        return mock is not old.mock and (old.name != new.name or not _is_same(old.mock.call, mock.call))
    return old.origin is not None and not _passes_on(mock, new.name)


def _passes_on(mock: FileMock, name: str) -> bool:
    """Whether a mock gives the name of its module as it is, as the text shows."""
    return mock.call.factory is FactoryKind.OPEN and name not in mock.call.keys


def _is_same(first: MockCall, second: MockCall) -> bool:
    return first.factory is second.factory and first.written == second.written and first.keys == second.keys
