"""Hover, definition, links, completion and lenses."""

from __future__ import annotations

import pytest
from lsprotocol import types

from tests.e2e.editor import Editor

EVENTS = "packages/billing/src/invoice-events.ts"
BLOCKED = "packages/billing/src/invoice-blocked.ts"
EMOJI = "packages/notifications/src/emoji-before-import.ts"
CLEAN = "shared/core/actors.ts"
EVENT_NAMES = "@shared/workflow/streams/eventNames"
TARGET = "ee/packages/workflows/src/streams/eventNames.ts"


@pytest.mark.spawned
async def test_hover_tells_where_a_specifier_goes(editor: Editor) -> None:
    editor.open(EMOJI)
    shown = await editor.client.text_document_hover_async(
        types.HoverParams(editor.identifier(EMOJI), editor.at(EMOJI, EVENT_NAMES))
    )
    assert shown is not None
    assert shown.range is not None
    assert editor.slice(EMOJI, shown.range) == EVENT_NAMES
    assert isinstance(shown.contents, types.MarkupContent)
    assert shown.contents.kind == types.MarkupKind.Markdown
    for part in ("@alga-psa/workflows/streams/eventNames", "verified", editor.uri(TARGET)):
        assert part in shown.contents.value
    nothing = types.HoverParams(editor.identifier(EMOJI), editor.at(EMOJI, "subject"))
    assert await editor.client.text_document_hover_async(nothing) is None


@pytest.mark.spawned
async def test_definition_leads_to_the_target(editor: Editor) -> None:
    editor.open(EMOJI)
    params = types.DefinitionParams(editor.identifier(EMOJI), editor.at(EMOJI, EVENT_NAMES))
    answer = await editor.client.text_document_definition_async(params)
    assert isinstance(answer, list | tuple)
    (link,) = answer
    assert isinstance(link, types.LocationLink)
    assert editor.path(link.target_uri) == TARGET
    assert link.origin_selection_range is not None
    assert editor.slice(EMOJI, link.origin_selection_range) == EVENT_NAMES


@pytest.mark.spawned
async def test_each_specifier_is_a_link(editor: Editor) -> None:
    editor.open(EMOJI)
    (link,) = (
        await editor.client.text_document_document_link_async(types.DocumentLinkParams(editor.identifier(EMOJI))) or ()
    )
    assert editor.slice(EMOJI, link.range) == EVENT_NAMES
    assert link.target == editor.uri(TARGET)
    editor.open(CLEAN)
    assert not await editor.client.text_document_document_link_async(types.DocumentLinkParams(editor.identifier(CLEAN)))


async def completed(editor: Editor, path: str, before: str) -> dict[str, str]:
    """What the text becomes with each item that is offered behind `before`, by label."""
    text = editor.text(path)
    place = editor.position(text, text.index(before) + len(before))
    answer = await editor.client.text_document_completion_async(types.CompletionParams(editor.identifier(path), place))
    items = answer.items if isinstance(answer, types.CompletionList) else answer or ()
    made: dict[str, str] = {}
    for item in items:
        assert isinstance(item.text_edit, types.TextEdit)
        made[item.label] = editor.apply(types.WorkspaceEdit({editor.uri(path): [item.text_edit]}))[path]
    return made


@pytest.mark.spawned
async def test_specifiers_and_names_are_completed(editor: Editor) -> None:
    path = "packages/billing/src/new.ts"
    editor.open(path, "/* 🧾 */ import { Ev } from '@alga-psa/workflows/streams/';\n")
    made = await completed(editor, path, "streams/")
    expected = "/* 🧾 */ import { Ev } from '@alga-psa/workflows/streams/eventNames';\n"
    assert made["@alga-psa/workflows/streams/eventNames"] == expected
    editor.type(path, ("streams/", "streams/eventNames"))
    made = await completed(editor, path, "Ev")
    assert made["EventName"] == expected.replace("Ev }", "EventName }")
    assert not await completed(editor, path, "🧾")


@pytest.mark.spawned
async def test_a_lens_counts(editor: Editor) -> None:
    editor.open(EVENTS)
    (lens,) = await editor.client.text_document_code_lens_async(types.CodeLensParams(editor.identifier(EVENTS))) or ()
    assert lens.command is not None
    assert lens.command.title.startswith("6 workflow imports")
    assert lens.command.command == "workflow-ls.fixFile"
    assert lens.command.arguments is not None
    assert list(lens.command.arguments) == [editor.uri(EVENTS)]
    editor.open(CLEAN)
    assert not await editor.client.text_document_code_lens_async(types.CodeLensParams(editor.identifier(CLEAN)))
