"""Fixes that are applied together, by the files that they edit.

The findings of one group of rewrites have the same edits in thousands of files, so groups are looked at, not findings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from workflow_ls.diagnostics import Diagnostic, FileEdit, Status

EditKey = frozenset[int]
"""What findings that share all of their edits have in common; it holds while these are in memory."""

Rewritten = Mapping[str, frozenset[str]]
"""What the references of a file to a module were rewritten to."""


def edit_key(files: Iterable[FileEdit]) -> EditKey:
    """The key of the edits of a fix."""
    return frozenset(map(id, files))


class FixGroup:
    """Findings that share all of their edits."""

    def __init__(self, first: Diagnostic) -> None:
        files = () if first.fix is None else first.fix.files
        self.paths = tuple(dict.fromkeys(file.path for file in files))
        self.findings = list[Diagnostic]()

    @cached_property
    def verified(self) -> frozenset[str]:
        """The specifiers that the fixes write that are not unverified."""
        return frozenset(
            each
            for finding in self.findings
            if finding.status is not Status.UNVERIFIED
            for each in finding.replacements
        )


class AppliedFixes:
    """The groups of findings whose fixes were applied."""

    def __init__(self, applied: Sequence[Diagnostic]) -> None:
        groups = dict[EditKey, FixGroup]()
        for finding in applied:
            key = frozenset() if finding.fix is None else edit_key(finding.fix.files)
            if key not in groups:
                groups[key] = FixGroup(finding)
            groups[key].findings.append(finding)
        self._by_path = dict[str, list[FixGroup]]()
        for group in groups.values():
            for path in group.paths:
                self._by_path.setdefault(path, []).append(group)
        self._rewritten = dict[int, Rewritten]()

    def verified_in(self, path: str) -> frozenset[str]:
        """The specifiers that are written by fixes which edit a file, without unverified ones."""
        found = [group.verified for group in self._by_path.get(path, ())]
        return found[0] if len(found) == 1 else frozenset[str]().union(*found)

    def rewritten_in(self, path: str, subject_of: Callable[[str, str], str]) -> Rewritten:
        """What references were rewritten to by the fixes that edit a file, by `subject_of` their file and specifier."""
        found = [self._rewritten_by(group, subject_of) for group in self._by_path.get(path, ())]
        if len(found) == 1:
            return found[0]
        joined = dict[str, frozenset[str]]()
        for subject, replacements in (item for each in found for item in each.items()):
            joined[subject] = joined.get(subject, frozenset()) | replacements
        return joined

    def _rewritten_by(self, group: FixGroup, subject_of: Callable[[str, str], str]) -> Rewritten:
        known = self._rewritten.get(id(group))
        if known is None:
            known = self._rewritten[id(group)] = dict(_rewritten(group.findings, subject_of))
        return known


def _rewritten(
    findings: Iterable[Diagnostic], subject_of: Callable[[str, str], str]
) -> Iterator[tuple[str, frozenset[str]]]:
    found = dict[str, set[str]]()
    for finding in findings:
        if finding.specifier is not None:
            found.setdefault(subject_of(finding.path, finding.specifier), set()).update(finding.replacements)
    return ((subject, frozenset(replacements)) for subject, replacements in found.items())
