"""An over-approximate import graph from a scan of texts, so that only files on a path to a mocked module are parsed."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Mapping
from typing import NamedTuple

from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.runtime.module_graph import ModuleGraph
from workflow_ls.syntax.runtime_imports import scan_imports
from workflow_ls.vfs.files import holds_code

MAX_FILES = 8000
"""The number of files scanned from one start after which the search gives up."""


class ApproximateImports(NamedTuple):
    """The modules that a file may import: `modules` by id and by bare specifier, and the `files` among them.

    `unresolved` is set if the file may import further modules.
    """

    modules: frozenset[str]
    files: tuple[str, ...]
    unresolved: bool


class Reachability(Component):
    """Which modules may be reached from which files."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.modules = database.component(ModuleGraph)

    @query
    def files_reaching(self, start: str, wanted: frozenset[str]) -> Mapping[str, int] | None:
        """The files on a path from `start` to a wanted module, or to an unresolved import.

        Each is mapped to its distance from the nearest of them, in files.  `wanted` holds ids and bare specifiers.
        None if there are too many files.
        """
        users: dict[str, list[str]] = defaultdict(list)
        goals = deque[str]()
        seen, todo = {start}, [start]
        while todo:
            path = todo.pop()
            imports = self.imports(path)
            if imports.unresolved or not imports.modules.isdisjoint(wanted):
                goals.append(path)
            for file in imports.files:
                users[file].append(path)
                if file not in seen:
                    seen.add(file)
                    todo.append(file)
            if len(seen) > MAX_FILES:
                return None
        return distances_to(goals, users)

    @query
    def loaded_by(self, start: str) -> tuple[str, ...]:
        """The files that a file may load, itself first; not all of them if there are too many."""
        seen, todo = {start: None}, [start]
        while todo and len(seen) <= MAX_FILES:
            for file in self.imports(todo.pop()).files:
                if file not in seen:
                    seen[file] = None
                    todo.append(file)
        return tuple(seen)

    @query
    def imports(self, path: str) -> ApproximateImports:
        """The modules that the file at `path` may import."""
        loaded = holds_code(path) and "node_modules" not in path.split("/")
        text = self.files.read(path) if loaded else b""
        if text is None:
            return ApproximateImports(frozenset(), (), True)
        specifiers, unknown = scan_imports(self.context.parsed.parts(path, text), self.settings.callees)
        modules, files = set(specifiers), dict[str, None]()
        views = (False, True) if b"require" in text else (False,)
        for specifier in specifiers:
            for required in views:
                module_id, file = self.modules.resolve_id(specifier, path, required=required)
                modules.add(module_id)
                if file is not None:
                    files[file] = None
            unknown = unknown or self.modules.may_be_unresolved(specifier, file, path)
        return ApproximateImports(frozenset(modules), tuple(files), unknown)


def distances_to(goals: Collection[str], users: Mapping[str, list[str]]) -> Mapping[str, int]:
    """The distance of each file from the nearest goal; `users` are the files that may load a file."""
    distances, todo = dict.fromkeys(goals, 0), deque(goals)
    while todo:
        file = todo.popleft()
        for user in users.get(file, ()):
            if user not in distances:
                distances[user] = distances[file] + 1
                todo.append(user)
    return distances


def path_to(goal: str, parents: Mapping[str, str]) -> tuple[str, ...]:
    """The files on the way to a file, that one last; `parents` maps each to the one before it, the first to ""."""
    found = [goal]
    while parents[found[-1]]:
        found.append(parents[found[-1]])
    return tuple(reversed(found))
