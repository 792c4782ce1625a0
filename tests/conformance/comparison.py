"""The result of one comparison with a reference implementation, as counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Comparison:
    """How much was compared, how many answers are equal, and where they differ.

    `compared` counts files, modules or cases, `equal` answers.  `known` counts answers that differ for a documented
    reason, by that reason; `differences` describes all others, and makes a test fail.
    """

    compared: int = 0
    equal: int = 0
    known: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def __iadd__(self, other: Comparison) -> Comparison:
        self.compared += other.compared
        self.equal += other.equal
        self.known.update(other.known)
        self.differences += other.differences
        return self

    def __str__(self) -> str:
        return f"{len(self.differences)} differences:\n" + "\n".join(self.differences[:20])
