"""The calls of a file that mock modules, or that reach past a mock."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.runtime.module_graph import ModuleGraph
from workflow_ls.project.source_index import Sources
from workflow_ls.records import record
from workflow_ls.syntax.mocks.mock_factories import FactoryKind, factory_digest, factory_kind
from workflow_ls.syntax.model import Form
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references.flows.mock_names import defines_mock
from workflow_ls.syntax.runtime_imports import find_import_candidates
from workflow_ls.text import Span


@record
class MockCall:
    """A call such as `vi.mock('…')`, or `vi.importActual('…')`.

    `module_id` and `path` are the module, as `ModuleGraph.resolve_id` finds it.  `defines` says that the call replaces
    the module, by a factory of the kind `factory` with the names `keys`; `written` is the digest of its text.
    """

    specifier: str
    span: Span
    callee: str
    module_id: str
    path: str | None
    defines: bool
    factory: FactoryKind
    keys: frozenset[str]
    written: int

    def lacks(self, name: str, original: frozenset[str]) -> bool:
        """Whether the mock has not what the module has under a name; `original` are the names of the mocked module.

        A mock that the runner makes has a mock of each of them, and none of another module's.
        """
        if self.passes_on:
            return False
        if self.factory is FactoryKind.NONE:
            return name not in original
        return name not in self.keys

    def replaces(self, name: str, original: frozenset[str]) -> bool:
        """Whether the mock has something of its own under a name; `original` are the names of the mocked module."""
        made = self.factory in (FactoryKind.NONE, FactoryKind.SPY)
        return name in self.keys or (made and name in original)

    def is_alike(self, other: MockCall) -> bool:
        """Whether another mock has the same factory, text by text, and takes nothing of what either replaces."""
        return bool(self.written) and self.written == other.written and not self.loads_original

    def is_written_as(self, other: MockCall) -> bool:
        """Whether another mock has the same factory, text by text, or both have none."""
        return self.written == other.written and self.factory is other.factory

    @property
    def passes_on(self) -> bool:
        """Whether the mock gives what the module has, where it has nothing of its own."""
        return self.factory in (FactoryKind.OPEN, FactoryKind.PATCHED, FactoryKind.SPY)

    @property
    def loads_original(self) -> bool:
        """Whether the module that the mock replaces runs, too, as far as the text shows."""
        return self.passes_on or self.factory is FactoryKind.NONE


class MockCalls(Component):
    """The mocks of each file."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.modules = database.component(ModuleGraph)
        self.sources = database.component(Sources)

    @query
    def of_file(self, path: str) -> tuple[MockCall, ...]:
        """The calls of a file, in file order."""
        calls = []
        for call in self.sources.parsed(calls_of, path, self.settings.callees) or ():
            module_id, file = self.modules.resolve_id(call.specifier, path)
            factory = (call.defines, call.factory, call.keys, call.written)
            calls.append(MockCall(call.specifier, call.span, call.callee, module_id, file, *factory))
        return tuple(calls)


class _Call(NamedTuple):
    """A call as the text shows it: `MockCall` without the module."""

    specifier: str
    span: Span
    callee: str
    defines: bool
    factory: FactoryKind
    keys: frozenset[str]
    written: int


def calls_of(source: Source, callees: Collection[str]) -> tuple[_Call, ...]:
    """The calls of a text that mock modules, or that reach past a mock, in its order."""
    calls = []
    for reference in find_import_candidates(source, callees):
        if reference.form is not Form.MOCK or reference.callee is None:
            continue
        defines = defines_mock(reference.callee)
        kind = factory_kind(source, reference) if defines else FactoryKind.NONE
        keys = frozenset(name.name for name in reference.names) if defines else frozenset[str]()
        written = factory_digest(source, reference) if defines else 0
        calls.append(_Call(reference.specifier, reference.span, reference.callee, defines, kind, keys, written))
    return tuple(calls)
