"""The example monorepo: the tool says of it what its README promises."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workflow_ls.cli.main import run

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "monorepo"
Findings = Callable[[Path], list[dict[str, Any]]]


@pytest.fixture
def findings(capsys: pytest.CaptureFixture[str]) -> Findings:
    def check(root: Path) -> list[dict[str, Any]]:
        capsys.readouterr()
        run(["check", str(root), "--format", "json"])
        found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["diagnostics"]
        return found

    return check


def test_it_says_what_is_expected(findings: Findings) -> None:
    expected = json.loads((ROOT / "tests" / "example_expected.json").read_text(encoding="utf-8"))
    keys = ("path", "line", "specifier", "rule", "status", "replacement")
    found = [{**finding, "line": finding["start"]["line"]} for finding in findings(EXAMPLE)]
    assert sorted([tuple(entry[key] for key in keys) for entry in found], key=str) == sorted(
        [tuple(entry[key] for key in keys) for entry in expected], key=str
    )


def test_every_line_that_the_readme_points_at_is_there() -> None:
    readme = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    places = re.findall(r"`?([\w./@-]+\.(?:[mc]?[jt]sx?|json)):(\d+)", readme)
    assert len(places) > 40
    for path, line in places:
        lines = (EXAMPLE / path).read_bytes().splitlines()
        assert int(line) <= len(lines), f"{path}:{line}"


def test_fixing_it_leaves_what_is_blocked(findings: Findings, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(EXAMPLE, tmp_path / "monorepo"))
    before = findings(copy)
    run(["fix", str(copy)])
    fixable = {"verified", "unverified"}
    left = [
        (finding["path"], finding["rule"], finding["status"])
        for finding in before
        if (finding["status"] not in fixable and finding["rule"] != "unused-suppression")
        or finding["rule"] == "deprecated-reference"
    ]
    # The manifest's wrong key was corrected, and so the import that waited for it could be rewritten.
    left.remove(("packages/billing/src/invoice-blocked.ts", "deprecated-import", "blocked"))
    # Of a package that nobody can see, nobody knows the version.
    left.append(("packages/documents/package.json", "undeclared-dependency", "blocked"))
    now = [(finding["path"], finding["rule"], finding["status"]) for finding in findings(copy)]
    assert sorted(now, key=str) == sorted(left, key=str)
    files = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    run(["fix", str(copy)])
    assert {path: path.read_bytes() for path in files} == files
