"""Compares `workflow-ls check` with other tools on one tree, in one run, as ratios.

    python bench/run.py [TREE] [--rounds N]

Without TREE, a tree is rendered from the recorded monorepo beside the project.  The commands take turns, so that a
busy moment of the machine hits all of them; the median counts.  Tools that are not installed are left out, saying so.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
RENDER = ROOT.parent / "shared" / "monorepo" / "render.py"
RULE = """id: legacy
language: {language}
rule:
  kind: string_fragment
  regex: ^(@shared|@alga-psa/shared)/workflow(/|$)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tree", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        tree = options.tree or render(Path(scratch))
        compare(tree, Path(scratch), options.rounds)


def render(scratch: Path) -> Path:
    if not RENDER.is_file():
        sys.exit(f"no tree given, and {RENDER} is not there")
    tree = scratch / "tree"
    subprocess.run([sys.executable, RENDER, tree, "--state", "surface", "--filler", "6000"], check=True)
    return tree


def commands(tree: Path, scratch: Path) -> dict[str, list[str]]:
    # What the installed entry point runs, without pip's wrapper.
    tool = [sys.executable, "-m", "workflow_ls"]
    found = {
        "workflow-ls --version": [*tool, "--version"],
        "workflow-ls check": [*tool, "check", str(tree), "--statistics", "--exit-zero"],
    }
    ripgrep = shutil.which("rg")
    if ripgrep:
        found["ripgrep, both strings"] = [
            ripgrep,
            "-l",
            "-e",
            "@shared/workflow",
            "-e",
            "@alga-psa/shared/workflow",
            str(tree),
        ]
    node_modules = ROOT / "tests" / "oracle" / "node_modules" / ".bin"
    ast_grep = shutil.which("ast-grep", path=f"{node_modules}{os.pathsep}{os.environ['PATH']}")
    if ast_grep:
        rules = "---\n".join(
            RULE.replace("id: legacy", f"id: legacy-{language}").format(language=language)
            for language in ("typescript", "tsx")
        )
        (scratch / "rule.yml").write_text(rules)
        found["ast-grep scan, one rule"] = [ast_grep, "scan", "--rule", str(scratch / "rule.yml"), str(tree)]
    for name, tool_path in (("ripgrep", ripgrep), ("ast-grep", ast_grep)):
        if not tool_path:
            print(f"{name} is not installed: left out")
    return found


def compare(tree: Path, scratch: Path, rounds: int) -> None:
    measured: dict[str, list[tuple[float, int]]] = {}
    every = commands(tree, scratch)
    for _ in range(rounds + 1):
        for name, command in every.items():
            measured.setdefault(name, []).append(run(command))
    base = statistics.median(seconds for seconds, _ in measured["workflow-ls check"][1:])
    print(f"{'command':<28}{'median':>10}{'of check':>10}{'peak memory':>14}")
    for name, runs in measured.items():
        median = statistics.median(seconds for seconds, _ in runs[1:])  # the first round warms the file cache
        memory = max(kilobytes for _, kilobytes in runs)
        print(f"{name:<28}{median * 1000:>7.0f} ms{median / base:>9.2f}x{memory / 1024:>11.0f} MB")


def run(command: list[str]) -> tuple[float, int]:
    """Wall time, and the peak memory of the process in kilobytes."""
    with Path(os.devnull).open("wb") as sink:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=sink, stderr=sink)
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
        return time.perf_counter() - started, usage.ru_maxrss


if __name__ == "__main__":
    main()
