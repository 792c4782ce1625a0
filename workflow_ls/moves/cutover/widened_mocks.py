"""The mocks that replace more after a cutover, since two modules become one.

While a new module only re-exports the legacy one, a mock of it replaces nothing for code that imports the legacy one by
another path.  After the cutover there is one module, and the mock replaces it for all.  Where a mock replaces nothing
today, it is removed, so that its tests see what they saw; another one stands in the way.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator, Mapping

from workflow_ls.diagnostics import Blocked
from workflow_ls.moves.move_set import MoveSet
from workflow_ls.moves.plan_model import Note, Problem, Rewrite
from workflow_ls.printable import listed
from workflow_ls.project.runtime.mock_calls import MockCalls
from workflow_ls.project.runtime.mocks_in_force import MocksInForce
from workflow_ls.project.runtime.module_graph import ModuleGraph
from workflow_ls.project.runtime.reachability import Reachability
from workflow_ls.project.test_files import runs_in_jest
from workflow_ls.records import record
from workflow_ls.rewrite.mocking.merged_mocks import Merged, MergedMocks, MockEffect, Taking
from workflow_ls.rewrite.mocking.test_view import FileMock
from workflow_ls.syntax.mock_statements import mock_statement, names_left_unused
from workflow_ls.syntax.runtime_imports import find_import_candidates
from workflow_ls.text import Span, line_of
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, Query

_NEEDLES = ("mock", "Mock", "proxyquire", "testdouble", "quibble")
_TESTS = tuple(f".{word}{ending}" for word in ("test", "spec") for ending in SOURCE_EXTENSIONS)
_CALLS = ("test(", "it(", "test.", "it.", "describe(")
_ROUNDS = 8


@record
class WidenedMocks:
    """What is done about them: the lines that go, by file, how that is listed, and what is to be done by hand."""

    cuts: Mapping[str, tuple[Span, ...]]
    rewrites: tuple[Rewrite, ...]
    notes: tuple[Note, ...]
    problems: tuple[Problem, ...]


def find_widened_mocks(move_set: MoveSet) -> WidenedMocks:
    """The mocks of modules that become one with others, and that a test also reaches there."""
    return _Search(move_set).result()


@record
class _Widening:
    """A mock that would give something new, with something that it gives today, in all its tests together."""

    mock: FileMock
    gives: Taking | None
    gains: Taking
    is_idle: bool

    @property
    def is_inert(self) -> bool:
        """Whether tests see the same without it."""
        return self.gives is None and self.is_idle

    @property
    def begins(self) -> str:
        """What it would do, as a verb with its objects."""
        what = f"`{self.gains.name}`" if self.gains.name is not None else "the whole module"
        where = "this file" if self.gains.path == self.mock.file else self.gains.path
        return f"replace {what} for {where}, which imports `{self.gains.specifier}`"

    @property
    def replaces_nothing(self) -> str:
        """What is wrong with it where it gives nothing."""
        return f"the mock of `{self.mock.call.specifier}` replaces nothing today, and would {self.begins}"


def accepted(problem: Problem) -> Note:
    """A mock that may replace more, as a note."""
    return Note(problem.path, f"{problem.blocked.reason}. Run the tests that load this file.", problem.line)


class _Search:
    def __init__(self, move_set: MoveSet) -> None:
        workspace = move_set.before
        self.workspace = workspace
        self.calls = workspace.component(MockCalls)
        self.in_force = workspace.component(MocksInForce)
        self.reachability = workspace.component(Reachability)
        self.judge = workspace.component(MergedMocks)
        self.merged = _merged(move_set)

    def result(self) -> WidenedMocks:
        files = [path for path in self._mocking() if any(self._concerns(mock) for mock in self._mocks(path))]
        tests = tuple(dict.fromkeys(test for path in files for test in self._tests_of(path)))
        removed, cuts = set[FileMock](), dict[str, list[Span]]()
        rewrites, notes, kept = list[Rewrite](), list[Note](), list[_Widening]()
        for _ in range(_ROUNDS):
            kept = self._widenings(tests, removed)
            spans = {each: self._statement(each.mock) if each.is_inert else None for each in kept}
            idle = {each: span for each, span in spans.items() if span is not None}
            if not idle:
                break
            removed.update(each.mock for each in idle)
            for each, span in idle.items():
                call, path, line = each.mock.call, each.mock.file, self._line(each.mock)
                cuts.setdefault(path, []).append(span)
                written = f"{call.callee}('{call.specifier}', …)"
                rewrites.append(Rewrite(path, line, "mock-mismatch", written, "removed, since it replaces nothing"))
                notes.append(Note(path, f"{each.replaces_nothing}. It is removed.", line))
        notes += self._unused(cuts)
        problems = tuple(self._problem(each) for each in kept if each.mock not in removed)
        spans_by_file = {path: tuple(spans) for path, spans in cuts.items()}
        return WidenedMocks(spans_by_file, tuple(rewrites), tuple(notes), problems)

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

    def _widenings(self, tests: Collection[str], removed: Collection[FileMock]) -> list[_Widening]:
        """The mocks that would give something new, each with what it does in all tests together."""
        effects = dict[FileMock, list[MockEffect]]()
        for test in tests:
            files = self.in_force.files_for(test)
            mocks = [mock for path in files for mock in self._mocks(path) if mock not in removed]
            for effect in self.judge.effects(test, mocks, self.merged):
                effects.setdefault(effect.mock, []).append(effect)
        found = list[_Widening]()
        for mock, each in effects.items():
            gains = next((effect.gains for effect in each if effect.gains is not None), None)
            gives = next((effect.gives for effect in each if effect.gives is not None), None)
            if gains is not None:
                found.append(_Widening(mock, gives, gains, all(effect.is_idle for effect in each)))
        return found

    def _statement(self, mock: FileMock) -> Span | None:
        source = self.workspace.sources.source(mock.file)
        references = () if source is None else find_import_candidates(source, self.workspace.settings.callees)
        reference = next((each for each in references if each.span == mock.call.span), None)
        return None if source is None or reference is None else mock_statement(source, reference)

    def _unused(self, cuts: Mapping[str, Collection[Span]]) -> Iterator[Note]:
        for path, spans in cuts.items():
            names = names_left_unused(self.workspace.files.read(path) or b"", spans)
            if names:
                verb, it = ("is", "it") if len(names) == 1 else ("are", "them")
                shown = listed([f"`{name}`" for name in names])
                yield Note(path, f"{shown} {verb} unused without the mocks that are removed. Remove {it}, too.")

    def _line(self, mock: FileMock) -> int:
        return line_of(self.workspace.files.read(mock.file) or b"", mock.call.span.start)

    def _problem(self, each: _Widening) -> Problem:
        mock, specifier = each.mock, each.mock.call.specifier
        if each.is_inert:
            blocked = Blocked(each.replaces_nothing, "remove this mock by hand first, or pass --widen-mocks")
        elif each.gives is None:
            reason = f"the mock of `{specifier}` would {each.begins}, and it keeps other modules from running"
            blocked = Blocked(reason, "complete or remove this mock first, or pass --widen-mocks")
        else:
            today = "this file" if each.gives.path == mock.file else each.gives.path
            reason = f"the mock of `{specifier}` works for {today} today, and would also {each.begins}"
            remedy = f"mock {self._other(mock)} here, too, by the same factory, and see this test pass"
            blocked = Blocked(reason, f"{remedy}, or pass --widen-mocks")
        return Problem(mock.file, blocked, self._line(mock))

    def _other(self, mock: FileMock) -> str:
        """The module that is not mocked today, by a name that the test may give it."""
        table, modules = self.workspace.table, self.workspace.component(ModuleGraph)
        group = self.merged[mock.call.module_id]
        legacy = [module for path in sorted(group) if (module := table.module_at(path)) is not None]
        specifiers = [f"{table.roots[0]}/{module}" for module in legacy]
        specifiers += [candidate for module in legacy for candidate in table.candidates(module)]
        by_path = {modules.resolve_id(each, mock.file)[0]: each for each in reversed(specifiers)}
        return listed([f"`{by_path.get(path, path)}`" for path in sorted(group - {mock.call.module_id})])


def _merged(move_set: MoveSet) -> Merged:
    """The modules that become one with others, each with all of them."""
    groups = dict[str, set[str]]()
    for file_move in move_set.file_moves:
        if file_move.new is not None:
            present = (file_move.old, file_move.replaced, file_move.new if file_move.is_dropped else None)
            groups.setdefault(file_move.new, set()).update(path for path in present if path is not None)
    frozen = (frozenset(group) for group in groups.values() if len(group) > 1)
    return {path: group for group in frozen for path in group}
