"""Strings of source files that may be paths, whether or not the paths exist."""

from __future__ import annotations

from workflow_ls.project.all_references import AllReferences
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.source_index import Sources
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.strings.path_expressions import PathExpression, find_path_expressions
from workflow_ls.syntax.strings.string_literals import StringMatch, find_string_matches
from workflow_ls.text import Span


class PathStrings(Component):
    """The strings of each source file that may be paths, in file order; none if the file can't be read."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sources = database.component(Sources)
        self.references = database.component(AllReferences)

    @query
    def built(self, path: str) -> tuple[PathExpression, ...]:
        """The paths that a file computes: from its own directory, or to the legacy tree from several strings."""
        found = self.sources.parsed(_expressions_of, path, self.table.trees) or ()
        return tuple(dict.fromkeys(found)) if self.table.parts else tuple(found)

    @query
    def climbing(self, path: str) -> tuple[StringMatch, ...]:
        """The strings of a file that contain `..` and are not references."""
        text = self.sources.text(path)
        if text is None or b".." not in text:
            return ()
        spans = tuple(reference.span for reference in self.references.of_file(path) or ())
        return self.context.parsed.facts(_climbing, path, text, spans)


def _expressions_of(source: Source, trees: tuple[str, ...]) -> tuple[PathExpression, ...]:
    return tuple(each for tree in trees for each in find_path_expressions(source, tree))


def _climbing(source: Source, spans: tuple[Span, ...]) -> tuple[StringMatch, ...]:
    return find_string_matches(source, {".."}, spans) if b".." in source.text else ()
