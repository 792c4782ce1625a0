"""Real Vitest agrees on what a test shares with the code that it tests: it fails where only one side moves."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.checks import fix_project, open_project
from tests.fixture import project
from tests.rewrite.sharing.kitchen import APART, BASE, CODE, KEPT, LINKS, NEW, OLD, SHARED, TEST, Case

pytestmark = pytest.mark.conformance

KINDS = ("before", "test moved", "code moved", "test kept, fixed", "code kept, fixed", "fixed")


def test_vitest_passes_where_a_fix_says_so(node_project: Path, tmp_path: Path) -> None:
    cases = [*SHARED, *APART]
    workspaces = {f"{number}/{kind}": files(case, kind) for number, case in enumerate(cases) for kind in KINDS}
    passed = run_vitest(node_project, tmp_path, workspaces)
    found = {(case.told, kind): passed[f"{number}/{kind}"] for number, case in enumerate(cases) for kind in KINDS}
    wanted = {
        (case.told, kind): not ("moved" in kind and case in SHARED)
        for number, case in enumerate(cases)
        for kind in KINDS
    }
    assert found == wanted


def files(case: Case, kind: str) -> Mapping[str, str]:
    """The files of a case: as they are, with one side moved by hand, or fixed."""
    kept = "test" if kind.startswith("test kept") else "code" if kind.startswith("code kept") else ""
    text = case.project(kept=kept)
    found = {path.lstrip("/"): each for path, each in {**project(BASE).files, **project(text).files}.items()}
    if "fixed" in kind:
        changed = fix_project(open_project(text, base=BASE)[1], None)
        found.update({path: each.decode() for path, each in changed.items()})
    elif kind != "before":
        path = TEST if kind == "test moved" else CODE
        found[path] = found[path].replace(OLD, NEW)
    assert kept == "" or KEPT in found[TEST] + found[CODE]
    return found


def run_vitest(installed: Path, root: Path, workspaces: Mapping[str, Mapping[str, str]]) -> dict[str, bool]:
    """Whether the test of each workspace passes, all run at once."""
    shutil.copy(installed / "vitest.config.mjs", root)
    (root / "package.json").write_text('{ "type": "module" }')
    (root / "node_modules").symlink_to(installed / "node_modules")
    names = {f"w{number}": name for number, name in enumerate(workspaces)}
    for short, name in names.items():
        for path, text in workspaces[name].items():
            _place(root / short / path).write_text(text)
        for link, target in LINKS.items():
            _place(root / short / link).symlink_to(root / short / target)
    report = root / "report.json"
    vitest = installed / "node_modules/vitest/vitest.mjs"
    # No module is in two workspaces, and nothing is mocked: one process can run them all.
    alike = ["--no-isolate", "--pool=threads", "--reporter=json", f"--outputFile={report}"]
    command = ["node", str(vitest), "run", "--root", str(root), *alike]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert report.exists(), result.stdout + result.stderr
    found = dict[str, bool]()
    for file in json.loads(report.read_text())["testResults"]:
        short = Path(file["name"]).resolve().relative_to(root.resolve()).parts[0]
        found[names[short]] = bool(file["assertionResults"]) and file["status"] == "passed"
    return found


def _place(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
