"""`RuleRunner.present`: what there is, without the proof of the fixes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.checks import open_project
from workflow_ls.analysis import Analysis
from workflow_ls.cli.context import load_context
from workflow_ls.diagnostics import Diagnostic
from workflow_ls.project.workspace import Workspace
from workflow_ls.rewrite.mocking.mock_proof import MockProof
from workflow_ls.vfs.recorded_disk import RecordedDisk

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "monorepo"
MOCKED = """
//- /packages/a/code.ts
import { client } from '@shared/workflow/runtime/client';
export const answer = client;
//- /packages/a/code.test.ts
import { answer } from './code';
vi.mock('@shared/workflow/runtime/client', () => ({ client: 1 }));
"""


def what(findings: Iterable[Diagnostic]) -> list[tuple[object, ...]]:
    return sorted((finding.rule, finding.span, finding.subject) for finding in findings)


def test_it_has_every_finding() -> None:
    context = load_context(RecordedDisk(str(EXAMPLE)), [""])
    analysis = Analysis(Workspace(context.files, context.table, context.settings))
    paths = analysis.paths()
    assert {path: what(analysis.present(path)) for path in paths} == {
        path: what(analysis.check_file(path)) for path in paths
    }


def test_no_mock_is_judged_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    _, workspace = open_project(MOCKED)
    analysis = Analysis(workspace)
    paths = ("packages/a/code.ts", "packages/a/code.test.ts")
    with monkeypatch.context() as patched:
        patched.setattr(MockProof, "_settled", lambda _: pytest.fail("the mocks were judged"))
        found = [finding for path in paths for finding in analysis.present(path)]
    assert [(finding.rule, finding.fix) for finding in found] == [("deprecated-import", None)] * 2
    assert all(finding.fix for path in paths for finding in analysis.check_file(path))
