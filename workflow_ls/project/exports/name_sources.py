"""Which re-exports of a module bring a name: a barrel of thousands is read once, and not for each name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from workflow_ls.project.exports.export_index import ExportIndex
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.records import record


class NameSource(NamedTuple):
    """A re-export that may bring a name: the file of its module, the name there, and the specifier.

    `exported` is the name under which the module exports it; None for `export *`, which exports it under its own.
    """

    target: str | None
    name: str
    specifier: str | None
    exported: str | None


@record
class NamesOfStars:
    """The `export *` of a module that bring values.

    `specifiers` are those of their files, in the order of the statements, None where the files have none; `bringing`
    are the files that have each name.
    """

    specifiers: Mapping[str, str | None]
    bringing: Mapping[str, tuple[str, ...]]


class NameSources(Component):
    """The re-exports of modules by the names that they bring."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.index = database.component(ExportIndex)

    @query
    def named(self, path: str) -> Mapping[str, tuple[NameSource, ...]]:
        """The named re-exports of a module by the names that they export."""
        found = dict[str, list[NameSource]]()
        for export, target in self.index.opened(path).named:
            source = NameSource(target, export.source or "*", export.specifier, export.name)
            found.setdefault(export.name, []).append(source)
        return {name: tuple(sources) for name, sources in found.items()}

    @query
    def stars(self, path: str) -> NamesOfStars:
        """The `export *` of a module."""
        written = dict[str | None, str]()
        for star in self.index.sources.shape(path).stars:
            written[self.index.target(star.specifier, path)] = star.specifier
        targets = dict.fromkeys(target for target, type_only in self.index.opened(path).stars if not type_only)
        bringing = dict[str, list[str]]()
        for target in targets:
            for name in self.index.exports(target).names:
                bringing.setdefault(name, []).append(target)
        specifiers = {target: written.get(target) for target in targets}
        return NamesOfStars(specifiers, {name: tuple(files) for name, files in bringing.items()})
