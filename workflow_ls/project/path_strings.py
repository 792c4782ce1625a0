"""Strings of source files that may be paths, whether or not the paths exist."""

from __future__ import annotations

from workflow_ls.project.all_references import AllReferences
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.source_index import Sources
from workflow_ls.syntax.path_expressions import PathExpression, find_path_expressions
from workflow_ls.syntax.string_literals import StringMatch, find_string_matches


class PathStrings(Component):
    """The strings of each source file that may be paths, in file order; none if the file can't be read."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sources = database.component(Sources)
        self.references = database.component(AllReferences)

    @query
    def built(self, path: str) -> tuple[PathExpression, ...]:
        """The paths that a file computes: from its own directory, or to the legacy tree from several strings."""
        source = self.sources.source(path)
        if source is None:
            return ()
        found = (each for tree in self.table.trees for each in find_path_expressions(source, tree))
        return tuple(dict.fromkeys(found)) if self.table.parts else tuple(found)

    @query
    def climbing(self, path: str) -> tuple[StringMatch, ...]:
        """The strings of a file that contain `..` and are not references."""
        source = self.sources.source(path)
        if source is None or b".." not in source.text:
            return ()
        return find_string_matches(
            source, {".."}, [reference.span for reference in self.references.of_file(path) or ()]
        )
