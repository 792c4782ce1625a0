"""After a fix, real Vitest gives the tests of generated workspaces the answers that it gave before."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.rewrite.mocking.workspaces import LINKS, Workspace, draw, fixed, got_worse
from tests.strategies import NIGHTLY

pytestmark = [pytest.mark.conformance, pytest.mark.generative]

SEEDS = range(1200) if NIGHTLY else range(8)
Answers = dict[tuple[int, str], dict[str, str]]


def test_no_test_gets_another_answer(node_project: Path, tmp_path: Path) -> None:
    drawn = {seed: draw(seed) for seed in SEEDS}
    before = ask(node_project, tmp_path / "before", {seed: each.files for seed, each in drawn.items()})
    after = ask(node_project, tmp_path / "after", {seed: fixed(each) for seed, each in drawn.items()})
    asked = [(seed, test) for seed, each in drawn.items() for test in each.tests]
    worse = [(key, wrong) for key in asked for wrong in got_worse(before.get(key, {}), after.get(key, {}))]
    assert not worse, "\n".join(f"workspace {seed}, {test}: {wrong}" for (seed, test), wrong in worse)
    # A test that finds nothing wrong must have asked.
    answered = [key for key in asked if set(before.get(key, {}).values()) - {"error"}]
    assert len(answered) > 0.9 * len(asked)
    assert sum(fixed(each) != each.files for each in drawn.values()) > len(drawn) // 2


def test_a_broken_test_is_noticed(node_project: Path, tmp_path: Path) -> None:
    mocked = Workspace({**draw(0).files, **MOCKED}, "", ("",))
    moved = {**mocked.files, TEST: MOCKED[TEST].replace("@shared/workflow", "@alga-psa/workflows")}
    answers = ask(node_project, tmp_path, {1: mocked.files, 2: moved})
    assert got_worse(answers[1, TEST], answers[2, TEST]) == ["user alpha: mock alpha -> real alpha"]


TEST = "packages/app/src/ask0.test.ts"
MOCKED = {
    "packages/app/src/user.ts": (
        "import { alpha } from '@shared/workflow/streams/alpha';\nexport const ask = async () => alpha();\n"
    ),
    TEST: """import { test, vi } from 'vitest';
import { ask } from './user';
vi.mock('@shared/workflow/streams/alpha', () => ({ alpha: () => 'mock alpha' }));
test('asks', async ({ task }) => { (task.meta as any).answers = { 'user alpha': await ask() }; });
""",
}


def ask(installed: Path, root: Path, workspaces: Mapping[int, Mapping[str, str]]) -> Answers:
    """The answers of each test of each workspace, all run at once; none of a test that could not be loaded."""
    root.mkdir(exist_ok=True)
    shutil.copy(installed / "vitest.config.mjs", root)
    (root / "package.json").write_text('{ "type": "module" }')
    (root / "node_modules").symlink_to(installed / "node_modules")
    for number, files in workspaces.items():
        directory = root / str(number)
        for path, text in files.items():
            _place(directory / path).write_text(text)
        for link, target in LINKS.items():
            _place(directory / link).symlink_to(directory / target)
    report = root / "report.json"
    vitest = installed / "node_modules/vitest/vitest.mjs"
    command = ["node", str(vitest), "run", "--root", str(root), "--reporter=json", f"--outputFile={report}"]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert report.exists(), result.stdout + result.stderr
    answers: Answers = {}
    for file in json.loads(report.read_text())["testResults"]:
        seed, _, path = str(Path(file["name"]).resolve().relative_to(root.resolve())).partition("/")
        for test in file["assertionResults"]:
            answers[int(seed), path] = test["meta"].get("answers", {})
    return answers


def _place(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
