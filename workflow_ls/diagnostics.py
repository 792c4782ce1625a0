"""What the core reports: plain, frozen data that each front end formats in its way."""

from __future__ import annotations

from enum import Enum, IntEnum

from workflow_ls.printable import capitalized
from workflow_ls.records import field, record
from workflow_ls.text import Edit, Span


class Severity(IntEnum):
    """How severe a finding is, in ascending order."""

    INFORMATION = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        """The name used in settings, options and reports."""
        return self.name.lower()


class Status(Enum):
    """What is known about the rewrite of a finding."""

    VERIFIED = "verified"  # it resolves, and every name is exported there
    UNVERIFIED = "unverified"  # the target package can't be looked into
    BLOCKED = "blocked"  # an obstacle in the workspace rules it out


class Applicability(Enum):
    """When a fix may be applied."""

    ALWAYS = "always"  # part of "fix all"
    WORKSPACE_FIX = "workspace-fix"  # safe only in a fix of the whole workspace, which also rewrites what blocks it
    UNSAFE = "unsafe"  # applied on request only, as a quick fix or by `fix --unsafe`


@record
class FileEdit:
    """Edits to one file: `path` is relative to the workspace root, with `/`.

    `before` is the text that they were made for.  Of any other text they say nothing: who applies them to a file looks
    whether this is still its text.
    """

    path: str
    edits: tuple[Edit, ...]
    before: bytes = field(repr=False)


@record
class Fix:
    """A change that resolves a finding.

    `title` is an imperative for a menu.  `files` are the file of the finding, and others that must change with it, such
    as a manifest; each is listed once.
    """

    title: str
    files: tuple[FileEdit, ...]
    applicability: Applicability = Applicability.ALWAYS


@record
class Related:
    """Another place that explains a finding; `span` is None for the file as a whole."""

    path: str
    span: Span | None
    message: str


@record
class Obstacle:
    """What a refusal has in common with others, so that all that one change unblocks counts as one.

    Two refusals have one cause if `kind`, a word for the sort of obstacle, and `place`, the file or package that it is
    about, are equal.  `items` are what of the place this refusal is about, such as subpaths or names.  `summary` is a
    clause for all refusals of the cause, `remedy` an imperative clause; in both, `{}` is where the items of all go.
    """

    kind: str
    place: str
    summary: str
    remedy: str = ""
    items: tuple[str, ...] = ()


@record
class Blocked:
    """Why something can't be done, or can't be verified.

    `reason` is a clause that names the obstacle, and `remedy` an imperative clause that removes it, "" if there is
    none; neither has a full stop.  `related` are the places behind it.  `alternatives` are the reasons against the
    other candidates, if there were any.  `obstacle` is what it shares with refusals that differ in details, None where
    only equal ones have one cause.
    """

    reason: str
    remedy: str = ""
    related: tuple[Related, ...] = ()
    alternatives: tuple[str, ...] = ()
    obstacle: Obstacle | None = None

    @property
    def status(self) -> Status:
        """BLOCKED, as a target has a status."""
        return Status.BLOCKED

    @property
    def message(self) -> str:
        """The text for a user, to follow a colon: "what. Remedy." (the reason alone, if there is no more to say)."""
        rest = self._advice()
        return " ".join((f"{self.reason}.", *rest)) if rest else self.reason

    @property
    def sentences(self) -> str:
        """The text for a user, to stand alone: "What. Remedy."."""
        return " ".join((f"{capitalized(self.reason)}.", *self._advice()))

    def _advice(self) -> list[str]:
        """The remedy and the alternatives, a sentence each."""
        advice = [f"{capitalized(self.remedy)}."] if self.remedy else []
        others = [reason for reason in self.alternatives if reason != self.reason]
        if others:
            shown = "; ".join(dict.fromkeys(others[:_SHOWN]))
            more = len(others) - _SHOWN
            advice.append(f"Other candidates: {shown}{f'; and {more} more' if more > 0 else ''}.")
        return advice


_SHOWN = 2


TRACEBACK_VARIABLE = "WORKFLOW_LS_TRACEBACK"
"""The environment variable that has the command line print tracebacks."""


@record
class LineOrigin:
    """Who brought the line of a finding, and when, as git has it.

    `commit` is its name, None for a line that is not committed yet; the other fields are empty then.  `date` is
    "2026-05-30", `summary` the first line of the message.
    """

    commit: str | None
    author: str = ""
    date: str = ""
    summary: str = ""

    @property
    def sentence(self) -> str:
        """The text for a user."""
        if self.commit is None:
            return "brought by a change that is not committed yet"
        return f"brought by {self.author}, {self.date}, in {self.commit[:9]} ({self.summary})"


@record
class Diagnostic:
    """One finding.

    `path` is relative to the workspace root, with `/`.  `span` is in byte offsets of that file.  `replacements` are the
    specifiers that the fix writes in the place of `specifier`: several where it splits an import.  `specifier` and
    `status` are None where they do not apply.  `cause` says why `status` is not VERIFIED, and what would help.
    `deprecated` makes an editor strike the text through.  `statement` is the start of the statement that holds the
    finding: a suppression comment before it counts, too.  `origin` is known where a report looks it up.  `failure` is
    the traceback of a rule that failed on the file, which is all that this finding says then.  `about` names what a
    finding without a specifier is about, such as a key, in words that edits elsewhere do not change.
    """

    path: str
    rule: str
    severity: Severity
    message: str
    span: Span
    specifier: str | None = None
    replacements: tuple[str, ...] = ()
    status: Status | None = None
    cause: Blocked | None = None
    fix: Fix | None = field(default=None, hash=False)  # it may edit thousands of files
    related: tuple[Related, ...] = ()
    deprecated: bool = False
    statement: int | None = None
    origin: LineOrigin | None = None
    failure: str = ""
    about: str = ""

    @property
    def subject(self) -> str:
        """What the finding is about, by which others of its rule in its file differ from it."""
        return self.specifier or self.about or self.message

    @property
    def replacement(self) -> str | None:
        """The replacements in one string, for formats that have one; None without any."""
        return ", ".join(self.replacements) or None

    @property
    def reason(self) -> str | None:
        """The cause as text; None without one."""
        return None if self.cause is None else self.cause.message


@record
class Notice:
    """A remark on a file that is no finding, such as that it was skipped or is broken.

    `fatal` notices make the command line exit 2.  `line` counts from 1.  `span` is the exact place, in byte offsets.
    `skips` says that the file or directory was not looked at, so that it may have findings.  `failure` is the traceback
    of a rule that failed on the file.
    """

    path: str
    message: str
    line: int | None = None
    fatal: bool = False
    span: Span | None = None
    skips: bool = False
    failure: str = ""


@record
class Report:
    """The outcome of a check: findings in file order, notices, and the number of checked files.

    Where a baseline accepts findings, `accepted` is their number, and they are not among the `diagnostics`; `resolved`
    counts those that it accepts and that are gone.  `since` is the state with which the findings were compared, as the
    user named it: only those that were not there are reported.
    """

    diagnostics: tuple[Diagnostic, ...]
    notices: tuple[Notice, ...]
    files: int
    accepted: int | None = None
    resolved: int = 0
    since: str | None = None
