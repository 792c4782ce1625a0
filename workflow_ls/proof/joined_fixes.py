"""What fixes make of files, together: the edits of each file joined, and those left out that overlap others."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

from workflow_ls.diagnostics import Applicability, Diagnostic, FileEdit, Status
from workflow_ls.proof.applied_fixes import EditKey, edit_key
from workflow_ls.proof.regression import key_of
from workflow_ls.proof.taking_back import Refused
from workflow_ls.records import record
from workflow_ls.text import Edit, apply_edits, edit_between, overlap, sort_edits


@record
class FileFix:
    """The change of one file by fixes: its text before and after, and the findings that the change helps to resolve.

    `edits` turn `before` into `after`, in file order.  A finding is resolved once all files of its fix are changed.
    """

    path: str
    before: bytes
    after: bytes
    resolved: tuple[Diagnostic, ...]
    edits: tuple[Edit, ...] = ()


@record
class FixOptions:
    """The fixes that "fix all" applies.

    `unsafe` includes unsafe fixes, `require_verified` excludes unverified ones, and `rule` selects those of one rule.
    `whole` is set if all files of the workspace are fixed at once.  `only` selects the fixes of these findings, by
    `finding_key`; None selects those of all.  `held` are files that stay as they are: a fix that edits one of them is
    left out as a whole, and so is one that needs all the others.
    """

    unsafe: bool = False
    require_verified: bool = False
    rule: str | None = None
    whole: bool = False
    only: frozenset[FindingKey] | None = None
    held: frozenset[str] = frozenset()


class FindingKey(NamedTuple):
    """What names findings in every state of their workspace: a file, a rule, and the specifier where there is one."""

    path: str
    rule: str
    specifier: str | None


def finding_key(finding: Diagnostic) -> FindingKey:
    """The key of a finding, which it has in common with those of the same rule for the same specifier in its file."""
    return FindingKey(finding.path, finding.rule, finding.specifier)


def applies(diagnostic: Diagnostic, options: FixOptions) -> bool:
    """Whether "fix all" applies the fix of a finding."""
    fix = diagnostic.fix
    if fix is None or (fix.applicability is Applicability.UNSAFE and not options.unsafe):
        return False
    if fix.applicability is Applicability.WORKSPACE_FIX and (options.held or not options.whole):
        return False
    if options.rule not in (None, diagnostic.rule):
        return False
    if options.only is not None and finding_key(diagnostic) not in options.only:
        return False
    if options.held and any(file.path in options.held for file in fix.files):
        return False
    return not (options.require_verified and diagnostic.status is Status.UNVERIFIED)


def joined_fixes(
    findings: Iterable[Diagnostic], options: FixOptions, refused: Refused = MappingProxyType({})
) -> tuple[FileFix, ...]:
    """The changes by the fixes of findings, one for each file, in the order of the first edit of each file.

    A fix that overlaps an earlier one is skipped until the next run, as is one for another text of a file, and one
    that is `refused` for good.  An edit of several fixes is applied once.  The changes are not proved together:
    `Analysis.prove` does that.
    """
    edits, resolved = dict[str, list[Edit]](), defaultdict[str, list[list[Diagnostic]]](list)
    texts = dict[str, bytes]()
    findings = tuple(findings)  # an edit key holds while they are in memory
    groups = dict[EditKey, list[Diagnostic] | None]()  # None for edits that overlap others, or are for another text
    for diagnostic in findings:
        fix = diagnostic.fix
        if fix is None or not applies(diagnostic, options) or key_of(diagnostic) in refused:
            continue
        key = edit_key(fix.files)
        if key not in groups:
            same = all(texts.get(file.path, file.before) == file.before for file in fix.files)
            groups[key] = list[Diagnostic]() if same and _add(edits, fix.files) else None
            if groups[key] is not None:
                texts.update({file.path: file.before for file in fix.files})
        together = groups[key]
        if together is not None:
            for path in dict.fromkeys(file.path for file in fix.files) if not together else ():
                resolved[path].append(together)
            together.append(diagnostic)
    tuples = {id(group): tuple(group) for group in groups.values() if group is not None}
    return tuple(
        _changed(path, texts[path], edits[path], [tuples[id(group)] for group in resolved[path]])
        for path in edits
        if edits[path]
    )


def resolved_by(changes: Iterable[FileFix]) -> tuple[Diagnostic, ...]:
    """The findings that changes help to resolve, each once."""
    shared = {id(change.resolved): change.resolved for change in changes}
    return tuple(dict.fromkeys(finding for resolved in shared.values() for finding in resolved))


def join_changes(first: FileFix | None, second: FileFix) -> FileFix:
    """Join two successive changes of a file."""
    if first is None:
        return second
    edits = (edit_between(first.before, second.after),)
    return FileFix(first.path, first.before, second.after, (*first.resolved, *second.resolved), edits)


def _changed(path: str, before: bytes, edits: Collection[Edit], groups: Sequence[tuple[Diagnostic, ...]]) -> FileFix:
    resolved = groups[0] if len(groups) == 1 else tuple(finding for group in groups for finding in group)
    return FileFix(path, before, apply_edits(before, edits), resolved, sort_edits(edits))


def _add(kept: dict[str, list[Edit]], files: Iterable[FileEdit]) -> bool:
    """Add the edits of a fix to the sorted, disjoint edits of each file; False, with none added, if one overlaps."""
    added = list[tuple[list[Edit], Edit]]()
    for file in files:
        edits = kept.setdefault(file.path, [])
        for edit in file.edits:
            index = bisect_left(edits, edit)
            if edits[index : index + 1] == [edit]:
                continue
            # The other edits are disjoint, so only the neighbours can overlap.
            neighbours = (*edits[max(index - 1, 0) : index], edit, *edits[index : index + 1])
            if any(overlap(*pair) for pair in pairwise(neighbours)):
                for undone, mistaken in added:
                    del undone[bisect_left(undone, mistaken)]
                return False
            edits.insert(index, edit)
            added.append((edits, edit))
    return True
