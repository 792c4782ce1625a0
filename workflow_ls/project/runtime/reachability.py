"""An over-approximate import graph from a scan of texts, so that only files on a path to a mocked module are parsed."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Mapping
from typing import NamedTuple

from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.runtime.module_graph import ModuleGraph
from workflow_ls.syntax.runtime_imports import scan_imports
from workflow_ls.vfs.files import is_source

MAX_FILES = 8000
"""How many files are scanned for one start before the search is given up."""


class ApproximateImports(NamedTuple):
    """What a file may load: `modules` by identity and by bare specifier, the `files` among them, and unknown ones."""

    modules: frozenset[str]
    files: tuple[str, ...]
    unresolved: bool


class Reachability(Component):
    """Which files may lead to which modules."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.modules = database.component(ModuleGraph)

    @query
    def files_reaching(self, start: str, wanted: frozenset[str]) -> Mapping[str, int] | None:
        """The files by way of which a walk from a file may come to a wanted module, or to what can't be followed.

        Each has its distance, in files.  Modules are named by identity or by bare specifier.  None where there are too
        many files to tell.
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
        return _distances(goals, users)

    @query
    def imports(self, path: str) -> ApproximateImports:
        """What the file at `path` may load."""
        loaded = is_source(path) and "node_modules" not in path.split("/")
        text = self.files.read(path) if loaded else b""
        if text is None:
            return ApproximateImports(frozenset(), (), True)
        specifiers, unknown = scan_imports(text, self.settings.callees)
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


def _distances(goals: Collection[str], users: Mapping[str, list[str]]) -> Mapping[str, int]:
    distances, todo = dict.fromkeys(goals, 0), deque(goals)
    while todo:
        file = todo.popleft()
        for user in users.get(file, ()):
            if user not in distances:
                distances[user] = distances[file] + 1
                todo.append(user)
    return distances
