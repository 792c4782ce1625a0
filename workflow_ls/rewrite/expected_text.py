"""Finds rewrites of text that a test expects in the file.

    expect(readFileSync('src/send.ts', 'utf8')).toContain("from '@shared/workflow/streams'")

Such a string is changed on request only, so the import that it quotes stays with it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from workflow_ls.diagnostics import Blocked, Related
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.source_index import Sources
from workflow_ls.rewrite.mocking.rewritten_graph import RewrittenGraph
from workflow_ls.syntax.model import StringUse
from workflow_ls.syntax.string_literals import StringMatch


class ExpectedText(Component):
    """The rewrites that would change what a test expects in a file."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sources = database.component(Sources)
        self.graph = database.component(RewrittenGraph)

    @query
    def all(self) -> Mapping[str, tuple[tuple[int, Blocked], ...]]:
        """The rewrites of all files that a test expects unchanged, by file, each with the reason."""
        expecting = [path for path in self.sources.candidates() if self._expected(path)]
        if not expecting:
            return {}
        found: dict[str, dict[int, Blocked]] = {}
        for path in self.sources.candidates():
            for number, cause in self._in_file(path, tuple(expecting)):
                found.setdefault(path, {}).setdefault(number, cause)
        return {path: tuple(each.items()) for path, each in found.items()}

    @query
    def _expected(self, path: str) -> tuple[StringMatch, ...]:
        """The strings of a file that are source text which it expects in another file."""
        facts = self.sources.facts(path)
        matches = () if facts is None else facts.string_matches
        return tuple(match for match in matches if match.use is StringUse.CODE)

    @query
    def _in_file(self, path: str, expecting: tuple[str, ...]) -> tuple[tuple[int, Blocked], ...]:
        """The rewrites of a file whose specifier is part of a text that a file expects which names this one."""
        places = self.graph.numbers(path)
        text = self.files.read(path) if places else None
        if text is None:
            return ()
        name = posixpath.basename(path).encode()
        found = list[tuple[int, Blocked]]()
        for test in expecting:
            if test == path or name not in (self.files.read(test) or b""):
                continue
            for match in self._expected(test):
                wanted = match.text.encode("utf-8", "surrogatepass")
                start = text.find(wanted)
                end = start + len(wanted)
                covered = (number for span, number in places.items() if 0 <= start <= span.start and span.end <= end)
                cause = Blocked(
                    f"{test} expects this text in the file, and would fail",
                    "change the import and that test together",
                    (Related(test, match.span, "it expects this text"),),
                )
                found += [(number, cause) for number in covered]
        return tuple(found)
