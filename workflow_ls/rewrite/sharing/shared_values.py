"""Finds rewrites after which two files that share a value would each have a copy of their own.

A legacy module and the module that it moved to are two modules.  While both are loaded, each has its own state, its own
classes and objects: what one file registers, another does not find, and what is thrown is no instance of the class that
a test expects.  So the users of such a value move together, or not at all.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping

from workflow_ls.diagnostics import Blocked, Obstacle
from workflow_ls.project.exports.module_exports import Origin
from workflow_ls.project.file_facts import Area, area_of
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.runtime.reachability import Reachability
from workflow_ls.project.source_index import Sources
from workflow_ls.project.test_files import runs_in_jest
from workflow_ls.rewrite.mocking.graphs.present_graph import RewriteId
from workflow_ls.rewrite.mocking.graphs.rewritten_graph import RewrittenGraph
from workflow_ls.rewrite.mocking.mock_refusals import Place, Refusal
from workflow_ls.rewrite.sharing.module_values import ModuleValues
from workflow_ls.rewrite.sharing.value_users import ValueUser, ValueUsers
from workflow_ls.syntax.identity.held_values import Hold

Refused = tuple[tuple[str, tuple[int, ...]], ...]
Users = Mapping[Origin, tuple[ValueUser, ...]]


class SharedValues(Component):
    """The rewrites that would part what files share, and those that must be made together."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sources = database.component(Sources)
        self.values = database.component(ModuleValues)
        self.users = database.component(ValueUsers)
        self.graph = database.component(RewrittenGraph)
        self.reachability = database.component(Reachability)

    @query
    def refused(self, refused: Refused) -> Mapping[str, tuple[Refusal, ...]]:
        """The rewrites that would part a value, by file, if the `refused` ones are not made."""
        moving = self._moving()
        found = dict[RewriteId, Refusal]()
        if moving:
            stopped = {(path, number) for path, numbers in refused for number in numbers}
            found = self._spread(moving, stopped)
        by_file = defaultdict[str, list[Refusal]](list)
        for (path, _), refusal in sorted(found.items()):
            by_file[path].append(refusal)
        return {path: tuple(each) for path, each in by_file.items()}

    @query
    def links(self, refused: Refused) -> tuple[frozenset[RewriteId], ...]:
        """The rewrites that must be made together, if the `refused` ones are not made."""
        stopped = {(path, number) for path, numbers in refused for number in numbers}
        found = list[frozenset[RewriteId]]()
        for value, users in self._moving().items():
            left = [user for user in users if _rewrite(user) not in stopped]
            for together in self._bound(value, left):
                rewrites = frozenset(_rewrite(user) for user in together)
                if len(rewrites) > 1:
                    found.append(rewrites)
        return tuple(found)

    def concerns(self, path: str) -> bool:
        """Whether a rewrite of a file leads away from a value that others may share."""
        return bool(self._moving_in(path))

    @query
    def _moving(self) -> Users:
        """The values that rewrites lead away from, each with the users that would have another copy."""
        found = defaultdict[Origin, list[ValueUser]](list)
        for path in self.sources.candidates():
            for value, user in self._moving_in(path):
                found[value].append(user)
        return {value: tuple(users) for value, users in found.items()}

    @query
    def _moving_in(self, path: str) -> tuple[tuple[Origin, ValueUser], ...]:
        users = self.users.of_file(path) if self.graph.rewrites(path) else ()
        return tuple((value, user) for user in users if user.number is not None for value in self.users.lost(user))

    @query
    def _staying(self) -> Users:
        """The values that rewrites lead away from, each with the users that have the same copy as today."""
        wanted = self._moving().keys()
        found = defaultdict[Origin, list[ValueUser]](list)
        for path in self.sources.candidates() if wanted else ():
            if area_of(self.table, path) is Area.LEGACY and not runs_in_jest(path):
                continue
            for user in self.users.of_file(path):
                lost = self.users.lost(user)
                for value in self.users.reached(user).values:
                    if value in wanted and value not in lost:
                        found[value].append(user)
        return {value: tuple(users) for value, users in found.items()}

    def _spread(self, moving: Users, stopped: set[RewriteId]) -> dict[RewriteId, Refusal]:
        """Refuse what shares a value with a user that stays, which stays then, too."""
        refused = dict[RewriteId, Refusal]()
        left = {value: [u for u in users if _rewrite(u) not in stopped] for value, users in moving.items()}
        values_of = defaultdict[RewriteId, list[tuple[Origin, ValueUser]]](list)
        for value, users in moving.items():
            for user in users:
                values_of[_rewrite(user)].append((value, user))
        todo = deque((value, user) for value, users in self._staying().items() for user in users)
        todo += ((value, user) for rewrite in sorted(stopped) for value, user in values_of.get(rewrite, ()))
        while todo:
            value, stays = todo.popleft()
            parted = [user for user in left.get(value, ()) if self._shares(value, user, stays)]
            for user in parted:
                rewrite = _rewrite(user)
                if rewrite not in refused:
                    refused[rewrite] = self._refusal(value, user, stays)
                    todo += values_of[rewrite]
            if parted:
                left[value] = [user for user in left[value] if _rewrite(user) not in refused]
        return refused

    def _shares(self, value: Origin, user: ValueUser, other: ValueUser) -> bool:
        """Whether it matters that two users have the same copy of a value."""
        hold = self.values.hold(value)
        if hold not in (Hold.STATE, Hold.SYMBOL) and hold is not None:
            depends = self.users.depends_on_identity
            if not (depends(user, value, hold) or depends(other, value, hold)):
                return False
        return self._run_together(user.path, other.path)

    def _run_together(self, path: str, other: str) -> bool:
        """Whether two files may run in one program: code with any code, a test with what it loads."""
        tests = [each for each in (path, other) if runs_in_jest(each)]
        if path == other or not tests:
            return True
        if len(tests) == 2:
            return False
        return (other if tests[0] == path else path) in self._loaded_by(tests[0])

    @query
    def _loaded_by(self, test: str) -> frozenset[str]:
        return frozenset(self.reachability.loaded_by(test))

    def _bound(self, value: Origin, users: Iterable[ValueUser]) -> Iterator[list[ValueUser]]:
        """The users of a value, those together that must have the same copy of it."""
        users = list(users)
        code = [user for user in users if not runs_in_jest(user.path)]
        tests = defaultdict[str, list[ValueUser]](list)
        for user in users:
            if runs_in_jest(user.path):
                tests[user.path].append(user)
        if any(self._shares(value, user, user) for user in code):
            yield code
        for each in tests.values():
            loaded = [user for user in code if self._run_together(each[0].path, user.path)]
            if any(self._shares(value, user, user) for user in (*each, *loaded)):
                yield [*each, *loaded]

    def _refusal(self, value: Origin, user: ValueUser, stays: ValueUser) -> Refusal:
        hold = self.values.hold(value)
        where = "this file" if stays.path == user.path else stays.path
        way = self.users.reached(stays).values.get(value, ())
        through = "" if len(way) < 2 else f" ({' > '.join((stays.path, *way))})"
        what = _WORDS.get(hold, "an object") if hold is not None else "an object"
        reason = (
            f"{where} still takes `{stays.name}` from `{stays.specifier}`{through}, and would no longer share"
            f" `{value.name}`, {what} of {value.path}, with this import"
        )
        target = user.after[0].path if user.after else ""
        other = f"let {target} re-export {value.path} until then" if target else ""
        first = (
            "rewrite both imports together" if stays.path == user.path else f"rewrite the import in {stays.path} first"
        )
        remedy = f"{first}, or {other}" if other else first
        summary = f"`{value.name}` of {value.path} would be there twice, for files that share it"
        obstacle = Obstacle("shared", f"{value.path} {value.name}", summary, remedy)
        place = Place(stays.path, "this import keeps the legacy copy", stays.index)
        return Refusal(user.number or 0, Blocked(reason, remedy, obstacle=obstacle), places=(place,))


_WORDS = {
    Hold.STATE: "state",
    Hold.SYMBOL: "a symbol",
    Hold.CLASS: "a class",
    Hold.OBJECT: "an object",
    Hold.FLAT: "an object",
    Hold.FUNCTION: "a function",
}


def _rewrite(user: ValueUser) -> RewriteId:
    return user.path, user.number or 0
