"""What a cutover leaves: findings, old and new, and references that could not be updated."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping

from workflow_ls.analysis import Analysis
from workflow_ls.diagnostics import Blocked, Diagnostic, Severity, Status
from workflow_ls.moves.move_set import MoveSet
from workflow_ls.moves.plan_model import Problem, Remaining, Rewrite
from workflow_ls.project.workspace import Workspace
from workflow_ls.text import LineIndex

_LEGACY = ("deprecated-import", "deprecated-relative-import")


def find_remaining(
    analysis: Analysis,
    after: Workspace,
    findings: Iterable[Diagnostic],
    old_paths: Mapping[str, str],
    rewrites: Iterable[Rewrite],
) -> Iterator[Remaining]:
    """The findings in the workspace `after` that a reader should know, each compared with those of today.

    `analysis` looks at the workspace of today.  `old_paths` maps new paths of moved files to old ones.  A finding is
    known where today's has the same rule and status, and a specifier that is the same or that `rewrites` changes to it;
    a finding without a specifier is known by its message.
    """
    shown = [f for f in findings if f.severity >= Severity.WARNING or f.rule.startswith(("deprecated-", "legacy-"))]
    renamed = defaultdict[tuple[str, str], dict[str, None]](dict)
    for rewrite in rewrites:
        renamed[rewrite.path, rewrite.old][rewrite.new] = None
    before = _FindingsBefore()
    for path in dict.fromkeys(old_paths.get(finding.path, finding.path) for finding in shown):
        for finding in analysis.check_file(path):
            before.add(path, finding, renamed.get((path, finding.specifier or ""), ()))
    known = set[int]()
    # A finding with the same specifier has precedence over one whose specifier is rewritten.
    for is_renamed in (False, True):
        for number, finding in enumerate(shown):
            path = old_paths.get(finding.path, finding.path)
            if number not in known and before.take(path, finding, is_renamed and finding.specifier is not None):
                known.add(number)
    lines = dict[str, LineIndex]()
    for number, finding in enumerate(shown):
        if finding.path not in lines:
            lines[finding.path] = LineIndex(after.files.read(finding.path) or b"")
        yield Remaining(finding, lines[finding.path].line_at(finding.span.start) + 1, number in known)


_Kind = tuple[str, str, "Status | None", "str | None", bool]
"""What findings that are the same have in common: the file, rule, status and specifier, and whether that is the new."""


class _FindingsBefore:
    """The findings of today that none of those afterwards is the same as yet."""

    def __init__(self) -> None:
        self._taken: list[bool] = []
        self._waiting = defaultdict[_Kind, deque[int]](deque)

    def add(self, path: str, finding: Diagnostic, new_specifiers: Iterable[str]) -> None:
        """Add a finding of a file, by its specifier, and by those that are written in its place."""
        self._waiting[path, finding.rule, finding.status, finding.specifier, False].append(len(self._taken))
        for specifier in new_specifiers:
            self._waiting[path, finding.rule, finding.status, specifier, True].append(len(self._taken))
        self._taken.append(False)

    def take(self, path: str, finding: Diagnostic, is_renamed: bool) -> bool:
        """Take the first one that is the same as a finding afterwards; whether there is one."""
        waiting = self._waiting.get((path, finding.rule, finding.status, finding.specifier, is_renamed))
        while waiting:
            number = waiting.popleft()
            if not self._taken[number]:
                self._taken[number] = True
                return True
        return False


def find_blocked_references(
    move_set: MoveSet, findings: Iterable[Diagnostic], old_paths: Mapping[str, str]
) -> Iterator[Problem]:
    """The references to moved files that the rules can't rewrite, so that they would break."""
    leading, seen = dict[str, dict[str, list[int]]](), set[tuple[str, str, Blocked]]()
    for finding in findings:
        if finding.rule not in _LEGACY or finding.specifier is None:
            continue
        old = old_paths.get(finding.path, finding.path)
        if old not in leading:
            leading[old] = _lines_by_specifier(move_set, old)
        blocked = finding.cause or Blocked("it has no replacement", "rewrite it by hand first")
        key = (old, finding.specifier, blocked)
        if key not in seen:
            seen.add(key)
            for line in leading[old].get(finding.specifier, ()):
                yield Problem(old, blocked, line, finding.specifier)


def _lines_by_specifier(move_set: MoveSet, path: str) -> dict[str, list[int]]:
    """The lines of the references of a file that lead to a file, from 1, by their specifiers."""
    lines, found = LineIndex(move_set.text(path)), defaultdict[str, list[int]](list)
    for reference in move_set.references(path) or ():
        if move_set.target(path, reference) is not None:
            found[reference.specifier].append(lines.line_at(reference.span.start) + 1)
    return found
