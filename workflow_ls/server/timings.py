"""How long things took: counters for bug reports."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class _Counter:
    count: int = 0
    total: float = 0.0
    longest: float = 0.0


@dataclass
class Timings:
    """Counts and durations by name."""

    _counters: dict[str, _Counter] = field(default_factory=dict)

    def add(self, name: str, seconds: float) -> None:
        """Something of this name took so long."""
        counter = self._counters.setdefault(name, _Counter())
        counter.count += 1
        counter.total += seconds
        counter.longest = max(counter.longest, seconds)

    def summary(self) -> dict[str, dict[str, float]]:
        """By name: how often, and the mean and the longest time in milliseconds."""
        return {
            name: {
                "count": counter.count,
                "mean_ms": round(1000 * counter.total / counter.count, 3),
                "longest_ms": round(1000 * counter.longest, 3),
            }
            for name, counter in sorted(self._counters.items())
        }
