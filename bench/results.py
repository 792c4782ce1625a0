"""The machine and the versions that results are of, and the page that they go to."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from tools import PACKAGES, ROOT, find_ast_grep, install

RESULTS = ROOT / "bench" / "RESULTS.md"
TARGETS = "what is to be reached"


def environment() -> list[str]:
    """The machine and the versions; no names and no paths."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = {
        "Python": platform.python_version(),
        "git": version_of(["git", "--version"]),
        "ripgrep": version_of(["rg", "--version"]),
        "Node": version_of(["node", "--version"]),
        "ast-grep": version_of([find_ast_grep() or "ast-grep", "--version"]),
    }
    if install() is not None:
        versions |= {name: PACKAGES[name] for name in ("oxlint", "eslint", "@typescript-eslint/parser")}
    load = os.getloadavg()[0]
    return [
        f"{os.cpu_count()} cores ({processor()}), {memory:.0f} GB, {platform.system()} {platform.machine()}; "
        + ", ".join(f"{name} {version}" for name, version in versions.items() if version)
        + ".",
        f"The load was {load:.1f} when this began: with more than one, wall times include other programs, too.",
    ]


def processor() -> str:
    try:
        found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    except OSError:
        return platform.processor()
    return found[1] if found else platform.processor()


def version_of(command: list[str]) -> str:
    try:
        output = subprocess.run(command, capture_output=True, text=True).stdout
    except OSError:
        return ""
    found = re.search(r"\d+(\.\d+)+", output)
    return found[0] if found else ""


class Reached(NamedTuple):
    """A row of what is to be reached: what, on which tree, how much, and what was measured."""

    what: str
    where: str
    wanted: str
    measured: str
    is_met: bool

    def __str__(self) -> str:
        return (
            f"| {self.what} | {self.where} | {self.wanted} | {self.measured} | {'met' if self.is_met else 'not met'} |"
        )


def write_targets(rows: Iterable[Reached]) -> None:
    """Put rows into the table of what is to be reached, in the place of those about the same."""
    before = RESULTS.read_text() if RESULTS.is_file() else ""
    _, _, rest = before.partition(f"<!-- begin: {TARGETS} -->")
    known = [line for line in rest.partition("<!-- end:")[0].split("\n") if line.startswith("| ")][1:]
    table = {tuple(line.split(" | ")[:2]): line for line in (*known, *map(str, rows))}
    head = ["| what | where | to reach | measured | |", "|---|---|---|---|---|"]
    write_section(TARGETS, "\n".join([*head, *table.values()]), first=True)


def write_section(name: str, text: str, *, first: bool = False) -> None:
    """Put a section into the results, in the place of the one of that name; else at the end, or as the first one."""
    start, end = f"<!-- begin: {name} -->", f"<!-- end: {name} -->"
    section = f"{start}\n## {name.capitalize()}\n\n{text}\n{end}"
    before = RESULTS.read_text() if RESULTS.is_file() else "# Benchmarks\n\nWritten by `make bench`.\n"
    if start in before:
        after = before[: before.index(start)] + section + before[before.index(end) + len(end) :]
    elif first and "<!-- begin:" in before:
        place = before.index("<!-- begin:")
        after = f"{before[:place]}{section}\n\n{before[place:]}"
    else:
        after = f"{before.rstrip()}\n\n{section}\n"
    RESULTS.write_text(after)
