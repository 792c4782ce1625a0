"""Judges the rewrites that one file with mocks loads."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from workflow_ls.project.runtime.mock_calls import MockCall
from workflow_ls.records import record, replace
from workflow_ls.rewrite.mocking.file_mocks import Rival
from workflow_ls.rewrite.mocking.live_names import LiveNames, ModuleUnits
from workflow_ls.rewrite.mocking.manual_mocks import manual_mock_left
from workflow_ls.rewrite.mocking.mock_refusals import Cause, Gained, MockReasons, Refusal
from workflow_ls.rewrite.mocking.present_graph import Destination, LoadedEdge, RewriteId
from workflow_ls.rewrite.mocking.rewritten_graph import RewrittenGraph
from workflow_ls.rewrite.mocking.test_view import FileMock, Loader, Provider, Reach, TestView
from workflow_ls.syntax.mock_factories import FactoryKind
from workflow_ls.syntax.runtime_imports import LoadKind


@record
class MockVerdict:
    """What a file with mocks refuses, with the files of the rewrites, and which rewrites it links."""

    refusals: tuple[tuple[str, Refusal], ...] = ()
    links: tuple[frozenset[RewriteId], ...] = ()


class MockJudge:
    """Judges the rewrites that a file with mocks loads, by what a view of it shows."""

    def __init__(
        self,
        view: TestView,
        graph: RewrittenGraph,
        mocks: Collection[FileMock],
        calls: Collection[MockCall],
        universe: Mapping[str, int],
        *,
        is_test: bool,
        units: ModuleUnits,
    ) -> None:
        """`mocks` are those that concern the move, and `universe` the files that may lead to one of them.

        Not `is_test` says that the mocks count for tests that are not known.
        """
        self.view = view
        self.graph = graph
        self.calls = calls
        self.universe = universe
        self.reach = view.reach(universe) if is_test else self._all_loaded()
        self.reasons = MockReasons(view.path, self.reach)
        self.is_test = is_test
        self.units = units
        self._live: LiveNames | None = None
        self._today: Reach | None = None
        self.refusals: dict[RewriteId, Refusal] = {}
        self.served: dict[str, list[tuple[str, LoadedEdge, str]]] = {}
        self.gained = list[Gained]()
        self.links: dict[FileMock, set[RewriteId]] = {
            mock: {(view.path, mock.number)} for mock in mocks if mock.number is not None and view.is_moved(mock)
        }

    def _all_loaded(self) -> Reach:
        """What all files of the universe load, for mocks that count for tests that are not known."""
        found = dict[str, Loader | None]()
        for path in self.universe:
            for loaded in self.view.graph.edges(path):
                for destination in self.view.destinations(path, loaded):
                    if loaded.edge.kind is not LoadKind.ACTUAL:
                        found.setdefault(destination.module_id, (path, loaded))
        return Reach({**dict.fromkeys(self.universe), **found}, {})

    def verdict(self, rivals: Collection[Rival] = ()) -> MockVerdict:
        """What the file refuses, and which rewrites it links; `rivals` are mocks of other files."""
        for mock in self.links:
            self._judge_mock(mock)
        for path in self.reach.files:
            if path == self.view.path or path in self.universe:
                for loaded in self.view.graph.edges(path):
                    if not loaded.edge.exports:
                        self._judge_import(path, loaded)
        self._judge_gained()
        self._judge_calls()
        for rival in rivals:
            self._judge_rival(rival)
        links = tuple(frozenset(link) for link in self.links.values() if len(link) > 1)
        return MockVerdict(tuple((path, refusal) for (path, _), refusal in self.refusals.items()), links)

    def _judge_mock(self, mock: FileMock) -> None:
        """Refuse a mock whose module would be loaded for real, or that has a file of `__mocks__`."""
        old = mock.call.module_id
        if old == mock.after_id:
            return
        manual = manual_mock_left(self.units.files, mock)
        if manual is not None:
            self._refuse_mock(mock, manual)
        elif self.reach.loaded.get(old) is not None or self._comes_to_run(mock):
            self._refuse_mock(mock, self.reasons.loaded_for_real(old))

    def _comes_to_run(self, mock: FileMock) -> bool:
        """Whether an original loads the module of a mock that moves, which does not run today."""
        old = mock.call.module_id
        if mock.call.loads_original or self.reach.originals.get(old) is None:
            return False
        return old not in self._reach_today().originals

    def _reach_today(self) -> Reach:
        if self._today is None:
            self._today = self.view.reach(self.universe, rewritten=False) if self.is_test else self.reach
        return self._today

    def _judge_rival(self, rival: Rival) -> None:
        """Keep a mock with the mock of its module in another file, which would count in its place."""
        own, theirs, links = rival.own, rival.theirs, self.links.get(rival.own)
        if links is None or (own.call.written == theirs.call.written and own.call.factory is theirs.call.factory):
            return
        if theirs.number is None or (rival.path, theirs.number) in self.view.refused:
            self._refuse_mock(own, self.reasons.outlived(rival))
        else:
            links.add((rival.path, theirs.number))

    def _judge_import(self, path: str, loaded: LoadedEdge) -> None:
        view = self.view
        destinations = view.destinations(path, loaded)
        own = () if loaded.number is None or (path, loaded.number) in view.refused else ((path, loaded.number),)
        if not (
            self._may_be_mocked(loaded.edge.module_id, loaded.edge.path, view.before)
            or any(self._may_be_mocked(d.module_id, d.path, view.after) for d in destinations)
        ):
            if own and not loaded.edge.names:
                self._judge_load(path, loaded, own)
            return
        names = dict.fromkeys(loaded.edge.names)
        if loaded.edge.whole and loaded.edge.path is not None:
            exports = view.index.exports(loaded.edge.path).names
            names.update(dict.fromkeys(name for name in exports if exports[name].value))
        actual = loaded.edge.kind is LoadKind.ACTUAL
        for name in names:
            before = view.provider_before(loaded.edge.module_id, loaded.edge.path, name, actual=actual)
            for destination in destinations:
                new = destination.name_of(name)
                if new is not None:
                    after = view.provider_after(destination, new, actual=actual)
                    self._compare(path, loaded, name, before, after, (*own, *after.rewrites))
        if own and not any(self._is_used(path, loaded, name) for name in names):
            self._judge_load(path, loaded, own)

    def _judge_load(self, path: str, loaded: LoadedEdge, own: Collection[RewriteId]) -> None:
        """Keep an import of which no name is used with the mocks of what it loads.

        Without them, the modules run that the mocks keep from running.
        """
        if loaded.edge.kind is LoadKind.ACTUAL:
            return
        after = self.view.mocks_behind(path, loaded, self.universe, rewritten=True)
        for mock in self.view.mocks_behind(path, loaded, self.universe, rewritten=False):
            if mock in self.links:
                self.links[mock].update(own)
            elif mock not in after:
                self._refuse_imports({rewrite: self.reasons.unmocked(mock, rewrite[0]) for rewrite in own})

    def _may_be_mocked(self, module_id: str, path: str | None, mocks: Collection[str]) -> bool:
        return module_id in mocks or self.graph.leads_to_any(path, mocks)

    def _compare(
        self,
        path: str,
        loaded: LoadedEdge,
        name: str,
        before: Provider,
        after: Provider,
        rewrites: tuple[RewriteId, ...],
        depth: int = 0,
    ) -> None:
        """Refuse what takes a name away from its mock, or gives it to a mock that lacks it."""
        mock = after.mock
        if before.mock is not None:
            self.links.get(before.mock, set()).update(rewrites)
            self.served.setdefault(before.name, []).append((path, loaded, name))
        if self._is_passed_on(path, loaded, name, before, after, rewrites, depth) or mock is before.mock:
            return
        if not self._is_used(path, loaded, name):
            return
        if mock is not None:
            original = self._original(mock)
            gained = before.origin is not None and mock.call.replaces(after.name, original)
            lacks = mock.call.lacks(after.name, original)
            # Two mocks that are written alike do the same: a test may mock the old path and the new one.
            differs = before.mock is not None and before.mock.call.written != mock.call.written
            alike = before.mock is not None and before.name == after.name and before.mock.call.is_alike(mock.call)
            if alike or not (gained or lacks or differs) or self._is_type(path, loaded, after):
                return
            if gained and not lacks:
                self.gained.append(Gained(mock, after.name, path, loaded, rewrites))
                return
        elif before.mock is None or after.origin is None:
            return
        if not rewrites and mock is not None and mock in self.links:
            self._refuse_mock(mock, self.reasons.widened(path, loaded, after))
        elif before.mock is not None and before.mock not in self.links:
            stuck = before.mock
            self._refuse_imports({rewrite: self.reasons.unmocked(stuck, rewrite[0]) for rewrite in rewrites})
        elif mock is None or mock not in self.links:
            if before.mock is not None:
                self._refuse_mock(before.mock, self.reasons.elsewhere(path, loaded, before.name, before.mock))
            else:
                self._refuse_imports(dict.fromkeys(rewrites, self.reasons.lacking(path, after)))
        else:
            self._refuse_mock(mock, self.reasons.widened(path, loaded, after))

    def _is_passed_on(
        self,
        path: str,
        loaded: LoadedEdge,
        name: str,
        before: Provider,
        after: Provider,
        rewrites: tuple[RewriteId, ...],
        depth: int,
    ) -> bool:
        """Whether a mock passes a name on, of the module that it replaces, which may have it from another mock.

        If so, what that gives before and after is judged.
        """
        same = before.mock is after.mock
        old, new = before, after
        if before.mock is not None and _passes_on(before.mock, before.name, watching=same):
            call = before.mock.call
            old = self.view.provider_before(call.module_id, call.path, before.name, actual=True)
        if after.mock is not None and _passes_on(after.mock, after.name, watching=same):
            mock, call = after.mock, after.mock.call
            moved = mock in self.links
            place = Destination(*((mock.after_id, mock.after_path) if moved else (call.module_id, call.path)))
            new = self.view.provider_after(place, after.name, actual=True)
            own = ((self.view.path, mock.number),) if moved and mock.number is not None else ()
            rewrites = (*rewrites, *own, *new.rewrites)
        if depth >= _ORIGINALS or (old is before and new is after):
            return False
        self._compare(path, loaded, name, old, new, rewrites, depth + 1)
        return True

    def _judge_gained(self) -> None:
        """Refuse what would get a name from a mock and has the real one today, if others do get it from a mock.

        A name that nothing gets from a mock is one whose imports were moved before the mock was, or the mock before
        them: there the rewrite makes the mock work again.
        """
        if not self.gained:
            return
        loaded_today = set(self._reach_today().files)
        for each in self.gained:
            if each.path in loaded_today and any(self._is_used(*taken) for taken in self.served.get(each.name, ())):
                if each.mock in self.links:
                    self._refuse_mock(each.mock, self.reasons.replaced(each))
                else:
                    self._refuse_imports(dict.fromkeys(each.rewrites, self.reasons.joining(each)))

    def _refuse_imports(self, causes: Mapping[RewriteId, Cause]) -> None:
        for rewrite, cause in causes.items():
            self.refusals.setdefault(rewrite, Refusal(rewrite[1], cause.blocked, places=cause.places))

    def _is_used(self, path: str, loaded: LoadedEdge, name: str) -> bool:
        """Whether code that the file may run uses what an import takes."""
        if not self.is_test:
            return True
        if self._live is None:
            self._live = LiveNames(self.view, self.units, self.universe)
        return self._live.uses(path, loaded, name)

    def _original(self, mock: FileMock) -> frozenset[str]:
        path = mock.call.path
        return frozenset() if path is None else frozenset(self.view.index.exports(path).names)

    def _is_type(self, path: str, loaded: LoadedEdge, provider: Provider) -> bool:
        """Whether an import takes a name only as a type, so that no mock needs it."""
        mock = provider.mock
        if mock is None:
            return False
        real = mock.after_path if mock in self.links else mock.call.path
        meaning = None if real is None else self.view.index.exports(real).names.get(provider.name)
        if meaning is not None and not meaning.value:
            return True
        return not self.graph.takes_value(path, loaded.index, provider.name)

    def _refuse_mock(self, mock: FileMock, cause: Cause) -> None:
        """Refuse a mock; if the new module only leads to the old one, it is right where it is."""
        if mock.number is not None:
            stays = mock.call.path is not None and self.graph.leads_to_any(mock.after_path, (mock.call.path,))
            self.refusals.setdefault(
                (self.view.path, mock.number), Refusal(mock.number, cause.blocked, stays, cause.places)
            )

    def _judge_calls(self) -> None:
        """Keep `importActual`, `unmock` and the like with the mock of their module."""
        numbers = self.graph.numbers(self.view.path)
        for call in self.calls:
            number = numbers.get(call.span)
            mock = self.view.before.get(call.module_id)
            if call.defines or number is None or mock is None or (self.view.path, number) in self.view.refused:
                continue
            key = (self.view.path, mock.number) if mock.number is not None else None
            if mock in self.links and key not in self.refusals:
                self.links[mock].add((self.view.path, number))
                continue
            refusal = self.refusals.get(key) if key is not None else None
            if refusal is None:
                cause = self.reasons.unmocked(mock, self.view.path)
                refusal = Refusal(number, cause.blocked, places=cause.places)
            self.refusals.setdefault((self.view.path, number), replace(refusal, number=number))


_ORIGINALS = 4
"""How many mocks may pass a name on to each other."""


def _passes_on(mock: FileMock, name: str, *, watching: bool) -> bool:
    """Whether a mock gives what its module has under a name; with `watching`, as far as the text shows."""
    call = mock.call
    return call.passes_on and name not in call.keys and (watching or call.factory is FactoryKind.OPEN)
