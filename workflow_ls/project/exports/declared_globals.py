"""What modules declare for all files, in `declare global`."""

from __future__ import annotations

from collections.abc import Mapping

from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.source_index import Sources
from workflow_ls.syntax.exports.declarations import Declaration
from workflow_ls.syntax.exports.hoisting import global_declarations
from workflow_ls.syntax.exports.statements import find_statements
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, Query

_QUERIES = (Query(SOURCE_EXTENSIONS, ("declare global",)),)


class DeclaredGlobals(Component):
    """The names that the modules of a workspace declare for all files."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sources = database.component(Sources)

    @query
    def names(self) -> Mapping[str, Declaration]:
        """The declarations by name, those of several files joined."""
        found = dict[str, Declaration]()
        for path in self.files.search(_QUERIES):
            for name, value, is_type in self._of_file(path):
                before = found.get(name, Declaration(name, value=False, type=False))
                found[name] = Declaration(name, value=before.value or value, type=before.type or is_type)
        return found

    @query
    def _of_file(self, path: str) -> tuple[Declaration, ...]:
        source = self.sources.source(path)
        if source is None or self.sources.shape(path).script:
            return ()
        return tuple(global_declarations(find_statements(source).nodes))
