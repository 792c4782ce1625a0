"""What the core reports: plain, frozen data that every front end shows in its own way."""

from __future__ import annotations

from enum import Enum, IntEnum

from workflow_ls.records import record
from workflow_ls.text import Edit, Span


class Severity(IntEnum):
    """How loud a finding is; the order is the order of loudness."""

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
    UNVERIFIED = "unverified"  # the target package cannot be seen from here
    BLOCKED = "blocked"  # something in the workspace stands in the way


class Applicability(Enum):
    """When a fix may be applied."""

    ALWAYS = "always"  # part of "fix all"
    WORKSPACE_FIX = "workspace-fix"  # safe only in a fix of the whole workspace, which also rewrites what blocks it
    UNSAFE = "unsafe"  # applied on request only, as a quick fix or by `fix --unsafe`


@record
class FileEdit:
    """Edits to one file: `path` is relative to the workspace root, with `/`."""

    path: str
    edits: tuple[Edit, ...]


@record
class Fix:
    """A change that resolves a finding.

    `title` is an imperative for a menu.  `files` are the file of the finding, and others that it takes to resolve it,
    such as a manifest; each is named once.
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
class Blocked:
    """Why something can't be done.

    `reason` says what stands in the way, and `remedy` what a person can do about it, "" for nothing; both are clauses
    without a full stop.  `related` are the places behind it.
    """

    reason: str
    remedy: str = ""
    related: tuple[Related, ...] = ()

    @property
    def message(self) -> str:
        """The reason and the remedy, as sentences."""
        sentences = (f"{clause[0].upper()}{clause[1:]}." for clause in (self.remedy,) if clause)
        return ". ".join((self.reason, *sentences)) if self.remedy else self.reason


@record
class Diagnostic:
    """One finding.

    `path` is relative to the workspace root, with `/`.  `span` is in byte offsets of that file.  `specifier`,
    `replacement`, `status` and `reason` are None where they do not apply; `reason` is one sentence that says why
    `status` is not VERIFIED, and what would unblock it.  `deprecated` asks the editor to strike the text through.
    `statement` is where the statement that holds it begins: a suppression comment before that counts, too.
    """

    path: str
    rule: str
    severity: Severity
    message: str
    span: Span
    specifier: str | None = None
    replacement: str | None = None
    status: Status | None = None
    reason: str | None = None
    fix: Fix | None = None
    related: tuple[Related, ...] = ()
    deprecated: bool = False
    statement: int | None = None


@record
class Notice:
    """Something about a file that the user should know and that is no finding: it was skipped, it is broken.

    `fatal` notices make the command line exit 2.  `line` counts from 1.  `span` is the exact place, in byte offsets.
    """

    path: str
    message: str
    line: int | None = None
    fatal: bool = False
    span: Span | None = None


@record
class Report:
    """The outcome of a check: findings in file order, notices, and how many files were looked into."""

    diagnostics: tuple[Diagnostic, ...]
    notices: tuple[Notice, ...]
    files: int
