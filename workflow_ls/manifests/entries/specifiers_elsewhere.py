"""The legacy specifiers in files that are no sources: style sheets, templates, the configuration of tools."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from workflow_ls.project.candidate_search import candidate_queries
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.source_index import Sources
from workflow_ls.project.test_files import is_development_code, is_test_code
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.text import Span
from workflow_ls.vfs.files import Query, holds_code, is_configuration, is_within

_TEXTS = (".vue", ".svelte", ".astro", ".mdx", ".html", ".css", ".scss", ".sass", ".less", ".styl", ".pcss")
_SPECIFIER = compile_on_use(rb"[\w@~./+-]+(?![\w@~./+*-])")
_IS_KEY = compile_on_use(rb"[\"']?\s*:")
_BANS = compile_on_use(
    r"eslint|oxlint|biome|tslint|dependency-cruiser|knip|workflow-ls"
)  # they name what code may not use


class SpecifiersElsewhere(Component):
    """What files name of the legacy tree that are no sources: a key of JSON, as in `dependencies`, is no reference."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sources = database.component(Sources)

    @query
    def texts(self, manifests: bool) -> tuple[str, ...]:
        """The files that may name a legacy module; JSON only with `manifests`."""
        return tuple(dict.fromkeys(self._texts(manifests=manifests)))

    def _texts(self, *, manifests: bool) -> Iterator[str]:
        endings = (*_TEXTS, ".json") if manifests else _TEXTS
        files, wanted = self.files, Query(endings, self.table.roots)
        # What names a root is among what the search for candidates has found.
        known = (path for path in files.search(candidate_queries(self.table)) if path.endswith(endings))
        found = [path for path in known if wanted.matches(path, files.read(path) or b"")]
        tools = (path for path in self.sources.candidates() if is_development_code(path) and not is_test_code(path))
        for path in (*found, *tools):
            is_data = (
                path.endswith(".json") and not is_configuration(path) and not path.endswith(("config.json", "rc.json"))
            )
            if not is_data and not self.context.is_exempt(path) and not _BANS.search(posixpath.basename(path)):
                yield path

    @query
    def of_file(self, path: str) -> tuple[tuple[str, Span], ...]:
        """The legacy specifiers in a file that are none of its references, and their places."""
        text, found = self.files.read(path) or b"", list[tuple[str, Span]]()
        references = self._places_of_references(path)
        for word in _SPECIFIER.finditer(text):
            specifier = word[0].decode().removeprefix("~").rstrip("./")
            is_key = path.endswith(".json") and _IS_KEY.match(text, word.end())
            if is_key or word.start() in references or not any(is_within(specifier, root) for root in self.table.roots):
                continue
            found.append((specifier, Span(*word.span())))
        return tuple(found)

    def _places_of_references(self, path: str) -> frozenset[int]:
        facts = self.sources.facts(path) if holds_code(path) else None
        return frozenset(() if facts is None else (legacy.reference.span.start for legacy in facts.legacy_references))
