"""The outcomes of the legacy references of one file beside each other, without regard to other files.

What is right for one reference may be wrong beside the others.  A mock replaces a module for the whole test file, so
two mocks must not become mocks of one module.  And two `export *` must not bring one name from two modules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable

from workflow_ls.diagnostics import Blocked
from workflow_ls.project.exports.proxies import Proxies
from workflow_ls.project.file_facts import FileFacts, LegacyReference
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.runtime.mock_calls import MockCalls
from workflow_ls.project.source_index import Sources
from workflow_ls.records import record, replace
from workflow_ls.rewrite.augmentations import Augmentations, Causes
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.rewrite.star_conflicts import find_star_conflicts
from workflow_ls.rewrite.target import ONLY_RE_EXPORTS, Candidate, Resolution, Target
from workflow_ls.syntax.model import Reference
from workflow_ls.syntax.references.flows.mock_names import defines_mock


@record
class ReferenceOutcome:
    """A legacy reference, its target or why it has none, and the candidates in the order in which they were tried.

    `stays` is set for a mock that is right where it is: its target re-exports the legacy module, which is what runs.
    """

    legacy: LegacyReference
    target: Target | Blocked
    candidates: tuple[Candidate, ...] = ()
    stays: bool = False


class FileOutcomes(Component):
    """The outcomes of each file by itself."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.targets = database.component(TargetResolver)
        self.sources = database.component(Sources)
        self.augmentations = database.component(Augmentations)

    @query
    def of_file(self, path: str) -> tuple[ReferenceOutcome, ...]:
        """The outcome of each legacy reference of a file, in file order."""
        return self.hold_augmented(path, self._alone(path))

    def hold_augmented(self, path: str, outcomes: tuple[ReferenceOutcome, ...]) -> tuple[ReferenceOutcome, ...]:
        """The outcomes of a file, without those that would lose an augmentation, or leave one behind."""
        return hold_augmented(self.augmentations, path, outcomes, self._causes)

    @query
    def _causes(self) -> Causes:
        return self.augmentations.causes(lambda path: each_with_target(self._alone(path)))

    @query
    def _alone(self, path: str) -> tuple[ReferenceOutcome, ...]:
        """The outcomes, without regard to augmentations in other files."""
        facts = self.sources.facts(path) if self.sources.imports_legacy(path) else None
        return () if facts is None else outcomes_within(self.targets, facts)


def hold_augmented(
    augmentations: Augmentations, path: str, outcomes: tuple[ReferenceOutcome, ...], causes: Callable[[], Causes]
) -> tuple[ReferenceOutcome, ...]:
    """The outcomes of a file, without those that would lose an augmentation, or leave one behind.

    `causes` gives why augmentations of the workspace stay.
    """
    held = augmentations.held(path, each_with_target(outcomes), causes)
    if not held:
        return outcomes
    return tuple(replace(o, target=held[number]) if number in held else o for number, o in enumerate(outcomes))


def each_with_target(outcomes: Iterable[ReferenceOutcome]) -> list[tuple[LegacyReference, Target | Blocked]]:
    """The references of outcomes, each with its target or why it has none."""
    return [(outcome.legacy, outcome.target) for outcome in outcomes]


def outcomes_within(targets: TargetResolver, facts: FileFacts) -> tuple[ReferenceOutcome, ...]:
    """The outcome of each legacy reference of a file by itself, in file order."""
    outcomes = []
    proxies = targets.database.component(Proxies)
    for legacy in facts.legacy_references:
        proxied = proxies.in_proxy(facts.path, legacy)
        resolution = Resolution(ONLY_RE_EXPORTS) if proxied else targets.find(facts, legacy)
        outcomes.append(ReferenceOutcome(legacy, resolution.target, resolution.candidates))
    calls = targets.database.component(MockCalls)
    return tuple(_block_star_conflicts(targets, facts, _block_merged_mocks(calls, facts, outcomes)))


def _block_star_conflicts(
    targets: TargetResolver, facts: FileFacts, outcomes: list[ReferenceOutcome]
) -> list[ReferenceOutcome]:
    """Block each `export *` whose target would bring a name that another one of the file brings."""
    conflicts = find_star_conflicts(targets, facts, [(outcome.legacy, outcome.target) for outcome in outcomes])
    return [
        replace(outcome, target=conflicts[number]) if number in conflicts else outcome
        for number, outcome in enumerate(outcomes)
    ]


def _block_merged_mocks(calls: MockCalls, facts: FileFacts, outcomes: list[ReferenceOutcome]) -> list[ReferenceOutcome]:
    """Block mocks of different modules that would become mocks of one: only the last of them would work.

    Those that are written alike do the same, whichever of them works.
    """
    modules: dict[tuple[str, ...], dict[str, list[Reference]]] = defaultdict(lambda: defaultdict(list))
    for reference in facts.canonical_references:
        if defines_mock(reference.callee):
            modules[(reference.specifier,)][reference.specifier].append(reference)
    for outcome in outcomes:
        specifiers = _mocked_afterwards(outcome)
        if specifiers:
            modules[specifiers][f"legacy {outcome.legacy.module}"].append(outcome.legacy.reference)
    merged = {
        specifiers
        for specifiers, found in modules.items()
        if len(found) > 1 and not _are_alike(calls, facts, [each for mocks in found.values() for each in mocks])
    }
    return [
        replace(outcome, target=_merged(specifiers))
        if (specifiers := _mocked_afterwards(outcome)) in merged
        else outcome
        for outcome in outcomes
    ]


def _are_alike(calls: MockCalls, facts: FileFacts, mocks: Collection[Reference]) -> bool:
    """Whether mocks have the same factory, text by text."""
    by_place = {call.span: call for call in calls.of_file(facts.path)}
    found = [by_place.get(reference.span) for reference in mocks]
    written = {call and (call.callee, call.factory, call.written, call.keys) for call in found}
    return len(written) == 1 and None not in written and all(call is not None and call.written for call in found)


def _mocked_afterwards(outcome: ReferenceOutcome) -> tuple[str, ...]:
    """What a mock would mock after its rewrite; empty for another reference, and for a blocked one."""
    if isinstance(outcome.target, Blocked) or not defines_mock(outcome.legacy.reference.callee):
        return ()
    return outcome.target.replacements


def _merged(specifiers: tuple[str, ...]) -> Blocked:
    reason = f"this file would mock `{', '.join(specifiers)}` twice, and only the later mock would work"
    return Blocked(reason, "join the factories of the mocks by hand")
