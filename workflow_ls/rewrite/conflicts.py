"""The outcomes for all legacy references of one file, made to agree with each other.

What is right for a reference alone may be wrong beside the others.  A mock replaces a whole module for the whole test
file: two mocks must not fall together, and a mock must not part from the import it stands for.  And two stars must not
bring one name from two places.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from workflow_ls.diagnostics import Status
from workflow_ls.project.file_facts import Area, FileFacts, LegacyReference, area_of
from workflow_ls.project.module_graph import defines_mock
from workflow_ls.project.queries import Component, Database, query
from workflow_ls.project.source_index import Sources
from workflow_ls.records import record
from workflow_ls.rewrite.resolution import Target, TargetResolver, blocked
from workflow_ls.rewrite.star_conflicts import star_collisions
from workflow_ls.syntax.model import Form


@record
class Outcome:
    """A legacy reference, and where it goes."""

    legacy: LegacyReference
    target: Target


class Outcomes(Component):
    """Where the legacy references of each file go."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.targets = database.component(TargetResolver)
        self.sources = database.component(Sources)

    @query
    def of_file(self, path: str) -> tuple[Outcome, ...]:
        """Where each legacy reference of a file goes, in file order."""
        outcomes = self._by_itself(path)
        unrewritable = self._unrewritable_mocks(path)
        return tuple(self._blocked_by_mock(path, outcome, unrewritable) for outcome in outcomes)

    @query
    def _by_itself(self, path: str) -> tuple[Outcome, ...]:
        """The outcomes by what the file holds."""
        facts = self.sources.facts(path)
        if facts is None:
            return ()
        found = [Outcome(legacy, self.targets.find(facts, legacy)) for legacy in facts.legacy_references]
        return tuple(_keep_stars_apart(self.targets, facts, _keep_mocks_apart(facts, found)))

    @query
    def _unrewritable_mocks(self, path: str) -> frozenset[str]:
        """The legacy modules of which a mock in the file can't be rewritten."""
        return frozenset(
            outcome.legacy.module
            for outcome in self._by_itself(path)
            if outcome.target.status is Status.BLOCKED and outcome.legacy.reference.form is Form.MOCK
        )

    @query
    def _mocks(self, path: str) -> bool:
        """Whether a file holds mocks of legacy modules, and is none of the core.

        Mocks of the core stay with what they mock there, and hold nobody back.
        """
        facts = self.sources.facts(path)
        mocks = facts is not None and any(legacy.reference.form is Form.MOCK for legacy in facts.legacy_references)
        return mocks and area_of(self.table, path) in (Area.CANONICAL, Area.ELSEWHERE)

    @query
    def _all_unrewritable_mocks(self) -> Mapping[str, str]:
        """The legacy modules with a mock that can't be rewritten, each with a file that holds one."""
        found: dict[str, str] = {}
        for path in self.sources.candidates():
            for module in sorted(self._unrewritable_mocks(path)) if self._mocks(path) else ():
                found.setdefault(module, path)
        return found

    def _blocked_by_mock(self, path: str, outcome: Outcome, unrewritable: Collection[str]) -> Outcome:
        """Hold a reference back where a mock of its module can't follow it: the mock would replace nothing any more."""
        module = outcome.legacy.module
        if outcome.target.status is Status.BLOCKED or area_of(self.table, path) is Area.LEGACY:
            return outcome
        if module in unrewritable:
            where = "in this file"
        elif not self.targets.is_one_to_one(module) and module in self._all_unrewritable_mocks():
            where = f"in {self._all_unrewritable_mocks()[module]}"
        else:
            return outcome
        reason = f"a mock of this module {where} can't follow it, and would then replace nothing; settle that one first"
        return Outcome(outcome.legacy, blocked(reason, outcome.target.tried))


def find_outcomes(targets: TargetResolver, facts: FileFacts) -> tuple[Outcome, ...]:
    """Where each legacy reference of a file goes, in file order."""
    return targets.database.component(Outcomes).of_file(facts.path)


def _keep_stars_apart(targets: TargetResolver, facts: FileFacts, outcomes: list[Outcome]) -> list[Outcome]:
    """Block stars whose targets would bring what another star of the file brings."""
    reasons = star_collisions(targets, facts, [(outcome.legacy, outcome.target) for outcome in outcomes])
    return [
        Outcome(outcome.legacy, blocked(reasons[place], outcome.target.tried)) if place in reasons else outcome
        for place, outcome in enumerate(outcomes)
    ]


def _keep_mocks_apart(facts: FileFacts, outcomes: list[Outcome]) -> list[Outcome]:
    """Block mocks of different modules that would become mocks of one: only the last of them would work."""
    modules: dict[str, set[str]] = defaultdict(set)
    for reference in facts.canonical_references:
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
        return Outcome(outcome.legacy, blocked(reason, outcome.target.tried))

    return [settle(outcome) for outcome in outcomes]
