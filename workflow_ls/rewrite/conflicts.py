"""The targets of all legacy references of one file, without those that conflict with each other.

What is right for one reference may be wrong beside the others.  A mock replaces a module for the whole test file: two
mocks must not become mocks of one module, and a mock must not lead to another module than the import that it mocks.
And two `export *` must not bring one name from two modules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from workflow_ls.diagnostics import Blocked
from workflow_ls.project.file_facts import Area, FileFacts, LegacyReference, area_of
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.runtime.module_graph import defines_mock
from workflow_ls.project.source_index import Sources
from workflow_ls.records import record, replace
from workflow_ls.rewrite.augmentations import Augmentations
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.rewrite.star_conflicts import find_star_conflicts
from workflow_ls.rewrite.target import Candidate, Target
from workflow_ls.syntax.model import Form


@record
class ReferenceOutcome:
    """A legacy reference, its target or why it has none, and the candidates in the order in which they were tried."""

    legacy: LegacyReference
    target: Target | Blocked
    candidates: tuple[Candidate, ...] = ()


class Outcomes(Component):
    """The outcomes of the legacy references of each file."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.targets = database.component(TargetResolver)
        self.sources = database.component(Sources)
        self.augmentations = database.component(Augmentations)

    @query
    def of_file(self, path: str) -> tuple[ReferenceOutcome, ...]:
        """The outcome of each legacy reference of a file, in file order."""
        return self.hold_augmented(path, self._without_augmentations(path))

    @query
    def _without_augmentations(self, path: str) -> tuple[ReferenceOutcome, ...]:
        """The outcomes, without regard to augmentations of their modules."""
        return self.block_by_mocks(path, self._within_file(path))

    def hold_augmented(self, path: str, outcomes: tuple[ReferenceOutcome, ...]) -> tuple[ReferenceOutcome, ...]:
        """The outcomes of a file, without those that would lose an augmentation, or leave one behind."""
        held = self.augmentations.held(
            path, lambda each: [(outcome.legacy, outcome.target) for outcome in self._without_augmentations(each)]
        )
        if not held:
            return outcomes
        return tuple(replace(o, target=held[number]) if number in held else o for number, o in enumerate(outcomes))

    @query
    def _within_file(self, path: str) -> tuple[ReferenceOutcome, ...]:
        """The outcomes, without regard to the mocks in other files."""
        facts = self.sources.facts(path)
        return () if facts is None else _within_file(self.targets, facts)

    @query
    def _unrewritable_mocks(self, path: str) -> frozenset[str]:
        """The legacy modules of which a mock in the file can't be rewritten."""
        return frozenset(
            outcome.legacy.module
            for outcome in self._within_file(path)
            if isinstance(outcome.target, Blocked) and outcome.legacy.reference.form is Form.MOCK
        )

    @query
    def _has_mocks(self, path: str) -> bool:
        """Whether a file outside the core mocks legacy modules.

        A mock in the core blocks nothing: core files keep their relative paths.
        """
        facts = self.sources.facts(path)
        mocks = facts is not None and any(legacy.reference.form is Form.MOCK for legacy in facts.legacy_references)
        return mocks and area_of(self.table, path) in (Area.CANONICAL, Area.ELSEWHERE)

    @query
    def _all_unrewritable_mocks(self) -> Mapping[str, str]:
        """The legacy modules of which a mock can't be rewritten, each with a file that has one."""
        found: dict[str, str] = {}
        for path in self.sources.candidates():
            for module in sorted(self._unrewritable_mocks(path)) if self._has_mocks(path) else ():
                found.setdefault(module, path)
        return found

    def block_by_mocks(self, path: str, outcomes: Iterable[ReferenceOutcome]) -> tuple[ReferenceOutcome, ...]:
        """The outcomes of a file, without those that would disable a mock in it or in another file."""
        unrewritable = self._unrewritable_mocks(path)
        return tuple(self._blocked_by_mock(path, outcome, unrewritable) for outcome in outcomes)

    def _blocked_by_mock(self, path: str, outcome: ReferenceOutcome, unrewritable: Collection[str]) -> ReferenceOutcome:
        """Block a reference if a mock of its module can't be rewritten: the mock would replace nothing afterwards."""
        module = outcome.legacy.module
        if isinstance(outcome.target, Blocked) or area_of(self.table, path) is Area.LEGACY:
            return outcome
        if module in unrewritable:
            where = "this file"
        elif not self.targets.is_one_to_one(module) and module in self._all_unrewritable_mocks():
            where = self._all_unrewritable_mocks()[module]
        else:
            return outcome
        reason = f"the rewrite would disable the mock of this module in {where}, which can't be rewritten yet"
        return replace(outcome, target=Blocked(reason, "fix the mock first"))


def find_outcomes(targets: TargetResolver, facts: FileFacts) -> tuple[ReferenceOutcome, ...]:
    """The outcome of each legacy reference of a file, in file order."""
    outcomes = targets.database.component(Outcomes)
    if targets.try_all:
        # The memos of `Outcomes` end with the first candidate that passes.
        return outcomes.hold_augmented(facts.path, outcomes.block_by_mocks(facts.path, _within_file(targets, facts)))
    return outcomes.of_file(facts.path)


def _within_file(targets: TargetResolver, facts: FileFacts) -> tuple[ReferenceOutcome, ...]:
    outcomes = []
    for legacy in facts.legacy_references:
        resolution = targets.find(facts, legacy)
        outcomes.append(ReferenceOutcome(legacy, resolution.target, resolution.candidates))
    return tuple(_block_star_conflicts(targets, facts, _block_merged_mocks(facts, outcomes)))


def _block_star_conflicts(
    targets: TargetResolver, facts: FileFacts, outcomes: list[ReferenceOutcome]
) -> list[ReferenceOutcome]:
    """Block each `export *` whose target would bring a name that another one of the file brings."""
    conflicts = find_star_conflicts(targets, facts, [(outcome.legacy, outcome.target) for outcome in outcomes])
    return [
        replace(outcome, target=conflicts[number]) if number in conflicts else outcome
        for number, outcome in enumerate(outcomes)
    ]


def _block_merged_mocks(facts: FileFacts, outcomes: list[ReferenceOutcome]) -> list[ReferenceOutcome]:
    """Block mocks of different modules that would become mocks of one: only the last of them would work."""
    modules: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for reference in facts.canonical_references:
        if defines_mock(reference.callee):
            modules[(reference.specifier,)].add(reference.specifier)
    for outcome in outcomes:
        specifiers = _mocked_afterwards(outcome)
        if specifiers:
            modules[specifiers].add(f"legacy {outcome.legacy.module}")
    return [
        replace(outcome, target=_merged(specifiers))
        if (specifiers := _mocked_afterwards(outcome)) and len(modules[specifiers]) > 1
        else outcome
        for outcome in outcomes
    ]


def _mocked_afterwards(outcome: ReferenceOutcome) -> tuple[str, ...]:
    """What a mock would mock after its rewrite; empty for another reference, and for a blocked one."""
    if isinstance(outcome.target, Blocked) or not defines_mock(outcome.legacy.reference.callee):
        return ()
    return outcome.target.replacements


def _merged(specifiers: tuple[str, ...]) -> Blocked:
    reason = f"this file would mock `{', '.join(specifiers)}` twice, and only the later mock would work"
    return Blocked(reason, "join the factories of the mocks by hand")
