"""Proves that after all rewrites each mock still replaces the module that the tested code loads.

A mock replaces a module by its identity, the file behind the specifier (Vitest, Jest), whatever name an import gives
it.  So a mock may move to another module only if everything that got its names from the mock still does, and if nothing
gets a name from the mock that it does not have.  Each file that mocks modules is judged by what it loads before and
after.  What it refuses may change what another one loads, so the judgement is repeated until nothing more is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from workflow_ls.diagnostics import Blocked, Related
from workflow_ls.project.exports.export_index import ExportIndex
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.runtime.mock_calls import MockCalls
from workflow_ls.project.runtime.reachability import Reachability, distances_to
from workflow_ls.project.source_index import Sources
from workflow_ls.project.test_files import runs_in_jest
from workflow_ls.records import replace
from workflow_ls.rewrite.expected_text import ExpectedText
from workflow_ls.rewrite.loading.import_cycles import ImportCycles
from workflow_ls.rewrite.mocking.file_mocks import FileMocks
from workflow_ls.rewrite.mocking.fresh_loads import FreshLoads
from workflow_ls.rewrite.mocking.graphs.live_names import ModuleUnits
from workflow_ls.rewrite.mocking.graphs.present_graph import RewriteId
from workflow_ls.rewrite.mocking.graphs.rewritten_graph import RewrittenGraph
from workflow_ls.rewrite.mocking.graphs.test_view import Reach, TestView
from workflow_ls.rewrite.mocking.hidden_mocks import HiddenMocks
from workflow_ls.rewrite.mocking.linked_rewrites import joined
from workflow_ls.rewrite.mocking.mock_case import MockCase
from workflow_ls.rewrite.mocking.mock_reach import MockReach
from workflow_ls.rewrite.mocking.mock_refusals import Refusal
from workflow_ls.rewrite.mocking.mock_types import MockTypes
from workflow_ls.rewrite.mocking.mock_verdict import MockJudge, MockVerdict
from workflow_ls.rewrite.sharing.shared_values import SharedValues

_ROUNDS = 30

Refused = tuple[tuple[str, tuple[int, ...]], ...]


class MockProof(Component):
    """The rewrites that would break a mock, and those that must be made together."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sources = database.component(Sources)
        self.calls = database.component(MockCalls)
        self.mocks = database.component(FileMocks)
        self.graph = database.component(RewrittenGraph)
        self.cycles = database.component(ImportCycles)
        self.units = database.component(ModuleUnits)
        self.index = database.component(ExportIndex)
        self.types = database.component(MockTypes)
        self.reachability = database.component(Reachability)
        self.hidden = database.component(HiddenMocks)
        self.reach = database.component(MockReach)
        self.expected = database.component(ExpectedText)
        self.shared = database.component(SharedValues)

    @query
    def refused_in(self, path: str) -> tuple[Refusal, ...]:
        """The rewrites of a file that would break a mock or close a circle of imports, with the reasons."""
        return tuple(
            replace(refusal, cause=replace(refusal.cause, related=(*refusal.cause.related, *self._places(refusal))))
            for refusal in self._refused(path)
        )

    @query
    def _refused(self, path: str) -> tuple[Refusal, ...]:
        return self._by_itself(path) if self._is_apart(path) else self._settled().get(path, ())

    @query
    def _is_apart(self, path: str) -> bool:
        """Whether neither mocks nor values that files share have a say in the rewrites of a file."""
        return not (self.reach.includes(path) or self.shared.concerns(path))

    def _places(self, refusal: Refusal) -> Iterator[Related]:
        """The places behind a refusal, as they are now."""
        for place in refusal.places:
            span = place.mock if place.index is None else self.graph.place(place.path, place.index)
            yield Related(place.path, span, place.message)

    @query
    def group_of(self, path: str, number: int) -> tuple[RewriteId, ...]:
        """The rewrites that must be made together, one of which is this: a mock, and the imports that get its names."""
        groups = dict(joined(self._typed(path))) if self._is_apart(path) else self._groups()
        return groups.get((path, number), ())

    @query
    def _region(self, path: str) -> Mapping[str, int]:
        """The files that a mocking file may load on the way to a module that it mocks, before or after."""
        wanted = set[str]()
        for mock in (mock for mock in self.mocks.counting(path) if mock.concerns_move):
            wanted.update((mock.call.module_id, mock.call.specifier, mock.after_id))
        users = self.graph.users(path)
        goals = [file for file in users if not self.graph.near(file).modules.isdisjoint(wanted)]
        goals += self._fresh(path, users)
        return distances_to(goals, users)

    def _fresh(self, path: str, users: Collection[str]) -> Iterator[str]:
        """The files that only the rewrites make a test load, and that import a module of a mock that stays."""
        foreign = {mock.call.module_id for mock in self.mocks.counting(path) if not mock.concerns_move}
        if runs_in_jest(path) and foreign:
            known = set(self.reachability.loaded_by(path))
            yield from (f for f in users if f not in known and not self.graph.near(f).modules.isdisjoint(foreign))

    def _universe(self, path: str) -> Mapping[str, int]:
        """The files that a file's mocks may concern: for a test what it loads, else all that name the move."""
        if runs_in_jest(path):
            return self._region(path)
        return self._everywhere()

    @query
    def _verdict(self, path: str, refused: Refused) -> MockVerdict:
        """What a mocking file refuses, if the `refused` rewrites are not made."""
        judge, rivals = self._judge(path, refused), self.mocks.rivals(path)
        first = path if runs_in_jest(path) else self._first_alike(refused).get(path, path)
        basis = None if first == path else self._verdict(first, refused).basis
        return judge.verdict(rivals) if basis is None else judge.verdict_by(basis, rivals)

    @query
    def _first_alike(self, refused: Refused) -> Mapping[str, str]:
        """The files that are no tests, each with the first of those that mock as it does."""
        ids, first, found = self._ids(refused), dict[object, str](), dict[str, str]()
        for path in self.mocks.mocking_files():
            if not runs_in_jest(path):
                moved = tuple(mock.is_moved(ids) for mock in self.mocks.counting(path))
                found[path] = first.setdefault((self.mocks.likeness(path), moved), path)
        return found

    @query
    def _ids(self, refused: Refused) -> frozenset[RewriteId]:
        return frozenset((file, number) for file, numbers in refused for number in numbers)

    @query
    def _everything(self, refused: Refused) -> Reach:
        """What all files load that name the move."""
        return TestView(self.graph, self.index, "", {}, {}, self._ids(refused)).everything(self._everywhere())

    @query
    def _everywhere(self) -> Mapping[str, int]:
        """All files that name the move."""
        return dict.fromkeys(self.sources.candidates(), 0)

    def _judge(self, path: str, refused: Refused) -> MockJudge:
        ids, every = self._ids(refused), self.mocks.counting(path)
        before = {mock.call.module_id: mock for mock in every}
        after = {(mock.after_id if mock.is_moved(ids) else mock.call.module_id): mock for mock in every}
        view = TestView(self.graph, self.index, path, before, after, ids)
        everything = None if runs_in_jest(path) else self._everything(refused)
        case = MockCase(view, self.graph, every, self._universe(path), units=self.units, everything=everything)
        return MockJudge(case, self.calls.of_file(path), FreshLoads(case, self.reachability))

    @query
    def _refusals(self, round_: int) -> Mapping[str, tuple[Refusal, ...]]:
        """The refusals after so many rounds, by file."""
        if round_ == 0:
            found: dict[str, dict[int, Refusal]] = {}
            for refused in (self.cycles.all(), self.expected.all(), self.hidden.all()):
                for path, each in refused.items():
                    _add(found.setdefault(path, {}), each)
            return {path: tuple(each.values()) for path, each in sorted(found.items())}
        before = self._refusals(round_ - 1)
        found = {path: {refusal.number: refusal for refusal in each} for path, each in before.items()}
        for path in self.mocks.mocking_files():
            for file, refusal in self._verdict(path, self._refused_near(path, round_ - 1)).refusals:
                found.setdefault(file, {}).setdefault(refusal.number, refusal)
        for file, parted in self.shared.refused(self._all_refused(round_ - 1)).items():
            for refusal in parted:
                found.setdefault(file, {}).setdefault(refusal.number, refusal)
        return {path: tuple(each.values()) for path, each in sorted(found.items())}

    def _by_itself(self, path: str) -> tuple[Refusal, ...]:
        """The refusals of a file that no mock has a say in: those of round 0, in its order."""
        found: dict[int, Refusal] = {}
        for refused in (self.cycles.in_code(path), self.expected.in_file(path)):
            _add(found, refused)
        return tuple(found.values())

    @query
    def _refused_near(self, path: str, round_: int) -> Refused:
        """The refused rewrites that a mocking file may load."""
        return self._near(path, self._refusals(round_), self._all_refused(round_))

    @query
    def _all_refused(self, round_: int) -> Refused:
        return _numbers(self._refusals(round_))

    def _near(self, path: str, refusals: Mapping[str, tuple[Refusal, ...]], every: Refused | None = None) -> Refused:
        """Those of some refusals that a mocking file may load; `every` is all of them."""
        if not runs_in_jest(path):  # all that is rewritten names the move
            return _numbers(refusals) if every is None else every
        near = set[str]()
        if refusals:
            near.update(refusals.keys() & self._universe(path).keys())
            near.update(refusals.keys() & {path, *self.mocks.in_force.files_for(path)})
        return tuple((file, tuple(refusal.number for refusal in refusals[file])) for file in sorted(near))

    @query
    def _last_round(self) -> int:
        return next((n for n in range(_ROUNDS) if self._refusals(n) == self._refusals(n + 1)), _ROUNDS)

    @query
    def _settled(self) -> Mapping[str, tuple[Refusal, ...]]:
        """The refusals after the last round, without those of mocks that pass now.

        A mock may have been refused for an import that was refused itself later.  The refusals of round 0 have other
        reasons than mocks, and stay.
        """
        settled = dict(self._refusals(self._last_round()))
        stuck = set[object]()
        for path in self.mocks.mocking_files():
            first = {refusal.number for refusal in self._refusals(0).get(path, ())}
            mocks = {mock.number for mock in self.mocks.of_file(path)} - first
            left = {refusal.number: refusal for refusal in settled.get(path, ())}
            tried = [refusal for number, refusal in left.items() if number in mocks]
            likeness = self._likeness(path, settled) if tried else {}
            passing, is_behind = None, False
            is_alone = runs_in_jest(path) and not self.mocks.tests_of(path)
            for refusal in tried:
                number = refusal.number
                if passing is not None and likeness[number] == passing:
                    del left[number]  # it takes the place of the one before, or neither counts
                    is_behind = True
                    continue
                if is_behind:
                    settled[path] = tuple(left.values())
                    likeness, is_behind = self._likeness(path, settled), False
                if likeness[number] in stuck:
                    continue
                settled[path] = tuple(each for each in left.values() if each is not refusal)
                verdict = self._verdict(path, self._near(path, settled))
                if verdict.refusals and (verdict.by_loads or runs_in_jest(path)):
                    stuck.add(likeness[number])
                if verdict.refusals or self._is_refused_by_tests(path, settled):
                    settled[path] = tuple(left.values())
                else:
                    del left[number]
                    stuck.clear()
                    passing, is_behind = likeness[number] if is_alone else None, True
            if is_behind:
                settled[path] = tuple(left.values())
        return settled

    def _is_refused_by_tests(self, path: str, settled: Mapping[str, tuple[Refusal, ...]]) -> bool:
        """Whether a test refuses anything for which the mocks of a file count."""
        return any(self._verdict(test, self._near(test, settled)).refusals for test in self.mocks.tests_of(path))

    def _likeness(self, path: str, settled: Mapping[str, tuple[Refusal, ...]]) -> Mapping[int, object]:
        """What counts in each mock of a file if it alone is no longer refused: those with equal ones are judged alike.

        Of the mocks of a test, these are those that are alike, and of which none is the last of its module.  By what is
        loaded, files that are no tests are judged alike if their mocks are.
        """
        every = self.mocks.counting(path)
        ids = {(file, each.number) for file in {mock.file for mock in every} for each in settled.get(file, ())}
        moved = tuple(mock.is_moved(ids) for mock in every)
        before = {mock.call.module_id: index for index, mock in enumerate(every)}
        last = {mock.call.module_id: index for index, mock in enumerate(every) if mock.file == path}
        leads = (mock.after_id if is_moved else mock.call.module_id for mock, is_moved in zip(every, moved))
        after = {module_id: index for index, module_id in enumerate(leads)}
        likeness, found = self.mocks.likeness(path), dict[int, object]()
        for index, mock in enumerate(every):
            if mock.number is None or mock.file != path:
                continue
            if not runs_in_jest(path):
                found[mock.number] = (likeness, moved, index)
            else:
                is_last = index in (each.get(mock.call.module_id) for each in (before, last, after))
                which = index if is_last or likeness[0] is not None else None
                is_last_there = after.get(mock.after_id, -1) <= index
                found[mock.number] = (path, mock.likeness, which, is_last_there)
        return found

    @query
    def _groups(self) -> Mapping[RewriteId, tuple[RewriteId, ...]]:
        """The rewrites that must be made with others, each with all of its group."""
        settled = self._settled()
        every = _numbers(settled)
        verdicts = (self._verdict(path, self._near(path, settled, every)) for path in self.mocks.mocking_files())
        links = [link for verdict in verdicts for link in verdict.links]
        links += self.shared.links(every)
        links += (link for path in self.sources.candidates() for link in self._typed(path))
        return dict(joined(links))

    def _typed(self, path: str) -> list[frozenset[RewriteId]]:
        """The types of mocks in a file, each with its mock."""
        return [frozenset({(path, number), (path, mock)}) for number, mock in self.types.of_file(path).items()]


def _add(found: dict[int, Refusal], refused: Iterable[tuple[int, Blocked]]) -> None:
    for number, cause in refused:
        found.setdefault(number, Refusal(number, cause))


def _numbers(refusals: Mapping[str, tuple[Refusal, ...]]) -> Refused:
    return tuple((path, tuple(refusal.number for refusal in each)) for path, each in sorted(refusals.items()))
