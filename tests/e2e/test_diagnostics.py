"""Diagnostics: as files are opened and changed, of files that depend on them, and of closed ones."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from lsprotocol import types

from tests.e2e.editor import Editor

BILLING = "packages/billing/src/invoice-documents-split.ts"
EMOJI = "packages/notifications/src/emoji-before-import.ts"
WINDOWS = "packages/notifications/src/windows-line-ends.ts"
MARKED = "packages/notifications/src/byte-order-mark.ts"
MANIFEST = "ee/packages/workflows/package.json"
EXPECTED = Path(__file__).parents[1] / "example_expected.json"


@pytest.mark.spawned
async def test_capabilities(editor: Editor) -> None:
    server = editor.server
    assert server.position_encoding == ("utf-8" if editor.pulls else "utf-16")
    assert isinstance(server.text_document_sync, types.TextDocumentSyncOptions)
    assert server.text_document_sync.change == types.TextDocumentSyncKind.Incremental
    assert isinstance(server.diagnostic_provider, types.DiagnosticOptions)
    assert server.diagnostic_provider.inter_file_dependencies
    assert server.diagnostic_provider.workspace_diagnostics
    assert editor.client.answer.server_info is not None
    assert editor.client.answer.server_info.name == "workflow-ls"


async def test_a_file_without_references_has_none(editor: Editor) -> None:
    editor.open("shared/core/actors.ts")
    await editor.expect("shared/core/actors.ts", [])


@pytest.mark.spawned
async def test_a_finding_has_all_that_the_client_shows(editor: Editor) -> None:
    editor.open(BILLING)
    (found,) = await editor.expect(
        BILLING, ["6 deprecated-import @shared/workflow/streams/domainEventBuilders/documentEvents"]
    )
    assert found.source == "workflow-ls"
    assert found.severity == types.DiagnosticSeverity.Warning
    assert found.tags == (types.DiagnosticTag.Deprecated,)
    assert found.related_information
    assert editor.path(found.related_information[0].location.uri).startswith("ee/packages/workflows/src/streams/")
    # Neovim's profile does not say that it shows descriptions.
    assert (found.code_description is not None) is not editor.pulls
    assert found.data is not None


async def test_findings_underline_the_specifier(editor: Editor) -> None:
    for path in (EMOJI, WINDOWS, MARKED):
        editor.open(path)
        rows = editor.rows(path, await editor.wait(path, bool))
        specifiers = [row.split(" ", 2)[2] for row in rows if "deprecated-import" in row]
        assert specifiers
        assert all(text.startswith(("@shared/workflow", "@alga-psa/shared/workflow")) for text in specifiers)


@pytest.mark.spawned
async def test_findings_follow_what_is_typed(editor: Editor) -> None:
    editor.open(BILLING)
    specifier = "@shared/workflow/streams/domainEventBuilders/documentEvents"
    await editor.expect(BILLING, [f"6 deprecated-import {specifier}"])
    editor.type(BILLING, ("// verified", "// 🚀 é\n// verified"))
    await editor.expect(BILLING, [f"7 deprecated-import {specifier}"])
    # Each change of a message sees what the one before it made.
    editor.type(BILLING, ("// 🚀 é", "/* 🚀 */ import '@shared/workflow/types';"), ("🚀", "🚀🚀"))
    await editor.expect(BILLING, ["1 deprecated-import @shared/workflow/types", f"7 deprecated-import {specifier}"])
    editor.type(BILLING, (specifier, "./elsewhere"), ("@shared/workflow/types", "./types"))
    await editor.expect(BILLING, [])


async def test_what_is_on_disk_counts_again_for_a_closed_file(editor: Editor) -> None:
    editor.open(BILLING)
    before = editor.rows(BILLING, await editor.wait(BILLING, bool))
    editor.type(BILLING, ("@shared/workflow", "@elsewhere"))
    await editor.expect(BILLING, [])
    editor.close(BILLING)
    await editor.expect(BILLING, before)


async def test_findings_follow_the_exports_of_an_open_manifest(editor: Editor) -> None:
    path = "packages/billing/src/invoice-blocked.ts"

    def blocked(found: Sequence[types.Diagnostic]) -> list[str]:
        return [editor.slice(path, item.range) for item in found if "can't be rewritten" in item.message]

    editor.open(path)
    assert "@shared/workflow/utils/retry" in blocked(await editor.wait(path, bool))
    editor.open("ee/packages/workflows/src/utils/retry.ts", "export const retry = 1;\n")
    editor.open(MANIFEST)
    editor.type(MANIFEST, ('"./services"', '"./utils/*": "./src/utils/*.ts",\n    "./services"'))
    found = await editor.wait(path, lambda found: "@shared/workflow/utils/retry" not in blocked(found))
    assert "@shared/workflow/utils/retry" not in blocked(found)
    # And what the target's module exports.
    editor.type("ee/packages/workflows/src/utils/retry.ts", ("retry", "again"))
    found = await editor.wait(path, lambda found: "@shared/workflow/utils/retry" in blocked(found))
    assert "@shared/workflow/utils/retry" in blocked(found)


async def test_a_broken_manifest_is_told_at_its_place(editor: Editor) -> None:
    editor.open(MANIFEST)
    sound = ['48 unexported-subpath "./src/secrets/index.ts"']
    await editor.expect(MANIFEST, sound)
    editor.open(BILLING)
    await editor.wait(BILLING, bool)
    editor.type(MANIFEST, ('"version":', '"version"'))
    (found,) = await editor.wait(MANIFEST, lambda found: [item.code for item in found] == [None])
    assert found.severity == types.DiagnosticSeverity.Error
    assert editor.slice(MANIFEST, found.range) == '"1.0.0"'
    editor.type(MANIFEST, ('"version"', '"version":'))
    await editor.expect(MANIFEST, sound)


@pytest.mark.spawned
async def test_closed_files_are_reported(editor: Editor) -> None:
    findings = {entry["path"] for entry in json.loads(EXPECTED.read_text(encoding="utf-8"))}
    expected = findings | {"workflow-ls.json"}  # it names a package that is not in the workspace
    if editor.pulls:
        report = await editor.workspace_report()
        assert set(report) == expected
        known = {path: item.result_id for path, item in report.items() if item.result_id is not None}
        assert set(known) == expected
        # As long as nothing differs, there is nothing to answer.
        held = asyncio.ensure_future(editor.workspace_report(known))
        editor.open(BILLING)
        await editor.wait(BILLING, bool)
        assert not held.done()
        editor.type(BILLING, ("@shared/workflow", "@elsewhere"))
        again = await held
        changed = {
            path for path, item in again.items() if isinstance(item, types.WorkspaceFullDocumentDiagnosticReport)
        }
        assert changed == {BILLING}
        assert set(again) == expected
        assert again[BILLING].version == 2
    else:
        editor.open(BILLING)
        await editor.published(lambda shown: {editor.path(uri) for uri, items in shown.items() if items} == expected)


async def test_an_unchanged_report_says_so(editor: Editor) -> None:
    editor.open(BILLING)
    params = types.DocumentDiagnosticParams(editor.identifier(BILLING))
    if not editor.pulls:
        return
    first = await editor.client.text_document_diagnostic_async(params)
    params.previous_result_id = first.result_id
    again = await editor.client.text_document_diagnostic_async(params)
    assert isinstance(again, types.RelatedUnchangedDocumentDiagnosticReport)
    editor.type(BILLING, ("// verified", "\n// verified"))
    moved = await editor.client.text_document_diagnostic_async(params)
    assert isinstance(moved, types.RelatedFullDocumentDiagnosticReport)
    assert moved.result_id != first.result_id


@pytest.mark.spawned
async def test_closed_files_are_reported_in_parts(editor: Editor) -> None:
    whole = await editor.workspace_report()
    editor.client.parts["parts"] = []
    # What is left for the answer to the request are the reports that no part had.
    assert await editor.workspace_report(token="parts") == {}
    paths = [editor.path(item["uri"]) for part in editor.client.parts["parts"] for item in part["items"]]
    assert sorted(paths) == sorted(whole)
