"""The outcomes for all legacy references of one file, made to agree with each other.

A mock replaces a whole module for the whole test file, so what is right for a reference alone may be wrong beside
the others: two mocks must not fall together, and a mock must not part from the import it stands for.
"""

from __future__ import annotations

import posixpath
from collections import defaultdict
from dataclasses import dataclass

from workflow_ls.diagnostics import Status
from workflow_ls.rewrite.target import Target, Targets, blocked
from workflow_ls.syntax.model import Form
from workflow_ls.workspace.legacy import FileFacts, LegacyReference

_DEFINES_MOCK = frozenset({"mock", "doMock", "setMock", "unstable_mockModule", "module"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """A legacy reference, and where it goes."""

    legacy: LegacyReference
    target: Target


def find_outcomes(targets: Targets, facts: FileFacts) -> tuple[Outcome, ...]:
    """Where each legacy reference of a file goes, in file order."""
    outcomes = [Outcome(legacy, targets.find(facts, legacy)) for legacy in facts.legacy]
    outcomes = _keep_mocks_apart(facts, outcomes)
    return tuple(_keep_mocks_with_imports(outcomes))


def _keep_mocks_apart(facts: FileFacts, outcomes: list[Outcome]) -> list[Outcome]:
    """Block mocks of different modules that would become mocks of one: only the last of them would work."""
    modules: dict[str, set[str]] = defaultdict(set)
    for reference in facts.canonical:
        if _defines_mock(reference.callee):
            modules[reference.specifier].add(reference.specifier)
    for outcome in outcomes:
        if _defines_mock(outcome.legacy.reference.callee) and outcome.target.replacement:
            modules[outcome.target.replacement].add(_legacy_key(outcome.legacy))

    def settle(outcome: Outcome) -> Outcome:
        replacement = outcome.target.replacement
        if not _defines_mock(outcome.legacy.reference.callee) or len(modules.get(replacement or "", ())) < 2:
            return outcome
        reason = (
            f"this file would then mock `{replacement}` twice, and the later mock wins; "
            "join the factories of the mocks by hand"
        )
        return Outcome(outcome.legacy, blocked(reason, outcome.target.attempts))

    return [settle(outcome) for outcome in outcomes]


def _keep_mocks_with_imports(outcomes: list[Outcome]) -> list[Outcome]:
    """Where a mock can't follow, hold the other references to its module in this file back."""
    stuck = {
        _legacy_key(outcome.legacy)
        for outcome in outcomes
        if outcome.target.status is Status.BLOCKED and outcome.legacy.reference.form is Form.MOCK
    }

    def settle(outcome: Outcome) -> Outcome:
        if outcome.target.status is Status.BLOCKED or _legacy_key(outcome.legacy) not in stuck:
            return outcome
        reason = "a mock of this module in this file can't follow it, and would then replace nothing; see there"
        return Outcome(outcome.legacy, blocked(reason, outcome.target.attempts))

    return [settle(outcome) for outcome in outcomes]


def _defines_mock(callee: str | None) -> bool:
    return callee is not None and callee.rpartition(".")[2] in _DEFINES_MOCK and "." in callee


def _legacy_key(legacy: LegacyReference) -> str:
    return posixpath.join("legacy", legacy.module)
