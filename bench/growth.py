"""How the cost grows with files, references, barrels and packages, on monorepos that are made up."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from measuring import Measured, cpu, measure, wall
from results import Reached
from tools import CUTOVER, FIRST, FIX, RIPGREP, SECOND, Command, check, ripgrep, writing
from tree import make, make_barrels

USUAL_FILES, USUAL_REFERENCES = 10_000, 100
ALL = {"first run": FIRST, "second run": SECOND, "fix": FIX, "cutover": CUTOVER, "ripgrep": RIPGREP}
CHECKS = {"first run": FIRST, "second run": SECOND, "ripgrep": RIPGREP}


class Panel(NamedTuple):
    """One chart: lines of (x, y) points by name."""

    title: str
    unit: str
    series: Mapping[str, Sequence[tuple[float, float]]]


class Dimension(NamedTuple):
    """What grows: its sizes, and the tree of each size; `commands` are those that are measured, by a short name."""

    title: str
    unit: str
    sizes: tuple[int, ...]
    make: Callable[[Path, int], Path]
    commands: dict[str, str]


DIMENSIONS = (
    Dimension(
        f"Files, with {USUAL_REFERENCES} legacy references",
        "source files",
        (1_000, 10_000, 50_000),
        lambda tree, size: make(tree, files=size, references=USUAL_REFERENCES),
        CHECKS,
    ),
    Dimension(
        "Legacy references, in 50,000 files",
        "legacy references",
        (200, 2_000, 20_000),
        lambda tree, size: make(tree, files=50_000, references=size),
        ALL,
    ),
    Dimension(
        "Barrels, each of which re-exports the next",
        "barrels",
        (5, 50, 500),
        lambda tree, size: make_barrels(tree, depth=size),
        CHECKS,
    ),
    Dimension(
        "Packages, of four files and one legacy reference each",
        "packages",
        (50, 500, 5_000),
        lambda tree, size: make(tree, files=4 * size + 80, references=size, files_of_a_package=4),
        CHECKS,
    ),
)


ENOUGH = 4.0  # seconds for the runs of one command on one tree
LONGEST = 150.0  # seconds: what would take longer by the size before is left out


def growth(scratch: Path, rounds: int, *, share: float = 1.0) -> list[Panel]:
    """A chart for each dimension; `share` makes all sizes smaller, to try this out."""
    return [_panel(dimension, scratch, rounds, share) for dimension in DIMENSIONS]


def _panel(dimension: Dimension, scratch: Path, rounds: int, share: float) -> Panel:
    series: dict[str, list[tuple[float, float]]] = {name: [] for name in dimension.commands}
    taken = dict[str, tuple[int, float]]()  # the last size of each command, and its seconds
    for size in dimension.sizes:
        tree = dimension.make(scratch / "grown", max(2, int(size * share)))
        # What grows with the size takes at least as many times as long as the size before.
        limits = {name: LONGEST * before / seconds for name, (before, seconds) in taken.items()}
        names = [name for name in dimension.commands.values() if size <= limits.get(name, size)]
        found = _measured(tree, scratch, rounds, names)
        for short, name in dimension.commands.items():
            if name in found:
                taken[name] = size, wall(found[name])
                series[short].append((max(2, int(size * share)), cpu(found[name]) * 1000))
        shutil.rmtree(tree)
    return Panel(dimension.title, dimension.unit, {name: points for name, points in series.items() if points})


def _measured(tree: Path, scratch: Path, rounds: int, names: Sequence[str]) -> Measured:
    known = [ripgrep(tree), check(tree, scratch, fresh=True), check(tree, scratch, fresh=False)]
    every = [*(command for command in known if command is not None), *writing(tree, scratch)]
    wanted: list[Command] = [command for command in every if command.name in names]
    return measure(wanted, rounds, ENOUGH)


def targets_of(panels: Sequence[Panel]) -> list[Reached]:
    """Whether the cost grows with what grows, and not with its square."""
    rows = []
    for panel in panels:
        for name, points in panel.series.items():
            if name in ("ripgrep", "second run") or len({x for x, _ in points[-2:]}) < 2:
                continue
            (x, y), (more, longer) = points[-2:]
            power = math.log(longer / y) / math.log(more / x)
            found = f"the power of {power:.2f}, from {x:,} to {more:,}"
            rows.append(Reached(f"growth of {name}", panel.title, "no more than the power of 1.2", found, power <= 1.2))
    return rows


def tables_of(panels: Sequence[Panel]) -> list[str]:
    """The figures of the charts."""
    lines: list[str] = []
    for panel in panels:
        names = list(panel.series)
        heads = [panel.unit, *names]
        lines += ["", f"{panel.title}: processor ms.", "", f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
        for x in dict.fromkeys(x for points in panel.series.values() for x, _ in points):
            cells = [f"{x:,}", *(f"{y:,.0f}" if (y := dict(panel.series[name]).get(x)) else "" for name in names)]
            lines.append(f"| {' | '.join(cells)} |")
    return lines[1:]
