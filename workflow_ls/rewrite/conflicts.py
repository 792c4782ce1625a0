"""The outcomes of all legacy references of a file: those of the file by itself, without those that break a mock."""

from __future__ import annotations

from collections.abc import Iterable

from workflow_ls.diagnostics import Blocked
from workflow_ls.project.file_facts import FileFacts
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.records import replace
from workflow_ls.rewrite.augmentations import Augmentations, Causes
from workflow_ls.rewrite.file_outcomes import (
    FileOutcomes,
    ReferenceOutcome,
    each_with_target,
    hold_augmented,
    outcomes_within,
)
from workflow_ls.rewrite.mocking.mock_proof import MockProof
from workflow_ls.rewrite.mocking.mock_types import MockTypes
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.rewrite.target import Target


class Outcomes(Component):
    """The outcomes of the legacy references of each file."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.by_file = database.component(FileOutcomes)
        self.mocks = database.component(MockProof)
        self.types = database.component(MockTypes)
        self.augmentations = database.component(Augmentations)

    @query
    def of_file(self, path: str) -> tuple[ReferenceOutcome, ...]:
        """The outcome of each legacy reference of a file, in file order."""
        return self.hold_augmented(path, self._without_augmentations(path))

    @query
    def _without_augmentations(self, path: str) -> tuple[ReferenceOutcome, ...]:
        """The outcomes, without regard to what stays because of a mock or a circle, and holds an augmentation."""
        return self.block_by_mocks(path, self.by_file.of_file(path))

    def hold_augmented(self, path: str, outcomes: tuple[ReferenceOutcome, ...]) -> tuple[ReferenceOutcome, ...]:
        """The outcomes of a file, without those that would lose an augmentation, or leave one behind."""
        return hold_augmented(self.augmentations, path, outcomes, self._causes)

    @query
    def _causes(self) -> Causes:
        return self.augmentations.causes(lambda path: each_with_target(self._without_augmentations(path)))

    def block_by_mocks(self, path: str, outcomes: Iterable[ReferenceOutcome]) -> tuple[ReferenceOutcome, ...]:
        """The outcomes of a file, without those that would disable a mock, or a name that a mock lacks."""
        outcomes = tuple(outcomes)
        # A refusal takes a rewrite back: without one, the mocks of the workspace need no judgement.
        is_rewritten = any(isinstance(outcome.target, Target) for outcome in outcomes)
        refused = {refusal.number: refusal for refusal in (self.mocks.refused_in(path) if is_rewritten else ())}
        refused.update(self.types.refused(path, outcomes, refused))
        return tuple(
            replace(outcome, target=_first_cause(outcome.target, refused[number].cause), stays=refused[number].stays)
            if number in refused
            else outcome
            for number, outcome in enumerate(outcomes)
        )


def _first_cause(target: Target | Blocked, refusal: Blocked) -> Blocked:
    """Why a reference is not rewritten: if some of its names lack a target anyway, that comes first."""
    return target.rest.cause if isinstance(target, Target) and target.rest is not None else refusal


def find_outcomes(targets: TargetResolver, facts: FileFacts) -> tuple[ReferenceOutcome, ...]:
    """The outcome of each legacy reference of a file, in file order."""
    outcomes = targets.database.component(Outcomes)
    if targets.try_all:
        # The memos of `Outcomes` end with the first candidate that passes.
        found = outcomes.by_file.hold_augmented(facts.path, outcomes_within(targets, facts))
        return outcomes.hold_augmented(facts.path, outcomes.block_by_mocks(facts.path, found))
    return outcomes.of_file(facts.path)
