"""What a cutover leaves: findings, old and new, and references that could not be updated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from workflow_ls.analysis import Analysis
from workflow_ls.diagnostics import Blocked, Diagnostic, Severity
from workflow_ls.moves.move_set import MoveSet
from workflow_ls.moves.plan_model import Problem, Remaining, Rewrite
from workflow_ls.project.workspace import Workspace
from workflow_ls.text import LineIndex, line_of

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
    renamed = defaultdict[tuple[str, str], set[str]](set)
    for rewrite in rewrites:
        renamed[rewrite.path, rewrite.new].add(rewrite.old)
    today = dict[str, list[Diagnostic]]()
    known = set[int]()
    # A finding with the same specifier has precedence over one whose specifier is rewritten.
    for same_specifier in (True, False):
        for number, finding in enumerate(shown):
            path = old_paths.get(finding.path, finding.path)
            if path not in today:
                today[path] = list(analysis.check_file(path))
            specifier = finding.specifier
            specifiers = {specifier} if same_specifier or specifier is None else renamed[path, specifier]
            match = next((one for one in today[path] if _is_same(one, finding) and one.specifier in specifiers), None)
            if match is not None and number not in known:
                today[path].remove(match)
                known.add(number)
    for number, finding in enumerate(shown):
        line = line_of(after.files.read(finding.path) or b"", finding.span.start)
        yield Remaining(finding, line, number in known)


def _is_same(before: Diagnostic, after: Diagnostic) -> bool:
    """Whether two findings are the same apart from their specifiers."""
    return before.rule == after.rule and before.status is after.status


def find_blocked_references(
    move_set: MoveSet, findings: Iterable[Diagnostic], old_paths: Mapping[str, str]
) -> Iterator[Problem]:
    """The references to moved files that the rules can't rewrite, so that they would break."""
    for finding in findings:
        old = old_paths.get(finding.path, finding.path)
        references = move_set.references(old) if finding.rule in _LEGACY else None
        if not references:
            continue
        lines = LineIndex(move_set.text(old))
        blocked = finding.cause or Blocked("it has no replacement", "rewrite it by hand first")
        for reference in references:
            if reference.specifier == finding.specifier and move_set.target(old, reference) is not None:
                yield Problem(old, blocked, lines.line_at(reference.span.start) + 1, reference.specifier)
