"""Cycles of packages: a build that orders packages by their dependencies refuses them."""

from __future__ import annotations

from collections import deque

from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.queries.database import Component, Database, query


class PackageCycles(Component):
    """The cycles that a new dependency between packages of the workspace would close."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.packages = database.component(Packages)

    @query
    def closed_by(self, directory: str, name: str) -> tuple[str, ...]:
        """The names of the packages in the cycle that a dependency on `name` closes for the package in a directory.

        It begins and ends with that package; empty if there is no cycle.
        """
        package = self.packages.package_at(directory)
        if package is None or not package.name or package.name == name:
            return ()
        back = self._way(name, package.path, package.name)
        # What depends on the package by a detour is in this circle already.
        known = self._way(package.name, package.path, name) if back else ()
        return (package.name, *back) if back and not known else ()

    def _way(self, start: str, importer: str, end: str) -> tuple[str, ...]:
        """The names on the way from one package to another by dependencies; empty if there is none."""
        ways: dict[str, tuple[str, ...]] = {start: (start,)}
        todo = deque([(start, importer)])
        while todo:
            current, seen_from = todo.popleft()
            found = self.packages.package_named(current, seen_from)
            if found is None or "node_modules" in found.directory.split("/"):
                continue
            for dependency in found.dependencies or {}:
                if dependency == end:
                    return (*ways[current], dependency)
                if dependency not in ways:
                    ways[dependency] = (*ways[current], dependency)
                    todo.append((dependency, found.path))
        return ()
