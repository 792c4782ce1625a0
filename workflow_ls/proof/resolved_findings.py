"""The findings that changes resolve, of those that were there before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from workflow_ls.diagnostics import Diagnostic
from workflow_ls.proof.joined_fixes import FileFix, resolved_by


def resolved_findings(
    changes: Iterable[FileFix], check: Callable[[str], Sequence[Diagnostic]]
) -> tuple[Diagnostic, ...]:
    """The findings of a workspace that changes resolve, each once; `check` has those of a file before the changes.

    What one round of fixing causes and a later one resolves, such as a dependency that nothing needs any more, was
    never there for a user, and does not count.  A finding that a later round resolves may have another place and other
    words in it, so that only its file and its rule identify it.
    """
    resolved = dict[str, list[Diagnostic]]()
    for finding in resolved_by(changes):
        resolved.setdefault(finding.path, []).append(finding)
    resolved_before = list[Diagnostic]()
    for path, findings in resolved.items():
        before, same = check(path), set(findings)
        resolved_before += (finding for finding in before if finding in same)
        rest = Counter(finding.rule for finding in same.difference(before))
        for finding in before if rest else ():
            if finding not in same and rest[finding.rule] > 0:
                rest[finding.rule] -= 1
                resolved_before.append(finding)
    return tuple(resolved_before)
