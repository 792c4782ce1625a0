"""Files and folders: renamed in the editor, changed on disk, added to the workspace."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from lsprotocol import types

from tests.e2e.editor import Editor, within

EVENTS = "packages/billing/src/invoice-events.ts"
BLOCKED = "packages/billing/src/invoice-blocked.ts"
TARGET = "ee/packages/workflows/src/streams/eventNames.ts"


@pytest.mark.spawned
async def test_references_follow_a_renamed_file(editor: Editor) -> None:
    workspace = editor.server.workspace
    assert workspace is not None
    # Neovim's profile does not say that it tells of files; VS Code's does.
    told = workspace.file_operations is not None and workspace.file_operations.will_rename is not None
    assert told is not editor.pulls
    editor.open(EVENTS)
    old, new = "shared/workflow/streams/eventNames.ts", "shared/workflow/streams/names.ts"
    file = types.FileRename(editor.uri(old), editor.uri(new))
    edit = await editor.client.workspace_will_rename_files_async(types.RenameFilesParams([file]))
    assert edit is not None
    made = editor.apply(edit)
    assert made[EVENTS] == editor.text(EVENTS).replace("streams/eventNames'", "streams/names'")
    assert len(made) > 3


@pytest.mark.spawned
async def test_findings_follow_the_disk(editor: Editor) -> None:
    watched = [item for item in editor.client.registrations if item.method == "workspace/didChangeWatchedFiles"]
    editor.open(EVENTS)
    before = editor.rows(EVENTS, await editor.wait(EVENTS, bool))
    verified = len(await editor.diagnostics(EVENTS))
    target = editor.root / TARGET
    text = target.read_text(encoding="utf-8")
    target.unlink()
    if editor.pulls:
        # A client that watches no files learns of them with what it asks anew.
        assert not watched
        return

    def blocked() -> int:
        return sum("can't be rewritten" in item.message for item in editor.client.diagnostics[editor.uri(EVENTS)])

    editor.tell([TARGET], types.FileChangeType.Deleted)
    await editor.published(lambda _: blocked() > 0)
    assert blocked() > 0
    target.write_text(text, encoding="utf-8")
    editor.tell([TARGET], types.FileChangeType.Created)
    await editor.published(lambda _: blocked() == 0)
    assert editor.rows(EVENTS, await editor.diagnostics(EVENTS)) == before
    assert len(before) == verified


@pytest.mark.spawned
async def test_a_further_folder(editor: Editor, tmp_path: Path) -> None:
    other = tmp_path / "other"
    path = other / "a.ts"
    other.mkdir()
    (other / "package.json").write_text('{"name": "other"}')
    path.write_text("import '@shared/workflow/types';\n")
    further = types.WorkspaceFolder(other.as_uri(), "other")

    async def found_after(added: list[types.WorkspaceFolder], removed: list[types.WorkspaceFolder], count: int) -> int:
        event = types.WorkspaceFoldersChangeEvent(added, removed)
        editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
        if editor.pulls:
            report = await editor.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams([]))
            return sum(item.uri == path.as_uri() for item in report.items)
        await editor.published(lambda shown: len(shown.get(path.as_uri(), ())) == count)
        return len(editor.client.diagnostics.get(path.as_uri(), ()))

    assert await found_after([further], [], 1) == 1
    assert await found_after([], [further], 0) == 0


async def test_a_file_outside_all_folders(editor: Editor, tmp_path: Path) -> None:
    path = tmp_path / "alone.ts"
    text = "import '@shared/workflow/types';\n"
    item = types.TextDocumentItem(path.as_uri(), "typescript", 1, text)
    editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    if editor.pulls:
        params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(path.as_uri()))
        report = await editor.client.text_document_diagnostic_async(params)
        assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
        assert len(report.items) == 1
    else:
        await editor.published(lambda shown: path.as_uri() in shown)
        assert len(editor.client.diagnostics[path.as_uri()]) == 1


@pytest.mark.spawned
async def test_settings_of_the_editor(editor: Editor) -> None:
    editor.open(BLOCKED)
    before = await editor.wait(BLOCKED, bool)
    assert {item.severity for item in before} == {types.DiagnosticSeverity.Warning}
    editor.client.set_configuration({"rules": {"deprecated-import": "error"}}, section="workflow-ls")
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings={}))

    def strict(found: Sequence[types.Diagnostic]) -> bool:
        return {item.severity for item in found} == {types.DiagnosticSeverity.Error}

    async def come() -> None:
        while not strict(await editor.diagnostics(BLOCKED)):
            pass

    if editor.pulls:
        # The server asks for the settings first, so that a client that pulls may have to pull again.
        await within(come())
    assert strict(await editor.wait(BLOCKED, strict))
