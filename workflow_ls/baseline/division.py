"""Divides findings by a baseline: which are accepted, which are new, and which entries are resolved."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import groupby

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
    left, new, accepted = Counter(baseline.counts), list[Diagnostic](), list[Diagnostic]()
    for finding in findings:
        key = accepted_key(finding)
        if left[key] > 0:
            left[key] -= 1
            accepted.append(finding)
        else:
            new.append(finding)
    return Division(tuple(new), tuple(accepted), baseline, +left)


def _followed(baseline: Baseline, findings: Collection[Diagnostic], exists: Callable[[str], bool]) -> Baseline:
    """The baseline with the entries of renamed files at the new paths.

    A file was renamed if it is gone, and another without entries has only findings that the entries of the first
    accept.  Of several such files, the one of the same name is taken, else the only one.
    """
    by_path = {path: [*keys] for path, keys in groupby(sorted(baseline.counts), key=lambda key: key.path)}
    there = {finding.path for finding in findings}
    gone = [path for path in by_path if path not in there and not exists(path)]
    if not gone:
        return baseline
    found = defaultdict[str, Counter[AcceptedKey]](Counter)
    for finding in findings:
        if finding.path not in by_path:
            found[finding.path][accepted_key(finding)] += 1
    by_key = defaultdict[AcceptedKey, set[str]](set)
    for path, keys in found.items():
        for key in keys:
            by_key[_anywhere(key)].add(path)
    counts = dict(baseline.counts)
    taken = set[str]()
    for old in gone:
        candidates = set[str]().union(*(by_key[_anywhere(key)] for key in by_path[old])) - taken
        new = _renamed(old, [path for path in sorted(candidates) if _covers(counts, by_path[old], path, found[path])])
        if new is not None:
            taken.add(new)
            for key in by_path[old]:
                counts[moved_key(key, new)] = counts.pop(key)
    return Baseline(counts)


def _anywhere(key: AcceptedKey) -> AcceptedKey:
    """A key without the directory of its file."""
    return moved_key(key, "")._replace(path="")


def _covers(
    counts: Mapping[AcceptedKey, int], keys: Iterable[AcceptedKey], path: str, found: Counter[AcceptedKey]
) -> bool:
    moved = {moved_key(key, path): counts[key] for key in keys}
    return all(count <= moved.get(key, 0) for key, count in found.items())


def _renamed(old: str, candidates: Collection[str]) -> str | None:
    name = old.rpartition("/")[2]
    same = [path for path in candidates if path.rpartition("/")[2] == name]
    for paths in (same, candidates):
        if len(paths) == 1:
            [path] = paths
            return path
    return None
