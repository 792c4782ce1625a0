"""The module graph before and after the rewrites of a workspace."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from workflow_ls.diagnostics import Severity
from workflow_ls.project.exports.export_index import ExportIndex
from workflow_ls.project.exports.name_sources import NameSource
from workflow_ls.project.file_facts import LegacyReference
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.runtime.module_graph import ModuleGraph
from workflow_ls.project.runtime.reachability import MAX_FILES, Reachability
from workflow_ls.project.source_index import Sources
from workflow_ls.records import record, replace
from workflow_ls.rewrite.file_outcomes import FileOutcomes
from workflow_ls.rewrite.mocking.graphs.present_graph import Destination, LoadedEdge, MovedReExport, PresentGraph
from workflow_ls.rewrite.target import Target
from workflow_ls.syntax.model import Form
from workflow_ls.syntax.suppressions import suppressions_by_line
from workflow_ls.text import LineIndex, Span


@record
class NearModules:
    """The modules that a file may import, before and after the rewrites: `modules` by id and bare specifier."""

    modules: frozenset[str]
    files: tuple[str, ...]
    unresolved: bool


@record
class _MovedClause:
    """A clause that is rewritten, without its place, so that typing changes no proof.

    `names` are those that it takes of its module, each with the name under which it exports it, if it `exports`.
    `whole` is set for a namespace, and for an import without names; `star` for `export *`.
    """

    moved: MovedReExport
    exports: bool
    names: frozenset[tuple[str, str | None]]
    whole: bool
    star: bool

    def takes(self, source: NameSource) -> bool:
        """Whether a re-export may have its name by this clause."""
        if source.exported is None or self.star:
            return source.exported is None and self.star
        if self.exports:
            return (source.name, source.exported) in self.names or (self.whole and source.name == "*")
        return self.whole or (source.name, None) in self.names


_CLAUSES = (Form.IMPORT, Form.IMPORT_EQUALS, Form.EXPORT)


def _moved_clause(legacy: LegacyReference, moved: MovedReExport) -> _MovedClause:
    reference, exports = legacy.reference, legacy.reference.form is Form.EXPORT
    names = frozenset((name.name, (name.local or name.name) if exports else None) for name in reference.names)
    return _MovedClause(moved, exports, names, reference.whole, legacy.star)


class RewrittenGraph(Component):
    """The imports of each file at run time, before and after the rewrites that pass by themselves."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sources = database.component(Sources)
        self.modules = database.component(ModuleGraph)
        self.reachability = database.component(Reachability)
        self.present = database.component(PresentGraph)
        self.index = database.component(ExportIndex)
        self.outcomes = database.component(FileOutcomes)

    @query
    def _candidates(self) -> frozenset[str]:
        return frozenset(self.sources.candidates())

    @query
    def rewrites(self, path: str) -> Mapping[int, tuple[Destination, ...]]:
        """Where the rewritten references of a file lead, by their index; without those that the user keeps."""
        if path not in self._candidates():
            return {}
        found: dict[int, tuple[Destination, ...]] = {}
        kept = self._kept(path)
        for number, outcome in enumerate(self.outcomes.of_file(path)):
            if not isinstance(outcome.target, Target) or number in kept:
                continue
            destinations = []
            for part in outcome.target.parts:
                names = tuple((name.name, new) for name, new in part.names) or None
                written = outcome.legacy.with_request(part.specifier)
                destinations.append(Destination(*self.modules.resolve_id(written, path), names))
            found[number] = tuple(destinations)
        return found

    @query
    def _kept(self, path: str) -> frozenset[int]:
        """The legacy references that no fix changes, since a comment or the settings silence their rule."""
        facts = self.sources.facts_without_text(path)
        if facts is not None and facts.suppressions:
            facts = self.sources.facts(path)
        if facts is None:
            return frozenset()
        rules = [
            "deprecated-relative-import" if legacy.relative else "deprecated-import"
            for legacy in facts.legacy_references
        ]
        off = {rule for rule in set(rules) if self.settings.severity(rule, Severity.WARNING) is None}
        kept = {number for number, rule in enumerate(rules) if rule in off}
        if facts.suppressions:
            lines, by_line = LineIndex(facts.text), suppressions_by_line(facts.suppressions)
            for number, (legacy, rule) in enumerate(zip(facts.legacy_references, rules)):
                starts = (legacy.reference.span.start, legacy.reference.statement_start)
                covered: set[int | None] = {None, *(lines.line_at(start) for start in starts if start is not None)}
                if any(rule in s.rules for line in covered for s in by_line.get(line, ())):
                    kept.add(number)
        return frozenset(kept)

    @query
    def edges(self, path: str) -> tuple[LoadedEdge, ...]:
        """The imports of a file at run time, in file order."""
        rewrites, edges = self.rewrites(path), self.present.edges(path)
        if not rewrites:
            return edges
        numbers = self.numbers(path)
        found = ((edge, numbers.get(self.place(path, edge.index))) for edge in edges)
        return tuple(
            edge if number is None else replace(edge, number=number, after=rewrites[number]) for edge, number in found
        )

    def place(self, path: str, index: int) -> Span:
        """Where an import of a file names its module."""
        return self.present.place(path, index)

    def moved_re_export(self, path: str, source: NameSource) -> MovedReExport | None:
        """The rewrite of the reference by which a file re-exports a name; None for one that stays.

        A file may refer to a module more than once, and mock it besides: only a clause that takes the name counts.
        """
        clauses = self._moved_clauses(path).get(source.specifier or "", ())
        return next((clause.moved for clause in clauses if clause.takes(source)), None)

    @query
    def _moved_clauses(self, path: str) -> Mapping[str, tuple[_MovedClause, ...]]:
        """The import and export clauses of a file that are rewritten, by specifier; those that export come first."""
        rewrites = self.rewrites(path)
        outcomes = self.outcomes.of_file(path) if rewrites else ()
        found = defaultdict[str, list[_MovedClause]](list)
        for number, destinations in rewrites.items():
            legacy = outcomes[number].legacy
            if legacy.reference.form in _CLAUSES:
                clause = _moved_clause(legacy, MovedReExport(number, destinations))
                found[legacy.reference.specifier].append(clause)
        return {specifier: tuple(sorted(each, key=lambda c: not c.exports)) for specifier, each in found.items()}

    @query
    def numbers(self, path: str) -> Mapping[Span, int]:
        """The rewrites of a file by the place of their specifier."""
        outcomes = self.outcomes.of_file(path)
        return {outcomes[number].legacy.place: number for number in self.rewrites(path)}

    def takes_value(self, path: str, index: int, name: str) -> bool:
        """Whether an import of a file takes a name as a value, as far as the text of the file shows."""
        return self.present.takes_value(path, index, name)

    @query
    def near(self, path: str) -> NearModules:
        """What a file may import before or after, judging by its text."""
        before = self.reachability.imports(path)
        after = [destination for each in self.rewrites(path).values() for destination in each]
        if not after:
            return NearModules(before.modules, before.files, before.unresolved)
        modules = before.modules.union(destination.module_id for destination in after)
        files = tuple(dict.fromkeys((*before.files, *(d.path for d in after if d.path is not None))))
        return NearModules(modules, files, before.unresolved)

    def users(self, start: str) -> dict[str, list[str]]:
        """The files that a file may load before or after, judging by their texts, each with those that load it.

        The file itself comes first.  The search gives up after `MAX_FILES`.
        """
        users, todo = dict[str, list[str]]({start: []}), [start]
        while todo and len(users) <= MAX_FILES:
            path = todo.pop()
            for file in self.near(path).files:
                if file not in users:
                    users[file] = []
                    todo.append(file)
                users[file].append(path)
        return users

    @query
    def leads_to(self, path: str) -> frozenset[str]:
        """The files that a module re-exports from at any depth, before or after, and itself."""
        seen, todo = {path}, [path]
        while todo:
            current = todo.pop()
            for source in (*self.index.re_exported(current), *self._new_sources(current)):
                if source not in seen:
                    seen.add(source)
                    todo.append(source)
        return frozenset(seen)

    def _new_sources(self, path: str) -> Iterator[str]:
        for clauses in self._moved_clauses(path).values():
            destinations = (destination for clause in clauses for destination in clause.moved.destinations)
            yield from (destination.path for destination in destinations if destination.path is not None)

    def leads_to_any(self, path: str | None, modules: Collection[str]) -> bool:
        """Whether a module is one of `modules`, or re-exports from one."""
        return path is not None and not self.leads_to(path).isdisjoint(modules)
