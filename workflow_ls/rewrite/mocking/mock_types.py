"""Keeps the types that a mock is written with at the path that it mocks.

    vi.mock('a', async (importOriginal) => ({ ...(await importOriginal<typeof import('a')>()), send }));

Only a type, it could move alone, and would say of the module what is known of another one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from workflow_ls.diagnostics import Blocked, Related
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.source_index import Sources
from workflow_ls.rewrite.file_outcomes import ReferenceOutcome
from workflow_ls.rewrite.mocking.graphs.rewritten_graph import RewrittenGraph
from workflow_ls.rewrite.mocking.mock_refusals import Refusal
from workflow_ls.syntax.mocks.mock_factories import types_of_mocks
from workflow_ls.syntax.model import Form


class MockTypes(Component):
    """The legacy references of each file that are types of mocks."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sources = database.component(Sources)
        self.graph = database.component(RewrittenGraph)

    @query
    def of_file(self, path: str) -> Mapping[int, int]:
        """The import types of a file that a mock of their module is written with, each with that mock, by index."""
        facts = self.sources.facts_without_text(path)
        references = () if facts is None else facts.legacy_references
        forms = {each.reference.form for each in references}
        if Form.MOCK not in forms or Form.IMPORT_TYPE not in forms:
            return {}
        source = self.sources.source(path)
        found = {} if source is None else types_of_mocks(source, [each.reference for each in references])
        return {n: mock for n, mock in found.items() if references[n].module == references[mock].module}

    def refused(
        self, path: str, outcomes: Collection[ReferenceOutcome], refused: Mapping[int, Refusal]
    ) -> dict[int, Refusal]:
        """The types that stay because their mock does, if these rewrites of the file are `refused`."""
        outcomes, found = tuple(outcomes), dict[int, Refusal]()
        mocks = self.of_file(path)
        rewrites = self.graph.rewrites(path) if mocks else {}
        for number, mock in mocks.items():
            target, reference = outcomes[mock].target, outcomes[mock].legacy.reference
            if mock in refused:
                found[number] = Refusal(number, refused[mock].cause, refused[mock].stays)
            elif isinstance(target, Blocked):
                found[number] = Refusal(number, target)
            elif mock not in rewrites:
                reason = f"this is the type of `{reference.specifier}` in a mock that stays"
                related = (Related(path, reference.span, "this mock"),)
                found[number] = Refusal(number, Blocked(reason, "rewrite the mock with its type", related))
        return found
