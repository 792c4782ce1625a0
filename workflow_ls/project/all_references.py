"""All references of source files, whatever they resolve to."""

from __future__ import annotations

import posixpath
from collections.abc import Collection

from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.source_index import Sources
from workflow_ls.syntax.model import Reference
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references.reference_finder import find_references
from workflow_ls.syntax.resource_requests import module_part, without_request
from workflow_ls.vfs.files import is_source


class AllReferences(Component):
    """The references of each source file, in file order."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sources = database.component(Sources)

    @query
    def of_file(self, path: str) -> tuple[Reference, ...] | None:
        """The references of the file at `path`; None if the file is absent, too large, or not UTF-8.

        One that hands a module to a bundler's loader is reduced to the module.  An asset stays with its query.
        """
        return self.sources.parsed(_references_of, path, self.settings.callees)


def _references_of(source: Source, callees: Collection[str]) -> tuple[Reference, ...]:
    return tuple(_of_module(source, found) for found in find_references(source, callees=callees))


def _of_module(source: Source, reference: Reference) -> Reference:
    module = module_part(reference.specifier)
    is_module = not posixpath.splitext(module)[1] or is_source(module)
    return without_request(source.text, reference) if is_module else reference
