"""A mock of a workflow module that replaces nothing, since the test never loads that module.

A mock and the import that it stands for must mean the same module.  Where they part, say because one of them was moved
to the new path and the other was not, the test still passes: the real code runs in it, and the mock is never used.

    vi.mock('@shared/workflow/runtime', () => ({ start: vi.fn() }));    // flagged
    import { startInvoice } from './invoice';    // imports '@alga-psa/workflows/runtime'

The module behind a mock is the file that its specifier leads to, whether by path, by alias or through `exports`, or
else the specifier itself; that is how Vitest takes it.  So the mock of an old path is right where a module on the new
path re-exports the old one.  The rule follows what the test imports, and what that imports, within the workspace;
packages in `node_modules` load no file of the workspace.  It says nothing where it can't know: where something on the
way is not there, where a specifier is computed, or behind 2,000 files.  Files that are no tests by their name
(`.test.`, `.spec.`, for Jest also `__tests__`) may mock for any test, so they are left alone.

The fix mocks what is loaded.  It is offered where the old path has a verified new one and that is loaded, and where
the mock and the import name one module with different endings.  Where of all workflow modules that are loaded just one
exports every name that the factory gives, it is offered, too, but only made on request.  Else the finding says what is
loaded instead.  While a module on the new path only re-exports the old one, others may load the old one past it; then
there is nothing to align until the module itself is moved.

This is what Vitest does, and what the rule says; a test compares the two.  `app.ts` is the code that the test imports.

| mock, and code that the test imports | Vitest | rule |
|---|---|---|
| both on the old path | replaces | none |
| both on the old path, under different roots | replaces | none |
| mock on the old path, code on the new | replaces nothing | finding |
| mock on the old path without a factory, code on the new | replaces nothing | finding |
| mock on the old path, code on the new, which re-exports the old | replaces | none |
| both on the new path | replaces | none |
| both on the new path, without a factory | replaces | none |
| mock on the new path, code on the old | replaces nothing | finding |
| mock on the new path, which re-exports the old, code on the old | replaces nothing | finding |
| mock on the new path, which re-exports the old, code on a barrel that does, too | replaces nothing | finding |
| mock by relative path, code by specifier | replaces | none |
| mock by specifier, code by path alias | replaces | none |
| mock with a file ending, code without | replaces | none |
| both on a path that `exports` does not admit | fails: it is not there | none |
| both on such a path, without a factory | fails: it is not there | none |
| both on one missing path | replaces | none |
| both on one missing path, a relative one | replaces | none |
| mock on a missing path, code on another module | replaces nothing | finding |
| mock on a missing path without a factory, code on another | replaces nothing | finding |
| mock on a barrel, code on the module behind it | replaces nothing | finding |
| mock on a module, code on the barrel before it | replaces | none |
| code imports it dynamically | replaces | none |
| code requires it | replaces nothing | finding |
| code imports types only | replaces nothing | finding |
| code imports a name that it uses as a type only | replaces nothing | finding |
| code imports a name that it does not use | replaces nothing | none: its use may be yet to be written |
| code imports inline types only | replaces nothing | finding |
| code re-exports inline types only | replaces nothing | finding |
| code loads it through another package | replaces | none |
| the test itself imports it | replaces | none |
| the test imports the mock only | replaces nothing | finding |
| the test imports the actual module only | replaces nothing | finding |
| the test imports the actual module, which loads it | replaces | none |
| `vi.mock(import('…'))` | replaces | none |
| `vi.mock(import('…'))` on the old path, code on the new | replaces nothing | finding |
| `vi.doMock`, code imported before | replaces nothing | finding |
| `vi.doMock`, code imported after | replaces | none |
| `vi.doMock`, code imports it dynamically | replaces | none |
| a mock with a factory stands before what loads it | replaces nothing | finding |
| a mock that takes the original stands before what loads it | replaces | none |
| a mock without a factory stands before what loads it | replaces | none |
| code imports it for its side effects | replaces | none |
| code imports a namespace that it uses as types only | replaces nothing | finding |
| code imports inline types only, under `verbatimModuleSyntax` | replaces | none |
| `vi.doMock` and `vi.resetModules`, code imported before and after | replaces | none |
| `vi.doMock`, code imported before and after | replaces nothing | none: the order in which code runs is not followed |
| code computes the specifier | replaces | none |
| code computes another specifier | replaces nothing | none: a computed specifier may be any |
| a helper mocks the new path, code on the new | replaces | none |
| a helper mocks the old path, code on the new | replaces nothing | none: a helper may mock for any test |

For other runners, the rule does as for Vitest, but for `require`, which they mock as well, and for mocks that stand
before others, since those of Jest may be undone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from workflow_ls.config.table import normalize_module
from workflow_ls.diagnostics import Applicability, Diagnostic, FileEdit, Fix, Related, Severity, Status
from workflow_ls.manifests.dependencies import declarations
from workflow_ls.project.file_facts import Area, area_of
from workflow_ls.project.module_graph import Met, Walk, defines_mock
from workflow_ls.project.reachability import Reachability
from workflow_ls.records import record, replace
from workflow_ls.rewrite.conflicts import Outcome
from workflow_ls.rewrite.import_edits import rewrite
from workflow_ls.rewrite.resolution import ImportPart, TargetResolver
from workflow_ls.rules.base import FileContext, Rule
from workflow_ls.syntax.model import Reference

CODE = "mock-mismatch"

_TEST = re.compile(r"\.(?:test|spec)\.[cm]?[jt]sx?$")
_JEST_TEST = re.compile(r"(?:^|/)__tests__/(?:[^/]+/)*[^/]+$")
_TOLD = 2


def check(context: FileContext) -> Iterator[Diagnostic]:
    """Yield a finding for each mock of a workflow module that a test does not load."""
    mocks = [mock for mock in _mocks(context) if _is_test(context.path, mock.reference)]
    if not mocks:
        return
    walks = _Walks(context, mocks)
    for mock in mocks:
        finding = _judge(context, walks, mock)
        if finding is not None:
            yield finding


@record
class _Mock:
    """A call that mocks a workflow module, and what the module is known by; `outcome` where it is a legacy one."""

    reference: Reference
    identity: str
    path: str | None
    outcome: Outcome | None = None

    @property
    def is_vitest(self) -> bool:
        return (self.reference.callee or "").startswith(("vi.", "vitest."))

    @property
    def is_late(self) -> bool:
        """Whether imports run before it: it stays where it is written."""
        return (self.reference.callee or "").endswith(".doMock")


class _Walks:
    """The walks through what a test loads, one for each kind of mock, and the modules that the test mocks."""

    def __init__(self, context: FileContext, mocks: Sequence[_Mock]) -> None:
        self.mocked = frozenset(mock.identity for mock in mocks)
        wanted = self.mocked.union(mock.reference.specifier for mock in mocks)
        self._region = context.targets.database.component(Reachability).files_reaching(context.path, wanted)
        self._context = context
        self._replaced = context.targets.modules.replaced(context.path)
        self._made: dict[tuple[bool, bool, bool], Walk] = {}

    def get(self, mock: _Mock, *, late: bool, near: bool = False) -> Walk:
        """The walk for a mock; a `near` one only goes where it may come to any of the modules that are mocked."""
        requires, within = not mock.is_vitest, self._region if near else None
        key = (requires, late, near)
        if key not in self._made:
            modules, path = self._context.targets.modules, self._context.path
            walk = Walk(modules, path, replaced=self._replaced, requires=requires, late=late, within=within)
            self._made[key] = walk
        return self._made[key]

    def near(self, mock: _Mock) -> Walk:
        """The walk for a mock that shows whether there is anything to report."""
        return self.get(mock, late=mock.is_late, near=True)


def _mocks(context: FileContext) -> Iterator[_Mock]:
    modules, path = context.targets.modules, context.path
    for outcome in context.outcomes:
        reference = outcome.legacy.reference
        if defines_mock(reference.callee):
            yield _Mock(reference, *modules.identity(reference.specifier, path), outcome)
    for reference in context.facts.canonical_references:
        if defines_mock(reference.callee):
            yield _Mock(reference, *modules.identity(reference.specifier, path))


def _is_test(path: str, reference: Reference) -> bool:
    """Whether a runner takes a file for a test by its name: what other files mock is for tests that are not known."""
    in_jest = (reference.callee or "").startswith("jest.")
    return _TEST.search(path) is not None or (in_jest and _JEST_TEST.search(path) is not None)


def _judge(context: FileContext, walks: _Walks, mock: _Mock) -> Diagnostic | None:
    specifier = mock.reference.specifier
    walk = walks.get(mock, late=mock.is_late)
    found = walks.near(mock).finds(mock.identity, specifier)
    if found is False:
        # Read off the text, so it is made sure of; what the test loads instead is to be told anyway.
        found = walk.finds(mock.identity, specifier)
    if found:
        return None
    nothing = f"this mock replaces nothing: neither this test nor what it loads imports `{specifier}`"
    if found is None:
        if mock.path is not None or specifier.startswith(".") or _is_loaded_anywhere(context.targets, specifier):
            return None
        reason = "it leads to no file, and no file imports it; correct the specifier, or delete the mock"
        return _finding(context, mock, nothing, reason)
    if mock.is_late and walks.get(mock, late=False).finds(mock.identity, specifier):
        message = (
            f"this mock comes too late: what imports `{specifier}` is loaded before `{mock.reference.callee}` runs"
        )
        return _finding(context, mock, message, "mock it with `vi.mock`, or import the code behind the mock")
    required = walk.required(mock.identity)
    if required is not None:
        reason = f"{_told([required])} with `require`, which Vitest does not mock; import it there"
        return _finding(context, mock, nothing, reason, [required])
    passed = _passed_by(context, walk, mock)
    if passed is not None:
        reason = (
            f"{mock.path} only passes {passed.load.path} on, and {passed.path} goes past it; "
            "mock the old path until the module itself is moved"
        )
        return _finding(context, mock, nothing, reason, (passed,))
    return _aligned(context, walks, mock, nothing) or _unaligned(context, walks, mock, nothing)


def _passed_by(context: FileContext, walk: Walk, mock: _Mock) -> Met | None:
    """Where the legacy module is loaded that a mocked canonical module re-exports, if it is one that does."""
    table = context.workspace.table
    if mock.path is None or area_of(table, mock.path) is not Area.CANONICAL:
        return None
    behind = {path for path in context.targets.index.re_exported(mock.path) if area_of(table, path) is Area.LEGACY}
    inside = (met for met in walk.met if met.load.identity in behind)
    return next((met for met in inside if area_of(table, met.path) in (Area.LEGACY, Area.CANONICAL)), None)


def _is_loaded_anywhere(targets: TargetResolver, specifier: str) -> bool:
    """Whether any file imports a module that is not there, under the same specifier."""
    return any(
        reference.specifier == specifier and not defines_mock(reference.callee)
        for facts in targets.workspace.sources.candidate_facts()
        for reference in (*(legacy.reference for legacy in facts.legacy_references), *facts.canonical_references)
    )


def _aligned(context: FileContext, walks: _Walks, mock: _Mock, message: str) -> Diagnostic | None:
    """The finding with its fix, where one module of those that are loaded is plainly the one meant.

    That is where the mock would be rewritten to, else the same module under another spelling, or the only one that
    exports all that the factory gives.
    """
    if area_of(context.workspace.table, context.path) in (Area.CORE, Area.LEGACY):
        return None
    walk = walks.get(mock, late=mock.is_late)
    target = None if mock.outcome is None else mock.outcome.target
    if target is not None and target.status is Status.VERIFIED and len(target.parts) == 1:
        specifier = target.parts[0].specifier
        met = next((met for met in walk.met if met.load.identity == _identity(context, specifier)), None)
        return None if met is None else _fixed(context, mock, message, specifier, met)
    loaded = [met for met in _named(context, walk) if context.workspace.table.split(met.load.specifier)]
    free = {met.load.identity: met for met in loaded if met.load.identity not in walks.mocked}
    wanted = _subpath(context, mock.reference.specifier)
    same = [met for met in free.values() if _subpath(context, met.load.specifier) == wanted]
    fitting = same or [met for met in free.values() if _exports(context, met, mock)]
    if len(fitting) != 1 or _identity(context, fitting[0].load.specifier) != fitting[0].load.identity:
        return None
    always = Applicability.ALWAYS if same else Applicability.UNSAFE
    return _fixed(context, mock, message, fitting[0].load.specifier, fitting[0], always)


def _fixed(
    context: FileContext,
    mock: _Mock,
    message: str,
    specifier: str,
    met: Met,
    applicability: Applicability = Applicability.ALWAYS,
) -> Diagnostic:
    parts = (ImportPart(specifier),)
    edits = rewrite(context.facts.text, reference=mock.reference, parts=parts)
    needed = declarations(context.targets, context.path, parts)
    fix = Fix(f"Mock '{specifier}' instead", (FileEdit(context.path, edits), *needed), applicability)
    related = (Related(met.path, met.load.span, "this is what is imported"),)
    return replace(
        _finding(context, mock, message), replacement=specifier, status=Status.VERIFIED, fix=fix, related=related
    )


def _unaligned(context: FileContext, walks: _Walks, mock: _Mock, message: str) -> Diagnostic:
    """The finding without a fix: what the code loads instead, if anything."""
    walk = walks.get(mock, late=mock.is_late)
    named = _named(context, walk)
    pending = next((met for met in named if _is_pending(context, met, mock)), None)
    if pending is not None:
        old = pending.load.specifier
        reason = f"{pending.path} still imports it as `{old}`; rewrite that import, and the mock replaces it"
        return _finding(context, mock, message, reason, (pending,))
    others = [met for met in named if met.load.identity not in walks.mocked]
    if not named:
        reason = "the test loads no workflow module at all; import what the mock is for, or delete it"
        return _finding(context, mock, message, reason)
    if not others:
        return _finding(
            context, mock, message, "all workflow modules that the test loads have their mock; delete this one"
        )
    reason = f"what the test loads is {_told(others)}; mock what is meant, or delete this mock"
    return _finding(context, mock, message, reason, others)


def _finding(
    context: FileContext, mock: _Mock, message: str, reason: str | None = None, places: Sequence[Met] = ()
) -> Diagnostic:
    reference = mock.reference
    return Diagnostic(
        path=context.path,
        rule=CODE,
        severity=RULE.severity,
        message=message,
        span=reference.span,
        specifier=reference.specifier,
        status=Status.BLOCKED,
        reason=reason,
        related=tuple(Related(met.path, met.load.span, "this is what is imported") for met in places[:_TOLD]),
    )


def _named(context: FileContext, walk: Walk) -> list[Met]:
    """The workflow modules that a walk met by name, the nearest first."""
    table = context.workspace.table
    specifiers = ((met, met.load.specifier) for met in walk.met)
    return [met for met, specifier in specifiers if table.split(specifier) or table.module_of(specifier) is not None]


def _told(places: Sequence[Met]) -> str:
    told = " and ".join(f"`{met.load.specifier}` (in {met.path})" for met in places[:_TOLD])
    return told + (f" and {len(places) - _TOLD} more" if places[_TOLD:] else "")


def _identity(context: FileContext, specifier: str) -> str:
    return context.targets.modules.identity(specifier, context.path)[0]


def _subpath(context: FileContext, specifier: str) -> tuple[str, str | None] | None:
    """A canonical specifier without the spellings that make no difference."""
    known = context.workspace.table.split(specifier)
    return None if known is None else (known[0].name, normalize_module(known[1]))


def _exports(context: FileContext, met: Met, mock: _Mock) -> bool:
    """Whether a module exports all that the mock's factory gives, and that is something."""
    names, path = {name.name for name in mock.reference.names}, met.load.path
    return bool(names) and path is not None and names <= context.targets.index.exports(path).names.keys()


def _is_pending(context: FileContext, met: Met, mock: _Mock) -> bool:
    """Whether an import is of a legacy module that goes to the one that is mocked."""
    module = context.workspace.table.module_of(met.load.specifier)
    if module is None or area_of(context.workspace.table, met.path) in (Area.CORE, Area.LEGACY):
        return False
    chosen = context.targets.choice(module).chosen
    return chosen is not None and _identity(context, chosen) == mock.identity


RULE = Rule(CODE, "A mock replaces a workflow module that the test does not load.", Severity.WARNING, check, __doc__)
