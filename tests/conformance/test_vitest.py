"""What Vitest does with mocks of workflow modules, and what the rule mock-mismatch says of them, case by case."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.mock_cases import CASES, LINKS, TEST, Case
from workflow_ls.analysis import Analysis
from workflow_ls.config.settings import Settings
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.diagnostics import Diagnostic
from workflow_ls.project.workspace import Workspace
from workflow_ls.vfs.files import MemoryFiles

pytestmark = pytest.mark.conformance

TABLE = Path(__file__).with_name("mock_table.md")
HEADER = ["| mock, and code that the test imports | Vitest | rule |", "|---|---|---|"]


def test_the_rule_says_what_vitest_does(node_project: Path, tmp_path: Path) -> None:
    outcomes = run_vitest(node_project, tmp_path)
    assert outcomes.keys() == set(range(len(CASES)))
    table = list(HEADER)
    for number, case in enumerate(CASES):
        found, outcome = findings(case), outcomes[number]
        assert bool(found) == (outcome == "replaces nothing" and not case.known), (case.told, outcome, found)
        table.append(f"| {case.told} | {outcome} | {'finding' if found else verdict(case)} |")
    written = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    assert written == table, "\n".join([f"the table in {TABLE.name} should be", *table])


def test_cases_are_told_apart() -> None:
    assert len({case.told for case in CASES}) == len(CASES)
    assert any(case.known for case in CASES)


def verdict(case: Case) -> str:
    return f"none: {case.known}" if case.known else "none"


def findings(case: Case) -> tuple[Diagnostic, ...]:
    files = MemoryFiles({path.lstrip("/"): text for path, text in case.files.items()}, LINKS)
    return Analysis(Workspace(files, builtin_table(), Settings()), {"mock-mismatch"}).check_file(TEST)


def run_vitest(installed: Path, root: Path) -> dict[int, str]:
    """What became of the mock in each case, all run at once."""
    shutil.copy(installed / "vitest.config.mjs", root)
    (root / "package.json").write_text('{ "type": "module" }')
    (root / "node_modules").symlink_to(installed / "node_modules")
    for number, case in enumerate(CASES):
        for path, text in case.files.items():
            write(root / str(number) / path.lstrip("/")).write_text(text)
        for link, target in LINKS.items():
            write(root / str(number) / link).symlink_to(root / str(number) / target)
    report = root / "report.json"
    vitest = installed / "node_modules/vitest/vitest.mjs"
    command = ["node", str(vitest), "run", "--root", str(root), "--reporter=json", f"--outputFile={report}"]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert report.exists(), result.stdout + result.stderr
    return dict(outcome(root, file) for file in json.loads(report.read_text())["testResults"])


def write(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def outcome(root: Path, file: dict[str, Any]) -> tuple[int, str]:
    number = int(Path(file["name"]).resolve().relative_to(root.resolve()).parts[0])
    if not file["assertionResults"]:
        assert "./gone" in file["message"], file["message"]  # the one module that is not there for Vite
        return number, "fails: it is not there"
    (test,) = file["assertionResults"]
    assert test["status"] == "passed", test["failureMessages"]
    # An automock answers nothing, which JSON leaves out.
    return number, "replaces nothing" if test["meta"].get("answer") == "real" else "replaces"
