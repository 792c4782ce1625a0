"""Takes back the fixes that cause a regression, until the rest causes none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

from workflow_ls.diagnostics import Blocked, Diagnostic
from workflow_ls.proof.regression import FixKey, Regression, fixed_files, key_of

Refused = Mapping[FixKey, Blocked]
"""The fixes that are taken back, each with the reason."""


class Attempt(Protocol):
    """What an application of fixes came to: the findings whose fixes were applied, and what is worse."""

    @property
    def applied(self) -> Sequence[Diagnostic]:
        """The findings whose fixes were applied."""

    @property
    def regressions(self) -> Sequence[Regression]:
        """What is worse than before."""


A = TypeVar("A", bound=Attempt)
_ATTEMPTS = 24


def take_back(apply: Callable[[Refused], A]) -> tuple[A, Refused]:
    """Apply fixes without those that cause regressions; what came of it, and the fixes that were taken back.

    `apply` applies all fixes but those it is given.  What a regression may come from is taken back in widening circles:
    the fixes that write the specifier that it is about, those of its file, those of the files that it reads, the one
    that a search by halves finds, and in the end all.
    """
    refused: dict[FixKey, Blocked] = {}
    search = _Search()
    for _ in range(_ATTEMPTS):
        attempt = apply(refused)
        if not attempt.regressions:
            return _without_wrong_guesses(apply, attempt, refused, search.wrong)
        regressions = [regression for regression in attempt.regressions if regression.root] or attempt.regressions
        for regression, suspects in search.suspects(regressions, attempt.applied, refused, apply):
            refused.update(dict.fromkeys(map(key_of, suspects), regression.blocked))
    while True:
        attempt = apply(refused)
        if not attempt.applied:
            return attempt, refused
        cause = attempt.regressions[0].blocked if attempt.regressions else _UNPROVED
        refused.update((key_of(finding), cause) for finding in attempt.applied)


def _without_wrong_guesses(
    apply: Callable[[Refused], A], attempt: A, refused: Refused, wrong: Collection[FixKey]
) -> tuple[A, Refused]:
    """Apply what was taken back without effect, if that causes nothing."""
    needed = {key: cause for key, cause in refused.items() if key not in wrong}
    if len(needed) < len(refused):
        other = apply(needed)
        if not other.regressions:
            return other, needed
    return attempt, refused


def _identity(regression: Regression) -> tuple[str, str]:
    return regression.path, regression.reason


_UNPROVED = Blocked("what is left of this run could not be proved", "fix fewer files at once")


class _Search:
    """How far the search for the causes of regressions has come.  `wrong` were taken back without effect."""

    def __init__(self) -> None:
        self.wrong = set[FixKey]()
        self._circles = Counter[tuple[str, str]]()
        self._guesses: dict[tuple[str, str], list[FixKey]] = {}  # what was taken back for a regression

    def suspects(
        self,
        regressions: Sequence[Regression],
        applied: Sequence[Diagnostic],
        refused: Refused,
        apply: Callable[[Refused], Attempt],
    ) -> Iterator[tuple[Regression, Sequence[Diagnostic]]]:
        """What to take back next: for each regression the fixes of the next circle that has any, or the culprit.

        One fix may cause several regressions.  So a regression is left to the next attempt where another one has taken
        some of its suspects back, or the fix of a configuration, which files of any kind may depend on.
        """
        for regression in regressions:
            self.wrong.update(self._guesses.get(_identity(regression), ()))
        found = [(regression, *self._next_circle(regression, applied, refused)) for regression in regressions]
        wide = [each for each in found if any(map(_edits_configurations, each[2]))]
        taken = set[FixKey]()
        for regression, circle, suspects in wide or found:
            keys = {key_of(finding) for finding in suspects}
            if suspects and taken.isdisjoint(keys):
                taken |= keys
                self._circles[_identity(regression)] = circle
                yield self._guess(regression, suspects)
        for regression, circle, suspects in found if not wide else ():
            if not suspects and (not taken or _shows(regression, apply(refused).regressions)):
                self._circles[_identity(regression)] = circle
                culprits = _culprit(regression, applied, refused, apply)
                taken.update(map(key_of, culprits))
                yield self._guess(regression, culprits)

    def _guess(self, regression: Regression, suspects: Sequence[Diagnostic]) -> tuple[Regression, Sequence[Diagnostic]]:
        self._guesses.setdefault(_identity(regression), []).extend(map(key_of, suspects))
        return regression, suspects

    def _next_circle(
        self, regression: Regression, applied: Sequence[Diagnostic], refused: Refused
    ) -> tuple[int, Sequence[Diagnostic]]:
        """The next circle around a regression that has any fixes, and these; none after the last one."""
        circles = [_with_same_fix(suspects, applied) for suspects in _circles(regression, applied)]
        for number in range(self._circles[_identity(regression)], len(circles)):
            suspects = [finding for finding in circles[number] if key_of(finding) not in refused]
            if suspects:
                return number + 1, suspects
        return len(circles), ()


def _circles(regression: Regression, applied: Sequence[Diagnostic]) -> Iterator[Sequence[Diagnostic]]:
    def writes(finding: Diagnostic) -> bool:
        return not regression.specifiers.isdisjoint((finding.specifier, *finding.replacements))

    here = [finding for finding in applied if regression.path in (finding.path, *fixed_files(finding))]
    behind = [finding for finding in applied if not set(regression.behind).isdisjoint(fixed_files(finding))]
    yield [finding for finding in here if writes(finding)]
    yield [finding for finding in (*behind, *filter(_edits_configurations, applied)) if writes(finding)]
    yield here
    yield behind


def _edits_configurations(finding: Diagnostic) -> bool:
    """Whether the fix of a finding edits manifests and configurations only."""
    return all(path.endswith(".json") for path in fixed_files(finding))


def _with_same_fix(suspects: Sequence[Diagnostic], applied: Sequence[Diagnostic]) -> Sequence[Diagnostic]:
    """The suspects, with the findings that the same edits of configurations resolve."""
    edits = {finding.fix.files for finding in suspects if finding.fix is not None and _edits_configurations(finding)}
    if not edits:
        return suspects
    return [f for f in applied if f in suspects or (f.fix is not None and f.fix.files in edits)]


def _culprit(
    regression: Regression, applied: Sequence[Diagnostic], refused: Refused, apply: Callable[[Refused], A]
) -> Sequence[Diagnostic]:
    """The fixes of one file without which the regression is gone while those of the files before it are applied."""
    units: dict[str, list[Diagnostic]] = {}
    for finding in applied:
        units.setdefault(finding.path, []).append(finding)
    paths = list(units)
    shown, hidden = len(paths), 0  # with the first `shown` units it is there, with the first `hidden` it is not
    while shown - hidden > 1:
        middle = (shown + hidden) // 2
        without = {key_of(finding): regression.blocked for path in paths[middle:] for finding in units[path]}
        if _shows(regression, apply({**refused, **without}).regressions):
            shown = middle
        else:
            hidden = middle
    return units[paths[shown - 1]] if paths else ()


def _shows(regression: Regression, regressions: Iterable[Regression]) -> bool:
    return any(_identity(other) == _identity(regression) for other in regressions)
