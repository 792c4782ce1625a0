"""The machine and the versions that results are of, and the page that they go to."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from pathlib import Path

from tools import PACKAGES, ROOT, find_ast_grep, install

RESULTS = ROOT / "bench" / "RESULTS.md"


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


def write_section(name: str, text: str) -> None:
    """Put a section into the results, in the place of the one of that name."""
    start, end = f"<!-- begin: {name} -->", f"<!-- end: {name} -->"
    section = f"{start}\n## {name.capitalize()}\n\n{text}\n{end}"
    before = RESULTS.read_text() if RESULTS.is_file() else "# Benchmarks\n\nWritten by `make bench`.\n"
    if start in before:
        after = before[: before.index(start)] + section + before[before.index(end) + len(end) :]
    else:
        after = f"{before.rstrip()}\n\n{section}\n"
    RESULTS.write_text(after)
