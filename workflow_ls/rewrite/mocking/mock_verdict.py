"""Judges the rewrites that one file with mocks loads."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from workflow_ls.diagnostics import Blocked
from workflow_ls.project.runtime.mock_calls import MockCall
from workflow_ls.records import record, replace
from workflow_ls.rewrite.mocking.live_names import LiveNames, ModuleUnits
from workflow_ls.rewrite.mocking.rewritten_graph import LoadedEdge, RewriteId
from workflow_ls.rewrite.mocking.test_view import FileMock, Provider, TestView
from workflow_ls.syntax.mock_factories import FactoryKind
from workflow_ls.syntax.runtime_imports import LoadKind
from workflow_ls.text import Span
from workflow_ls.vfs.files import Files


@record
class Place:
    """A place behind a refusal: an import of the file `path` by its index, None for the file; `mock` is that of a mock.

    Typing moves places all the time; by index they stay the same.
    """

    path: str
    message: str
    index: int | None = None
    mock: Span | None = None


@record
class Refusal:
    """A rewrite that is not made: its index in its file, why, and whether it is a mock that is right where it is."""

    number: int
    cause: Blocked
    stays: bool = False
    places: tuple[Place, ...] = ()


class _Cause(NamedTuple):
    blocked: Blocked
    places: tuple[Place, ...] = ()


@record
class MockVerdict:
    """What a file with mocks refuses, with the files of the rewrites, and which rewrites it links."""

    refusals: tuple[tuple[str, Refusal], ...] = ()
    links: tuple[frozenset[RewriteId], ...] = ()


class _Gained(NamedTuple):
    """A name that an import in the file `path` would get from a mock, and has for real today."""

    mock: FileMock
    name: str
    path: str
    loaded: LoadedEdge
    rewrites: tuple[RewriteId, ...]


class MockJudge:
    """Judges the rewrites that a file with mocks loads, by what a view of it shows."""

    def __init__(
        self,
        view: TestView,
        mocks: Collection[FileMock],
        calls: Collection[MockCall],
        universe: Mapping[str, int],
        *,
        is_test: bool,
        units: ModuleUnits,
    ) -> None:
        """`universe` are the files that may lead to a mock.

        Not `is_test` says that the mocks count for tests that are not known.
        """
        self.view = view
        self.calls = calls
        self.universe = universe
        self.reached = view.reach(universe) if is_test else self._all_loaded()
        self.is_test = is_test
        self.units = units
        self._live: LiveNames | None = None
        self.refusals: dict[RewriteId, Refusal] = {}
        self.served: dict[tuple[FileMock, str], list[tuple[str, LoadedEdge, str]]] = {}
        self.gained = list[_Gained]()
        self.links: dict[FileMock, set[RewriteId]] = {
            mock: {(view.path, mock.number)} for mock in mocks if mock.number is not None and view.is_moved(mock)
        }

    def _all_loaded(self) -> dict[str, tuple[str, LoadedEdge] | None]:
        """What all files of the universe load, for mocks that count for tests that are not known."""
        found: dict[str, tuple[str, LoadedEdge] | None] = dict.fromkeys(self.universe)
        for path in self.universe:
            for loaded in self.view.graph.edges(path):
                for destination in self.view.destinations(path, loaded):
                    found.setdefault(destination.module_id, (path, loaded))
        return found

    def verdict(self) -> MockVerdict:
        """What the file refuses, and which rewrites it links."""
        for mock in self.links:
            self._judge_mock(mock)
        for path in self.reached:
            if path == self.view.path or path in self.universe:
                for loaded in self.view.graph.edges(path):
                    if loaded.edge.kind is not LoadKind.ACTUAL and not loaded.edge.exports:
                        self._judge_import(path, loaded)
        self._judge_gained()
        self._judge_calls()
        links = tuple(frozenset(link) for link in self.links.values() if len(link) > 1)
        return MockVerdict(tuple((path, refusal) for (path, _), refusal in self.refusals.items()), links)

    def _judge_mock(self, mock: FileMock) -> None:
        """Refuse a mock whose module would be loaded for real, or that has a file of `__mocks__`."""
        old = mock.call.module_id
        if old == mock.after_id:
            return
        manual = self._manual_mock(mock)
        if manual is not None:
            self._refuse_mock(mock, manual)
        elif self.reached.get(old) is not None:
            self._refuse_mock(mock, self._loaded_for_real(old))

    def _manual_mock(self, mock: FileMock) -> _Cause | None:
        """Why a mock without a factory can't move, if its module or the new one has a file of `__mocks__`."""
        if mock.call.factory is not FactoryKind.NONE or mock.call.path is None or mock.after_path is None:
            return None
        old, new = (_manual_files(self.units.files, path) for path in (mock.call.path, mock.after_path))
        if bool(old) == bool(new):
            return None
        if old:
            directory = posixpath.join(posixpath.dirname(mock.after_path), "__mocks__")
            reason = f"this mock is the file {old}, and {mock.after_path} has none beside it"
            return _Cause(Blocked(reason, f"move that file to {directory}, or mock by a factory"), (Place(old, _MOCK),))
        reason = f"it would become the file {new}, while it is made from {mock.call.path} today"
        return _Cause(Blocked(reason, "mock by a factory"), (Place(new, _MOCK),))

    def _loaded_for_real(self, module_id: str) -> _Cause:
        loader = self.reached[module_id]
        if loader is None:
            return _Cause(Blocked(f"{module_id} would be loaded for real", _LEAVE))
        path, loaded = loader
        where = "this file" if path == self.view.path else path
        chain = self._chain(path)
        through = f", which it loads through {' > '.join(chain)}" if chain else ""
        reason = f"{where} imports `{loaded.edge.specifier}`{through}, so that {module_id} would run for real"
        return _Cause(Blocked(reason, _LEAVE), (Place(path, "this import loads it", loaded.index),))

    def _chain(self, path: str) -> list[str]:
        """The files between the mocking file and the file `path`, the last three of them."""
        chain = list[str]()
        step = self.reached.get(path)
        while step is not None and step[0] != self.view.path:
            chain.insert(0, step[0])
            step = self.reached.get(step[0])
        return chain[-_SHOWN:]

    def _judge_import(self, path: str, loaded: LoadedEdge) -> None:
        view = self.view
        destinations = view.destinations(path, loaded)
        if not (
            self._may_be_mocked(loaded.edge.module_id, loaded.edge.path, view.before)
            or any(self._may_be_mocked(d.module_id, d.path, view.after) for d in destinations)
        ):
            return
        names = dict.fromkeys(loaded.edge.names)
        if loaded.edge.whole and loaded.edge.path is not None:
            exports = view.index.exports(loaded.edge.path).names
            names.update(dict.fromkeys(name for name in exports if exports[name].value))
        own = () if loaded.number is None or (path, loaded.number) in view.refused else ((path, loaded.number),)
        for name in names:
            before = view.provider_before(loaded.edge.module_id, loaded.edge.path, name)
            for destination in destinations:
                new = destination.name_of(name)
                if new is not None:
                    after = view.provider_after(destination, new)
                    self._compare(path, loaded, name, before, after, (*own, *after.rewrites))

    def _may_be_mocked(self, module_id: str, path: str | None, mocks: Collection[str]) -> bool:
        return module_id in mocks or self.view.graph.leads_to_any(path, mocks)

    def _compare(
        self,
        path: str,
        loaded: LoadedEdge,
        name: str,
        before: Provider,
        after: Provider,
        rewrites: tuple[RewriteId, ...],
    ) -> None:
        """Refuse what takes a name away from its mock, or gives it to a mock that lacks it."""
        if before.mock is not None and before.mock in self.links:
            self.links[before.mock].update(rewrites)
        mock = after.mock
        if before.mock is not None:
            self.served.setdefault((before.mock, before.name), []).append((path, loaded, name))
        if mock is before.mock or not self._is_used(path, loaded, name):
            return
        if mock is not None:
            original = self._original(mock)
            gained = before.origin is not None and mock.call.replaces(after.name, original)
            lacks = mock.call.lacks(after.name, original)
            # Two mocks that are written alike do the same: a test may mock the old path and the new one.
            differs = before.mock is not None and before.mock.call.written != mock.call.written
            if not (gained or lacks or differs) or self._is_type(path, loaded, after):
                return
            if gained and not lacks:
                self.gained.append(_Gained(mock, after.name, path, loaded, rewrites))
                return
        elif before.mock is None or after.origin is None:
            return
        if not rewrites and mock is not None and mock in self.links:
            self._refuse_mock(mock, self._widened(path, loaded, after))
        elif before.mock is not None and before.mock not in self.links:
            stuck = before.mock
            self._refuse_imports((rewrite, self._unmocked(stuck, rewrite[0])) for rewrite in rewrites)
        elif mock is None or mock not in self.links:
            if before.mock is not None:
                self._refuse_mock(before.mock, self._elsewhere(path, loaded, before.name, before.mock))
            else:
                lacking = self._lacking(path, after)
                self._refuse_imports((rewrite, lacking) for rewrite in rewrites)
        else:
            self._refuse_mock(mock, self._widened(path, loaded, after))

    def _judge_gained(self) -> None:
        """Refuse what would get a name from a mock and has the real one today, if others do get it from the mock.

        A name that nothing gets from the mock is one whose imports were moved before the mock was, or the mock before
        them: there the rewrite makes the mock work again.
        """
        loaded_today = self.view.reach(self.universe, rewritten=False) if self.gained and self.is_test else self.reached
        for each in self.gained:
            if each.path in loaded_today and any(
                self._is_used(*taken) for taken in self.served.get((each.mock, each.name), ())
            ):
                where = _named(each.path, self.view.path)
                reason = f"it would also replace `{each.name}`, which {where} gets for real today"
                remedy = f"mock `{each.loaded.edge.specifier}` there, too, or leave `{each.name}` out of the mock"
                related = (Place(each.path, "this import", each.loaded.index),)
                cause = _Cause(Blocked(reason, remedy), related)
                if each.mock in self.links:
                    self._refuse_mock(each.mock, cause)
                else:
                    self._refuse_imports((rewrite, self._joining(each)) for rewrite in each.rewrites)

    def _joining(self, gained: _Gained) -> _Cause:
        here, mock = self.view.path, gained.mock.call
        reason = f"{here} mocks `{gained.name}` of `{mock.specifier}`, and this import has the real one there today"
        remedy = f"mock `{gained.loaded.edge.specifier}` there, too, or leave `{gained.name}` out of the mock"
        return _Cause(Blocked(reason, remedy), (Place(here, "this mock", mock=mock.span),))

    def _refuse_imports(self, causes: Iterable[tuple[RewriteId, _Cause]]) -> None:
        for rewrite, cause in causes:
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
        return not self.view.graph.takes_value(path, loaded.index, provider.name)

    def _widened(self, path: str, loaded: LoadedEdge, after: Provider) -> _Cause:
        taken = f"{_named(path, self.view.path)} takes from `{loaded.edge.specifier}`"
        lacks = "the mock has no factory" if after.mock and after.mock.call.factory is FactoryKind.NONE else _LACKS
        if after.mock and after.mock.call.factory is FactoryKind.UNKNOWN:
            lacks = "the text does not show that the factory has it"
        reason = f"it would also replace `{after.name}`, which {taken}, and {lacks}"
        related = (Place(path, "this import needs it", loaded.index),)
        return _Cause(Blocked(reason, "spread the original into the factory (`...(await importOriginal())`)"), related)

    def _elsewhere(self, path: str, loaded: LoadedEdge, name: str, mock: FileMock) -> _Cause:
        where = _named(path, self.view.path)
        reason = f"{where} takes `{name}` from `{loaded.edge.specifier}`, which does not lead to {mock.after_id}"
        return _Cause(Blocked(reason, _LEAVE), (Place(path, "this import", loaded.index),))

    def _lacking(self, path: str, after: Provider) -> _Cause:
        mock = after.mock
        specifier = "" if mock is None else mock.call.specifier
        where = "this file" if path == self.view.path else self.view.path
        reason = f"{where} mocks `{specifier}` without `{after.name}`, which would be taken from there"
        related = () if mock is None else (Place(self.view.path, "this mock", mock=mock.call.span),)
        return _Cause(Blocked(reason, "add it to the factory of that mock, or spread the original into it"), related)

    def _unmocked(self, mock: FileMock, path: str) -> _Cause:
        """Why a rewrite in the file `path` would take a mock's effect away."""
        related = (Place(self.view.path, "this mock", mock=mock.call.span),)
        where = "this file" if path == self.view.path else self.view.path
        reason = f"the rewrite would disable the mock of this module in {where}, which can't be rewritten yet"
        return _Cause(Blocked(reason, "fix the mock first"), related)

    def _refuse_mock(self, mock: FileMock, cause: _Cause) -> None:
        """Refuse a mock; if the new module only leads to the old one, it is right where it is."""
        if mock.number is not None:
            stays = mock.call.path is not None and self.view.graph.leads_to_any(mock.after_path, (mock.call.path,))
            self.refusals.setdefault(
                (self.view.path, mock.number), Refusal(mock.number, cause.blocked, stays, cause.places)
            )

    def _judge_calls(self) -> None:
        """Keep `importActual`, `unmock` and the like with the mock of their module."""
        numbers = self.view.graph.numbers(self.view.path)
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
                cause = self._unmocked(mock, self.view.path)
                refusal = Refusal(number, cause.blocked, places=cause.places)
            self.refusals.setdefault((self.view.path, number), replace(refusal, number=number))


_SHOWN = 3
_LEAVE = "leave the mock at the old path until the module itself is moved"
_LACKS = "the factory lacks it"
_MOCK = "the mock"
_ENDINGS = (".ts", ".tsx", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs")


def _named(path: str, here: str) -> str:
    return "this file" if path == here else path


def _manual_files(files: Files, path: str) -> str:
    """The file of `__mocks__` beside a module; "" if there is none."""
    directory, name = posixpath.split(path)
    stem = name
    while posixpath.splitext(stem)[1] in _ENDINGS:
        stem = posixpath.splitext(stem)[0]
    beside = posixpath.join(directory, "__mocks__", stem)
    return next((beside + ending for ending in _ENDINGS if files.kind(beside + ending) == "file"), "")
