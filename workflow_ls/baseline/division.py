"""Divides findings by a baseline: which are accepted, which are new, and which entries are resolved."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import groupby, takewhile

from workflow_ls.baseline.accepted import AcceptedKey, Baseline, accepted_key, moved_key
from workflow_ls.diagnostics import Diagnostic
from workflow_ls.records import record


@record
class Division:
    """Findings beside a baseline.

    `new` are those that it does not accept, in their order; of several with one key, the last.  `accepted` are the
    others.  `baseline` has the entries of renamed files at their new paths.  `resolved` counts, by key, the findings
    that it accepts and that are gone.
    """

    new: tuple[Diagnostic, ...]
    accepted: tuple[Diagnostic, ...]
    baseline: Baseline
    resolved: Mapping[AcceptedKey, int]

    @property
    def pruned(self) -> Baseline:
        """The baseline without what is resolved."""
        counts = Counter(self.baseline.counts)
        counts.subtract(self.resolved)
        return Baseline(+counts)


def divide(findings: Iterable[Diagnostic], baseline: Baseline, exists: Callable[[str], bool]) -> Division:
    """Divide all findings of a workspace; `exists` says whether there is a file at a path of an entry."""
    findings = tuple(findings)
    baseline = _followed(baseline, findings, exists)
    accepted, new, left = divide_by_counts(findings, baseline.counts)
    return Division(tuple(new), tuple(accepted), baseline, left)


def divide_by_counts(
    findings: Iterable[Diagnostic], counts: Mapping[AcceptedKey, int]
) -> tuple[list[Diagnostic], list[Diagnostic], Counter[AcceptedKey]]:
    """The findings that the counts accept, the others, and what is left of the counts.

    Of several findings with one key, the first are accepted.
    """
    left, accepted, new = Counter(counts), list[Diagnostic](), list[Diagnostic]()
    for finding in findings:
        key = accepted_key(finding)
        is_accepted = left[key] > 0
        left[key] -= is_accepted
        (accepted if is_accepted else new).append(finding)
    return accepted, new, +left


def file_name(path: str) -> str:
    """The name of a file, without its directory."""
    return path.rpartition("/")[2]


def nearness(one: str, other: str) -> int:
    """How many names two paths share, from the front and from the back."""
    names = one.split("/"), other.split("/")
    front = [*takewhile(lambda pair: pair[0] == pair[1], zip(*names))]
    back = [*takewhile(lambda pair: pair[0] == pair[1], zip(names[0][::-1], names[1][::-1]))]
    return len(front) + len(back)


def _followed(baseline: Baseline, findings: Collection[Diagnostic], exists: Callable[[str], bool]) -> Baseline:
    """The baseline with the entries of renamed files at the new paths.

    A file was renamed if it is gone, and a file without entries has its findings: the one of the same name, the nearest
    of several; else the only one that has no others, or the only one of which more than half are the same.
    """
    by_path = {path: [*keys] for path, keys in groupby(sorted(baseline.counts), key=lambda key: key.path)}
    there = {finding.path for finding in findings}
    gone = [path for path in by_path if path not in there and not exists(path)]
    if not gone:
        return baseline
    found = defaultdict[str, Counter[AcceptedKey]](Counter)
    for finding in findings:
        if finding.path not in by_path:
            found[finding.path][_anywhere(accepted_key(finding))] += 1
    counts = dict(baseline.counts)
    entries = {old: Counter({_anywhere(key): counts[key] for key in by_path[old]}) for old in gone}
    for old, new in _renames(entries, found).items():
        for key in by_path[old]:
            counts[moved_key(key, new)] = counts.pop(key)
    return Baseline(counts)


def _anywhere(key: AcceptedKey) -> AcceptedKey:
    """A key without the directory of its file."""
    return moved_key(key, "")._replace(path="")


_Counts = Counter[AcceptedKey]


def _renames(gone: Mapping[str, _Counts], there: Mapping[str, _Counts]) -> dict[str, str]:
    """The new paths of renamed files by the old ones, from what both have, without their directories."""
    by_key = defaultdict[AcceptedKey, set[str]](set)
    for path, keys in there.items():
        for key in keys:
            by_key[key].add(path)
    candidates = {old: set[str]().union(*(by_key[key] for key in keys)) for old, keys in gone.items()}
    namesakes = {
        old: sorted(((nearness(old, path), path) for path in paths if file_name(path) == file_name(old)), reverse=True)
        for old, paths in candidates.items()
    }
    renames, taken = dict[str, str](), set[str]()
    # Who has the nearest namesake chooses first.
    for old in sorted(gone, key=lambda old: namesakes[old][:1], reverse=True):
        free = [(nearness, path) for nearness, path in namesakes[old] if path not in taken]
        covered = [(nearness, path) for nearness, path in free if there[path] <= gone[old]]
        nearest = covered or free
        if nearest and nearest[0][0] not in [nearness for nearness, _ in nearest[1:2]]:
            renames[old] = nearest[0][1]
            taken.add(renames[old])
    for old in gone:
        if old not in renames:
            others = candidates[old] - taken
            covered_others = [path for path in others if there[path] <= gone[old]]
            alike = covered_others or [path for path in others if _is_alike(gone[old], there[path])]
            if len(alike) == 1:
                renames[old] = alike[0]
                taken.add(alike[0])
    return renames


def _is_alike(one: _Counts, other: _Counts) -> bool:
    return 2 * (one & other).total() > max(one.total(), other.total())
