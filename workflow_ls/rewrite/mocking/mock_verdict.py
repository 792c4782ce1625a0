"""Judges the rewrites that one file with mocks loads."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from workflow_ls.project.runtime.mock_calls import MockCall
from workflow_ls.records import record, replace
from workflow_ls.rewrite.mocking.file_mocks import Rival
from workflow_ls.rewrite.mocking.fresh_loads import FreshLoads
from workflow_ls.rewrite.mocking.graphs.present_graph import LoadedEdge, RewriteId
from workflow_ls.rewrite.mocking.graphs.test_view import FileMock
from workflow_ls.rewrite.mocking.manual_mocks import manual_mock_left
from workflow_ls.rewrite.mocking.mock_case import MockCase
from workflow_ls.rewrite.mocking.mock_refusals import Refusal
from workflow_ls.rewrite.mocking.name_comparison import NameComparison, TakenName
from workflow_ls.syntax.runtime_imports import LoadKind


@record
class Basis:
    """What the verdicts of files have in common that count for tests that are not known, and mock alike.

    `deciding` are the files whose imports refuse a mock, `refusal` is the first of an import.  `links` are the mocks
    that each mock that moves is linked with, by their indexes, and one of the imports, which is linked with the others.
    """

    deciding: tuple[str, ...]
    refusal: tuple[str, Refusal] | None
    links: tuple[tuple[frozenset[int], RewriteId | None], ...]


@record
class MockVerdict:
    """What a file with mocks refuses, with the files of the rewrites, and which rewrites it links.

    `by_loads` says that it refuses something for what is loaded, whatever its other calls and other mocks do.
    """

    refusals: tuple[tuple[str, Refusal], ...] = ()
    links: tuple[frozenset[RewriteId], ...] = ()
    by_loads: bool = False
    basis: Basis | None = None


class MockJudge:
    """Judges the rewrites that a file with mocks loads, by what its case shows."""

    def __init__(self, case: MockCase, calls: Collection[MockCall], fresh: FreshLoads) -> None:
        self.case = case
        self.fresh = fresh
        self.calls = calls
        self.names = NameComparison(case)

    def verdict(self, rivals: Collection[Rival] = ()) -> MockVerdict:
        """What the file refuses, and which rewrites it links; `rivals` are mocks of other files."""
        self._judge_files(self.case.reach.files)
        if self.case.is_test:
            self.fresh.judge()
        return self._finished(rivals, None if self.case.is_test else self._basis())

    def verdict_by(self, basis: Basis, rivals: Collection[Rival]) -> MockVerdict:
        """The verdict of a file that mocks as another one does, which comes first: `basis` is of that one's verdict.

        The imports that it refuses are those that the other one refuses: only the first of them is repeated.
        """
        case = self.case
        self._judge_files(basis.deciding)
        case.refusals = {rewrite: refusal for rewrite, refusal in case.refusals.items() if rewrite in case.own}
        if basis.refusal is not None:
            path, refusal = basis.refusal
            case.refusals[path, refusal.number] = refusal
        mocks = list(case.links)
        for mock, (others, linked) in zip(mocks, basis.links):
            both = {(mocks[index].file, mocks[index].number or 0) for index in others}
            case.links[mock] = both if linked is None else {*both, linked}
        return self._finished(rivals, None)

    def _basis(self) -> Basis:
        case = self.case
        deciding = tuple(path for path in case.reach.files if path in case.deciding) if case.deciding else ()
        imports = ((path, each) for (path, number), each in case.refusals.items() if (path, number) not in case.own)
        ids = {(mock.file, mock.number): index for index, mock in enumerate(case.links)}
        links = (
            (
                frozenset(ids[rewrite] for rewrite in link if rewrite in ids),
                min((rewrite for rewrite in link if rewrite not in ids), default=None),
            )
            for link in case.links.values()
        )
        return Basis(deciding, next(imports, None), tuple(links))

    def _judge_files(self, paths: Iterable[str]) -> None:
        """Judge the mocks that move, and the imports of some files."""
        case = self.case
        for mock in case.links:
            if mock.file == case.view.path:
                self._judge_mock(mock)
        for path in paths:
            if path == case.view.path or path in case.universe:
                case.judged = (path,)
                for loaded in case.graph.edges(path):
                    if not loaded.edge.exports:
                        self._judge_import(path, loaded)
        self.names.judge_gained()
        case.judged = ()

    def _finished(self, rivals: Collection[Rival], basis: Basis | None) -> MockVerdict:
        """The verdict, once the file's own calls and the mocks of others are judged, too."""
        by_loads = bool(self.case.refusals)
        self._judge_calls()
        for rival in rivals:
            self._judge_rival(rival)
        links = tuple(frozenset(link) for link in self.case.links.values() if len(link) > 1)
        refusals = tuple((path, refusal) for (path, _), refusal in self.case.refusals.items())
        return MockVerdict(refusals, links, by_loads, basis)

    def _judge_mock(self, mock: FileMock) -> None:
        """Refuse a mock whose module would be loaded for real, or that has a file of `__mocks__`."""
        old = mock.call.module_id
        if old == mock.after_id:
            return
        manual = manual_mock_left(self.case.units.files, mock)
        if manual is not None:
            self.case.refuse_mock(mock, manual)
        elif self.case.reach.loaded.get(old) is not None or self._comes_to_run(mock):
            self.case.refuse_mock(mock, self.case.reasons.loaded_for_real(old))

    def _comes_to_run(self, mock: FileMock) -> bool:
        """Whether an original loads the module of a mock that moves, which does not run today."""
        old = mock.call.module_id
        if mock.call.loads_original or self.case.reach.originals.get(old) is None:
            return False
        return old not in self.case.today.originals

    def _judge_rival(self, rival: Rival) -> None:
        """Keep a mock with the mock of its module in another file, which would count in its place."""
        own, theirs, links = rival.own, rival.theirs, self.case.links.get(rival.own)
        if links is None:
            return
        if theirs.number is None or (rival.path, theirs.number) in self.case.view.refused:
            self.case.refuse_mock(own, self.case.reasons.outlived(rival))
        else:
            links.add((rival.path, theirs.number))

    def _judge_import(self, path: str, loaded: LoadedEdge) -> None:
        view = self.case.view
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
                    rewrites = (*own, *after.rewrites)
                    self.names.compare(TakenName(path, loaded, name, before, after, rewrites))
        if (
            own
            and not self._is_linked(loaded, own)
            and not any(self.case.is_used(path, loaded, name) for name in names)
        ):
            self._judge_load(path, loaded, own)

    def _is_linked(self, loaded: LoadedEdge, own: Collection[RewriteId]) -> bool:
        """Whether an import is kept with the mock of its module, behind which nothing is loaded."""
        mock = self.case.view.before.get(loaded.edge.module_id)
        return mock is not None and self.case.links.get(mock, set()).issuperset(own)

    def _judge_load(self, path: str, loaded: LoadedEdge, own: Collection[RewriteId]) -> None:
        """Keep an import of which no name is used with the mocks of what it loads.

        Without them, the modules run that the mocks keep from running.
        """
        if loaded.edge.kind is LoadKind.ACTUAL:
            return
        after = self.case.view.mocks_behind(path, loaded, self.case.universe, rewritten=True)
        for mock in self.case.view.mocks_behind(path, loaded, self.case.universe, rewritten=False):
            if mock in self.case.links:
                self.case.links[mock].update(own)
            elif mock not in after:
                self.case.refuse_imports({rewrite: self.case.reasons.unmocked(mock, rewrite[0]) for rewrite in own})

    def _may_be_mocked(self, module_id: str, path: str | None, mocks: Collection[str]) -> bool:
        return module_id in mocks or self.case.graph.leads_to_any(path, mocks)

    def _judge_calls(self) -> None:
        """Keep `importActual`, `unmock` and the like with the mock of their module."""
        numbers = self.case.graph.numbers(self.case.view.path)
        for call in self.calls:
            number = numbers.get(call.span)
            mock = self.case.view.before.get(call.module_id)
            if (
                call.defines
                or number is None
                or mock is None
                or (self.case.view.path, number) in self.case.view.refused
            ):
                continue
            key = (mock.file, mock.number) if mock.number is not None else None
            if mock in self.case.links and key not in self.case.refusals:
                self.case.links[mock].add((self.case.view.path, number))
                continue
            refusal = self.case.refusals.get(key) if key is not None else None
            if refusal is None:
                cause = self.case.reasons.unmocked(mock, self.case.view.path)
                refusal = Refusal(number, cause.blocked, places=cause.places)
            self.case.refusals.setdefault((self.case.view.path, number), replace(refusal, number=number))
