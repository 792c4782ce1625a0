"""How far a cutover is: the criteria, each with its verdict, and the progress of the references."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from workflow_ls.records import record

Kind = Literal["requirement", "acceptance"]
State = Literal["met", "open", "undecidable"]

PLACES_SHOWN = 3


class Place(NamedTuple):
    """A line of a file: the path from the root, and the line from 1."""

    path: str
    line: int

    def __str__(self) -> str:
        """`path:line`."""
        return f"{self.path}:{self.line}"


@record
class Criterion:
    """One requirement or acceptance criterion, and what the code says of it.

    `code` is its number in the requirements document ("FR1", "AC1").  `count` is how many places contradict it, in
    `files` files, of which `places` are the first.  `how` says what decides it; for one that a static check can't
    decide, why, and what would.  There, `places` are what deserves a look.
    """

    code: str
    kind: Kind
    text: str
    state: State
    count: int
    files: int
    places: tuple[Place, ...]
    how: str


@record
class Progress:
    """References to modules of one surface, or from one package: `left` are legacy, `done` are canonical."""

    name: str
    left: int
    done: int

    @property
    def percent(self) -> int:
        """The canonical part, rounded down, so that 100 means that nothing is left."""
        return 100 if not self.left else 100 * self.done // (self.left + self.done)


@record
class StatusReport:
    """A workspace on its way: the criteria in the document's order, progress with the most that is left first.

    `legacy_files` counts the source files that still lie in the legacy tree.
    """

    requirements: tuple[Criterion, ...]
    surfaces: tuple[Progress, ...]
    packages: tuple[Progress, ...]
    total: Progress
    legacy_files: int

    @property
    def open(self) -> tuple[Criterion, ...]:
        """The criteria that something contradicts."""
        return tuple(criterion for criterion in self.requirements if criterion.state == "open")

    def count(self, state: State) -> int:
        """How many criteria are in a state."""
        return sum(criterion.state == state for criterion in self.requirements)


def ordered(progress: Iterable[Progress]) -> tuple[Progress, ...]:
    """By what is left, the most first; then by what is done, and by name."""
    return tuple(sorted(progress, key=lambda entry: (-entry.left, -entry.done, entry.name)))
