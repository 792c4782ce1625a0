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
from workflow_ls.records import record
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.rewrite.mocking.graphs.rewritten_graph import RewrittenGraph
from workflow_ls.syntax.model import StringUse
from workflow_ls.syntax.strings.string_literals import StringMatch

_FILE_NAME = compile_on_use(rb"[\w$.@\[\]()\x80-\xff-]+\.(?:[cm]?[jt]sx?|vue|svelte|astro)\b")


@record
class Expectation:
    """What a test expects as text: the strings, without places, and the names of files that it mentions."""

    texts: tuple[str, ...]
    names: frozenset[str]


class ExpectedText(Component):
    """The rewrites that would change what a test expects in a file."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sources = database.component(Sources)
        self.graph = database.component(RewrittenGraph)

    @query
    def all(self) -> Mapping[str, tuple[tuple[int, Blocked], ...]]:
        """The rewrites of all files that a test expects unchanged, by file, each with the reason."""
        expecting = self._by_name()
        if not expecting:
            return {}
        found = {
            path: self.in_file(path) for path in self.sources.candidates() if posixpath.basename(path) in expecting
        }
        return {path: each for path, each in found.items() if each}

    @query
    def _by_name(self) -> Mapping[str, tuple[str, ...]]:
        """The files that expect source text, by the names of the files that they mention."""
        found = dict[str, list[str]]()
        for path in self.sources.candidates():
            for name in self._expectation(path).names:
                found.setdefault(name, []).append(path)
        return {name: tuple(each) for name, each in sorted(found.items())}

    @query
    def _expectation(self, path: str) -> Expectation:
        """What a file expects in others; the same for texts that differ in places only."""
        texts = tuple(dict.fromkeys(match.text for match in self._expected(path)))
        text = self.files.read(path) if texts else None
        names = (name.decode("utf-8", "replace") for name in _FILE_NAME.findall(text or b""))
        return Expectation(texts, frozenset(names))

    @query
    def _expecting(self, name: str) -> tuple[str, ...]:
        """The files that expect source text in a file with a name."""
        return self._by_name().get(name, ())

    def _expected(self, path: str) -> tuple[StringMatch, ...]:
        """The strings of a file that are source text which it expects in another file."""
        facts = self.sources.facts_without_text(path)
        matches = () if facts is None else facts.string_matches
        return tuple(match for match in matches if match.use is StringUse.CODE)

    @query
    def _covered(self, path: str, texts: tuple[str, ...]) -> Mapping[str, tuple[int, ...]]:
        """The rewrites of a file whose specifier is part of these texts."""
        places = self.graph.numbers(path)
        text = self.files.read(path) if places else None
        found = dict[str, tuple[int, ...]]()
        for each in texts if text is not None else ():
            wanted = each.encode("utf-8", "surrogatepass")
            start = (text or b"").find(wanted)
            end = start + len(wanted)
            covered = tuple(number for span, number in places.items() if 0 <= start <= span.start and span.end <= end)
            if covered:
                found[each] = covered
        return found

    @query
    def in_file(self, path: str) -> tuple[tuple[int, Blocked], ...]:
        """The rewrites of a file that others expect unchanged, by what they name."""
        found = dict[int, Blocked]()
        for test in self._expecting(posixpath.basename(path)):
            covered = {} if test == path else self._covered(path, self._expectation(test).texts)
            for match in self._expected(test) if covered else ():
                cause = Blocked(
                    f"{test} expects this text in the file, and would fail",
                    "change the import and that test together",
                    (Related(test, match.span, "it expects this text"),),
                )
                for number in covered.get(match.text, ()):
                    found.setdefault(number, cause)
        return tuple(found.items())
