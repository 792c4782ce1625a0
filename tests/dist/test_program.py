"""The program whole says and does what the command line does with Python."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.dist.conftest import ROOT
from tests.editors.conftest import files
from tests.strategies import at_night
from workflow_ls.reporters import PLAN_REPORTERS, REPORTERS, STATUS_REPORTERS
from workflow_ls.rules import CODES

pytestmark = pytest.mark.slow

COMMANDS = [
    ["--version"],
    ["--help"],
    ["check", "--statistics"],
    ["check", "no-such-file"],
    ["explain", "@shared/workflow/secrets", "--from", "packages/billing/src/invoice-blocked.ts"],
    ["fix", "--diff"],
    ["fix", "--verify", "true"],
    ["fix"],
    ["cutover"],
    *(["check", "--format", name] for name in REPORTERS),
    *(["status", "--format", name] for name in STATUS_REPORTERS),
    *(["cutover", "--dry-run", "--format", name] for name in PLAN_REPORTERS),
    *(["explain", code] for code in CODES[:2]),
    *at_night(*(["explain", code] for code in CODES[2:])),
]


SECONDS = re.compile(r"\b\d+(\.\d)? s\b")
"""How long a command took, in what `--verify` prints."""


def run(
    command: list[str], folder: Path, environment: Mapping[str, str], **options: Any
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False, **options
    )


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_as_with_python(program: Path, tmp_path: Path, command: list[str]) -> None:
    ended = []
    for tool, environment in (
        ([str(program)], {"HOME": str(tmp_path)}),
        ([sys.executable, "-P", "-m", "workflow_ls"], {**os.environ, "PYTHONPATH": str(ROOT)}),
    ):
        folder = tmp_path / "monorepo"
        shutil.copytree(ROOT / "examples" / "monorepo", folder)
        done = run([*tool, *command], folder, environment)
        ended.append((done.returncode, done.stdout, SECONDS.sub("", done.stderr), files(folder)))
        shutil.rmtree(folder)
    assert ended[0] == ended[1]


def test_the_second_check_is_from_the_cache(program: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(ROOT / "examples" / "monorepo", tmp_path / "monorepo")
    environment = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    first = run([str(program), "check"], folder, environment).stdout
    [entry] = (tmp_path / "cache").rglob("*.json")
    made = entry.stat().st_mtime_ns
    assert run([str(program), "check"], folder, environment).stdout == first
    assert entry.stat().st_mtime_ns == made


@pytest.mark.parametrize("given", [{}, {"LD_LIBRARY_PATH": "/opt/lib"}], ids=["empty", "with libraries"])
def test_programs_that_it_runs_get_the_environment_it_got(
    program: Path, tmp_path: Path, given: dict[str, str]
) -> None:
    folder = shutil.copytree(ROOT / "examples" / "monorepo", tmp_path / "monorepo")
    told = tmp_path / "told"
    run([str(program), "status", "--verify", f"/usr/bin/env > {told}"], folder, {"PATH": "/usr/bin:/bin", **given})
    seen = dict(line.split("=", 1) for line in told.read_text().splitlines())
    assert {name: value for name, value in seen.items() if name.startswith(("LD_", "_PYI", "_MEI"))} == given


def test_a_failure_names_its_place(program: Path, tmp_path: Path) -> None:
    (tmp_path / "a.ts").write_text("import { x } from '@shared/workflow/runtime';\n")
    done = run([str(program), "check", "--output", "/dev/full"], tmp_path, {})
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_names_in_any_script(program: Path, tmp_path: Path) -> None:
    (tmp_path / "größe 漢字 🙂.ts").write_text("import { x } from '@shared/workflow/runtime';\n")
    for language in ("C", "POSIX", "en_US.ISO-8859-1"):
        assert "größe 漢字 🙂.ts:1:" in run([str(program), "check"], tmp_path, {"LC_ALL": language}).stdout


def test_it_carries_its_licences(program: Path) -> None:
    text = (program.parent / "LICENSES.txt").read_text(encoding="utf-8")
    for name in ("Python", "tree-sitter", "pygls", "lsprotocol", "attrs", "cattrs"):
        assert f"\n{name}\n=" in text
    assert "PYTHON SOFTWARE FOUNDATION LICENSE" in text


def test_no_link_is_left_that_npm_would_drop(program: Path) -> None:
    assert [path for path in program.parent.rglob("*") if path.is_symlink()] == []


def test_it_is_small(program: Path) -> None:
    assert sum(path.stat().st_size for path in program.parent.rglob("*") if path.is_file()) < 25e6
