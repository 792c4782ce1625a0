"""The target of a legacy reference: the specifiers that replace it, and the candidates that were tried."""

from __future__ import annotations

from workflow_ls.config.table import Table
from workflow_ls.diagnostics import Blocked, Status
from workflow_ls.records import record
from workflow_ls.syntax.model import Name

CORE_WITHOUT_EE = Blocked(
    "the core ships without EE",
    "declare an interface here and inject the implementation from the EE side, or move this file to the EE side",
)

BEYOND_BOUNDARY = Blocked(
    "this file is `core` in workflow-ls.json, and the target is beyond that boundary",
    "declare an interface here and inject the implementation from the other side, or move this file there",
)


def boundary(table: Table) -> Blocked:
    """Why a file of the core is not rewritten: in the words of the built-in rows while they are in force."""
    return CORE_WITHOUT_EE if table.is_builtin else BEYOND_BOUNDARY


ONLY_RE_EXPORTS = Blocked(
    "this module only re-exports the legacy tree", "move the implementation; this module then re-exports it from there"
)


@record
class ImportPart:
    """Part of a rewritten reference: the names that are imported from one specifier, each with its name there.

    Where a rewrite has one part and no name changes, `names` is empty.
    """

    specifier: str
    names: tuple[tuple[Name, str], ...] = ()


@record
class Rest:
    """What a rewrite leaves where it is: the part with the old specifier, whose names have no target, and why."""

    part: ImportPart
    cause: Blocked


@record
class Target:
    """What a reference is rewritten to, in one or more parts.

    `path` is the file behind the first part, None if it is unknown.  `unverified` says why the target could not be
    verified, None if it was.  `rest` is the last of several parts where its names have no target; None if all have one.
    """

    parts: tuple[ImportPart, ...]
    path: str | None = None
    unverified: Blocked | None = None
    rest: Rest | None = None

    @property
    def status(self) -> Status:
        """VERIFIED or UNVERIFIED."""
        return Status.VERIFIED if self.unverified is None else Status.UNVERIFIED

    @property
    def replacements(self) -> tuple[str, ...]:
        """The new specifiers, each once."""
        left = None if self.rest is None else self.rest.part
        return tuple(dict.fromkeys(part.specifier for part in self.parts if part is not left))


def cause_of(target: Target | Blocked) -> Blocked | None:
    """Why a reference is not rewritten, or its target not verified; None for a verified target."""
    return target if isinstance(target, Blocked) else target.unverified


@record
class Candidate:
    """A specifier that was tried as the target of a reference.

    `path` is the file behind it, None if there is none, and `key` the key of `exports` that leads there.  `blocked`
    says why it failed, None if it passed.  `is_available` is False if its package can't be looked into.  `serves` says
    that its file exports the required names, so that only the place of the importing file is against it.
    """

    specifier: str
    path: str | None = None
    key: str | None = None
    blocked: Blocked | None = None
    is_available: bool = True
    serves: bool = False

    @property
    def passed(self) -> bool:
        """Whether it may replace the reference."""
        return self.blocked is None


@record
class Resolution:
    """The target of a reference, or why it has none, and the candidates in the order in which they were tried."""

    target: Target | Blocked
    candidates: tuple[Candidate, ...] = ()
