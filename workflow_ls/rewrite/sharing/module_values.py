"""The values with an identity that the exports of a module come to: its own, and those of modules below it."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from workflow_ls.project.exports.export_index import ExportIndex
from workflow_ls.project.exports.module_exports import Origin
from workflow_ls.project.file_facts import Area, area_of
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.runtime.module_graph import ModuleGraph
from workflow_ls.project.source_index import Sources
from workflow_ls.records import record
from workflow_ls.rewrite.mocking.graphs.live_names import ModuleUnits
from workflow_ls.syntax.identity.held_values import Hold, find_held_values
from workflow_ls.syntax.identity.identity_uses import IdentityUse, Path, find_identity_uses


@record
class ReachedValues:
    """What one comes to by an exported name: each value, by its declaration, with the files on the way to it.

    `compared` are those that code on the way compares or changes.
    """

    values: Mapping[Origin, tuple[str, ...]]
    compared: frozenset[Origin]


@record
class UsedByIdentity:
    """The values of a file that it changes, and those that it compares."""

    changed: frozenset[Path]
    compared: frozenset[Path]


class ModuleValues(Component):
    """The values of the modules that move, and of those that they move to."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sources = database.component(Sources)
        self.modules = database.component(ModuleGraph)
        self.index = database.component(ExportIndex)
        self.units = database.component(ModuleUnits)

    @query
    def held(self, path: str) -> Mapping[str, Hold]:
        """What the declarations of a module hold, by their names."""
        return self.sources.parsed(find_held_values, path, self._uses(path)) or {}

    @query
    def used_by_identity(self, path: str) -> UsedByIdentity:
        """What a file changes or compares."""
        uses = self._uses(path)
        changed = frozenset(use.path for use in uses if use.changes)
        return UsedByIdentity(changed, frozenset(use.path for use in uses if not use.changes))

    @query
    def _uses(self, path: str) -> tuple[IdentityUse, ...]:
        return self.sources.parsed(find_identity_uses, path) or ()

    def hold(self, origin: Origin) -> Hold | None:
        """What a declaration holds."""
        return self.held(origin.path).get(origin.name)

    def concerns(self, path: str) -> bool:
        """Whether a file is part of what moves, or of where it moves to."""
        return area_of(self.table, path) in (Area.LEGACY, Area.CANONICAL)

    @query
    def reached(self, origin: Origin) -> ReachedValues:
        """The values that code comes to which uses a declaration."""
        values, compared = dict[Origin, tuple[str, ...]](), set[Origin]()
        ways: dict[Origin, tuple[str, ...]] = {origin: (origin.path,)}
        todo = deque([origin])
        while todo:
            current = todo.popleft()
            way = ways[current]
            if self.hold(current) is not None:
                values[current] = way
            step = self._steps(current.path).get(current.name)
            if step is None:
                continue
            compared.update(step.compared)
            for used in step.uses:
                if used not in ways:
                    ways[used] = way if used.path == way[-1] else (*way, used.path)
                    todo.append(used)
        return ReachedValues(values, frozenset(compared))

    @query
    def _steps(self, path: str) -> Mapping[str, _Step]:
        """What each top-level declaration of a module uses: declarations of the module, and of those it imports."""
        if not self.concerns(path):
            return {}
        uses, units = self._uses(path), self.units.units(path)
        declared = {name for unit in units for name in unit.names}
        imported = self._imported(path)
        found = dict[str, _Step]()
        for number, unit in enumerate(units):
            # What one declaration binds together, `const { put, get } = make()`, has its state together.
            used = dict.fromkeys(Origin(path, name) for name in unit.names) if len(unit.names) > 1 else {}
            for word in sorted(unit.on_load | unit.on_call):
                if word in declared:
                    used[Origin(path, word)] = None
                used.update(dict.fromkeys(imported.get(word, ())))
            span = self.units.span_of(path, number)
            roots = {use.path[0] for use in uses if span.start <= use.start < span.end}
            compared = {Origin(path, word) for word in roots & declared}
            compared.update(*(imported.get(word, ()) for word in roots))
            step = _Step(tuple(used), frozenset(compared))
            for name in unit.names:
                found[name] = step
        return found

    def _imported(self, path: str) -> Mapping[str, tuple[Origin, ...]]:
        """The declarations behind what the imports of a module bind, by the local names."""
        edges, found = self.modules.imports(path).edges, dict[str, tuple[Origin, ...]]()
        for index, bound in self.units.bound(path).items():
            target = edges[index].path
            if target is None or not self.concerns(target):
                continue
            origins = self.index.exports(target).origins
            found.update({local: (origins[name],) for name, local in bound.names if name in origins})
            if bound.namespace is not None:
                found[bound.namespace] = tuple(origins.values())
        return found


@record
class _Step:
    """What a declaration uses, and what of that it changes or compares."""

    uses: tuple[Origin, ...]
    compared: frozenset[Origin]
