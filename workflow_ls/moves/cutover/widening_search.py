"""Which tests reach modules that become one with others by a move, and what the mocks of these modules do there."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from workflow_ls.moves.move_set import MoveSet
from workflow_ls.project.runtime.mock_calls import MockCalls
from workflow_ls.project.runtime.mocks_in_force import MocksInForce
from workflow_ls.project.runtime.reachability import Reachability
from workflow_ls.project.test_files import runs_in_jest
from workflow_ls.records import record
from workflow_ls.rewrite.mocking.graphs.test_view import FileMock
from workflow_ls.rewrite.mocking.merged_mocks import Merged, MergedMocks, MockEffect, Taking
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, Query

_NEEDLES = ("mock", "Mock", "proxyquire", "testdouble", "quibble")
_TESTS = tuple(f".{word}{ending}" for word in ("test", "spec") for ending in SOURCE_EXTENSIONS)
_CALLS = ("test(", "it(", "test.", "it.", "describe(")


@record
class Widening:
    """A mock that would give something new, with all that it gives today and would give in all its tests together."""

    mock: FileMock
    gives: Mapping[str | None, Taking]
    gains: Mapping[str | None, Taking]
    is_idle: bool

    @property
    def is_inert(self) -> bool:
        """Whether tests see the same without it."""
        return not self.gives and self.is_idle

    @property
    def apart(self) -> tuple[str, ...]:
        """The names that it has of its own, gives to nothing today, and would give; none if there is more to it."""
        names = [name for name in self.gains if name is not None and name in self.mock.call.keys]
        return tuple(names) if len(names) == len(self.gains) and not self.gives.keys() & names else ()

    @property
    def begins(self) -> str:
        """What it would do, as a verb with its objects."""
        gains = next(iter(self.gains.values()))
        what = f"`{gains.name}`" if gains.name is not None else "the whole module"
        where = "this file" if gains.path == self.mock.file else gains.path
        return f"replace {what} for {where}, which imports `{gains.specifier}`"


class WideningSearch:
    """Finds the mocks that would give something new after the moves of a move set."""

    def __init__(self, move_set: MoveSet) -> None:
        workspace = move_set.before
        self.workspace = workspace
        self.calls = workspace.component(MockCalls)
        self.in_force = workspace.component(MocksInForce)
        self.reachability = workspace.component(Reachability)
        self.judge = workspace.component(MergedMocks)
        self.merged = _merged(move_set)
        files = [path for path in self._mocking() if any(self._concerns(mock) for mock in self._mocks(path))]
        self.tests = tuple(dict.fromkeys(test for path in files for test in self._tests_of(path)))

    def widenings(self, changed: Mapping[FileMock, FileMock | None]) -> list[Widening]:
        """Those mocks, if some were `changed`, or removed where that is None."""
        effects = dict[FileMock, list[MockEffect]]()
        for test in self.tests:
            files = self.in_force.files_for(test)
            written = (changed.get(mock, mock) for path in files for mock in self._mocks(path))
            mocks = [mock for mock in written if mock is not None]
            for effect in self.judge.effects(test, mocks, self.merged):
                effects.setdefault(effect.mock, []).append(effect)
        found = list[Widening]()
        for mock, each in effects.items():
            gains = {name: taking for effect in reversed(each) for name, taking in effect.gains.items()}
            gives = {name: taking for effect in reversed(each) for name, taking in effect.gives.items()}
            if gains:
                found.append(Widening(mock, gives, gains, all(effect.is_idle for effect in each)))
        return found

    def _mocking(self) -> Iterator[str]:
        """The files that may mock one of the modules: those that name the tree, and those beside either module."""
        if not self.merged:
            return
        table = self.workspace.table
        queries = (
            Query(SOURCE_EXTENSIONS, _NEEDLES, under=p) for p in (table.tree, *(p.directory for p in table.packages))
        )
        found = {*self.workspace.sources.candidates(), *self.workspace.files.search(tuple(queries))}
        yield from (path for path in sorted(found) if not self.workspace.is_exempt(path) and self.in_force.mocks(path))

    def _mocks(self, path: str) -> Iterator[FileMock]:
        for call in self.calls.of_file(path):
            if call.defines:
                yield FileMock(call, path, None, call.module_id, call.path)

    def _concerns(self, mock: FileMock) -> bool:
        return mock.call.module_id in self.merged

    def _tests_of(self, path: str) -> Iterator[str]:
        """The tests for which the mocks of a file count."""
        if runs_in_jest(path):
            yield path
            return
        seen, todo = {path}, [path]
        while todo:
            for user in self._importers(todo.pop()):
                if user not in seen:
                    seen.add(user)
                    if runs_in_jest(user):
                        yield user
                    else:
                        todo.append(user)
        for test in self.workspace.files.search((Query(_TESTS), Query(SOURCE_EXTENSIONS, _CALLS))):
            if runs_in_jest(test) and path in self.in_force.files_for(test)[:-1] and test not in seen:
                yield test

    def _importers(self, path: str) -> Iterator[str]:
        stem = posixpath.basename(path).partition(".")[0]
        needle = posixpath.basename(posixpath.dirname(path)) if stem == "index" else stem
        for user in self.workspace.files.search((Query(SOURCE_EXTENSIONS, (needle,)),) if needle else ()):
            if path in self.reachability.imports(user).files:
                yield user


def _merged(move_set: MoveSet) -> Merged:
    """The modules that become one with others, each with all of them."""
    groups = dict[str, set[str]]()
    for file_move in move_set.file_moves:
        if file_move.new is not None:
            present = (file_move.old, file_move.replaced, file_move.new if file_move.is_dropped else None)
            groups.setdefault(file_move.new, set()).update(path for path in present if path is not None)
    frozen = (frozenset(group) for group in groups.values() if len(group) > 1)
    return {path: group for group in frozen for path in group}
