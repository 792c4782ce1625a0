"""The migration status: the result for each criterion, and the progress of the references."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from workflow_ls.records import record

Kind = Literal["requirement", "acceptance", "condition"]
State = Literal["met", "open", "undecidable"]

LOCATIONS_SHOWN = 3


class SourceLine(NamedTuple):
    """A line of a file: the path from the root, and the line from 1."""

    path: str
    line: int

    def __str__(self) -> str:
        """`path:line`."""
        return f"{self.path}:{self.line}"


@record
class CriterionResult:
    """A requirement, acceptance criterion or other condition of the move, and its state in the workspace.

    `code` is its number in the requirements document ("FR1", "AC1"), or among the conditions of any move ("M1").
    `count` is how many places contradict it, in `files` files; `places` are the first of them.  `how` says what decides
    it.  If a static check can't decide it, `how` says why and what can, and `places` deserve a review.
    `configurations` are the files with such places that are no sources, or configure builds and linters, sorted.
    """

    code: str
    kind: Kind
    text: str
    state: State
    count: int
    files: int
    places: tuple[SourceLine, ...]
    how: str
    configurations: tuple[str, ...] = ()


@record
class Progress:
    """References to modules of one surface, or from one package: `left` are legacy, `done` are canonical.

    `unknown` files could not be looked at, and may refer to them, too.
    """

    name: str
    left: int
    done: int
    unknown: int = 0

    @property
    def percent(self) -> int | None:
        """The canonical part, rounded down, so that 100 means that nothing is left; a file that is unknown is left.

        None where there is no reference at all: nothing is done of nothing.
        """
        all_ = self.left + self.unknown + self.done
        return 100 * self.done // all_ if all_ else None


@record
class CountedCause:
    """What blocks `count` findings: a clause, and an imperative clause that unblocks them, "" if there is none.

    `what` is the count with its noun; `places` are the first of the findings.
    """

    reason: str
    remedy: str
    count: int
    what: str
    places: tuple[SourceLine, ...]


@record
class ComputedAliases:
    """A configuration whose aliases are not all known; `reason` is a clause that says what, and why."""

    place: SourceLine
    reason: str


@record
class StatusReport:
    """The status of a workspace: the criteria in the document's order, progress with the most left first.

    `legacy_files` counts the source files that are still in the legacy tree.  `skipped` are the paths of the files and
    directories that could not be looked at; `unread` are those that name the tree and are of a kind that is
    not read;
    `computed` are the configurations whose aliases are not all known, and may concern the move.
    `causes` are what blocks the findings, the most first.
    `missing` says why the workspace shows nothing about the move, "" where it does.  `of_workflows` says that the
    built-in rows are in force.
    """

    requirements: tuple[CriterionResult, ...]
    surfaces: tuple[Progress, ...]
    packages: tuple[Progress, ...]
    total: Progress
    legacy_files: int
    skipped: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    causes: tuple[CountedCause, ...] = ()
    missing: str = ""
    of_workflows: bool = True
    computed: tuple[ComputedAliases, ...] = ()

    @property
    def open(self) -> tuple[CriterionResult, ...]:
        """The criteria that are contradicted."""
        return tuple(criterion for criterion in self.requirements if criterion.state == "open")

    def count(self, state: State) -> int:
        """How many criteria are in a state."""
        return sum(criterion.state == state for criterion in self.requirements)


def ordered(progress: Iterable[Progress]) -> tuple[Progress, ...]:
    """Sorted by references left, then by references done, most first; then by name."""
    return tuple(sorted(progress, key=lambda entry: (-entry.left, -entry.done, entry.name)))
