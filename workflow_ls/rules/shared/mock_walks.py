"""The mocks of workflow modules in a test, and the walks through the modules that it loads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workflow_ls.project.runtime.reachability import Reachability
from workflow_ls.project.runtime.traversal import Traversal
from workflow_ls.project.test_files import runs_in_jest, runs_in_vitest
from workflow_ls.records import record
from workflow_ls.rewrite.file_outcomes import ReferenceOutcome
from workflow_ls.rules.shared.rule import FileContext
from workflow_ls.syntax.model import Reference
from workflow_ls.syntax.references.flows.mock_names import defines_mock
from workflow_ls.syntax.resource_requests import with_request


@record
class WorkflowMock:
    """A call that mocks a workflow module, and the id of the module; `outcome` is given for a legacy one."""

    reference: Reference
    module_id: str
    path: str | None
    outcome: ReferenceOutcome | None = None

    @property
    def is_vitest(self) -> bool:
        """Whether Vitest runs it."""
        return (self.reference.callee or "").startswith(("vi.", "vitest."))

    @property
    def is_late(self) -> bool:
        """Whether it runs in its place, after the imports: runners hoist other mocks."""
        return (self.reference.callee or "").endswith(".doMock")


class MockWalks:
    """The walks through the modules that a test loads, one for each kind of mock, and the modules that it mocks."""

    def __init__(self, context: FileContext, mocks: Sequence[WorkflowMock]) -> None:
        """`mocks` are all those of the file that `context` is about."""
        self.mocked = frozenset(mock.module_id for mock in mocks)
        wanted = self.mocked.union(mock.reference.specifier for mock in mocks)
        self._region = context.targets.database.component(Reachability).files_reaching(context.path, wanted)
        self._context = context
        self._replaced = context.targets.modules.replaced(context.path)
        self._made: dict[tuple[bool, bool, bool], Traversal] = {}

    def get(self, mock: WorkflowMock, *, late: bool, narrow: bool = False) -> Traversal:
        """The walk for a mock; a `narrow` one only visits files from which a mocked module may be reached."""
        requires, within = not mock.is_vitest, self._region if narrow else None
        key = (requires, late, narrow)
        if key not in self._made:
            modules, path = self._context.targets.modules, self._context.path
            walk = Traversal(modules, path, replaced=self._replaced, requires=requires, late=late, within=within)
            self._made[key] = walk
        return self._made[key]

    def narrow(self, mock: WorkflowMock) -> Traversal:
        """The walk that suffices to decide whether there is anything to report for a mock."""
        return self.get(mock, late=mock.is_late, narrow=True)


def workflow_mocks(context: FileContext) -> Iterator[WorkflowMock]:
    """The mocks of workflow modules in a file."""
    modules, path, text = context.targets.modules, context.path, context.facts.text
    for outcome in context.outcomes:
        legacy = outcome.legacy.reference
        if defines_mock(legacy.callee):
            reference = with_request(text, legacy)
            yield WorkflowMock(reference, *modules.resolve_id(reference.specifier, path), outcome)
    for canonical in context.facts.canonical_references:
        if defines_mock(canonical.callee):
            reference = with_request(text, canonical)
            yield WorkflowMock(reference, *modules.resolve_id(reference.specifier, path))


def runs_as_test(path: str, reference: Reference) -> bool:
    """Whether the runner of a mock runs a file by default: other files mock for tests that are not known."""
    is_jest = (reference.callee or "").startswith("jest.")
    return runs_in_jest(path) if is_jest else runs_in_vitest(path)
