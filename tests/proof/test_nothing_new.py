"""A check after a fix finds nothing that the check before had not, and a second fix changes nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conformance.monorepos import generate
from tests.strategies import NIGHTLY, at_night
from workflow_ls.analysis import Analysis, FixRun
from workflow_ls.config.settings import Settings, load_config
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.diagnostics import Diagnostic, Status
from workflow_ls.project.workspace import Workspace
from workflow_ls.proof.joined_fixes import FixOptions
from workflow_ls.rules import CODES
from workflow_ls.vfs.disk import DiskFiles
from workflow_ls.vfs.files import Files, MemoryFiles
from workflow_ls.vfs.overlay import EditedFiles

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
RENDER = ROOT.parent / "shared" / "monorepo" / "render.py"
SEEDS = 4000 if NIGHTLY else 40
BATCH = 20


def analyse(files: Files) -> Analysis:
    table, settings = builtin_table(), Settings()
    config = files.read("workflow-ls.json")
    if config is not None:
        loaded = load_config(config, base=table, rules=CODES)
        table, settings = loaded.table, loaded.settings
    return Analysis(Workspace(files, table, settings))


def complaints(files: Files, options: FixOptions | None = None) -> list[str]:
    """What is wrong with a fix of a workspace."""
    options = options or FixOptions()
    before = analyse(files)
    had = before.check().diagnostics
    run = before.fix_all(("",), options)
    after = analyse(EditedFiles(files, {change.path: change.after for change in run.changes}))
    has = after.check().diagnostics
    found = [f"found only afterwards: {each}" for each in new(had, has, run)]
    found += [f"a second fix changes {change.path}" for change in after.fix(("",), options)]
    if [key(each) for each in run.report(("",)).diagnostics] != [key(each) for each in has]:
        found.append("the run does not report what the check afterwards finds")
    return found


def key(finding: Diagnostic) -> tuple[str, str, str]:
    return finding.path, finding.rule, finding.specifier or "".join(c for c in finding.message if not c.isdigit())


def new(before: tuple[Diagnostic, ...], after: tuple[Diagnostic, ...], run: FixRun) -> list[tuple[str, str, str]]:
    """The findings that were not there before, but for those that followed a rewritten specifier.

    Nor do those count that say of a package that it can't be looked into: so did the fix.
    """
    unknown = {name for each in run.applied if each.status is Status.UNVERIFIED for name in each.replacements}
    written = {
        (file.path, name)
        for each in run.applied
        for file in (each.fix.files if each.fix else ())
        for name in each.replacements
    }
    had = Counter((each.path, each.rule) for each in before)
    has = Counter((each.path, each.rule) for each in after)
    appeared = Counter(map(key, after)) - Counter(map(key, before))
    return [
        (path, rule, what)
        for path, rule, what in appeared.elements()
        if rule != "unused-suppression"
        # The proof lets a name be missing that the legacy module lacked as well; it is said at the new specifier.
        and not (rule == "missing-name" and (path, what) in written)
        and not any(name.startswith(what) for name in unknown)
        and not ((path, what) in written and has[path, rule] <= had[path, rule])
    ]


def with_texts(files: Mapping[str, str], links: Mapping[str, str]) -> MemoryFiles:
    return MemoryFiles({path: text.encode() for path, text in files.items()}, links)


@pytest.mark.generative
@pytest.mark.parametrize("first", range(0, SEEDS, BATCH))
def test_in_generated_monorepos(first: int) -> None:
    changed = 0
    for seed in range(first, first + BATCH):
        world = generate(seed, more=True)
        files = with_texts(world.files, world.links)
        assert complaints(files) == [], f"seed {seed}"
        changed += bool(analyse(files).fix(("",), FixOptions()))
    assert changed > BATCH * 0.7


@pytest.mark.generative
@pytest.mark.parametrize("first", range(0, SEEDS // 4, BATCH // 2))
def test_of_one_file_in_generated_monorepos(first: int) -> None:
    for seed in range(first, first + BATCH // 2):
        world = generate(seed, more=True)
        files = with_texts(world.files, world.links)
        before = analyse(files)
        had = before.check().diagnostics
        fixable = dict.fromkeys(each.path for each in had if each.fix is not None)
        for path in list(fixable)[:3]:
            run = before.fix_all((path,), FixOptions())
            after = analyse(EditedFiles(files, {change.path: change.after for change in run.changes}))
            assert new(had, after.check().diagnostics, run) == [], f"seed {seed}, {path}"


def test_in_the_example() -> None:
    assert complaints(DiskFiles(str(ROOT / "examples" / "monorepo"))) == []
    assert complaints(DiskFiles(str(ROOT / "examples" / "monorepo")), FixOptions(unsafe=True)) == []


@pytest.mark.slow
@pytest.mark.parametrize("state", ["surface", "head", *at_night("before")])
def test_in_the_recorded_monorepo(state: str, tmp_path: Path) -> None:
    if not RENDER.is_file():
        reason = "the recorded monorepo is not beside the project (../shared/monorepo)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    subprocess.run([sys.executable, RENDER, tmp_path / "tree", "--state", state], check=True, capture_output=True)
    assert complaints(DiskFiles(str(tmp_path / "tree"))) == []
