"""CONTRIBUTING.md: its diffs apply, its examples run, and the files that it names exist."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
COPIED = ("workflow_ls", "tests", "examples", "README.md", "docs", "tools", "pyproject.toml")
SKIPPED = shutil.ignore_patterns("node_modules", "__pycache__", "conformance", "editors", "faults")
# The file of each example that is whole: the path in the sentence above it.
EXAMPLE = re.compile(r"Write `([^`]+\.py)`(?:(?!```)[^\0])*?```python\n(.*?) *```\n", re.S)
WRITTEN = {path: dedent(code) for path, code in EXAMPLE.findall(TEXT)}
DIFFS = [dedent(diff) for diff in re.findall(r"^ *```diff\n(.*?)^ *```$", TEXT, re.M | re.S)]
COMMAND = r"\.venv/bin/python -m pytest -q ([^`\n]+)"


def test_every_file_that_is_named_exists() -> None:
    named = set(re.findall(r"`((?:workflow_ls|tests|editors|examples)/[\w./-]*)`", TEXT))
    tested = {word for command in re.findall(COMMAND, TEXT) for word in command.split() if word.startswith("tests/")}
    assert [path for path in sorted((named | tested) - set(WRITTEN)) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("target", sorted(set(re.findall(r"`make ([\w -]+)`", TEXT))))
def test_every_chore_is_a_target(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all(re.search(rf"^{name}:", makefile, re.M) for name in target.split())


@pytest.mark.slow
def test_the_recipes_work_as_written(tmp_path: Path) -> None:
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=SKIPPED)
        else:
            shutil.copy(ROOT / name, tmp_path / name)
    for path, code in WRITTEN.items():
        (tmp_path / path).write_text(code, encoding="utf-8")
    for diff in DIFFS:
        run(tmp_path, "git", "apply", "-", given=diff)
    run(tmp_path, sys.executable, "-m", "tests.generate")
    run(tmp_path, sys.executable, "-m", "ruff", "check", ".")
    run(tmp_path, sys.executable, "-m", "ruff", "format", "--check", ".")
    changed = {*WRITTEN, *(path for diff in DIFFS for path in re.findall(r"^\+\+\+ b/(.*)", diff, re.M))}
    tests = sorted(path for path in changed if Path(path).name.startswith("test_"))
    structure = ["tests/test_tidy.py", "tests/test_words.py", "-k", "not command_line and not machine"]
    run(tmp_path, sys.executable, "-m", "pytest", "-q", "-m", "not slow", "tests/project/test_random_edits.py", *tests)
    run(tmp_path, sys.executable, "-m", "pytest", "-q", *structure)


def run(directory: Path, *command: str, given: str | None = None) -> None:
    """Run a command in a copy of the repository; fails with what it prints."""
    environment = {**os.environ, "PYTHONPATH": str(directory), "WORKFLOW_LS_FAST": "1"}
    done = subprocess.run(
        command, cwd=directory, input=given, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
