"""The keys of `imports` in manifests that lead to legacy modules: private names, for the files of one package.

"imports": { "#flow/*": "@shared-package/workflow/*", "#own/*": "./src/*.ts" }
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from workflow_ls.config.table import Table
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.resolution.bare_specifiers import TYPES_CONDITIONS
from workflow_ls.project.resolution.exports_field import match_subpath
from workflow_ls.records import record
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, Query, is_within, join


@record
class PrivateNames:
    """The `imports` of the manifest in `directory`: its keys with their targets, the most specific key first."""

    directory: str = ""
    entries: tuple[tuple[str, str], ...] = ()

    def module_of(self, specifier: str, table: Table) -> str | None:
        """The legacy module that a specifier leads to; None if it leads elsewhere."""
        for key, target in self.entries:
            before, star, after = key.partition("*")
            if specifier == key or (star and _fits(specifier, before, after)):
                filled = target.replace("*", specifier[len(before) : len(specifier) - len(after)]) if star else target
                return _module(filled, self.directory, table)
        return None

    def needles(self, table: Table) -> tuple[str, ...]:
        """Texts of which each specifier that leads to a legacy module contains one."""
        return tuple(key.partition("*")[0] for key, target in self.entries if _may_lead(target, self.directory, table))


def _fits(specifier: str, before: str, after: str) -> bool:
    return specifier.startswith(before) and specifier.endswith(after) and len(specifier) > len(before + after)


def _module(target: str, directory: str, table: Table) -> str | None:
    if not target.startswith("./"):
        return table.module_of(target)
    path = join(directory, target)
    return None if path is None else table.module_at(path)


def _may_lead(target: str, directory: str, table: Table) -> bool:
    """Whether a target, or one that a `*` in it completes, is in the legacy tree."""
    before, star, _ = target.partition("*")
    if before.startswith("./"):
        path = join(directory, before.rstrip("/")) if before != "./" else directory
        return path is not None and (is_within(path, table.tree) or (bool(star) and is_within(table.tree, path)))
    return any(is_within(before.rstrip("/"), root) or (star and root.startswith(before)) for root in table.roots)


class PrivateNameIndex(Component):
    """The private names of each package."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.packages = database.component(Packages)

    def of_file(self, path: str) -> PrivateNames:
        """The private names that a file may use, if one of them leads to a legacy module."""
        package = self.packages.package_of(path)
        return PrivateNames() if package is None or not package.imports else self._of(package.directory)

    @query
    def _of(self, directory: str) -> PrivateNames:
        package = self.packages.package_at(directory)
        imports = package.imports if package is not None and isinstance(package.imports, dict) else {}
        entries = list[tuple[str, str]]()
        for key, value in imports.items():
            target = match_subpath({"#": value}, "#", TYPES_CONDITIONS).target
            if target is not None and key.count("*") <= 1:
                entries.append((key, target))
        entries.sort(key=lambda entry: ("*" in entry[0], -len(entry[0].partition("*")[0]), -len(entry[0])))
        names = PrivateNames(directory, tuple(entries))
        return names if names.needles(self.table) else PrivateNames()

    def queries(self) -> Iterator[Query]:
        """The searches for the files that use such names, or seem to."""
        table = self.table
        manifests = self.files.search((Query(("package.json",), ('"imports"',)),))
        for path in (path for path in manifests if posixpath.basename(path) == "package.json"):
            needles = self._of(posixpath.dirname(path)).needles(table)
            if needles:
                yield Query(SOURCE_EXTENSIONS, needles, under=posixpath.dirname(path))
