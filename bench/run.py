"""Compares `workflow-ls check` with other tools on one tree, in one run, as ratios, and measures how its cost grows.

    python bench/run.py [TREE] [--rounds N] [--no-growth] [--write]

Without TREE, the recorded monorepo beside the project is rendered; without that, a tree of that size is made up.  The
commands take turns, so that a busy moment of the machine hits all of them; the median counts.  Processor time is that
of a command with all processes that it starts, and says more than wall time where the machine has other work to do.
Tools that can't be had are left out, saying so.  `--write` puts what was measured into bench/RESULTS.md.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from plot import Panel, draw
from results import environment, write_section
from tools import PYTHON, ROOT, Command, check, others, ripgrep
from tree import RENDER, make, render

PLOT = ROOT / "bench" / "growth.svg"
SLOW, VERY_SLOW = 2.0, 20.0  # seconds: what takes longer runs in every third round, or once
FILES = (1_000, 10_000, 50_000)
REFERENCES = (1, 100, 2_000)
USUAL_FILES, USUAL_REFERENCES = 10_000, 100
COLD, SECOND, RIPGREP = "workflow-ls check, cold", "workflow-ls check, second run", "ripgrep, both strings"


class Run(NamedTuple):
    """One run of a command: seconds, seconds of processor time, and the peak memory of its largest process in MB."""

    wall: float
    cpu: float
    memory: float


Measured = dict[str, list[Run]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tree", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--no-growth", action="store_true", help="leave out the trees of other sizes")
    parser.add_argument("--write", action="store_true", help="write bench/RESULTS.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        tree = (options.tree or render(scratch)).resolve()
        recorded = options.tree is not None or RENDER.is_file()
        text = environment()
        measured = measure(commands(tree, scratch), options.rounds)
        text += ["", *comparison(measured, tree, recorded=recorded), "", *targets(measured)]
        if not options.no_growth:
            panels = growth(scratch, max(3, options.rounds // 3))
            text += ["", *table_of(panels)]
            if options.write:
                PLOT.write_text(draw(panels))
                text += ["", f"![How the cost grows]({PLOT.name})"]
    report = "\n".join(text)
    print(report)
    if options.write:
        write_section("command line", report)


def commands(tree: Path, scratch: Path) -> list[Command]:
    found = [
        ripgrep(tree),
        check(tree, scratch, fresh=True),
        check(tree, scratch, fresh=False),
        check(
            tree,
            scratch,
            fresh=True,
            options=("--select", "deprecated-import"),
            name="workflow-ls check, cold, one rule of all",
        ),
        *others(tree, scratch),
        Command("workflow-ls --version", [*PYTHON, "--version"], tree),
    ]
    if found[0] is None:
        print("ripgrep is not installed: left out")
    return [command for command in found if command is not None]


def measure(every: Sequence[Command], rounds: int) -> Measured:
    """Run the commands in turns; the first round fills the file cache, and counts for what is too slow to repeat."""
    measured: Measured = {command.name: [run(command)] for command in every}
    for number in range(rounds):
        for command in every:
            first = measured[command.name][0].wall
            if first < SLOW or (first < VERY_SLOW and number % 3 == 0):
                measured[command.name].append(run(command))
    return {name: runs[1:] or runs for name, runs in measured.items()}


def run(command: Command) -> Run:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package has its byte code
    if command.cache is not None:
        environment["XDG_CACHE_HOME"] = str(command.cache)
        if command.fresh:
            shutil.rmtree(command.cache, ignore_errors=True)
    with Path(os.devnull).open("r+b") as null:
        started = time.perf_counter()
        process = subprocess.Popen(
            command.arguments, cwd=command.directory, env=environment, stdin=null, stdout=null, stderr=null
        )
        _, _, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = 0
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def cpu(runs: Iterable[Run]) -> float:
    """The median of processor time."""
    return statistics.median(run.cpu for run in runs)


def wall(runs: Iterable[Run]) -> float:
    """The median of wall time."""
    return statistics.median(run.wall for run in runs)


def comparison(measured: Measured, tree: Path, *, recorded: bool) -> list[str]:
    base = RIPGREP if RIPGREP in measured else COLD
    files = sum(1 for path in tree.rglob("*") if path.suffix in (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts"))
    kind = "the recorded monorepo (state `surface`)" if recorded else "a tree that is made up"
    lines = [
        f"On {kind}, {files:,} source files; medians of runs that took turns, and beside them the quartiles.",
        "",
        f"| command | processor time | of {base.split(',')[0]} | wall time | of {base.split(',')[0]} | memory | runs |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, runs in measured.items():
        lines.append(
            f"| {name} | {spread([run.cpu for run in runs])} | {cpu(runs) / cpu(measured[base]):.2f} "
            f"| {spread([run.wall for run in runs])} | {wall(runs) / wall(measured[base]):.2f} "
            f"| {max(run.memory for run in runs):.0f} MB | {len(runs)} |"
        )
    return lines


def spread(values: Sequence[float]) -> str:
    middle = f"{statistics.median(values) * 1000:,.0f} ms"
    if len(values) < 4:
        return middle
    low, _, high = statistics.quantiles(values, n=4)
    return f"{middle} ({low * 1000:,.0f} to {high * 1000:,.0f})"


def targets(measured: Measured) -> list[str]:
    """What is to be reached, and what is, by processor time and by wall time."""
    wanted = (
        ("cold, at most 4 times ripgrep", COLD, RIPGREP, 4.0),
        ("second run, at most 2.5 times ripgrep", SECOND, RIPGREP, 2.5),
        ("cold, faster than oxlint with one rule", COLD, "oxlint, no-restricted-imports", 1.0),
        ("cold, 12 times faster than ast-grep with one rule", COLD, "ast-grep scan, one rule", 1 / 12),
    )
    lines = ["| to reach | processor time | wall time |", "|---|---|---|"]
    for title, ours, other, most in wanted:
        if other in measured:
            ratios = [of(measured[ours]) / of(measured[other]) for of in (cpu, wall)]
            shown = [f"{r:.2f}" if most >= 1 else f"1/{1 / r:.1f}" for r in ratios]
            verdicts = ("reached" if ratio <= most else "not reached" for ratio in ratios)
            lines.append(f"| {title} | " + " | ".join(f"{r}, {v}" for r, v in zip(shown, verdicts)) + " |")
    start = cpu(measured["workflow-ls --version"]) * 1000
    lines.append(
        f"| start of the command line, under 80 ms | {start:.0f} ms, {'reached' if start < 80 else 'not reached'} | |"
    )
    memory = max(run.memory for run in measured[COLD])
    lines.append(f"| memory, under 120 MB | {memory:.0f} MB, {'reached' if memory < 120 else 'not reached'} | |")
    return lines


def growth(scratch: Path, rounds: int) -> list[Panel]:
    by_files = [(files, (files, USUAL_REFERENCES)) for files in FILES]
    by_references = [(references, (USUAL_FILES, references)) for references in REFERENCES]
    sizes = dict.fromkeys(size for _, size in (*by_files, *by_references))
    found: dict[tuple[int, int], Measured] = {}
    for files, references in sizes:
        tree = make(scratch / f"tree-{files}-{references}", files=files, references=references)
        every = [ripgrep(tree), check(tree, scratch, fresh=True), check(tree, scratch, fresh=False)]
        found[files, references] = measure([command for command in every if command is not None], rounds)
        shutil.rmtree(tree)
    panels = []
    for title, unit, points in (
        (f"Files, with {USUAL_REFERENCES} legacy references", "source files", by_files),
        (f"Legacy references, in {USUAL_FILES:,} files", "legacy references", by_references),
    ):
        names = {"cold": COLD, "second run": SECOND, "ripgrep": RIPGREP}
        series = {
            label: [(x, cpu(found[size][name]) * 1000) for x, size in points]
            for label, name in names.items()
            if all(name in found[size] for _, size in points)
        }
        panels.append(Panel(f"{title}: processor ms", unit, series))
    return panels


def table_of(panels: Sequence[Panel]) -> list[str]:
    lines: list[str] = []
    for panel in panels:
        names = list(panel.series)
        lines += [
            "",
            f"{panel.title}.",
            "",
            f"| {panel.unit} | " + " | ".join(names) + " |",
            "|---" * (len(names) + 1) + "|",
        ]
        for place, (x, _) in enumerate(panel.series[names[0]]):
            lines.append(f"| {x:,} | " + " | ".join(f"{panel.series[name][place][1]:,.0f}" for name in names) + " |")
    return lines[1:]


if __name__ == "__main__":
    main()
