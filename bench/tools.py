"""The tools that the benchmarks compare with: where they come from, in which versions, and how they are called."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
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
PYTHON = [sys.executable, "-m", "workflow_ls"]


class Command(NamedTuple):
    """A command to measure: its arguments, where it runs, and what is deleted before each run."""

    name: str
    arguments: list[str]
    directory: Path
    cache: Path | None = None
    fresh: bool = False


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
    return Command("ripgrep, both strings", [program, "-l", *strings, "."], tree)


def check(tree: Path, scratch: Path, *, fresh: bool, options: tuple[str, ...] = (), name: str = "") -> Command:
    """A check of a tree: with an empty cache each time (`fresh`), or with what the run before it left."""
    name = name or ("workflow-ls check, cold" if fresh else "workflow-ls check, second run")
    cache = scratch / ("cold" if fresh else "kept")
    arguments = [*PYTHON, "check", "--root", ".", ".", "--statistics", "--exit-zero", *options]
    return Command(name, arguments, tree, cache, fresh)


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
        commands.append(
            Command("ast-grep scan, one rule", [program, "scan", "--rule", str(scratch / "rule.yml")], tree)
        )
    if base is not None and node is not None:
        modules = base / "node_modules"
        (scratch / "oxlint.json").write_text(OXLINT.replace("PATTERN", PATTERN))
        # ESLint looks for the parser from the configuration upwards.
        (base / "eslint.config.mjs").write_text(ESLINT.replace("PATTERN", PATTERN))
        oxlint = [node, str(modules / "oxlint/bin/oxlint"), "-c", str(scratch / "oxlint.json"), "."]
        eslint = [node, str(modules / "eslint/bin/eslint.js"), "-c", str(base / "eslint.config.mjs"), "."]
        commands.append(Command("oxlint, no-restricted-imports", oxlint, tree))
        commands.append(Command("ESLint, no-restricted-imports", eslint, tree))
    return commands
