"""What the proof of the mocks refuses, and the words for it."""

from __future__ import annotations

from typing import NamedTuple

from workflow_ls.diagnostics import Blocked, Obstacle
from workflow_ls.records import record
from workflow_ls.rewrite.mocking.file_mocks import Rival
from workflow_ls.rewrite.mocking.graphs.present_graph import LoadedEdge, RewriteId
from workflow_ls.rewrite.mocking.graphs.test_view import FileMock, Loader, Provider, Reach
from workflow_ls.syntax.mocks.mock_factories import FactoryKind
from workflow_ls.text import Span


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


class Cause(NamedTuple):
    """Why a rewrite is not made, and the places behind it."""

    blocked: Blocked
    places: tuple[Place, ...] = ()


class Gained(NamedTuple):
    """A name that an import in the file `path` would get from a mock, and has for real today."""

    mock: FileMock
    name: str
    path: str
    loaded: LoadedEdge
    rewrites: tuple[RewriteId, ...]


class MockReasons:
    """The words for what the mocks of one file refuse: `here` is the file, `reach` what it loads."""

    def __init__(self, here: str, reach: Reach) -> None:
        self._here = here
        self._reach = reach

    def loaded_for_real(self, module_id: str) -> Cause:
        """A module would run that a mock replaces today."""
        loader = self._reach.loader(module_id)
        if loader is None:
            return Cause(Blocked(f"{module_id} would be loaded for real", LEAVE, obstacle=_loaded(module_id)))
        path, loaded = loader
        where = self.named(path)
        chain = self._chain(path)
        through = f", which it loads through {' > '.join(chain)}" if chain else ""
        reason = f"{where} imports `{loaded.edge.specifier}`{through}, so that {module_id} would run for real"
        blocked = Blocked(reason, LEAVE, obstacle=_loaded(module_id))
        return Cause(blocked, (Place(path, "this import loads it", loaded.index),))

    def _chain(self, path: str) -> list[str]:
        """The files between the mocking file and the file `path`, the last three of them."""
        chain = list[str]()
        step: Loader | None = self._reach.loader(path)
        while step is not None and step[0] != self._here and step[0] not in chain:
            chain.insert(0, step[0])
            step = self._reach.loader(step[0])
        return chain[-_SHOWN:]

    def named(self, path: str) -> str:
        """A file, as seen from the mocking file."""
        return "this file" if path == self._here else path

    def widened(self, path: str, loaded: LoadedEdge, after: Provider) -> Cause:
        """A mock would replace a name that it does not have."""
        taken = f"{self.named(path)} takes from `{loaded.edge.specifier}`"
        lacks = "the mock has no factory" if after.mock and after.mock.call.factory is FactoryKind.NONE else _LACKS
        if after.mock and after.mock.call.factory is FactoryKind.UNKNOWN:
            lacks = "the text does not show that the factory has it"
        reason = f"the mock would also replace `{after.name}`, which {taken}, and {lacks}"
        related = (Place(path, "this import needs it", loaded.index),)
        how = _SPREADS.get(after.mock.call.callee.partition(".")[0], "") if after.mock else ""
        remedy = f"spread the original into the factory{how}"
        summary = f"mocks would also replace {{}}, which {path} takes, and their factories lack it"
        shared = Obstacle("widened", path, summary, "spread the original into these factories", (after.name,))
        return Cause(Blocked(reason, remedy, obstacle=shared), related)

    def newly_lacking(self, start: str, path: str, loaded: LoadedEdge, name: str, mock: FileMock) -> Cause:
        """A rewrite in the file `start` would load a module that takes a name from a mock without it."""
        where = "this file" if mock.file == start else mock.file
        taken = f"this import would load {path}, which takes `{name}` from `{loaded.edge.specifier}`"
        reason = f"{taken}, and {where} mocks that"
        remedy = "add it to the factory of that mock, or spread the original into it"
        places = (Place(mock.file, "this mock", mock=mock.call.span), Place(path, "this import", loaded.index))
        return Cause(Blocked(f"{reason} without it", remedy), places)

    def taken_over(self, path: str, loaded: LoadedEdge, name: str, mock: FileMock) -> Cause:
        """A mock would give a name that another mock gives today."""
        other = "another mock of this file" if mock.file == self._here else f"the mock in {mock.file}"
        reason = f"the mock would also replace `{name}`, which {self.named(path)} gets from {other} today"
        remedy = f"leave `{name}` out of one of the two mocks, or join them by hand"
        where = (Place(mock.file, "that mock", mock=mock.call.span), Place(path, "this import", loaded.index))
        return Cause(Blocked(reason, remedy), where)

    def elsewhere(self, path: str, loaded: LoadedEdge, name: str, mock: FileMock) -> Cause:
        """An import would no longer get a name from a mock that moves."""
        where = self.named(path)
        reason = f"{where} takes `{name}` from `{loaded.edge.specifier}`, which does not lead to {mock.after_id}"
        return Cause(Blocked(reason, LEAVE), (Place(path, "this import", loaded.index),))

    def lacking(self, path: str, after: Provider) -> Cause:
        """A rewritten import would get a name from a mock that lacks it."""
        mock = after.mock
        specifier = "" if mock is None else mock.call.specifier
        reason = f"{self._in(path)} mocks `{specifier}` without `{after.name}`, which would be taken from there"
        related = () if mock is None else (Place(self._here, "this mock", mock=mock.call.span),)
        remedy = "add it to the factory of that mock, or spread the original into it"
        summary = f"mocks in {self._here} lack {{}}, which would be taken from there"
        several = "add them to the factories of these mocks, or spread the original into them"
        return Cause(
            Blocked(reason, remedy, obstacle=Obstacle("lacking", self._here, summary, several, (after.name,))), related
        )

    def unmocked(self, mock: FileMock, path: str) -> Cause:
        """A rewrite in the file `path` would take a mock's effect away."""
        related = (Place(self._here, "this mock", mock=mock.call.span),)
        if mock.concerns_move:
            reason = (
                f"the rewrite would disable the mock of this module in {self._in(path)}, which can't be rewritten yet"
            )
            summary = f"rewrites would disable mocks in {self._here}, which can't be rewritten yet"
            shared = Obstacle("unmocked", self._here, summary, "fix these mocks first")
            return Cause(Blocked(reason, "fix the mock first", obstacle=shared), related)
        reason = f"{self._in(path)} mocks `{mock.call.specifier}`, which the module at the new path would not get"
        return Cause(Blocked(reason, "mock there what the new module loads, too"), related)

    def outlived(self, rival: Rival) -> Cause:
        """A mock would move from a module that another file mocks, too."""
        reason = f"{rival.path} mocks this module, too, and its mock stays at the old path"
        return Cause(
            Blocked(reason, "rewrite that mock first"), (Place(rival.path, "that mock", mock=rival.theirs.call.span),)
        )

    def joining(self, gained: Gained) -> Cause:
        """A rewritten import would get a name from a mock, and has the real one today."""
        mock = gained.mock.call
        reason = f"{self._here} mocks `{gained.name}` of `{mock.specifier}`, and this import gets the real one today"
        remedy = f"mock `{gained.loaded.edge.specifier}` there, too, or leave `{gained.name}` out of the mock"
        return Cause(Blocked(reason, remedy), (Place(self._here, "this mock", mock=mock.span),))

    def replaced(self, gained: Gained) -> Cause:
        """A mock that moves would give a name to an import that has the real one today."""
        where = self.named(gained.path)
        reason = f"the mock would also replace `{gained.name}`, which {where} gets for real today"
        remedy = f"mock `{gained.loaded.edge.specifier}` there, too, or leave `{gained.name}` out of the mock"
        return Cause(Blocked(reason, remedy), (Place(gained.path, "this import", gained.loaded.index),))

    def _in(self, path: str) -> str:
        return "this file" if path == self._here else self._here


LEAVE = "leave the mock at the old path until the module itself is moved"
_SHOWN = 3
_LACKS = "the factory lacks it"
# How a factory gets the original, by the object whose method mocks; other runners have no call for it.
_SPREADS = {"vi": " (`...(await importOriginal())`)", "jest": " (`...jest.requireActual('…')`)"}


def _loaded(module_id: str) -> Obstacle:
    """What all refusals to move mocks of one module share, as long as something loads it at its old path."""
    return Obstacle("loaded", module_id, f"{module_id} would run for real where tests mock it", LEAVE)
