"""Which names of its modules the code that a test loads can use at all.

A test loads many modules through barrels, and calls few of their functions.  What no live code names can't miss
anything in a mock.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping

from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.runtime.module_graph import ModuleGraph
from workflow_ls.project.source_index import Sources
from workflow_ls.records import record
from workflow_ls.rewrite.mocking.graphs.present_graph import LoadedEdge
from workflow_ls.rewrite.mocking.graphs.test_view import TestView
from workflow_ls.syntax.model import Form
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.runtime_imports import LoadKind, find_import_candidates
from workflow_ls.syntax.top_level_units import TopLevelUnit, TopLevelUnits, find_top_level_units
from workflow_ls.text import Span

ALL = "*"
"""Every export of a module, in the place of a name."""


@record
class BoundNames:
    """What an import of a file binds: each exported name with its local name; `namespace` if it binds all of them."""

    names: tuple[tuple[str, str], ...]
    namespace: str | None


class ModuleUnits(Component):
    """The top-level units of modules, and what their imports bind."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sources = database.component(Sources)
        self.modules = database.component(ModuleGraph)

    @query
    def _found(self, path: str) -> TopLevelUnits:
        bound = {local for each in self.bound(path).values() for _, local in each.names}
        bound |= {each.namespace for each in self.bound(path).values() if each.namespace is not None}
        starts = sorted(edge.span.start for edge in self.modules.imports(path).edges)
        found = self.sources.parsed(find_top_level_units, path, tuple(sorted(bound))) or TopLevelUnits((), (), ())
        # A statement that declares, uses and loads nothing is none of those that anything depends on.
        needed = [
            unit.names or unit.on_load or unit.on_call or bisect_left(starts, start) < bisect_left(starts, end)
            for unit, start, end in zip(*found)
        ]
        return found.only(needed)

    @query
    def units(self, path: str) -> tuple[TopLevelUnit, ...]:
        """The top-level units of a module; none if it can't be read.

        Without places, and with the identifiers only that a unit declares or an import binds: equal for most texts that
        typing makes.
        """
        return self._found(path).units

    @query
    def all_words(self, path: str) -> frozenset[str]:
        """The identifiers that the code of a module uses."""
        units = self.units(path)
        return frozenset().union(*(unit.on_load for unit in units), *(unit.on_call for unit in units))

    @query
    def words_if(self, path: str, called: frozenset[str]) -> frozenset[str]:
        """The identifiers that live code of a module uses, if others use what is `called` so in it."""
        units = self.units(path)
        words = {*called, *(word for unit in units for word in unit.on_load)}
        live, changed = set[int](), True
        while changed:
            changed = False
            for number, unit in enumerate(units):
                if number not in live and (not unit.names or not unit.names.isdisjoint(words)):
                    live.add(number)
                    words |= unit.on_call
                    changed = True
        return frozenset(words)

    def span_of(self, path: str, number: int) -> Span:
        """Where a top-level unit of a module is."""
        found = self._found(path)
        return Span(found.starts[number], found.ends[number])

    @query
    def unit_of(self, path: str, index: int) -> int | None:
        """The index of the unit that an import of a module is in; None if it is in none."""
        numbers = self._unit_of_each(path)
        return numbers[index] if index < len(numbers) else None

    @query
    def _unit_of_each(self, path: str) -> tuple[int | None, ...]:
        """The index of the unit that each import of a module is in."""
        (_, starts, ends), numbers = self._found(path), list[int | None]()
        for edge in self.modules.imports(path).edges:
            number = bisect_right(starts, edge.span.start) - 1
            inside = number >= 0 and edge.span.start < ends[number]
            numbers.append(number if inside else None)
        return tuple(numbers)

    @query
    def bound(self, path: str) -> Mapping[int, BoundNames]:
        """What the import declarations of a module bind, by the index of the import."""
        indexes = {edge.span: index for index, edge in enumerate(self.modules.imports(path).edges)}
        written = self.sources.parsed(_bound_in, path, self.settings.callees) or ()
        return {indexes[span]: bound for span, bound in written if span in indexes}


def _bound_in(source: Source, callees: Collection[str]) -> tuple[tuple[Span, BoundNames], ...]:
    """What the import declarations of a text bind, each by the place of its specifier."""
    found = []
    for reference in find_import_candidates(source, callees):
        if reference.form is Form.IMPORT and reference.statement is not None:
            names = tuple((name.name, name.local) for name in reference.names if name.local is not None)
            clause = source.text[reference.statement.start : reference.span.start].decode("utf-8", "replace")
            namespace = clause.partition("* as")[2].split() if reference.whole else []
            found.append((reference.span, BoundNames(names, namespace[0].rstrip(",") if namespace else None)))
    return tuple(found)


class LiveNames:
    """The names that live code of a test uses, in each file that it loads, after the rewrites."""

    def __init__(self, view: TestView, units: ModuleUnits, within: Collection[str]) -> None:
        """`within` are the files that are looked into; a name of another file leads no further."""
        self._view = view
        self._units = units
        self._within = within
        self._words: dict[str, frozenset[str]] = {}
        self._bound: dict[str, Mapping[int, BoundNames]] = {}
        self._wanted: dict[str, set[str]] = {}
        self._solve()

    def uses(self, path: str, loaded: LoadedEdge, name: str) -> bool:
        """Whether live code of the file `path` uses what an import gives it under a name of the module."""
        words = self._words.get(path)
        if words is None:
            return False
        bound = self._bound[path].get(loaded.index)
        if bound is None:
            return self._is_live_at(path, loaded.index, words)
        if bound.namespace is not None and bound.namespace in words:
            return True
        return any(each == name and local in words for each, local in bound.names)

    def _is_live_at(self, path: str, index: int, words: Collection[str]) -> bool:
        """Whether an import in the code of a file, such as `import()`, may run."""
        number = self._units.unit_of(path, index)
        if number is None or path == self._view.path:
            return True
        names = self._units.units(path)[number].names
        return not names or not names.isdisjoint(words)

    def _solve(self) -> None:
        self._wanted = {self._view.path: {ALL}}
        todo = [self._view.path]
        waiting = set(todo)
        while todo:
            path = todo.pop()
            waiting.discard(path)
            for target, names in self._wanted_by(path).items():
                wanted = self._wanted.get(target)
                if wanted is None:
                    wanted = self._wanted[target] = set()
                elif ALL in wanted or names <= wanted:
                    continue
                wanted |= names
                if target in self._within and target not in waiting:
                    waiting.add(target)
                    todo.append(target)

    def _wanted_by(self, path: str) -> dict[str, set[str]]:
        """The files that a file loads, each with the names that its live code wants of it."""
        wanted, view = self._wanted[path], self._view
        opened = view.index.opened(path)
        if ALL in wanted:
            words = self._units.all_words(path)
        else:
            declared = (origin.name for name in wanted for origin in opened.declared.get(name, ()))
            words = self._units.words_if(path, frozenset((*declared, *({"default"} & wanted))))
        self._words[path] = words
        bound = self._bound[path] = self._units.bound(path)
        re_exports = dict[str, list[tuple[str, str]]]()
        for export, _ in opened.named:
            re_exports.setdefault(export.specifier or "", []).append((export.name, export.source or ALL))
        found = dict[str, set[str]]()
        for loaded in view.graph.edges(path):
            # An import may be exported again by a clause of its own.
            passed_on = re_exports.get(loaded.edge.specifier, ())
            used = {source for name, source in passed_on if name in wanted or ALL in wanted} if passed_on else set()
            if loaded.edge.exports:
                used |= wanted if loaded.edge.whole else set()
            else:
                used |= self._used(path, loaded, bound.get(loaded.index), words)
            for destination in view.destinations(path, loaded):
                mock = None if loaded.edge.kind is LoadKind.ACTUAL else view.after.get(destination.module_id)
                if destination.path is None or (mock is not None and not mock.call.loads_original):
                    continue
                # A mock that the runner makes calls nothing of the module.
                called = used if mock is None or mock.call.passes_on else set[str]()
                if destination.names is not None:
                    names = (name if name == ALL else destination.name_of(name) for name in called)
                    called = {name for name in names if name is not None}
                found.setdefault(destination.path, set()).update(called)
        return found

    def _used(self, path: str, loaded: LoadedEdge, bound: BoundNames | None, words: Collection[str]) -> set[str]:
        """The names of its module that live code takes from an import, or a call."""
        if bound is None:
            if not self._is_live_at(path, loaded.index, words):
                return set()
            return {ALL} if loaded.edge.whole or not loaded.edge.names else set(loaded.edge.names)
        if bound.namespace is not None and bound.namespace in words:
            return {ALL}
        return {name for name, local in bound.names if local in words}
