"""The plan of a cutover as plain data: the same for a dry run, for a report and for what is written."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from typing import Literal

from workflow_ls.diagnostics import Blocked, Diagnostic
from workflow_ls.records import record


class MoveOutcome(Enum):
    """What becomes of a file that moves."""

    MOVED = auto()
    PROXY_REPLACED = auto()  # the module at its new path only re-exported it
    STUB_REPLACED = auto()  # the module at its new path has no code
    SAME_FILE = auto()  # the file at its new path has the same content
    APPENDED_TO_BARREL = auto()  # it moves, and the other re-exports of the barrel at its new path are appended to it
    MERGED_INTO_BARREL = auto()  # its re-exports are written into the barrel at its new path
    SAME_EXPORTS = auto()  # the module at its new path exports the same declarations
    DUPLICATE = auto()  # the module at its new path exports the same names and is preferred
    INLINED = auto()  # a barrel: its importers import the modules that it re-exports


@record
class FileMove:
    """The move of one file.

    `new` is its new path, or the file at that path that takes its place; None for an inlined barrel.  `replaced` is the
    file that serves its module in the target package today, if there is one.
    """

    old: str
    new: str | None
    outcome: MoveOutcome
    replaced: str | None = None

    @property
    def is_dropped(self) -> bool:
        """Whether the file at the new path stays, so that the text of the moved file is not kept."""
        return self.outcome in _DROPPED


_DROPPED = (MoveOutcome.MERGED_INTO_BARREL, MoveOutcome.SAME_EXPORTS, MoveOutcome.DUPLICATE)


@record
class Problem:
    """Something that blocks the moves: the file, the line (from 1) where there is one, and why.

    `specifier` is the reference that can't be updated, None where the problem is about the file.
    """

    path: str
    blocked: Blocked
    line: int | None = None
    specifier: str | None = None

    @property
    def message(self) -> str:
        """What is wrong and how to resolve it, without the place."""
        if self.specifier is None:
            return self.blocked.message
        return f"`{self.specifier}` can't be updated: {self.blocked.message}"


@record
class Note:
    """A change of behaviour that a reader should know of and that is no mistake; `line` counts from 1."""

    path: str
    message: str
    line: int | None = None


@record
class Rewrite:
    """One place that changes: in the file `path` (before the move), at `line` (from 1) before the change.

    `rule` is the rule that requires it, or "moved" for a path that changes since its file, or the file that it names,
    moves.  `old` and `new` are the specifiers, or a description of the change.
    """

    path: str
    line: int | None
    rule: str
    old: str
    new: str


@record
class EntryChange:
    """An entry of a manifest or a configuration that is added, removed or changed, in the field `where`."""

    path: str
    where: str
    key: str
    change: Literal["added", "removed", "changed"]


@record
class OtherMention:
    """A mention of the legacy tree that a person has to update.

    `line` and `column` count from 1, the column in characters; it is 0 for a line as a whole.
    """

    path: str
    line: int
    kind: str
    text: str
    column: int = 0


@record
class Boundary:
    """A reference of the core to code that is EE code after the moves; `line` counts from 1, after the change."""

    path: str
    line: int
    specifier: str
    target: str | None


@record
class Remaining:
    """A finding after the cutover, with its line (from 1); `known` says whether the same finding is reported today."""

    finding: Diagnostic
    line: int
    known: bool


@record
class PlannedCriterion:
    """A criterion of the requirements after the cutover: its number, its state, and how many places contradict it."""

    code: str
    state: str
    count: int


@record(slots=False)
class Plan:
    """The whole of a cutover.

    `before` holds the bytes of each file that is changed or deleted; `after` those of each file that is written.  A
    file in `before` and not in `after` is deleted; `renamed` maps the old path of a moved file to its new one.
    `remaining` are the findings of warning or above after the cutover.  With `problems`, nothing may be written.
    """

    file_moves: tuple[FileMove, ...]
    rewrites: tuple[Rewrite, ...]
    entries: tuple[EntryChange, ...]
    boundaries: tuple[Boundary, ...]
    other_mentions: tuple[OtherMention, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Note, ...]
    remaining: tuple[Remaining, ...]
    criteria: tuple[PlannedCriterion, ...]
    before: Mapping[str, bytes]
    after: Mapping[str, bytes]
    renamed: Mapping[str, str]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.before and not self.after and not self.problems
