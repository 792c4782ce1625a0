"""What a set of fixes would make worse, and which fix a refusal is about."""

from __future__ import annotations

from typing import NamedTuple

from workflow_ls.diagnostics import Blocked, Diagnostic, Related
from workflow_ls.records import record


class FixKey(NamedTuple):
    """What identifies a finding and its fix while places move: `what` is its subject."""

    path: str
    rule: str
    what: str


def key_of(finding: Diagnostic) -> FixKey:
    """The key of a finding."""
    return FixKey(finding.path, finding.rule, finding.subject)


@record
class Regression:
    """Something that is worse after the fixes: a finding that was not there, or a reference or a name that is lost.

    `path` is the file where it shows, `reason` a clause that says what it is.  `specifiers` are those that it is about,
    and `behind` the files that it may come from.  A `root` causes other regressions, as a lost export does.
    """

    path: str
    reason: str
    specifiers: frozenset[str] = frozenset()
    behind: tuple[str, ...] = ()
    root: bool = False

    @property
    def blocked(self) -> Blocked:
        """The reason to take back a fix that causes this."""
        return Blocked(
            self.reason,
            "fix more files at once, or resolve this by hand first",
            (Related(self.path, None, "it would show here"),),
        )


def fixed_files(finding: Diagnostic) -> tuple[str, ...]:
    """The files that the fix of a finding edits."""
    return () if finding.fix is None else tuple(file.path for file in finding.fix.files)
