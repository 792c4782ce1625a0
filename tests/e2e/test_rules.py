"""Every rule in an editor: what is underlined, and what its quick fix changes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from lsprotocol import types

from tests.e2e.editor import Editor
from tests.editor_cases import EditorCase, editor_cases
from workflow_ls.rules import CODES

CANONICAL = "ee/packages/workflows/package.json"
NOTIFICATIONS = "packages/notifications/package.json"
CASES = editor_cases()


def test_every_rule_has_a_case() -> None:
    assert {case.rule for case in CASES} == set(CODES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
async def test_rule(editor: Editor, case: EditorCase) -> None:
    rule, path, title = case.rule, case.path, case.title
    editor.open(path, case.text)
    shown = await editor.wait(path, lambda found: any(item.code == rule for item in found))
    found = [item for item in shown if item.code == rule]
    texts = [editor.slice(path, item.range) for item in found]
    place = next(index for index, text in enumerate(texts) if case.underlined in (None, text))
    params = types.CodeActionParams(
        editor.identifier(path),
        found[place].range,
        types.CodeActionContext([found[place]], only=[types.CodeActionKind.QuickFix]),
    )
    answer = await editor.client.text_document_code_action_async(params) or ()
    actions = [action for action in answer if isinstance(action, types.CodeAction) and action.edit is not None]
    fixes = [a for a in actions if not a.title.startswith(("Ignore", "Fix all")) and mentions(a, rule)]
    if title is None:
        assert fixes == []
        return
    (fix,) = fixes
    assert title in (fix.title, "…")
    assert fix.edit is not None
    made = editor.apply(fix.edit)
    assert sorted(made) == sorted(case.files)
    assert made[path] != editor.text(path)
    if path.endswith("package.json"):
        json.loads(made[path])


def mentions(action: types.CodeAction, rule: str) -> bool:
    return any(item.code == rule for item in action.diagnostics or ())


async def test_a_manifest_is_changed_in_the_same_edit_and_told_apart(editor: Editor) -> None:
    path = "packages/notifications/src/windows-line-ends.ts"
    editor.open(path)
    (first, *_) = await editor.wait(path, bool)
    params = types.CodeActionParams(editor.identifier(path), first.range, types.CodeActionContext([first]))
    answer = await editor.client.text_document_code_action_async(params) or ()
    fix = next(a for a in answer if isinstance(a, types.CodeAction) and a.is_preferred)
    assert fix.title.endswith("and add the dependency")
    assert fix.edit is not None
    assert set(editor.apply(fix.edit)) == {path, NOTIFICATIONS}
    if fix.edit.document_changes is not None:
        (label,) = fix.edit.change_annotations or {}
        annotated = {
            editor.path(change.text_document.uri)
            for change in fix.edit.document_changes
            if isinstance(change, types.TextDocumentEdit)
            for edit in change.edits
            if isinstance(edit, types.AnnotatedTextEdit) and edit.annotation_id == label
        }
        assert annotated == {NOTIFICATIONS}


async def test_an_entry_in_exports_unblocks_without_a_restart(editor: Editor) -> None:
    blocked = "packages/billing/src/invoice-blocked.ts"
    editor.open(blocked)
    editor.open(CANONICAL)
    legacy = "@shared/workflow/secrets"

    def stuck(found: Sequence[types.Diagnostic]) -> bool:
        return any(legacy in item.message and "moved" not in item.message for item in found)

    await editor.wait(blocked, stuck)
    shown = await editor.wait(CANONICAL, lambda found: any(item.code == "unexported-subpath" for item in found))
    (wrong,) = [item for item in shown if item.code == "unexported-subpath"]
    params = types.CodeActionParams(editor.identifier(CANONICAL), wrong.range, types.CodeActionContext([wrong]))
    answer = await editor.client.text_document_code_action_async(params) or ()
    fix = next(a for a in answer if isinstance(a, types.CodeAction) and a.is_preferred)
    assert fix.edit is not None
    editor.replace_all(CANONICAL, editor.apply(fix.edit)[CANONICAL])
    await editor.wait(blocked, lambda found: not stuck(found))


async def test_a_configuration_of_the_tool_is_told_at_the_exact_place(editor: Editor) -> None:
    path = "workflow-ls.json"
    editor.open(path)
    editor.type(path, ('"callees"', '"calees"'))
    (found,) = await editor.wait(path, bool)
    assert editor.slice(path, found.range) == '"calees"'
    assert "callees" in found.message


def test_paths_are_there() -> None:
    example = Path(__file__).parents[2] / "examples" / "monorepo"
    assert all((example / case.path).is_file() for case in CASES if case.text is None)
