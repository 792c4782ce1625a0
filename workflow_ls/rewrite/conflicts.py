"""The outcomes for all legacy references of one file, made to agree with each other.

What is right for a reference alone may be wrong beside the others.  A mock replaces a whole module for the whole test
file: two mocks must not fall together, and a mock must not part from the import it stands for.  And two stars must not
bring one name from two places.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from workflow_ls.diagnostics import Status
from workflow_ls.project.file_facts import FileFacts, LegacyReference, Place, place_of
from workflow_ls.project.module_graph import defines_mock
from workflow_ls.records import record
from workflow_ls.rewrite.resolution import Target, Targets, blocked
from workflow_ls.rewrite.star_conflicts import star_collisions
from workflow_ls.syntax.model import Form


@record
class Outcome:
    """A legacy reference, and where it goes."""

    legacy: LegacyReference
    target: Target


def find_outcomes(targets: Targets, facts: FileFacts) -> tuple[Outcome, ...]:
    """Where each legacy reference of a file goes, in file order."""
    outcomes = _alone(targets, facts)
    here = _stuck(outcomes)
    return tuple(_held_back(targets, facts, outcome, here) for outcome in outcomes)


def _alone(targets: Targets, facts: FileFacts) -> list[Outcome]:
    """The outcomes by what this file holds, remembered while its facts are the same."""
    known = targets.remembered.get(facts.path)
    if known is None or known[0] is not facts:
        found = [Outcome(legacy, targets.find(facts, legacy)) for legacy in facts.legacy]
        found = _keep_stars_apart(targets, facts, _keep_mocks_apart(facts, found))
        known = targets.remembered[facts.path] = (facts, found)
    return known[1]


def _keep_stars_apart(targets: Targets, facts: FileFacts, outcomes: list[Outcome]) -> list[Outcome]:
    """Block stars whose targets would bring what another star of the file brings."""
    reasons = star_collisions(targets, facts, [(outcome.legacy, outcome.target) for outcome in outcomes])
    return [
        Outcome(outcome.legacy, blocked(reasons[place], outcome.target.attempts)) if place in reasons else outcome
        for place, outcome in enumerate(outcomes)
    ]


def _keep_mocks_apart(facts: FileFacts, outcomes: list[Outcome]) -> list[Outcome]:
    """Block mocks of different modules that would become mocks of one: only the last of them would work."""
    modules: dict[str, set[str]] = defaultdict(set)
    for reference in facts.canonical:
        if defines_mock(reference.callee):
            modules[reference.specifier].add(reference.specifier)
    for outcome in outcomes:
        if defines_mock(outcome.legacy.reference.callee) and outcome.target.replacement:
            modules[outcome.target.replacement].add(f"legacy {outcome.legacy.module}")

    def settle(outcome: Outcome) -> Outcome:
        replacement = outcome.target.replacement
        if not defines_mock(outcome.legacy.reference.callee) or len(modules.get(replacement or "", ())) < 2:
            return outcome
        reason = (
            f"this file would then mock `{replacement}` twice, and the later mock wins; "
            "join the factories of the mocks by hand"
        )
        return Outcome(outcome.legacy, blocked(reason, outcome.target.attempts))

    return [settle(outcome) for outcome in outcomes]


def _stuck(outcomes: Iterable[Outcome]) -> set[str]:
    """The legacy modules of which a mock can't be rewritten."""
    return {
        outcome.legacy.module
        for outcome in outcomes
        if outcome.target.status is Status.BLOCKED and outcome.legacy.reference.form is Form.MOCK
    }


def _held_back(targets: Targets, facts: FileFacts, outcome: Outcome, stuck_here: Collection[str]) -> Outcome:
    """Hold a reference back where a mock of its module can't follow it: the mock would replace nothing any more."""
    module = outcome.legacy.module
    if outcome.target.status is Status.BLOCKED or place_of(targets.workspace.table, facts.path) is Place.LEGACY:
        return outcome
    if module in stuck_here:
        where = "in this file"
    elif not targets.is_one_to_one(module) and module in _stuck_elsewhere(targets):
        where = f"in {_stuck_elsewhere(targets)[module]}"
    else:
        return outcome
    reason = f"a mock of this module {where} can't follow it, and would then replace nothing; settle that one first"
    return Outcome(outcome.legacy, blocked(reason, outcome.target.attempts))


def _stuck_elsewhere(targets: Targets) -> Mapping[str, str]:
    """The legacy modules with a mock that can't be rewritten, each with a file that holds one.

    Mocks of the core stay with what they mock there, and hold nobody back.
    """
    if targets.stuck_mocks is None:
        found: dict[str, str] = {}
        table = targets.workspace.table
        for facts in targets.workspace.candidate_facts():
            mocks = any(legacy.reference.form is Form.MOCK for legacy in facts.legacy)
            if mocks and place_of(table, facts.path) in (Place.CANONICAL, Place.ELSEWHERE):
                for module in _stuck(_alone(targets, facts)):
                    found.setdefault(module, facts.path)
        targets.stuck_mocks = found
    return targets.stuck_mocks
