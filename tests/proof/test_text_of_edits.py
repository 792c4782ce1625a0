"""Edits carry the text that they were made for: nothing is edited by the places of another text."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.checks import SOUND, open_project
from workflow_ls.analysis import Analysis
from workflow_ls.diagnostics import Diagnostic
from workflow_ls.project.workspace import Workspace
from workflow_ls.proof.joined_fixes import FixOptions, joined_fixes
from workflow_ls.text import apply_edits
from workflow_ls.vfs.files import MemoryFiles

PROJECT = """
//- /packages/app/package.json
{
  "name": "app"
}
//- /packages/app/tsconfig.json
{ "compilerOptions": { "paths": {
  "@shared/workflow/*": ["../../shared/workflow/*"]
} } }
//- /packages/app/first.ts
import { client } from '@shared/workflow/runtime/client';
//- /packages/app/second.ts
import { client as c } from '@shared/workflow/runtime/client';
// workflow-ls-ignore deprecated-import: nothing to ignore
export const two = c;
//- /packages/app/first.test.ts
import './first';
vi.mock('@shared/workflow/runtime/client', () => ({ client: 2 }));
"""
PATHS = tuple(f"packages/app/{name}" for name in ("package.json", "tsconfig.json", "first.ts", "first.test.ts"))


def behind_its_back(workspace: Workspace, path: str, text: bytes | None) -> None:
    """Change a file, or remove it, without a word to the workspace, as another process does."""
    files = workspace.files.untracked
    assert isinstance(files, MemoryFiles)
    if text is None:
        files.drop(path)
    else:
        files.put(path, text)


def check_edits(findings: tuple[Diagnostic, ...], analysis: Analysis, texts: dict[str, bytes]) -> None:
    """Each change of the fixes is one of the text that was read, by places in this text."""
    for change in analysis.prove(findings, FixOptions()).changes:
        assert change.before == texts[change.path]
        assert change.after == apply_edits(change.before, change.edits)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "change",
    [
        lambda text: b"\n" + text,
        lambda text: text[1:],
        lambda _: b"",
        lambda text: b"/* \xf0\x9f\x98\x80 */" * 40 + text,
        lambda _: None,
    ],
    ids=["a line more", "a byte less", "empty", "longer", "gone"],
)
def test_a_file_changes_after_the_findings(path: str, change: Callable[[bytes], bytes | None]) -> None:
    over, workspace = open_project(PROJECT, base=SOUND)
    texts = {name.lstrip("/"): text.encode() for name, text in over.files.items()}
    analysis = Analysis(workspace)
    findings = analysis.check().diagnostics
    assert {edit.path for each in findings if each.fix for edit in each.fix.files} >= set(PATHS)
    check_edits(findings, analysis, texts)
    behind_its_back(workspace, path, change(texts[path]))
    check_edits(findings, analysis, texts)


def test_fixes_for_two_texts_of_a_file_are_not_joined() -> None:
    """The manifest changes between the looks at two files: the dependency is added once, to one of the texts."""
    _, workspace = open_project(PROJECT, base=SOUND)
    early = Analysis(workspace).check_file("packages/app/first.ts")
    other = b'{\n  "private": true,\n  "name": "app"\n}\n'
    behind_its_back(workspace, "packages/app/package.json", other)
    late = Analysis(open_project(PROJECT.replace('{\n  "name"', '{\n  "private": true,\n  "name"'), base=SOUND)[1])
    findings = (*early, *late.check_file("packages/app/second.ts"))
    changes = {change.path: change for change in joined_fixes(findings, FixOptions())}
    manifest = changes["packages/app/package.json"]
    assert manifest.after == apply_edits(manifest.before, manifest.edits)
    assert b'"@alga-psa/workflows"' in manifest.after
    # What needs no dependency is fixed all the same.
    assert b"@shared" in changes["packages/app/second.ts"].after
    assert b"workflow-ls-ignore" not in changes["packages/app/second.ts"].after
