"""The tools that the benchmarks compare with: where they come from, in which versions, and how they are called."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
PACKAGES = {
    "@ast-grep/cli": "0.51.1",
    "oxlint": "1.94.0",
    "eslint": "10.15.0",
    "@typescript-eslint/parser": "8.73.0",
    "typescript": "5.9.3",
}
PATTERN = "^(@shared|@alga-psa/shared)/workflow(/|$)"
RULE = """id: legacy
language: {language}
rule:
  kind: string_fragment
  regex: """ + PATTERN + "\n"  # fmt: skip
OXLINT = """{
  "plugins": [],
  "categories": { "correctness": "off" },
  "rules": { "no-restricted-imports": ["warn", { "patterns": [{ "regex": "PATTERN" }] }] }
}
"""
ESLINT = """import parser from '@typescript-eslint/parser';

export default [{
  files: ['**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}'],
  languageOptions: { parser },
  linterOptions: { reportUnusedDisableDirectives: 'off' },
  rules: { 'no-restricted-imports': ['warn', { patterns: [{ regex: 'PATTERN' }] }] },
}];
"""
COLD, FIRST, SECOND = (f"workflow-ls check, {what}" for what in ("no cache", "first run", "second run"))
ONE_CHANGED, OTHER_BRANCH = "workflow-ls check, one file changed", "workflow-ls check, on another branch"
FIX, CUTOVER = "workflow-ls fix", "workflow-ls cutover"
RIPGREP, OXLINT_RUN, AST_GREP = "ripgrep, both strings", "oxlint, no-restricted-imports", "ast-grep scan, one rule"
SWITCHED = 1_000  # files that differ on another branch
PYTHON = [sys.executable, "-m", "workflow_ls"]
CHECK = [*PYTHON, "check", "--root", ".", ".", "--statistics", "--exit-zero"]


class Command(NamedTuple):
    """A command to measure: its arguments, and where it runs.

    `cache` is its cache directory, which is deleted before each run if `fresh`.  `prepare` runs before each run, and
    `restore` after it, outside of what is measured.
    """

    name: str
    arguments: list[str]
    directory: Path
    cache: Path | None = None
    fresh: bool = False
    prepare: Callable[[], None] | None = None
    restore: Callable[[], None] | None = None


def install() -> Path | None:
    """The directory with the tools that come from npm, in these versions; None where they can't be had, saying why."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "workflow-ls-bench"
    stamp = base / "installed.txt"
    wanted = "\n".join(f"{name}@{version}" for name, version in PACKAGES.items())
    if stamp.is_file() and stamp.read_text() == wanted:
        return base
    npm = shutil.which("npm")
    if npm is None:
        print("npm is not installed: ast-grep, oxlint and ESLint are left out")
        return None
    base.mkdir(parents=True, exist_ok=True)
    (base / "package.json").write_text('{ "private": true }')
    options = ["--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock", "--loglevel=error"]
    result = subprocess.run([npm, "install", *options, *wanted.split()], cwd=base, capture_output=True, text=True)
    if result.returncode:
        print(f"npm could not install the tools, so they are left out: {result.stderr.strip()[-300:]}")
        return None
    stamp.write_text(wanted)
    return base


def find_ast_grep() -> str | None:
    """The program of ast-grep: npm's own link to it is made by a script that is not run here."""
    base = install()
    found = None if base is None else next((base / "node_modules" / "@ast-grep").glob("cli-*/ast-grep*"), None)
    return shutil.which("ast-grep") if found is None else str(found)


def ripgrep(tree: Path) -> Command | None:
    """A search for the two strings."""
    program = shutil.which("rg")
    if program is None:
        return None
    strings = ("-e", "@shared/workflow", "-e", "@alga-psa/shared/workflow")
    return Command(RIPGREP, [program, "-l", *strings, "."], tree)


def check(tree: Path, scratch: Path, *, fresh: bool) -> Command:
    """A check of a tree: with an empty cache each time, which it fills (`fresh`), or with what the last run left."""
    return Command(FIRST if fresh else SECOND, CHECK, tree, scratch / ("cold" if fresh else "kept"), fresh)


def uncached(tree: Path, name: str = COLD, options: tuple[str, ...] = ()) -> Command:
    """A check of a tree that reads and writes no cache."""
    return Command(name, [*CHECK, "--no-cache", *options], tree)


def after_changes(tree: Path, scratch: Path) -> list[Command]:
    """Checks after one file changed since the last one, then after nothing did, then on another branch.

    Each kind of change has a copy of the tree: what one changes, another would find changed.
    """
    few, other = copied(tree, scratch / "copy-changed"), copied(tree, scratch / "copy-branch")
    one, many = Changes(few, 1), Changes(other, SWITCHED)
    second = check(few, scratch, fresh=False)
    # Its file stays as it is until the next round, so that nothing changes before the second run.
    changed = second._replace(name=ONE_CHANGED, prepare=one.make)
    switched = check(other, scratch, fresh=False)._replace(name=OTHER_BRANCH, cache=scratch / "branch")
    return [changed, second, switched._replace(prepare=many.make, restore=many.undo)]


def copied(tree: Path, copy: Path) -> Path:
    """A copy of a tree, in the place of an earlier one.

    There are no links in it: a link to a file changes the time at which the state of the file changed last, which says
    to a check that the file may be another one.
    """
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(tree, copy, symlinks=True)
    return copy


def writing(tree: Path, scratch: Path) -> list[Command]:
    """The commands that change a tree, each in a copy of its own."""
    commands = []
    for name, options in ((FIX, ("fix", ".")), (CUTOVER, ("cutover",))):
        copy = scratch / f"copy-{options[0]}"

        def lay_out(copy: Path = copy) -> None:
            copied(tree, copy)

        arguments = [*PYTHON, *options, "--root", "."]
        commands.append(Command(name, arguments, copy, scratch / "written", True, prepare=lay_out))
    return commands


class Changes:
    """Comments at the end of source files, others each time; the files with legacy references come first."""

    def __init__(self, tree: Path, count: int) -> None:
        sources = sorted(path for path in tree.rglob("*.ts*") if path.suffix in (".ts", ".tsx") and path.is_file())
        sources.sort(key=lambda path: b"shared/workflow" not in path.read_bytes())
        self._texts = {path: path.read_bytes() for path in sources[:count]}
        self._number = 0

    def make(self) -> None:
        """Write the next comment."""
        self._number += 1
        for path, text in self._texts.items():
            path.write_bytes(text + b"\n// change %d\n" % self._number)
        time.sleep(0.1)  # who saves a file takes longer to run a command; what is younger may be written once more

    def undo(self) -> None:
        """Write the files as they were."""
        for path, text in self._texts.items():
            path.write_bytes(text)


def others(tree: Path, scratch: Path) -> list[Command]:
    """The same search as one rule of a linter, as far as the linters can be had."""
    commands = []
    program, base, node = find_ast_grep(), install(), shutil.which("node")
    if program is not None:
        rules = "---\n".join(
            RULE.replace("id: legacy", f"id: legacy-{language}").format(language=language)
            for language in ("typescript", "tsx")
        )
        (scratch / "rule.yml").write_text(rules)
        commands.append(Command(AST_GREP, [program, "scan", "--rule", str(scratch / "rule.yml")], tree))
    if base is not None and node is not None:
        modules = base / "node_modules"
        (scratch / "oxlint.json").write_text(OXLINT.replace("PATTERN", PATTERN))
        # ESLint looks for the parser from the configuration upwards.
        (base / "eslint.config.mjs").write_text(ESLINT.replace("PATTERN", PATTERN))
        oxlint = [node, str(modules / "oxlint/bin/oxlint"), "-c", str(scratch / "oxlint.json"), "."]
        eslint = [node, str(modules / "eslint/bin/eslint.js"), "-c", str(base / "eslint.config.mjs"), "."]
        commands.append(Command(OXLINT_RUN, oxlint, tree))
        commands.append(Command("ESLint, no-restricted-imports", eslint, tree))
    return commands
