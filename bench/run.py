"""Compares workflow-ls with other tools in one run, as ratios, and measures how its cost grows.

    python bench/run.py [TREE …] [--rounds N] [--files N] [--no-growth] [--eslint] [--write] [--anew]

Without TREE, the recorded monorepo beside the project is rendered in its states `surface` and `head`, with bodies of
their real sizes; without that, a tree of that size is made up.  A TREE is copied first, without what is installed, and
stays as it is.  The commands take turns, so that a busy moment of the machine hits all of them; the median counts.
A command that took 15 seconds in all is not repeated, so that all of it ends in some twenty minutes on a quiet machine.
Processor time is that of a command with all processes that it starts, and says more than wall time where the machine
has other work to do.  Tools that can't be had are left out, saying so.  `--write` puts what was measured into
bench/RESULTS.md, and draws the charts beside it; with `--anew`, what earlier runs wrote there goes.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from growth import growth, tables_of, targets_of
from measuring import Measured, cpu, measure, spread, wall
from results import RESULTS, Reached, environment, write_section, write_targets
from tools import (
    AST_GREP,
    CHECK,
    COLD,
    ONE_CHANGED,
    OXLINT_RUN,
    PYTHON,
    RIPGREP,
    ROOT,
    SECOND,
    Command,
    after_changes,
    check,
    others,
    ripgrep,
    uncached,
    writing,
)
from tree import FILES_OF_MONOREPO, RENDER, STATES, render
from where import parts_of

GROWTH, PARTS = ROOT / "bench" / "growth.svg", ROOT / "bench" / "parts.svg"
START = "workflow-ls --version"
INSTALLED = ("node_modules", ".git")
SOURCES = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("trees", nargs="*", type=Path, metavar="TREE")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--files", type=int, default=FILES_OF_MONOREPO, help="of the rendered trees")
    parser.add_argument("--no-growth", action="store_true", help="leave out the trees of other sizes")
    parser.add_argument("--growth-share", type=float, default=1.0, help="of the sizes of these trees")
    parser.add_argument("--eslint", action="store_true", help="run ESLint as well, which takes minutes")
    parser.add_argument("--write", action="store_true", help="write bench/RESULTS.md")
    parser.add_argument("--anew", action="store_true", help="with --write: without what earlier runs wrote there")
    options = parser.parse_args()
    text, bars, reached = environment(), dict[str, dict[str, float]](), list[Reached]()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        for title, tree in trees(options, scratch):
            every = commands(tree, scratch, eslint=options.eslint and not bars)
            measured = measure(every, options.rounds)
            text += ["", f"### {title}", "", *comparison(measured, tree)]
            reached += targets(measured, title)
            bars[title] = parts_of([*CHECK[3:], "--no-cache"], tree)
            shutil.rmtree(tree)
        text += ["", "### Where the time of a check without a cache goes", "", *parts_table(bars)]
        if not options.no_growth:
            panels = growth(scratch, min(3, options.rounds), share=options.growth_share)
            reached += targets_of(panels)
            text += ["", "### How the cost grows", "", *tables_of(panels)]
        if options.write:
            # Not before: the memory of a process that is started counts that of the one which starts it.
            from plot import draw_lines, draw_parts

            draw_parts(bars, PARTS)
            text += ["", f"![Where the time of a check without a cache goes]({PARTS.name})"]
            if not options.no_growth:
                draw_lines(panels, GROWTH)
                text += ["", f"![How the cost grows]({GROWTH.name})"]
    report = "\n".join(text)
    print(report, *reached, sep="\n")
    if options.write:
        if options.anew:
            RESULTS.unlink(missing_ok=True)
        write_section("command line", report)
        write_targets(reached)


def trees(options: argparse.Namespace, scratch: Path) -> Iterator[tuple[str, Path]]:
    """The trees to measure on, each with a title; they may be changed, and are there once the iterator yields them."""
    for number, tree in enumerate(options.trees, 1):
        copy = scratch / f"tree-{number}"
        shutil.copytree(tree, copy, symlinks=True, ignore=shutil.ignore_patterns(*INSTALLED))
        yield f"A tree that was given, {number}", copy
    for state in STATES if not options.trees and RENDER.is_file() else ():
        yield f"The recorded monorepo, state `{state}`", render(scratch, state, options.files)
    if not options.trees and not RENDER.is_file():
        yield "A tree that is made up", render(scratch, files=options.files)


def commands(tree: Path, scratch: Path, *, eslint: bool) -> list[Command]:
    """What is measured on a tree."""
    found = [
        ripgrep(tree),
        uncached(tree),
        check(tree, scratch, fresh=True),
        *after_changes(tree, scratch),
        uncached(tree, "workflow-ls check, no cache, one rule of all", ("--select", "deprecated-import")),
        *(command for command in others(tree, scratch) if eslint or not command.name.startswith("ESLint")),
        *writing(tree, scratch),
        Command(START, [*PYTHON, "--version"], tree),
    ]
    if found[0] is None:
        print("ripgrep is not installed: left out")
    return [command for command in found if command is not None]


def comparison(measured: Measured, tree: Path) -> list[str]:
    base = RIPGREP if RIPGREP in measured else COLD
    files = sum(1 for path in tree.rglob("*") if path.suffix in SOURCES)
    of_base = f"of {base.split(',')[0]}"
    lines = [
        f"{files:,} source files; medians of runs that took turns, and beside them the quartiles.",
        "",
        f"| command | processor time | {of_base} | wall time | {of_base} | memory | runs |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, runs in measured.items():
        lines.append(
            f"| {name} | {spread([run.cpu for run in runs])} | {cpu(runs) / cpu(measured[base]):.2f} "
            f"| {spread([run.wall for run in runs])} | {wall(runs) / wall(measured[base]):.2f} "
            f"| {max(run.memory for run in runs):.0f} MB | {len(runs)} |"
        )
    return lines


def targets(measured: Measured, title: str) -> list[Reached]:
    """What is to be reached on a tree, and what is, by processor time, which says more where others work as well."""
    wanted = (
        ("check without a cache, beside oxlint with one rule", COLD, OXLINT_RUN, 1.0),
        ("check without a cache, beside ast-grep with one rule", COLD, AST_GREP, 1 / 8),
        ("check after one file changed, beside ripgrep", ONE_CHANGED, RIPGREP, 2.0),
        ("check after nothing changed, beside ripgrep", SECOND, RIPGREP, 1.5),
    )
    rows = []
    for what, ours, other, most in wanted:
        if ours in measured and other in measured:
            by_cpu, by_wall = (of(measured[ours]) / of(measured[other]) for of in (cpu, wall))
            found = f"{by_cpu:.2f} times (wall time: {by_wall:.2f})"
            rows.append(Reached(what, title, f"at most {most:g} times", found, by_cpu <= most))
    start = cpu(measured[START]) * 1000
    return [*rows, Reached("start of the command line", title, "under 60 ms", f"{start:.0f} ms", start < 60)]


def parts_table(bars: dict[str, dict[str, float]]) -> list[str]:
    """Each part of each bar, in milliseconds of processor time."""
    parts = dict.fromkeys(part for each in bars.values() for part in each)
    lines = [f"| part | {' | '.join(bars)} |", "|---" * (len(bars) + 1) + "|"]
    lines += [f"| {part} | {' | '.join(f'{each.get(part, 0):,.0f} ms' for each in bars.values())} |" for part in parts]
    return lines


if __name__ == "__main__":
    main()
