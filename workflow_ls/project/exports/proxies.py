"""The modules that only re-export the legacy tree, in any package and by any specifier."""

from __future__ import annotations

from typing import NamedTuple

from workflow_ls.project.file_facts import Area, LegacyReference, area_of, is_proxy
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.resolution.resolver import Resolver
from workflow_ls.project.source_index import Sources
from workflow_ls.syntax.model import Form

_RE_EXPORTING = (Form.EXPORT, Form.IMPORT, Form.IMPORT_EQUALS, Form.REQUIRE)


class _PassedOn(NamedTuple):
    """Whether a module re-exports a module of the legacy tree, and the other files that it re-exports."""

    reaches: bool
    files: frozenset[str]


class Proxies(Component):
    """Which modules replace the legacy tree for their callers; the move gives them another source."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sources = database.component(Sources)
        self.resolver = database.component(Resolver)

    def is_proxied(self, path: str, legacy: LegacyReference) -> bool:
        """Whether a legacy reference of the file `path` is what makes it a proxy.

        In the canonical package, each re-export by path is, beside code of its own, too.
        """
        return is_proxy(self.table, path, legacy) or self.in_proxy(path, legacy)

    def in_proxy(self, path: str, legacy: LegacyReference) -> bool:
        """Whether the file `path` consists of re-exports of the tree, such as this reference, outside of the core."""
        if legacy.reference.form not in _RE_EXPORTING:
            return False
        return area_of(self.table, path) in (Area.CANONICAL, Area.ELSEWHERE) and self.consists_of_re_exports(path)

    @query
    def consists_of_re_exports(self, path: str) -> bool:
        """Whether a module consists of re-exports of the legacy tree, or of other modules that do.

        One whose legacy module is gone is none: it has nothing to re-export.
        """
        seen, todo, reaches = {path}, [path], False
        while todo:
            passed_on = self._passed_on(todo.pop())
            if passed_on is None:
                return False
            reaches = reaches or passed_on.reaches
            new = passed_on.files - seen
            seen |= new
            todo += sorted(new)
        return reaches

    @query
    def _passed_on(self, path: str) -> _PassedOn | None:
        """What a module re-exports; None if it has code of its own, or re-exports what is gone."""
        if not self.sources.may_re_export(path):
            return None
        syntax = self.sources.shape(path)
        if not syntax.only_re_exports:
            return None
        files, reaches = set[str](), False
        for specifier in syntax.specifiers:
            module = self.table.module_of(specifier)
            found = self.resolver.resolve(specifier, path) if module is None else self.resolver.legacy_file(module)
            if found is None:
                return None
            if area_of(self.table, found) is Area.LEGACY:
                reaches = True
            else:
                files.add(found)
        return _PassedOn(reaches, frozenset(files))
