"""What a value was computed from: the nearest first, and no more than a few."""

from __future__ import annotations

from tests.checks import open_project
from workflow_ls.analysis import Analysis
from workflow_ls.project.queries.nearest_inputs import nearest_inputs
from workflow_ls.rules.shared.runner import RuleRunner

FILE, TARGET = "packages/a/a.ts", "ee/packages/workflows/src/runtime/client.ts"


def near(limit: int) -> list[str]:
    _, workspace = open_project(f"//- /{FILE}\nimport {{ client }} from '@shared/workflow/runtime/client';")
    analysis = Analysis(workspace)
    key = analysis.findings_key(FILE)
    assert nearest_inputs(workspace.database, RuleRunner.findings, key, limit) == []
    assert analysis.check_file(FILE)
    found = nearest_inputs(workspace.database, RuleRunner.findings, key, limit)
    return [node.path for node in found if node.kind == "text"]


def test_all_that_decides_is_among_them() -> None:
    found = near(100)
    assert {FILE, TARGET, "packages/a/package.json", "ee/packages/workflows/package.json"} <= set(found)
    assert len(found) == len(set(found))
    assert found.index(FILE) < found.index(TARGET)


def test_the_nearest_come_first() -> None:
    few, all_of_them = near(8), near(1_000)
    assert all_of_them[0] == FILE
    assert 0 < len(few) <= 8 < len(all_of_them)
    assert few == all_of_them[: len(few)]
