"""The module graph as it is, in the terms of a graph that may be rewritten."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from workflow_ls.project.exports.name_sources import NameSource
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.runtime.module_graph import ImportEdge, ModuleGraph
from workflow_ls.project.source_index import Sources
from workflow_ls.records import record
from workflow_ls.syntax.runtime_imports import takes_value
from workflow_ls.text import Span

RewriteId = tuple[str, int]
"""A rewrite: the path of a file, and the index of its legacy reference."""


class Destination(NamedTuple):
    """A module that a rewritten reference leads to, with the new names of what it takes from there, by their old ones.

    None for `names` where every name goes there and keeps its name.
    """

    module_id: str
    path: str | None
    names: tuple[tuple[str, str], ...] | None = None

    def name_of(self, name: str) -> str | None:
        """The new name of a name; None for one that this module is not the home of."""
        return name if self.names is None else dict(self.names).get(name)


@record
class LoadedEdge:
    """An import of a file at run time, and where it leads after the rewrites.

    `edge` has no place, so that typing changes no proof; `index` is its index among the imports of the file.  `number`
    is the index of its rewrite in the file, None for an import that stays.
    """

    edge: ImportEdge
    index: int
    number: int | None
    after: tuple[Destination, ...]


class MovedReExport(NamedTuple):
    """The rewrite of a reference whose names a file exports: its index in the file, and where it leads."""

    number: int
    destinations: tuple[Destination, ...]


class LoadGraph(Protocol):
    """What each file loads, and how that is rewritten."""

    def edges(self, path: str) -> tuple[LoadedEdge, ...]:
        """The imports of a file at run time, in file order."""

    def moved_re_export(self, path: str, source: NameSource) -> MovedReExport | None:
        """The rewrite of the reference by which a file re-exports a name; None for one that stays."""


_NOWHERE = Span(0, 0)


class PresentGraph(Component):
    """The imports of each file at run time, none of which is rewritten."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sources = database.component(Sources)
        self.modules = database.component(ModuleGraph)

    @query
    def edges(self, path: str) -> tuple[LoadedEdge, ...]:
        """The imports of a file at run time, in file order."""
        return tuple(
            LoadedEdge(edge._replace(span=_NOWHERE), index, None, (Destination(edge.module_id, edge.path),))
            for index, edge in enumerate(self.modules.imports(path).edges)
        )

    def moved_re_export(self, _path: str, _source: NameSource) -> MovedReExport | None:
        """None: every reference stays."""
        return None

    def place(self, path: str, index: int) -> Span:
        """Where an import of a file names its module."""
        return self.modules.imports(path).edges[index].span

    @query
    def takes_value(self, path: str, index: int, name: str) -> bool:
        """Whether an import of a file takes a name as a value, as far as the text of the file shows."""
        taken = self.sources.parsed(takes_value, path, self.place(path, index), name, self.settings.callees)
        return taken is None or taken
