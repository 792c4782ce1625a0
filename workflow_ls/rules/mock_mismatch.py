"""A mock of a workflow module that replaces nothing, since the test never loads that module.

A mock and the import that it mocks must name the same module.  If only one of them was moved to the new path, the test
still passes, but it runs the real code, and the mock is never used.

    vi.mock('@shared/workflow/runtime', () => ({ start: vi.fn() }));    // flagged
    import { startInvoice } from './invoice';    // imports '@alga-psa/workflows/runtime'

As in Vitest, the mocked module is the file that the specifier resolves to, by path, by alias or through `exports`, or
the specifier itself if there is no file.  So the mock of an old path is right while a module on the new path re-exports
the old one.  The rule follows what the test imports, and what that imports, within the workspace; packages in
`node_modules` load no file of the workspace.  Types are not loaded, and unused imports may be.

These files are not checked:

- files that a test runner does not run by default (`.test.` and `.spec.` in the name, for Jest also `__tests__`), since
  they may mock for any test;
- tests with an import on the way that can't be resolved or is computed, or that load more than 2,000 files.

The fix mocks the module that is loaded.  It is offered if the old path has a verified target that is loaded, or if the
mock and the import name one module with different endings.  If exactly one of the loaded workflow modules exports every
name of the mock's factory, the fix is offered on request only (`fix --unsafe`).  Otherwise the finding says what is
loaded instead.  While a module on the new path only re-exports the old one, other modules may load the old one
directly; then there is nothing to align until the module itself is moved.

With runners other than Vitest, `require` is mocked, too, and the order of mocks and imports is not checked, since mocks
of Jest may be undone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workflow_ls.config.module_names import normalize_module
from workflow_ls.diagnostics import Applicability, Blocked, Diagnostic, FileEdit, Fix, Related, Severity, Status
from workflow_ls.manifests.dependencies import declarations
from workflow_ls.project.file_facts import Area, area_of
from workflow_ls.project.runtime.traversal import Reached, Traversal
from workflow_ls.records import replace
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.rewrite.target import ImportPart, Target
from workflow_ls.rewrite.text_edits.import_edits import rewrite
from workflow_ls.rules.shared.mock_walks import MockWalks, WorkflowMock, runs_as_test, workflow_mocks
from workflow_ls.rules.shared.rule import FileContext, Rule
from workflow_ls.syntax.references.flows.mock_names import defines_mock

CODE = "mock-mismatch"

_SHOWN = 2


def check(context: FileContext) -> Iterator[Diagnostic]:
    """Yield a finding for each mock of a workflow module that a test does not load."""
    mocks = [mock for mock in workflow_mocks(context) if runs_as_test(context.path, mock.reference)]
    if not mocks:
        return
    walks = MockWalks(context, mocks)
    for mock in mocks:
        finding = _judge(context, walks, mock)
        if finding is not None:
            yield finding


def _judge(context: FileContext, walks: MockWalks, mock: WorkflowMock) -> Diagnostic | None:
    specifier = mock.reference.specifier
    walk = walks.get(mock, late=mock.is_late)
    found = walks.narrow(mock).reaches(mock.module_id, specifier)
    if found is False:
        # The narrow walk is based on a text search, so its answer is verified; the finding needs the full walk anyway.
        found = walk.reaches(mock.module_id, specifier)
    if found:
        return None
    nothing = f"this mock replaces nothing, because neither this test nor what it loads imports `{specifier}`"
    if found is None:
        if mock.path is not None or specifier.startswith(".") or _is_loaded_anywhere(context.targets, specifier):
            return None
        cause = Blocked("it resolves to no file, and no file imports it", "correct the specifier, or delete the mock")
        return _finding(context, mock, nothing, cause)
    if mock.is_late and walks.get(mock, late=False).reaches(mock.module_id, specifier):
        message = f"this mock is too late, because code that imports `{specifier}` is loaded before it runs"
        cause = Blocked(
            f"`{mock.reference.callee}` is not hoisted", "use `vi.mock`, or import that code dynamically after the mock"
        )
        return _finding(context, mock, message, cause)
    required = walk.required(mock.module_id)
    if required is not None:
        cause = Blocked(
            f"the test loads {_shown([required])} with `require`, which Vitest does not mock", "use `import`"
        )
        return _finding(context, mock, nothing, cause, [required])
    bypass = _bypassed(context, walk, mock)
    if bypass is not None:
        reason = f"{mock.path} only re-exports {bypass.edge.path}, and {bypass.path} imports that directly"
        cause = Blocked(reason, "mock the old path until the module itself is moved")
        return _finding(context, mock, nothing, cause, (bypass,))
    return _aligned(context, walks, mock, nothing) or _unaligned(context, walks, mock, nothing)


def _bypassed(context: FileContext, walk: Traversal, mock: WorkflowMock) -> Reached | None:
    """The import of the legacy module that a mocked canonical module re-exports; None if it re-exports none."""
    table = context.workspace.table
    if mock.path is None or area_of(table, mock.path) is not Area.CANONICAL:
        return None
    behind = {path for path in context.targets.index.re_exported(mock.path) if area_of(table, path) is Area.LEGACY}
    inside = (reached for reached in walk.reached if reached.edge.module_id in behind)
    return next((reached for reached in inside if area_of(table, reached.path) in (Area.LEGACY, Area.CANONICAL)), None)


def _is_loaded_anywhere(targets: TargetResolver, specifier: str) -> bool:
    """Whether any file imports a missing module under the same specifier."""
    return any(
        reference.specifier == specifier and not defines_mock(reference.callee)
        for facts in targets.workspace.sources.candidate_facts()
        for reference in (*(legacy.reference for legacy in facts.legacy_references), *facts.canonical_references)
    )


def _aligned(context: FileContext, walks: MockWalks, mock: WorkflowMock, message: str) -> Diagnostic | None:
    """The finding with its fix, if one of the loaded modules is clearly the one to mock; else None.

    That is the target of the mock's rewrite, or the same module under another spelling, or the only one that exports
    all names of the factory.
    """
    if area_of(context.workspace.table, context.path) in (Area.CORE, Area.LEGACY):
        return None
    walk = walks.get(mock, late=mock.is_late)
    target = None if mock.outcome is None else mock.outcome.target
    if isinstance(target, Target) and target.unverified is None and len(target.parts) == 1:
        specifier = target.parts[0].specifier
        reached = next(
            (reached for reached in walk.reached if reached.edge.module_id == _module_id(context, specifier)), None
        )
        return None if reached is None else _fixed(context, mock, message, specifier, reached)
    loaded = [reached for reached in _named(context, walk) if context.workspace.table.split(reached.edge.specifier)]
    free = {reached.edge.module_id: reached for reached in loaded if reached.edge.module_id not in walks.mocked}
    subpath = _subpath(context, mock.reference.specifier)
    same = [reached for reached in free.values() if _subpath(context, reached.edge.specifier) == subpath]
    matching = same or [reached for reached in free.values() if _exports(context, reached, mock)]
    if len(matching) != 1 or _module_id(context, matching[0].edge.specifier) != matching[0].edge.module_id:
        return None
    applicability = Applicability.ALWAYS if same else Applicability.UNSAFE
    return _fixed(context, mock, message, matching[0].edge.specifier, matching[0], applicability)


def _fixed(
    context: FileContext,
    mock: WorkflowMock,
    message: str,
    specifier: str,
    reached: Reached,
    applicability: Applicability = Applicability.ALWAYS,
) -> Diagnostic:
    parts = (ImportPart(specifier),)
    edits = rewrite(context.facts.text, reference=mock.reference, parts=parts)
    needed = declarations(context.targets, context.path, parts)
    files = (FileEdit(context.path, edits, context.facts.text), *needed)
    fix = Fix(f"Mock '{specifier}' instead", files, applicability)
    related = (Related(reached.path, reached.edge.span, _LOADED),)
    return replace(
        _finding(context, mock, message), replacements=(specifier,), status=Status.VERIFIED, fix=fix, related=related
    )


def _unaligned(context: FileContext, walks: MockWalks, mock: WorkflowMock, message: str) -> Diagnostic:
    """The finding without a fix: what the code loads instead, if anything."""
    walk = walks.get(mock, late=mock.is_late)
    named = _named(context, walk)
    pending = next((reached for reached in named if _is_pending(context, reached, mock)), None)
    if pending is not None:
        old = pending.edge.specifier
        cause = Blocked(f"{pending.path} still imports it as `{old}`", "rewrite that import, and the mock works")
        return _finding(context, mock, message, cause, (pending,))
    moving = context.workspace.table.moving_module
    others = [reached for reached in named if reached.edge.module_id not in walks.mocked]
    if not named:
        cause = Blocked(f"the test loads no {moving}", "import the mocked module, or delete the mock")
        return _finding(context, mock, message, cause)
    if not others:
        cause = Blocked(f"every {moving} that the test loads is mocked already", "delete this mock")
        return _finding(context, mock, message, cause)
    cause = Blocked(f"the test loads {_shown(others)} instead", "mock the right module, or delete this mock")
    return _finding(context, mock, message, cause, others)


_LOADED = "this import loads it"


def _finding(
    context: FileContext, mock: WorkflowMock, message: str, cause: Blocked | None = None, loaded: Sequence[Reached] = ()
) -> Diagnostic:
    return RULE.finding(
        context.path,
        mock.reference.span,
        message,
        specifier=mock.reference.specifier,
        status=Status.BLOCKED,
        cause=cause,
        related=tuple(Related(reached.path, reached.edge.span, _LOADED) for reached in loaded[:_SHOWN]),
    )


def _named(context: FileContext, walk: Traversal) -> list[Reached]:
    """The imports of workflow modules by name that a walk found, the nearest first."""
    table = context.workspace.table
    specifiers = ((reached, reached.edge.specifier) for reached in walk.reached)
    return [
        reached for reached, specifier in specifiers if table.split(specifier) or table.module_of(specifier) is not None
    ]


def _shown(loaded: Sequence[Reached]) -> str:
    shown = " and ".join(f"`{reached.edge.specifier}` (in {reached.path})" for reached in loaded[:_SHOWN])
    return shown + (f" and {len(loaded) - _SHOWN} more" if loaded[_SHOWN:] else "")


def _module_id(context: FileContext, specifier: str) -> str:
    return context.targets.modules.resolve_id(specifier, context.path)[0]


def _subpath(context: FileContext, specifier: str) -> tuple[str, str | None] | None:
    """The package and module of a canonical specifier, the same for all its spellings."""
    known = context.workspace.table.split(specifier)
    return None if known is None else (known[0].name, normalize_module(known[1]))


def _exports(context: FileContext, reached: Reached, mock: WorkflowMock) -> bool:
    """Whether a module exports all names of the mock's factory, and there is at least one."""
    names, path = {name.name for name in mock.reference.names}, reached.edge.path
    return bool(names) and path is not None and names <= context.targets.index.exports(path).names.keys()


def _is_pending(context: FileContext, reached: Reached, mock: WorkflowMock) -> bool:
    """Whether an import names a legacy module whose target is the mocked one."""
    module = context.workspace.table.module_of(reached.edge.specifier)
    if module is None or area_of(context.workspace.table, reached.path) in (Area.CORE, Area.LEGACY):
        return False
    chosen = context.targets.choices.choice(module).chosen
    return chosen is not None and _module_id(context, chosen) == mock.module_id


RULE = Rule(CODE, "A mock replaces a workflow module that the test does not load.", Severity.WARNING, check, __doc__)
