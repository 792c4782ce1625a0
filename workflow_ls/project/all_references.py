"""All references of source files, whatever they resolve to."""

from __future__ import annotations

from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.source_index import Sources
from workflow_ls.syntax.model import Reference
from workflow_ls.syntax.references.reference_finder import find_references


class AllReferences(Component):
    """The references of each source file, in file order."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sources = database.component(Sources)

    @query
    def of_file(self, path: str) -> tuple[Reference, ...] | None:
        """The references of the file at `path`; None if the file is absent, too large, or not UTF-8."""
        source = self.sources.source(path)
        return None if source is None else tuple(find_references(source, callees=self.settings.callees))
