"""Finds rewrites that would close a circle of imports.

In a circle, a module runs before one of those that it imports, and what it takes from that one is not there yet
(ECMA-262, 16.2.1.5, InnerModuleEvaluation); with `export *`, some runners never see it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping

from workflow_ls.diagnostics import Blocked, Obstacle, Related
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.runtime.reachability import distances_to, path_to
from workflow_ls.project.source_index import Sources
from workflow_ls.project.test_files import is_test_code
from workflow_ls.rewrite.mocking.graphs.present_graph import LoadedEdge
from workflow_ls.rewrite.mocking.graphs.rewritten_graph import RewrittenGraph
from workflow_ls.syntax.runtime_imports import LoadKind


class ImportCycles(Component):
    """The rewrites that would close a circle of imports."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sources = database.component(Sources)
        self.graph = database.component(RewrittenGraph)

    @query
    def all(self) -> Mapping[str, tuple[tuple[int, Blocked], ...]]:
        """The rewrites of all files that would close a circle, by file, each with the reason."""
        found = ((path, self.in_code(path)) for path in self.sources.candidates())
        return {path: refused for path, refused in found if refused}

    def in_code(self, path: str) -> tuple[tuple[int, Blocked], ...]:
        """The rewrites of a file that would close a circle, unless it is of a test."""
        return () if is_test_code(path) else self._in_file(path)

    @query
    def _in_file(self, path: str) -> tuple[tuple[int, Blocked], ...]:
        """The rewrites of a file that would close a circle."""
        if not self.graph.rewrites(path):
            return ()
        return tuple(self._refused(path))

    def _refused(self, path: str) -> Iterator[tuple[int, Blocked]]:
        for loaded in self.graph.edges(path):
            if loaded.number is None or loaded.edge.kind is not LoadKind.STATIC:
                continue
            for destination in loaded.after:
                chain = self._chain_back(destination.path, path, loaded)
                if chain is not None:
                    yield loaded.number, _refusal(path, destination.path or "", chain)
                    break

    def _chain_back(self, target: str | None, path: str, loaded: LoadedEdge) -> tuple[str, ...] | None:
        """The files by which `target` would load the file `path` that imports it; None if it would not, or does."""
        if target is None or target == path or path not in self._users(target):
            return None
        chain = self._search(target, path, _after)
        if chain is None or loaded.edge.path is None:
            return chain
        already = loaded.edge.path == path or self._search(loaded.edge.path, path, _before) is not None
        return None if already else chain

    @query
    def _users(self, start: str) -> Mapping[str, list[str]]:
        return self.graph.users(start)

    def _search(
        self, start: str, goal: str, step: Callable[[LoadedEdge], tuple[str | None, ...]]
    ) -> tuple[str, ...] | None:
        """A short chain of imports from a file to another, the two of them included."""
        within = self._leading_to(start, goal)
        parents, todo = {start: ""}, deque([start])
        while todo:
            path = todo.popleft()
            if path == goal:
                return path_to(path, parents)
            for loaded in self.graph.edges(path):
                if loaded.edge.kind is not LoadKind.STATIC:
                    continue
                for file in step(loaded):
                    if file is not None and file in within and file not in parents:
                        parents[file] = path
                        todo.append(file)
        return None

    def _leading_to(self, start: str, goal: str) -> Mapping[str, int]:
        """The files between two files, judging by their texts, so that only these are parsed."""
        return distances_to([goal], self._users(start))


def _before(loaded: LoadedEdge) -> tuple[str | None, ...]:
    return (loaded.edge.path,)


def _after(loaded: LoadedEdge) -> tuple[str | None, ...]:
    return tuple(destination.path for destination in loaded.after)


def _refusal(path: str, target: str, chain: tuple[str, ...]) -> Blocked:
    shown = chain if len(chain) <= _SHOWN else (*chain[: _SHOWN - 2], "…", chain[-1])
    written = " > ".join((path, *shown))
    related = tuple(Related(file, None, "part of the circle") for file in chain[:-1][:_SHOWN])
    reason = f"{target} loads this file, so that importing it here would close a circle ({written})"
    remedy = "import a module that does not load this file, or move this file's imports first"
    summary = f"{target} loads files that would import it, so that circles would be closed"
    several = "import a module that does not load these files, or move their imports first"
    return Blocked(reason, remedy, related, obstacle=Obstacle("circle", target, summary, several))


_SHOWN = 4  # files of a circle
