"""The rewritten monorepo, in the eyes of the TypeScript compiler.

The tree is rendered from the recorded monorepo that lies beside the project; its known answers are in its README.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from difflib import ndiff
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.node import run_node
from workflow_ls.cli.main import run

RENDER = Path(__file__).parents[3] / "shared" / "monorepo" / "render.py"
pytestmark = pytest.mark.conformance


def render(state: str, out: Path) -> Path:
    if not RENDER.is_file():
        reason = "the recorded monorepo is not beside the project (../shared/monorepo)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    subprocess.run([sys.executable, RENDER, out, "--state", state], check=True, capture_output=True)
    return out


def changed_files(before: Path, after: Path) -> dict[str, tuple[bytes, bytes]]:
    names = (path.relative_to(after).as_posix() for path in sorted(after.rglob("*")) if path.is_file())
    texts = {name: ((before / name).read_bytes(), (after / name).read_bytes()) for name in names}
    assert sum(path.is_file() for path in before.rglob("*")) == len(texts)
    return {name: pair for name, pair in texts.items() if pair[0] != pair[1]}


@pytest.fixture(scope="module")
def fixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("surface")
    before = render("surface", folder / "before")
    after = Path(shutil.copytree(before, folder / "after"))
    assert run(["fix", str(after)]) == 1  # what is blocked remains
    return before, after


@pytest.fixture(scope="module")
def rewritten(fixed: tuple[Path, Path], node_project: Path) -> list[dict[str, Any]]:  # noqa: ARG001
    before, after = fixed
    files = [name for name in changed_files(before, after) if not name.endswith(".json")]
    # An install would link the package; there is no path alias in the compiler's options, so `exports` decide.
    link = after / "node_modules" / "@alga-psa" / "workflows"
    link.parent.mkdir(parents=True)
    link.symlink_to(after / "ee" / "packages" / "workflows")
    try:
        answer: list[dict[str, Any]] = run_node(
            "surface.mjs",
            {"before": str(before), "after": str(after), "files": files, "package": "@alga-psa/workflows"},
        )
    finally:
        shutil.rmtree(after / "node_modules")
    return answer


def test_255_references_were_rewritten(rewritten: list[dict[str, Any]]) -> None:
    # Of the others, 14 are mocks that stay at the module that runs, and what must stay with them.
    assert len(rewritten) == 255


def test_only_the_specifiers_changed(fixed: tuple[Path, Path], rewritten: list[dict[str, Any]]) -> None:
    undone = defaultdict(list)
    for reference in rewritten:
        undone[reference["file"]].append((reference["specifier"], reference["old"]))
    changed = changed_files(*fixed)
    assert sum(not name.endswith(".json") for name in changed) == 148
    for name, (old, new) in changed.items():
        if name.endswith(".json"):
            continue
        text = new.decode()
        for specifier, legacy in undone.pop(name):
            before, found, rest = text.partition(f"'{specifier}'")
            if not found:
                before, found, rest = text.partition(f'"{specifier}"')
            text = before + found[0] + legacy.replace("@", "\0") + found[0] + rest
        assert text.replace("\0", "@").encode() == old, name
    assert not undone


def test_only_relevant_manifest_lines_differ(fixed: tuple[Path, Path]) -> None:
    changed = {name: pair for name, pair in changed_files(*fixed).items() if name.endswith(".json")}
    gone, come = list[str](), list[str]()
    for name, (old, new) in changed.items():
        if name.endswith("package.json"):
            json.loads(new)
        lines = list(ndiff(old.decode().splitlines(), new.decode().splitlines()))
        gone += [line[2:].strip().rstrip(",") for line in lines if line.startswith("- ")]
        come += [line[2:].strip().rstrip(",") for line in lines if line.startswith("+ ")]
    # A line that only got a comma, or lost one, is on both sides.
    for line in set(gone) & set(come):
        for _ in range(min(gone.count(line), come.count(line))):
            gone.remove(line)
            come.remove(line)
    legacy = re.compile(
        r'"(@shared/workflow(/\*)?|\./workflow(/[\w./]+)?)": |"(\.\./)*(shared|\.)?/?workflow(/\*)?"$|\]$'
    )
    needless = '"@alga-psa/shared": "*"'  # of packages that imported nothing else of it
    assert [line for line in gone if not legacy.match(line) and line != needless] == []
    dependency = re.compile(r'"@alga-psa/workflows": "(\*|file:[./\w]+)"$|"(dev)?[dD]ependencies": \{$|\}$')
    entry = re.compile(r'"(\./(components|forms)/\w+": \{|(import|types)": "\./src/(components|forms)/\w+\.tsx?")$')
    assert [line for line in come if not dependency.match(line) and not entry.match(line)] == []
    assert sum(line.startswith('"@alga-psa/workflows"') for line in come) == 17


def test_what_is_left_has_no_fix_and_says_why(fixed: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    run(["check", str(fixed[1]), "--format", "json"])
    left = json.loads(capsys.readouterr().out)["diagnostics"]
    assert [finding for finding in left if finding["status"] in ("verified", "unverified")] == []
    loud = [finding for finding in left if finding["severity"] != "information"]
    assert loud
    assert [finding for finding in loud if not finding["reason"]] == []


def test_each_resolves_through_the_exports_of_the_package(rewritten: list[dict[str, Any]]) -> None:
    lost = [r for r in rewritten if not (r["resolved"] or "").startswith("ee/packages/workflows/src/")]
    assert lost == []


def test_every_imported_name_is_exported_there(rewritten: list[dict[str, Any]]) -> None:
    assert [reference for reference in rewritten if reference["missing"]] == []
    assert sum(len(reference["names"]) for reference in rewritten) > 300


def test_every_mock_stands_on_the_specifier_that_its_imports_use(rewritten: list[dict[str, Any]]) -> None:
    went: dict[str, set[str]] = defaultdict(set)
    for reference in rewritten:
        module = reference["old"].replace("@alga-psa/shared/", "@shared/").removesuffix(".js").removesuffix("/index")
        went[module].add(reference["specifier"])
    assert {module: specifiers for module, specifiers in went.items() if len(specifiers) > 1} == {}
    mocks = [reference for reference in rewritten if reference["kind"] == "vi.mock"]
    assert len(mocks) == 49  # the others stay where the module runs


def test_a_second_run_changes_nothing(fixed: tuple[Path, Path], tmp_path: Path) -> None:
    again = Path(shutil.copytree(fixed[1], tmp_path / "again"))
    run(["fix", str(again)])
    assert changed_files(fixed[1], again) == {}


def test_the_state_before_the_cut(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = render("before", tmp_path / "before")
    after = Path(shutil.copytree(before, tmp_path / "after"))
    run(["fix", str(after)])
    assert capsys.readouterr().out.startswith("33 findings fixed in 17 files.\n")
    changed = changed_files(before, after)
    sources = [name for name in changed if not name.endswith(".json")]
    assert len(sources) == 11
    assert all(name.startswith("shared/workflow/") for name in sources)
    run(["fix", str(after)])
    assert capsys.readouterr().out.startswith("Nothing to fix.\n")
