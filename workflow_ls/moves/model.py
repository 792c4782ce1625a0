"""What a cutover is going to do: plain data, the same for a dry run, for a report and for what is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from workflow_ls.diagnostics import Diagnostic
from workflow_ls.records import record

How = Literal[
    "moved",
    "proxy replaced",
    "same file",
    "joined with the barrel",
    "merged into the barrel",
    "same exports",
    "superseded",
    "dissolved",
]


@record
class Placement:
    """What becomes of one file of the legacy tree.

    `new` is where it goes: its own new path, or the file that stands for it from then on; None where it is dissolved,
    that is where each reference to it goes to what it re-exports.  `replaced` is the canonical file in its place.
    """

    old: str
    new: str | None
    how: How
    replaced: str | None = None

    @property
    def absorbed(self) -> bool:
        """Whether a file that is there already stands for it, so that its own text is not carried on."""
        return self.how in ("merged into the barrel", "same exports", "superseded")


@record
class Problem:
    """Something that stands in the way: the file, from 1 the line where there is one, and what is wrong with it."""

    path: str
    message: str
    line: int | None = None


@record
class Rewrite:
    """One place that changes: in the file `path` (where it lies now), at `line` (from 1) before the change.

    `rule` is the rule that asks for it, or "moved" for a path that changes since its file, or the one that it names,
    gets another place.  `old` and `new` are the specifiers, or what is said of the change.
    """

    path: str
    line: int | None
    rule: str
    old: str
    new: str


@record
class Entry:
    """An entry of a manifest or a configuration that is added, removed or changed; `where` is the field it is in."""

    path: str
    where: str
    key: str
    change: Literal["added", "removed", "changed"]


@record
class Outside:
    """A place out of reach that mentions the legacy tree, to be seen to by a person: `line` counts from 1."""

    path: str
    line: int
    kind: str
    text: str


@record
class Boundary:
    """A reference of the core to what is EE code after the cut; `line` counts from 1, in the file as it will be."""

    path: str
    line: int
    specifier: str
    target: str | None


@record
class Remaining:
    """A finding afterwards, with its line (from 1) in the file as it will be; `known` says that it was there before."""

    finding: Diagnostic
    line: int
    known: bool


@record
class Criterion:
    """A criterion of the requirements as it will be: its number, its state, and how many places contradict it."""

    code: str
    state: str
    count: int


@record(slots=False)
class Plan:
    """The whole of a cutover.

    `before` holds the bytes of each file that is read for it and changes or goes; `after` those of each file that is
    written.  A file in `before` and not in `after` goes; `renamed` tells which of those come back under another path.
    `notes` are changes of behaviour that are no mistake, and that a reader should know.  `remaining` are the findings
    of warning or above that are left afterwards.  With `problems`, nothing may be written.
    """

    placements: tuple[Placement, ...]
    rewrites: tuple[Rewrite, ...]
    entries: tuple[Entry, ...]
    boundaries: tuple[Boundary, ...]
    outside: tuple[Outside, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    remaining: tuple[Remaining, ...]
    criteria: tuple[Criterion, ...]
    before: Mapping[str, bytes]
    after: Mapping[str, bytes]
    renamed: Mapping[str, str]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.before and not self.after and not self.problems
