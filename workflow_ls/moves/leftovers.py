"""What a cutover leaves: findings, whether they were there before or not, and references that could not follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from workflow_ls.analysis import Analysis
from workflow_ls.diagnostics import Diagnostic, Severity
from workflow_ls.moves.model import Problem, Remaining
from workflow_ls.moves.move_set import Cut
from workflow_ls.project.workspace import Workspace
from workflow_ls.text import LineIndex, line_of

_LEGACY = ("deprecated-import", "deprecated-relative-import")


def find_remaining(
    analysis: Analysis, then: Workspace, findings: Iterable[Diagnostic], came: Mapping[str, str]
) -> Iterator[Remaining]:
    """The findings that a reader should know of, in the workspace `then`; `came` has the old paths of moved files."""
    told = [f for f in findings if f.severity >= Severity.WARNING or f.rule.startswith(("deprecated-", "legacy-"))]
    before = dict[str, list[Diagnostic]]()
    known = set[int]()
    # What says the very same is the same finding; after that, what says so of another specifier.
    for alike in (_said, _about):
        for number, finding in enumerate(told):
            old = came.get(finding.path, finding.path)
            if old not in before:
                before[old] = list(analysis.check_file(old))
            match = next((one for one in before[old] if alike(one) == alike(finding)), None)
            if match is not None and number not in known:
                before[old].remove(match)
                known.add(number)
    for number, finding in enumerate(told):
        line = line_of(then.files.read(finding.path) or b"", finding.span.start)
        yield Remaining(finding, line, number in known)


def find_stuck(cut: Cut, findings: Iterable[Diagnostic], came: Mapping[str, str]) -> Iterator[Problem]:
    """The references to moved files that the rules had to leave as they are, which breaks them."""
    for finding in findings:
        old = came.get(finding.path, finding.path)
        read = cut.references(old) if finding.rule in _LEGACY else None
        if read is None:
            continue
        lines = LineIndex(read[0].text)
        for reference in read[1]:
            if reference.specifier == finding.specifier and cut.target(old, reference) is not None:
                reason = finding.reason or "nothing takes its place; rewrite it by hand first"
                line = lines.line_at(reference.span.start) + 1
                yield Problem(old, f"`{reference.specifier}` can't follow: {reason}", line)


def _said(finding: Diagnostic) -> tuple[str, str]:
    return finding.rule, finding.message


def _about(finding: Diagnostic) -> tuple[str, str]:
    """What a finding says, whatever its specifier has become."""
    message = finding.message if finding.specifier is None else finding.message.replace(finding.specifier, "")
    return finding.rule, message
