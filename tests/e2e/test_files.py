"""Files and folders: renamed in the editor, changed on disk, added to the workspace."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types

from tests.e2e.editor import Editor

EVENTS = "packages/billing/src/invoice-events.ts"
BLOCKED = "packages/billing/src/invoice-blocked.ts"
TARGET = "ee/packages/workflows/src/streams/eventNames.ts"
TREE = "shared/workflow/bundle"


async def test_references_follow_a_renamed_file(editor: Editor) -> None:
    operations = editor.server.workspace and editor.server.workspace.file_operations
    # Neovim's profile renames no files.
    assert (operations is not None and operations.will_rename is not None) is not editor.pulls
    editor.open(EVENTS)
    old, new = f"{TREE}/sortedJson.js", f"{TREE}/stableJson.js"
    file = types.FileRename(editor.uri(old), editor.uri(new))
    edit = await editor.client.workspace_will_rename_files_async(types.RenameFilesParams([file]))
    assert edit is not None
    made = editor.apply(edit)
    assert made[EVENTS] == editor.text(EVENTS).replace("bundle/sortedJson'", "bundle/stableJson'")


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


async def test_a_further_folder(editor: Editor, tmp_path: Path) -> None:
    other = tmp_path / "other"
    path = other / "a.ts"
    other.mkdir()
    (other / "package.json").write_text('{"name": "other"}')
    path.write_text("import '@shared/workflow/types';\n")
    further = types.WorkspaceFolder(other.as_uri(), "other")
    for added, removed, expected in (([further], [], 1), ([], [further], 0)):
        event = types.WorkspaceFoldersChangeEvent(added, removed)
        editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
        if editor.pulls:
            report = await editor.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams([]))
            assert sum(item.uri == path.as_uri() for item in report.items) == expected
        else:
            await editor.published(lambda shown, expected=expected: len(shown.get(path.as_uri(), ())) == expected)
            assert len(editor.client.diagnostics.get(path.as_uri(), ())) == expected


async def test_a_file_outside_all_folders(editor: Editor, tmp_path: Path) -> None:
    path = tmp_path / "alone.ts"
    text = "import '@shared/workflow/types';\n"
    item = types.TextDocumentItem(path.as_uri(), "typescript", 1, text)
    editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    if editor.pulls:
        params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(path.as_uri()))
        found = (await editor.client.text_document_diagnostic_async(params)).items
    else:
        await editor.published(lambda shown: path.as_uri() in shown)
        found = editor.client.diagnostics[path.as_uri()]
    assert len(found) == 1


async def test_settings_of_the_editor(editor: Editor) -> None:
    editor.open(BLOCKED)
    await editor.wait(BLOCKED, bool)
    settings = {"rules": {"deprecated-import": "error"}}
    editor.client.set_configuration(settings, section="workflow-ls")
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings={}))
    found = await editor.wait(
        BLOCKED, lambda found: all(item.severity == types.DiagnosticSeverity.Error for item in found)
    )
    if editor.pulls:
        # The server asks for the settings, and only then sees them; Neovim asks again with the next change.
        return
    assert {item.severity for item in found} == {types.DiagnosticSeverity.Error}
