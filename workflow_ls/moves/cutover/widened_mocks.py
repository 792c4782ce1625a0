"""The mocks that replace more after a cutover, since two modules become one.

While a new module only re-exports the legacy one, a mock of it replaces nothing for code that imports the legacy one by
another path.  After the cutover there is one module, and the mock replaces it for all.  Where a mock, or a name in its
factory, replaces nothing today, it is removed, so that its tests see what they saw; another one is a problem.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from workflow_ls.diagnostics import Blocked
from workflow_ls.moves.cutover.widening_search import Widening, WideningSearch
from workflow_ls.moves.move_set import MoveSet
from workflow_ls.moves.plan_model import Note, Problem, Rewrite
from workflow_ls.printable import listed
from workflow_ls.project.runtime.module_graph import ModuleGraph
from workflow_ls.records import record, replace
from workflow_ls.rewrite.mocking.graphs.test_view import FileMock
from workflow_ls.syntax.mocks.mock_statements import factory_key, mock_statement, names_left_unused
from workflow_ls.syntax.model import Reference
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.runtime_imports import find_import_candidates
from workflow_ls.text import Span, line_of


@record
class WidenedMocks:
    """What is done about them: the lines that go, by file, how that is listed, and what is to be done by hand."""

    cuts: Mapping[str, tuple[Span, ...]]
    rewrites: tuple[Rewrite, ...]
    notes: tuple[Note, ...]
    problems: tuple[Problem, ...]


def find_widened_mocks(move_set: MoveSet) -> WidenedMocks:
    """The mocks of modules that become one with others, and that a test also reaches there."""
    return _Cuts(move_set).result()


def accepted(problem: Problem) -> Note:
    """A mock that may replace more, as a note."""
    return Note(problem.path, f"{problem.blocked.reason}. Run the tests that load this file.", problem.line)


class _Cuts:
    def __init__(self, move_set: MoveSet) -> None:
        self.workspace = move_set.before
        self.search = WideningSearch(move_set)
        self.cuts = dict[str, list[Span]]()
        self.rewrites = list[Rewrite]()
        self.notes = list[Note]()
        self.changed = dict[FileMock, FileMock | None]()
        self.seen = set[tuple[str, Span]]()

    def result(self) -> WidenedMocks:
        found = list[Widening]()
        cut = 1
        while cut:
            found = self.search.widenings(self.changed)
            fresh = [each for each in found if (each.mock.file, each.mock.call.span) not in self.seen]
            cut = len([each for each in fresh if self._remove(each) or self._remove_names(each)])
            self.seen.update((each.mock.file, each.mock.call.span) for each in fresh)
        problems = tuple(self._problem(each) for each in found)
        self.notes += self._unused()
        spans = {path: tuple(spans) for path, spans in self.cuts.items()}
        return WidenedMocks(spans, tuple(self.rewrites), tuple(self.notes), problems)

    def _remove(self, each: Widening) -> bool:
        """Remove a mock that gives nothing, if that is a matter of whole lines."""
        span = self._span(each.mock, mock_statement) if each.is_inert else None
        if span is None:
            return False
        self.changed[each.mock] = None
        self._cut(each, [span], "removed, since it replaces nothing")
        self._note(each, f"replaces nothing today, and would {each.begins}. It is removed")
        return True

    def _remove_names(self, each: Widening) -> bool:
        """Remove the names from a factory that it gives to nothing, and has from the original without them."""
        names = each.apart
        spans = [self._span(each.mock, partial(factory_key, name=name)) for name in names]
        found = [span for span in spans if span is not None]
        if not names or len(found) < len(names):
            return False
        call = replace(each.mock.call, keys=each.mock.call.keys.difference(names))
        self.changed[each.mock] = replace(each.mock, call=call)
        shown = listed([f"`{name}`" for name in names])
        self._cut(each, found, f"without {shown}, which nothing gets from it")
        it = "It is" if len(names) == 1 else f"{shown} are"
        self._note(each, f"would {each.begins}, where it replaces nothing today. {it} removed from the factory")
        return True

    def _cut(self, each: Widening, spans: list[Span], what: str) -> None:
        call, path = each.mock.call, each.mock.file
        self.cuts.setdefault(path, []).extend(spans)
        written = f"{call.callee}('{call.specifier}', …)"
        self.rewrites.append(Rewrite(path, self._line(each.mock), "mock-mismatch", written, what))

    def _note(self, each: Widening, what: str) -> None:
        message = f"the mock of `{each.mock.call.specifier}` {what}."
        self.notes.append(Note(each.mock.file, message, self._line(each.mock)))

    def _span(self, mock: FileMock, find: Callable[[Source, Reference], Span | None]) -> Span | None:
        """A part of a file, by the reference of a mock."""
        source = self.workspace.sources.source(mock.file)
        references = () if source is None else find_import_candidates(source, self.workspace.settings.callees)
        reference = next((each for each in references if each.span == mock.call.span), None)
        return None if source is None or reference is None else find(source, reference)

    def _unused(self) -> Iterator[Note]:
        for path, spans in self.cuts.items():
            names = names_left_unused(self._text(path), spans)
            if names:
                verb, it = ("is", "it") if len(names) == 1 else ("are", "them")
                shown = listed([f"`{name}`" for name in names])
                yield Note(path, f"{shown} {verb} unused without the mocks that are removed. Remove {it}, too.")

    def _line(self, mock: FileMock) -> int:
        return line_of(self._text(mock.file), mock.call.span.start)

    def _text(self, path: str) -> bytes:
        return self.workspace.files.read(path) or b""

    def _problem(self, each: Widening) -> Problem:
        mock, specifier = each.mock, each.mock.call.specifier
        if each.is_inert:
            reason = f"the mock of `{specifier}` replaces nothing today, and would {each.begins}"
            blocked = Blocked(reason, "remove this mock by hand first, or pass --widen-mocks")
        elif not each.gives:
            reason = f"the mock of `{specifier}` would {each.begins}, and it keeps other modules from running"
            blocked = Blocked(reason, "complete or remove this mock first, or pass --widen-mocks")
        else:
            user = next(iter(each.gives.values())).path
            today = "this file" if user == mock.file else user
            reason = f"the mock of `{specifier}` works for {today} today, and would also {each.begins}"
            remedy = f"mock {self._other(mock)} here, too, by the same factory, and see this test pass"
            blocked = Blocked(reason, f"{remedy}, or pass --widen-mocks")
        return Problem(mock.file, blocked, self._line(mock))

    def _other(self, mock: FileMock) -> str:
        """The module that is not mocked today, by a name that the test may give it."""
        table, modules = self.workspace.table, self.workspace.component(ModuleGraph)
        group = self.search.merged[mock.call.module_id]
        legacy = [module for path in sorted(group) if (module := table.module_at(path)) is not None]
        specifiers = [table.specifier_of(module) for module in legacy]
        specifiers += [candidate for module in legacy for candidate in table.candidates(module)]
        by_path = {modules.resolve_id(each, mock.file)[0]: each for each in reversed(specifiers)}
        return listed([f"`{by_path.get(path, path)}`" for path in sorted(group - {mock.call.module_id})])
