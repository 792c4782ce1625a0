"""What one file that mocks modules loads, before and after a set of rewrites."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from workflow_ls.project.exports.export_index import ExportIndex
from workflow_ls.project.exports.module_exports import Origin
from workflow_ls.project.exports.name_sources import NameSource, NameSources
from workflow_ls.project.runtime.mock_calls import MockCall
from workflow_ls.records import record
from workflow_ls.rewrite.mocking.graphs.present_graph import Destination, LoadedEdge, LoadGraph, RewriteId
from workflow_ls.syntax.mocks.mock_factories import FactoryKind
from workflow_ls.syntax.runtime_imports import LoadKind


@record
class FileMock:
    """A call in `file` that mocks, and where it leads after its rewrite; `number` is that, None for one that stays.

    Not `concerns_move` says that it mocks another module than workflow's.
    """

    call: MockCall
    file: str
    number: int | None
    after_id: str
    after_path: str | None
    concerns_move: bool = True

    @property
    def likeness(self) -> tuple[object, ...]:
        """What counts in a mock, wherever it is written: mocks with equal ones do the same."""
        call, stays = self.call, self.number is None
        written = (call.module_id, call.path, call.defines, call.factory, call.keys, call.written)
        return (*written, stays, self.after_id, self.after_path, self.concerns_move)

    def is_moved(self, refused: Collection[RewriteId]) -> bool:
        """Whether it is rewritten, if the `refused` rewrites are not made."""
        return self.number is not None and (self.file, self.number) not in refused


class Provider(NamedTuple):
    """What gives a name to an import: a mock, or the declaration `origin`; None for neither.

    `rewrites` are the rewrites of re-exports on the way.
    """

    mock: FileMock | None
    name: str
    origin: Origin | None
    rewrites: tuple[RewriteId, ...]


class _Step(NamedTuple):
    """A module in which a name is looked for, and the rewrites of the re-exports that led there."""

    module_id: str
    path: str | None
    name: str
    rewrites: tuple[RewriteId, ...]


Loader = tuple[str, LoadedEdge]
"""The import that loads a module, after the file that it is in."""


class Reach(NamedTuple):
    """The files and modules that a file loads for real, each with the import that loads it first, None for a start.

    `originals` are loaded by originals alone: by modules that run although a mock replaces them, since it spreads or
    watches them, or since `importActual` and the like ask for them.
    """

    loaded: Mapping[str, Loader | None]
    originals: Mapping[str, Loader | None]

    @property
    def files(self) -> Iterator[str]:
        """All of them."""
        yield from self.loaded
        yield from (path for path in self.originals if path not in self.loaded)

    def loader(self, module_id: str) -> Loader | None:
        """The import that loads a module first."""
        return self.loaded.get(module_id) or self.originals.get(module_id)


class TestView:
    """The modules that a file which mocks loads, if all rewrites but the `refused` ones are made.

    `before` and `after` are the mocks that count for it, by the id of the module that each replaces.
    """

    __test__ = False  # no test of pytest

    def __init__(
        self,
        graph: LoadGraph,
        index: ExportIndex,
        path: str,
        before: Mapping[str, FileMock],
        after: Mapping[str, FileMock],
        refused: Collection[RewriteId] = (),
    ) -> None:
        self.graph = graph
        self.index = index
        self.path = path
        self.before = before
        self.after = after
        self.refused = frozenset(refused)
        self.names = index.database.component(NameSources)
        self._provided: dict[tuple[str, str | None, str, bool, bool], Provider] = {}

    @cached_property
    def _mocked_before(self) -> Mapping[str | None, list[str]]:
        return _by_key(self.before)

    @cached_property
    def _mocked_after(self) -> Mapping[str | None, list[str]]:
        return _by_key(self.after)

    def is_moved(self, mock: FileMock) -> bool:
        """Whether a mock is rewritten."""
        return mock.is_moved(self.refused)

    def destinations(self, path: str, loaded: LoadedEdge) -> tuple[Destination, ...]:
        """Where an import of the file `path` leads after the rewrites."""
        if loaded.number is None or (path, loaded.number) in self.refused:
            return _before(loaded)
        return loaded.after

    def reach(self, within: Mapping[str, int], *, rewritten: bool = True) -> Reach:
        """What is loaded after the rewrites, or before them if not `rewritten`; only files of `within` are entered."""
        mocks = self.after if rewritten else self.before
        actual = set[str]()
        loaded = self._reach({self.path: None}, within, set(mocks), actual, rewritten=rewritten)
        originals = dict[str, Loader | None]()
        starts = {module for module, mock in mocks.items() if mock.call.loads_original and module in within}
        while True:
            starts |= actual
            starts -= loaded.keys() | originals.keys()
            if not starts:
                return Reach(loaded, originals)
            known = {*mocks, *loaded, *originals}
            originals.update(self._reach(dict.fromkeys(sorted(starts)), within, known, actual, rewritten=rewritten))

    def _reach(
        self,
        starts: Mapping[str, Loader | None],
        within: Mapping[str, int],
        known: Collection[str],
        actual: set[str],
        *,
        rewritten: bool,
    ) -> dict[str, Loader | None]:
        """What some modules load, but for the `known` ones; `actual` gets what they load past its mock."""
        found, todo = dict(starts), deque(path for path in starts if path == self.path or path in within)
        while todo:
            path = todo.popleft()
            for loaded in self.graph.edges(path):
                is_moved = rewritten and loaded.number is not None and (path, loaded.number) not in self.refused
                edge = loaded.edge
                modules = [each[:2] for each in loaded.after] if is_moved else [(edge.module_id, edge.path)]
                if edge.kind is LoadKind.ACTUAL:
                    actual.update(module_id for module_id, _ in modules)
                    continue
                for module_id, file in modules:
                    if module_id not in found and module_id not in known:
                        found[module_id] = (path, loaded)
                        if file is not None and file in within:
                            todo.append(file)
        return found

    def everything(self, within: Mapping[str, int]) -> Reach:
        """What all of these files load after the rewrites, whatever is mocked."""
        found = dict[str, Loader | None]()
        for path in within:
            for loaded in self.graph.edges(path):
                if loaded.edge.kind is not LoadKind.ACTUAL:
                    for destination in self.destinations(path, loaded):
                        found.setdefault(destination.module_id, (path, loaded))
        return Reach({**dict.fromkeys(within), **found}, {})

    def _destinations(self, path: str, loaded: LoadedEdge, *, rewritten: bool) -> tuple[Destination, ...]:
        return self.destinations(path, loaded) if rewritten else _before(loaded)

    def mocks_behind(
        self, path: str, loaded: LoadedEdge, within: Mapping[str, int], *, rewritten: bool
    ) -> set[FileMock]:
        """The mocks that take the place of what an import loads, directly or through other modules."""
        mocks = self.after if rewritten else self.before
        found, seen = set[FileMock](), set[str]()
        todo = list(self._destinations(path, loaded, rewritten=rewritten))
        while todo:
            destination = todo.pop()
            mock = mocks.get(destination.module_id)
            if mock is not None:
                found.add(mock)
            elif destination.path is not None and destination.path in within and destination.path not in seen:
                seen.add(destination.path)
                for each in self.graph.edges(destination.path):
                    if each.edge.kind is not LoadKind.ACTUAL:
                        todo += self._destinations(destination.path, each, rewritten=rewritten)
        return found

    def provider_before(self, module_id: str, path: str | None, name: str, *, actual: bool = False) -> Provider:
        """What gives a name of a module to an import of it today; `actual` imports it past its mock."""
        return self._provider(Destination(module_id, path), name, rewritten=False, actual=actual)

    def provider_after(self, destination: Destination, name: str, *, actual: bool = False) -> Provider:
        """What gives a name of a module to an import of it after the rewrites."""
        return self._provider(destination, name, rewritten=True, actual=actual)

    def _provider(self, start: Destination, name: str, *, rewritten: bool, actual: bool) -> Provider:
        key = (start.module_id, start.path, name, rewritten, actual)
        if key not in self._provided:
            self._provided[key] = self._found_provider(start, name, rewritten=rewritten, actual=actual)
        return self._provided[key]

    def _found_provider(self, start: Destination, name: str, *, rewritten: bool, actual: bool) -> Provider:
        """What gives a name: the search follows re-exports, depth first, up to a mock or a declaration."""
        mocks = self.after if rewritten else self.before
        seen = set[tuple[str, str]]()
        todo: list[_Step] = [_Step(start.module_id, start.path, name, ())]
        while todo:
            module_id, path, name, rewrites = todo.pop()
            mock = None if actual and not seen else mocks.get(module_id)
            if mock is not None:
                return Provider(mock, name, None, rewrites)
            if path is None or (path, name) in seen:
                continue
            seen.add((path, name))
            declared = self.index.opened(path).declared
            if name in declared:
                origin = next(iter(declared[name]))
                return Provider(None, name, origin, rewrites)
            named = self.names.named(path).get(name, ())
            found = named or (() if name == "default" else self._stars(path, name, rewritten=rewritten))
            for source in reversed(found):
                todo += self._follow(path, source, rewrites, rewritten=rewritten)
        return Provider(None, name, None, ())

    def _stars(self, path: str, name: str, *, rewritten: bool) -> tuple[NameSource, ...]:
        """The modules of `export *` that may bring a name: those that have it, or whose mock does.

        Only where none of them does, one whose mock is written where it can't be read.
        """
        stars = self.names.stars(path)
        mocked = self._mocked_after if rewritten else self._mocked_before
        found = {*stars.bringing.get(name, ()), *mocked.get(name, ())} & stars.specifiers.keys()
        if not found:
            found = {*mocked.get(None, ())} & stars.specifiers.keys()
        ordered = found if len(found) < 2 else [target for target in stars.specifiers if target in found]
        return tuple(NameSource(target, name, stars.specifiers[target], None) for target in ordered)

    def _follow(
        self, path: str, source: NameSource, rewrites: tuple[RewriteId, ...], *, rewritten: bool
    ) -> Iterator[_Step]:
        """Where a re-export of a file leads."""
        moved = self.graph.moved_re_export(path, source) if rewritten else None
        if moved is None or (path, moved.number) in self.refused:
            if source.target is not None:
                yield _Step(source.target, source.target, source.name, rewrites)
            return
        for destination in moved.destinations:
            new = destination.name_of(source.name)
            if new is not None:
                yield _Step(destination.module_id, destination.path, new, (*rewrites, (path, moved.number)))


def _before(loaded: LoadedEdge) -> tuple[Destination, ...]:
    return (Destination(loaded.edge.module_id, loaded.edge.path),)


def _by_key(mocks: Mapping[str, FileMock]) -> Mapping[str | None, list[str]]:
    """The mocked modules by the keys of their factories; None is the key of factories that can't be read."""
    found = dict[str | None, list[str]]()
    for module_id, mock in mocks.items():
        keys: set[str | None] = {*mock.call.keys}
        if mock.call.factory is FactoryKind.UNKNOWN:
            keys.add(None)
        for key in keys:
            found.setdefault(key, []).append(module_id)
    return found
