"""Which values of moving modules each file uses, and from which copy before and after the rewrites."""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.project.exports.export_index import ExportIndex
from workflow_ls.project.exports.module_exports import Origin
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.runtime.mock_calls import MockCalls
from workflow_ls.project.source_index import Sources
from workflow_ls.records import record
from workflow_ls.rewrite.mocking.graphs.live_names import ModuleUnits
from workflow_ls.rewrite.mocking.graphs.present_graph import LoadedEdge
from workflow_ls.rewrite.mocking.graphs.rewritten_graph import RewrittenGraph
from workflow_ls.rewrite.sharing.module_values import ModuleValues, ReachedValues
from workflow_ls.syntax.identity.held_values import Hold
from workflow_ls.syntax.identity.identity_uses import MODULE, Path
from workflow_ls.syntax.runtime_imports import LoadKind


@record
class ValueUser:
    """A name that the file `path` takes of a moving module, by its import with an index.

    `origin` is its declaration today, `after` those that it has after the rewrite with a number; None for an import
    that stays.  The name is `local` in the file, or a member of the namespace `local` if it `is_member`.
    """

    path: str
    index: int
    number: int | None
    specifier: str
    name: str
    local: str
    is_member: bool
    origin: Origin
    after: tuple[Origin, ...]


class ValueUsers(Component):
    """The users of values in each file."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sources = database.component(Sources)
        self.graph = database.component(RewrittenGraph)
        self.index = database.component(ExportIndex)
        self.units = database.component(ModuleUnits)
        self.values = database.component(ModuleValues)
        self.calls = database.component(MockCalls)

    @query
    def of_file(self, path: str) -> tuple[ValueUser, ...]:
        """What a file takes of moving modules as a value, without what it mocks."""
        mocked = {call.module_id for call in self.calls.of_file(path) if call.defines and not call.passes_on}
        bound = self.units.bound(path)
        found = list[ValueUser]()
        for loaded in self.graph.edges(path):
            target = loaded.edge.path
            if loaded.edge.exports or target is None or not self.values.concerns(target):
                continue
            if loaded.edge.module_id in mocked and loaded.edge.kind is not LoadKind.ACTUAL:
                continue
            each = bound.get(loaded.index)
            namespace = None if each is None else each.namespace
            locals_ = {} if each is None else dict(each.names)
            for name, origin, after in self._taken(loaded, target):
                if name in locals_ and not self.graph.takes_value(path, loaded.index, name):
                    continue
                is_member = name not in locals_
                local = (namespace or MODULE) if is_member else locals_[name]
                where = (path, loaded.index, loaded.number, loaded.edge.specifier)
                found.append(ValueUser(*where, name, local, is_member, origin, after))
        return tuple(found)

    def _taken(self, loaded: LoadedEdge, target: str) -> Iterator[tuple[str, Origin, tuple[Origin, ...]]]:
        """The names that an import takes, with their declarations before and after."""
        exports = self.index.exports(target)
        names = loaded.edge.names
        if loaded.edge.whole and not names:
            names = tuple(name for name, meaning in exports.names.items() if meaning.value)
        for name in names:
            origin = exports.origins.get(name)
            if origin is None or not exports.names[name].value:
                continue
            after = dict[Origin, None]()
            for destination in loaded.after:
                new = destination.name_of(name)
                found = None if destination.path is None else self.index.exports(destination.path).origins
                declared = None if new is None or found is None else found.get(new)
                if declared is not None:
                    after[declared] = None
            yield name, origin, tuple(after)

    @query
    def lost(self, user: ValueUser) -> tuple[Origin, ...]:
        """The values that a name leads to today, and not after its rewrite."""
        if user.number is None or user.after == (user.origin,):
            return ()
        kept = {origin for after in user.after for origin in self.values.reached(after).values}
        return tuple(origin for origin in self.values.reached(user.origin).values if origin not in kept)

    def reached(self, user: ValueUser) -> ReachedValues:
        """The values that a name leads to today."""
        return self.values.reached(user.origin)

    def depends_on_identity(self, user: ValueUser, value: Origin, hold: Hold) -> bool:
        """Whether the file of a user, or code that it calls, changes or compares a value."""
        if value in self.reached(user).compared:
            return True
        if value != user.origin:
            return False
        used = self.values.used_by_identity(user.path)
        if any(self._is_of(user, path, hold, changes=True) for path in used.changed):
            return True
        return any(self._is_of(user, path, hold, changes=False) for path in used.compared)

    def _is_of(self, user: ValueUser, path: Path, hold: Hold, *, changes: bool) -> bool:
        """Whether a path in the file is what a user takes, or a part of it that has an identity of its own."""
        whole = (user.local, user.name) if user.is_member else (user.local,)
        if path[: len(whole)] != whole:
            return False
        return changes or path == whole or hold is Hold.OBJECT
