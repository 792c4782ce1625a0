"""Takes back the fixes that cause a problem, until the rest causes none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

from workflow_ls.diagnostics import Blocked, Diagnostic
from workflow_ls.proof.problem import FixKey, Problem, fixed_files, key_of

Refused = Mapping[FixKey, Blocked]
"""The fixes that are taken back, each with the reason."""


class Attempt(Protocol):
    """What an application of fixes came to: the findings whose fixes were applied, and what is worse."""

    @property
    def applied(self) -> Sequence[Diagnostic]:
        """The findings whose fixes were applied."""

    @property
    def problems(self) -> Sequence[Problem]:
        """What is worse than before."""


A = TypeVar("A", bound=Attempt)
_ATTEMPTS = 24


def settle(apply: Callable[[Refused], A]) -> tuple[A, Refused]:
    """Apply fixes without those that cause problems; what came of it, and the fixes that were taken back.

    `apply` applies all fixes but those it is given.  What a problem may come from is taken back in widening circles:
    the fixes that write the specifier that it is about, those of its file, those of the files that it reads, the one
    that a search by halves finds, and in the end all.
    """
    refused: dict[FixKey, Blocked] = {}
    circles = Counter[tuple[str, str]]()
    for _ in range(_ATTEMPTS):
        attempt = apply(refused)
        if not attempt.problems:
            return attempt, refused
        for problem in [problem for problem in attempt.problems if problem.root] or attempt.problems:
            suspects = _next_suspects(problem, attempt.applied, circles, refused, apply)
            refused.update((key_of(finding), problem.blocked) for finding in suspects if key_of(finding) not in refused)
    while True:
        attempt = apply(refused)
        if not attempt.applied:
            return attempt, refused
        cause = attempt.problems[0].blocked if attempt.problems else _UNPROVED
        refused.update((key_of(finding), cause) for finding in attempt.applied)


_UNPROVED = Blocked("what is left of this run could not be proved", "fix fewer files at once")


def _next_suspects(
    problem: Problem,
    applied: Sequence[Diagnostic],
    circles: Counter[tuple[str, str]],
    refused: Refused,
    apply: Callable[[Refused], A],
) -> Sequence[Diagnostic]:
    """The fixes of the next circle around a problem that has any."""
    key = (problem.path, problem.reason)
    found = list(_circles(problem, applied))
    while circles[key] < len(found):
        circles[key] += 1
        suspects = [finding for finding in found[circles[key] - 1] if key_of(finding) not in refused]
        if suspects:
            return suspects
    return _culprit(problem, applied, refused, apply)


def _circles(problem: Problem, applied: Sequence[Diagnostic]) -> Iterator[Sequence[Diagnostic]]:
    def writes(finding: Diagnostic) -> bool:
        return not problem.specifiers.isdisjoint((finding.specifier, *finding.replacements))

    here = [finding for finding in applied if problem.path in fixed_files(finding)]
    behind = [finding for finding in applied if not set(problem.behind).isdisjoint(fixed_files(finding))]
    yield [finding for finding in here if writes(finding)]
    yield [finding for finding in behind if writes(finding)]
    yield here
    yield behind


def _culprit(
    problem: Problem, applied: Sequence[Diagnostic], refused: Refused, apply: Callable[[Refused], A]
) -> Sequence[Diagnostic]:
    """The fixes of one file without which the problem is gone while those of the files before it are applied."""
    units: dict[str, list[Diagnostic]] = {}
    for finding in applied:
        units.setdefault(finding.path, []).append(finding)
    paths = list(units)
    shown, hidden = len(paths), 0  # with the first `shown` units it is there, with the first `hidden` it is not
    while shown - hidden > 1:
        middle = (shown + hidden) // 2
        without = {key_of(finding): problem.blocked for path in paths[middle:] for finding in units[path]}
        if _shows(problem, apply({**refused, **without}).problems):
            shown = middle
        else:
            hidden = middle
    return units[paths[shown - 1]] if paths else ()


def _shows(problem: Problem, problems: Iterable[Problem]) -> bool:
    return any((other.path, other.reason) == (problem.path, problem.reason) for other in problems)
