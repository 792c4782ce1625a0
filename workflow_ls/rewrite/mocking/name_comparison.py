"""Compares from which mock each import gets its names, before and after the rewrites."""

from __future__ import annotations

from typing import NamedTuple

from workflow_ls.rewrite.mocking.graphs.present_graph import Destination, LoadedEdge, RewriteId
from workflow_ls.rewrite.mocking.graphs.test_view import FileMock, Provider
from workflow_ls.rewrite.mocking.mock_case import MockCase
from workflow_ls.rewrite.mocking.mock_refusals import Cause, Gained
from workflow_ls.syntax.mocks.mock_factories import FactoryKind


class TakenName(NamedTuple):
    """A name that an import of the file `path` takes: what gives it today, and what after the `rewrites` on its way."""

    path: str
    loaded: LoadedEdge
    name: str
    before: Provider
    after: Provider
    rewrites: tuple[RewriteId, ...]


class NameComparison:
    """Refuses what takes a name away from its mock, or gives it to a mock that lacks it."""

    def __init__(self, case: MockCase) -> None:
        self._case = case
        self._served: dict[FileMock, list[TakenName]] = {}
        self._served_names: dict[str, list[TakenName]] = {}
        self._gained = list[Gained]()

    def compare(self, taken: TakenName, depth: int = 0) -> None:
        """Refuse what takes a name away from its mock, or gives it to a mock that lacks it."""
        before, after = taken.before, taken.after
        if before.mock is not None:
            self._case.links.get(before.mock, set()).update(taken.rewrites)
            self._served.setdefault(before.mock, []).append(taken)
            self._served_names.setdefault(before.name, []).append(taken)
        if self._is_passed_on(taken, depth) or after.mock is before.mock or not self._is_used(taken):
            return
        if after.mock is None:
            is_wrong = before.mock is not None and after.origin is not None
        else:
            is_wrong = self._replaces_more(taken, after.mock)
        if is_wrong:
            self._refuse(taken)

    def _is_used(self, taken: TakenName) -> bool:
        return self._case.is_used(taken.path, taken.loaded, taken.name)

    def _replaces_more(self, taken: TakenName, mock: FileMock) -> bool:
        """Whether it is wrong that a mock would give a name from now on; one that it has is judged at the end."""
        case, before, after = self._case, taken.before, taken.after
        original = case.original(mock)
        gained = before.origin is not None and mock.call.replaces(after.name, original)
        lacks = mock.call.lacks(after.name, original)
        # Two mocks that are written alike do the same: a test may mock the old path and the new one.
        differs = before.mock is not None and before.mock.call.written != mock.call.written
        alike = before.mock is not None and before.name == after.name and before.mock.call.is_alike(mock.call)
        if alike or not (gained or lacks or differs) or case.is_type(taken.path, taken.loaded, after):
            return False
        if gained and not lacks:
            self._gained.append(Gained(mock, after.name, taken.path, taken.loaded, taken.rewrites))
            return False
        return True

    def _refuse(self, taken: TakenName) -> None:
        """Refuse the mock or the import by which a name would come from elsewhere."""
        case, path, loaded = self._case, taken.path, taken.loaded
        old, new = taken.before.mock, taken.after.mock
        if not taken.rewrites and new is not None and new in case.links:
            case.refuse_mock(new, self._widened(taken))
        elif old is not None and old not in case.links:
            case.refuse_imports({rewrite: case.reasons.unmocked(old, rewrite[0]) for rewrite in taken.rewrites})
        elif new is not None and new in case.links:
            case.refuse_mock(new, case.reasons.widened(path, loaded, taken.after))
        elif old is not None:
            case.refuse_mock(old, case.reasons.elsewhere(path, loaded, taken.before.name, old))
        else:
            case.refuse_imports(dict.fromkeys(taken.rewrites, case.reasons.lacking(path, taken.after)))

    def _widened(self, taken: TakenName) -> Cause:
        """Why a mock must not give a name that it does not give today."""
        case, after = self._case, taken.after
        before, mock = taken.before.mock, after.mock
        if before is None or mock is None or mock.call.lacks(after.name, case.original(mock)):
            return case.reasons.widened(taken.path, taken.loaded, after)
        return case.reasons.taken_over(taken.path, taken.loaded, after.name, before)

    def _is_passed_on(self, taken: TakenName, depth: int) -> bool:
        """Whether a mock passes a name on, of the module that it replaces, which may have it from another mock.

        If so, what that gives before and after is judged.
        """
        case, before, after, rewrites = self._case, taken.before, taken.after, taken.rewrites
        same, old, new = before.mock is after.mock, before, after
        if before.mock is not None and _passes_on(before.mock, before.name, watching=same):
            call = before.mock.call
            old = case.view.provider_before(call.module_id, call.path, before.name, actual=True)
        if after.mock is not None and _passes_on(after.mock, after.name, watching=same):
            mock, call = after.mock, after.mock.call
            moved = mock in case.links
            place = Destination(*((mock.after_id, mock.after_path) if moved else (call.module_id, call.path)))
            new = case.view.provider_after(place, after.name, actual=True)
            own = ((mock.file, mock.number),) if moved and mock.number is not None else ()
            rewrites = (*rewrites, *own, *new.rewrites)
        if depth >= _ORIGINALS or (old is before and new is after):
            return False
        self.compare(taken._replace(before=old, after=new, rewrites=rewrites), depth + 1)
        return True

    def judge_gained(self) -> None:
        """Refuse what would get a name from a mock and has the real one today, unless that makes the mock work again.

        A mock that nothing gets anything from is one whose imports were moved before it was, or it before them: there
        the rewrite brings them together.  One that works gives no more than it gives, and a name that some get from a
        mock and others do not is so on purpose.
        """
        case = self._case
        loaded_today = set(case.today.files) if self._gained else set()
        for each in self._gained:
            taken = (*self._served.get(each.mock, ()), *self._served_names.get(each.name, ()))
            using = (by.path for by in taken if self._is_used(by))
            taking = next(using, None) if each.path in loaded_today else None
            if taking is not None:
                case.judged = (each.path, taking)
                if each.mock in case.links:
                    case.refuse_mock(each.mock, case.reasons.replaced(each))
                else:
                    case.refuse_imports(dict.fromkeys(each.rewrites, case.reasons.joining(each)))


_ORIGINALS = 4
"""How many mocks may pass a name on to each other."""


def _passes_on(mock: FileMock, name: str, *, watching: bool) -> bool:
    """Whether a mock gives what its module has under a name; with `watching`, as far as the text shows."""
    call = mock.call
    return call.passes_on and name not in call.keys and (watching or call.factory is FactoryKind.OPEN)
