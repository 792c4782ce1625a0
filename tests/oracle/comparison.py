"""What the oracles say and what is found here, counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Comparison:
    """How much was compared, how many answers both sides have alike, and where they differ.

    `asked` counts what was compared: files, modules or cases; `alike` the answers.  `known` counts answers that differ,
    by the reason for it; `differences` tells the others.
    """

    asked: int = 0
    alike: int = 0
    known: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def __iadd__(self, other: Comparison) -> Comparison:
        self.asked += other.asked
        self.alike += other.alike
        self.known.update(other.known)
        self.differences += other.differences
        return self

    def __str__(self) -> str:
        return f"{len(self.differences)} differences:\n" + "\n".join(self.differences[:20])
