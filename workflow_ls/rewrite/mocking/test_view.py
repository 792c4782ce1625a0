"""What one file that mocks modules loads, before and after a set of rewrites."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from workflow_ls.project.export_index import ExportIndex, Origin
from workflow_ls.project.runtime.mock_calls import MockCall
from workflow_ls.records import record
from workflow_ls.rewrite.mocking.rewritten_graph import Destination, LoadedEdge, RewriteId, RewrittenGraph
from workflow_ls.syntax.mock_factories import FactoryKind
from workflow_ls.syntax.runtime_imports import LoadKind


@record
class FileMock:
    """A call that mocks, and where it leads after its rewrite; `number` is the rewrite, None for one that stays."""

    call: MockCall
    number: int | None
    after_id: str
    after_path: str | None


class Provider(NamedTuple):
    """What gives a name to an import: a mock, or the declaration `origin`; None for neither.

    `rewrites` are the rewrites of re-exports on the way.
    """

    mock: FileMock | None
    name: str
    origin: Origin | None
    rewrites: tuple[RewriteId, ...]


class TestView:
    """The modules that a file which mocks loads, if all rewrites but the `refused` ones are made.

    `within` are the files that may lead to a mocked module; others are not visited.  None admits the files `universe`
    alone, for a file whose mocks count for tests that are not known.
    """

    __test__ = False  # no test of pytest

    def __init__(
        self,
        graph: RewrittenGraph,
        index: ExportIndex,
        path: str,
        mocks: Collection[FileMock],
        barriers: Collection[tuple[str, str]],
        refused: Collection[RewriteId],
    ) -> None:
        """`barriers` are the ids of all modules that the file mocks, before and after."""
        self.graph = graph
        self.index = index
        self.path = path
        self.refused = frozenset(refused)
        self.before = {mock.call.module_id: mock for mock in mocks}
        self.after = {(mock.after_id if self.is_moved(mock) else mock.call.module_id): mock for mock in mocks}
        numbers = {mock.call.module_id: self.is_moved(mock) for mock in mocks}
        self.barriers = frozenset(new if numbers.get(old, False) else old for old, new in barriers)
        self._old_barriers = frozenset(old for old, _ in barriers)

    def is_moved(self, mock: FileMock) -> bool:
        """Whether a mock is rewritten."""
        return mock.number is not None and (self.path, mock.number) not in self.refused

    def destinations(self, path: str, loaded: LoadedEdge) -> tuple[Destination, ...]:
        """Where an import of the file `path` leads after the rewrites."""
        if loaded.number is None or (path, loaded.number) in self.refused:
            return (Destination(loaded.edge.module_id, loaded.edge.path),)
        return loaded.after

    def reach(self, within: Mapping[str, int], *, rewritten: bool = True) -> dict[str, tuple[str, LoadedEdge] | None]:
        """The files and modules that are loaded for real, each with the import that loads it first.

        After the rewrites, or before them if not `rewritten`.  Only files of `within` are entered.
        """
        barriers = self.barriers if rewritten else self._old_barriers
        found: dict[str, tuple[str, LoadedEdge] | None] = {self.path: None}
        todo = deque([self.path])
        while todo:
            path = todo.popleft()
            for loaded in self.graph.edges(path):
                if loaded.edge.kind is LoadKind.ACTUAL:
                    continue
                before = (Destination(loaded.edge.module_id, loaded.edge.path),)
                for destination in self.destinations(path, loaded) if rewritten else before:
                    module_id = destination.module_id
                    if module_id in found or module_id in barriers:
                        continue
                    found[module_id] = (path, loaded)
                    if destination.path is not None and destination.path in within:
                        todo.append(destination.path)
        return found

    def provider_before(self, module_id: str, path: str | None, name: str) -> Provider:
        """What gives a name of a module to an import of it today."""
        return self._provider(module_id, path, name, self.before, rewritten=False)

    def provider_after(self, destination: Destination, name: str) -> Provider:
        """What gives a name of a module to an import of it after the rewrites."""
        return self._provider(destination.module_id, destination.path, name, self.after, rewritten=True)

    def _provider(
        self, module_id: str, path: str | None, name: str, mocks: Mapping[str, FileMock], *, rewritten: bool
    ) -> Provider:
        seen = set[tuple[str, str]]()
        todo: list[tuple[str, str | None, str, tuple[RewriteId, ...]]] = [(module_id, path, name, ())]
        while todo:
            module_id, path, name, rewrites = todo.pop()
            mock = mocks.get(module_id)
            if mock is not None:
                return Provider(mock, name, None, rewrites)
            if path is None or (path, name) in seen:
                continue
            seen.add((path, name))
            opened = self.index.opened(path)
            if name in opened.declared:
                origin = next(iter(opened.declared[name]))
                return Provider(None, name, origin, rewrites)
            named = [
                (target, export.source or "*", export.specifier)
                for export, target in opened.named
                if export.name == name
            ]
            found = named or ([] if name == "default" else self._stars(path, name, opened.stars, mocks))
            for target, inner, specifier in reversed(found):
                todo += self._follow(path, target, inner, specifier, rewrites, rewritten=rewritten)
        return Provider(None, name, None, ())

    def _stars(
        self, path: str, name: str, stars: Collection[tuple[str, bool]], mocks: Mapping[str, FileMock]
    ) -> list[tuple[str | None, str, str | None]]:
        """The modules of `export *` that may bring a name: those that have it, or whose mock does.

        Only where none of them does, one whose mock is written where it can't be read.
        """
        specifiers = {destination: specifier for specifier, destination in self._star_specifiers(path)}
        found, unread = list[tuple[str | None, str, str | None]](), list[tuple[str | None, str, str | None]]()
        for target, type_only in stars:
            step = (target, name, specifiers.get(target))
            mock = mocks.get(target)
            if type_only:
                continue
            if name in self.index.exports(target).names or (mock is not None and name in mock.call.keys):
                found.append(step)
            elif mock is not None and mock.call.factory is FactoryKind.UNKNOWN:
                unread.append(step)
        return found or unread

    def _star_specifiers(self, path: str) -> Iterator[tuple[str, str]]:
        for star in self.index.sources.shape(path).stars:
            target = self.index.target(star.specifier, path)
            if target is not None:
                yield star.specifier, target

    def _follow(
        self,
        path: str,
        target: str | None,
        name: str,
        specifier: str | None,
        rewrites: tuple[RewriteId, ...],
        *,
        rewritten: bool,
    ) -> Iterator[tuple[str, str | None, str, tuple[RewriteId, ...]]]:
        moved = self.graph.re_exports(path).get(specifier) if rewritten and specifier is not None else None
        if moved is None or (path, moved[0]) in self.refused:
            if target is not None:
                yield target, target, name, rewrites
            return
        number, destinations = moved
        for destination in destinations:
            new = destination.name_of(name)
            if new is not None:
                yield destination.module_id, destination.path, new, (*rewrites, (path, number))
