"""Legacy modules that a file may mock without naming them in the mocking call.

A specifier that a mocking call computes may be any string of its file.  A mock that is named relative to the module
under test is not followed when that module changes its imports.  The imports of such modules stay as they are.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from workflow_ls.diagnostics import Blocked, Related
from workflow_ls.project.file_facts import Area, FileFacts, area_of
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.runtime.module_graph import ModuleGraph
from workflow_ls.project.source_index import Sources
from workflow_ls.project.test_files import runs_in_jest
from workflow_ls.records import record
from workflow_ls.rewrite.file_outcomes import FileOutcomes
from workflow_ls.rewrite.mocking.graphs.rewritten_graph import RewrittenGraph
from workflow_ls.vfs.files import join


@record
class HiddenMock:
    """A module that a file may mock, or with `below` any module below it, and why the mock can't be rewritten."""

    module: str
    below: bool
    cause: Blocked

    def concerns(self, module: str) -> bool:
        """Whether this may be a mock of a legacy module."""
        return module == self.module or (self.below and (not self.module or module.startswith(f"{self.module}/")))


class HiddenMocks(Component):
    """What the mocks hold back that can't be read."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sources = database.component(Sources)
        self.modules = database.component(ModuleGraph)
        self.graph = database.component(RewrittenGraph)
        self.outcomes = database.component(FileOutcomes)

    @query
    def all(self) -> Mapping[str, tuple[tuple[int, Blocked], ...]]:
        """The rewrites that a mock of this kind may depend on, by file, each with the reason."""
        found: dict[str, dict[int, Blocked]] = {}
        for path in self.sources.candidates():
            mocks = self.of_file(path)
            for file in self._loaded_by(path) if mocks else ():
                outcomes = self.outcomes.of_file(file)
                for number in self.graph.rewrites(file):
                    module = outcomes[number].legacy.module
                    mock = next((mock for mock in mocks if mock.concerns(module)), None)
                    if mock is not None:
                        found.setdefault(file, {}).setdefault(number, mock.cause)
        return {path: tuple(each.items()) for path, each in sorted(found.items())}

    @query
    def of_file(self, path: str) -> tuple[HiddenMock, ...]:
        """The modules that a file may mock in this way."""
        facts = self.sources.facts_without_text(path)
        in_core = area_of(self.table, path) in (Area.LEGACY, Area.CORE)
        if facts is None or (in_core and not runs_in_jest(path)):
            return ()
        whole = self.sources.facts(path) if facts.opaque_mocks else None
        return (*(() if whole is None else self._computed(whole)), *self._relative(facts))

    def _computed(self, facts: FileFacts) -> Iterator[HiddenMock]:
        """The modules that the strings of a file name, if one of its mocks computes its specifier."""
        for place in facts.opaque_mocks[:1]:
            for string in facts.string_matches:
                module = self.table.module_of(string.text.rstrip("/"))
                if module is None:
                    continue
                reason = f"{facts.path} computes what it mocks, which may be `{string.text}`"
                related = (Related(facts.path, place, "this mock"), Related(facts.path, string.span, "this string"))
                cause = Blocked(reason, "write the specifier into the mocking call", related)
                if string.text.endswith("/"):
                    yield HiddenMock(module, True, cause)
                elif facts.text.startswith(b"${", string.span.end):
                    yield HiddenMock(module.rpartition("/")[0], True, cause)
                else:
                    yield HiddenMock(module, False, cause)

    def _relative(self, facts: FileFacts) -> Iterator[HiddenMock]:
        """The modules that a file mocks by a path relative to the module under test."""
        for stub in facts.relative_stubs:
            subject = self.modules.resolve_id(stub.subject, facts.path, required=True)[1]
            target = None if subject is None else join(posixpath.dirname(subject), stub.key)
            module = None if target is None else self.table.module_at(target)
            if module is not None:
                reason = f"{facts.path} mocks `{stub.key}`, and {subject} loads it by that path"
                related = (Related(facts.path, stub.span, "this mock"),)
                yield HiddenMock(module, False, Blocked(reason, "move the mock and the import by hand", related))

    @query
    def _loaded_by(self, path: str) -> tuple[str, ...]:
        """The files that a file may load, and itself; for one that is no test, all that name the move."""
        if not runs_in_jest(path):
            return self.sources.candidates()
        return tuple(self.graph.users(path))
