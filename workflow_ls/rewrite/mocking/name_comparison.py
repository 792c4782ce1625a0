"""Compares from which mock each import gets its names, before and after the rewrites."""

from __future__ import annotations

from workflow_ls.rewrite.mocking.graphs.present_graph import Destination, LoadedEdge, RewriteId
from workflow_ls.rewrite.mocking.graphs.test_view import FileMock, Provider
from workflow_ls.rewrite.mocking.mock_case import MockCase
from workflow_ls.rewrite.mocking.mock_refusals import Cause, Gained
from workflow_ls.syntax.mocks.mock_factories import FactoryKind


class NameComparison:
    """Refuses what takes a name away from its mock, or gives it to a mock that lacks it."""

    def __init__(self, case: MockCase) -> None:
        self._case = case
        self._served: dict[FileMock, list[tuple[str, LoadedEdge, str]]] = {}
        self._served_names: dict[str, list[tuple[str, LoadedEdge, str]]] = {}
        self._gained = list[Gained]()

    def compare(
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
        case, mock = self._case, after.mock
        if before.mock is not None:
            case.links.get(before.mock, set()).update(rewrites)
            self._served.setdefault(before.mock, []).append((path, loaded, name))
            self._served_names.setdefault(before.name, []).append((path, loaded, name))
        if self._is_passed_on(path, loaded, name, before, after, rewrites, depth) or mock is before.mock:
            return
        if not case.is_used(path, loaded, name):
            return
        if mock is not None:
            original = case.original(mock)
            gained = before.origin is not None and mock.call.replaces(after.name, original)
            lacks = mock.call.lacks(after.name, original)
            # Two mocks that are written alike do the same: a test may mock the old path and the new one.
            differs = before.mock is not None and before.mock.call.written != mock.call.written
            alike = before.mock is not None and before.name == after.name and before.mock.call.is_alike(mock.call)
            if alike or not (gained or lacks or differs) or case.is_type(path, loaded, after):
                return
            if gained and not lacks:
                self._gained.append(Gained(mock, after.name, path, loaded, rewrites))
                return
        elif before.mock is None or after.origin is None:
            return
        if not rewrites and mock is not None and mock in case.links:
            case.refuse_mock(mock, self._widened(path, loaded, before, after))
        elif before.mock is not None and before.mock not in case.links:
            stuck = before.mock
            case.refuse_imports({rewrite: case.reasons.unmocked(stuck, rewrite[0]) for rewrite in rewrites})
        elif mock is None or mock not in case.links:
            if before.mock is not None:
                case.refuse_mock(before.mock, case.reasons.elsewhere(path, loaded, before.name, before.mock))
            else:
                case.refuse_imports(dict.fromkeys(rewrites, case.reasons.lacking(path, after)))
        else:
            case.refuse_mock(mock, case.reasons.widened(path, loaded, after))

    def _widened(self, path: str, loaded: LoadedEdge, before: Provider, after: Provider) -> Cause:
        """Why a mock must not give a name that it does not give today."""
        case = self._case
        if before.mock is None or after.mock is None or after.mock.call.lacks(after.name, case.original(after.mock)):
            return case.reasons.widened(path, loaded, after)
        return case.reasons.taken_over(path, loaded, after.name, before.mock)

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
        case, same = self._case, before.mock is after.mock
        old, new = before, after
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
        self.compare(path, loaded, name, old, new, rewrites, depth + 1)
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
            taking = next((by[0] for by in taken if case.is_used(*by)), None) if each.path in loaded_today else None
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
