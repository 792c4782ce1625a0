"""Quick fixes, "fix all", and the commands: what the editor is asked to change."""

from __future__ import annotations

import contextlib
import io
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from lsprotocol import types

from tests.e2e.conftest import EXAMPLE
from tests.e2e.editor import Editor
from workflow_ls.cli.main import run

EVENTS = "packages/billing/src/invoice-events.ts"
EVENTS_TEST = "packages/billing/src/invoice-events.test.ts"
SPLIT = "packages/billing/src/invoice-documents-split.ts"
BLOCKED = "packages/billing/src/invoice-blocked.ts"
WINDOWS = "packages/notifications/src/windows-line-ends.ts"
MARKED = "packages/notifications/src/byte-order-mark.ts"
EMOJI = "packages/notifications/src/emoji-before-import.ts"
NOTIFICATIONS = "packages/notifications/package.json"
CLEAN = "shared/core/actors.ts"
FIX_ALL = "source.fixAll.workflow-ls"


async def actions(
    editor: Editor, path: str, found: str, only: Sequence[str] | None = None, *, with_findings: bool = True
) -> list[types.CodeAction]:
    """The actions at the first occurrence of a text; a client sends along the findings that it shows there."""
    place = editor.at(path, found)
    here = [item for item in await editor.diagnostics(path) if item.range.start.line == place.line]
    context = types.CodeActionContext(here if with_findings else [], only=only)
    params = types.CodeActionParams(editor.identifier(path), types.Range(place, place), context)
    answer = await editor.client.text_document_code_action_async(params)
    return [action for action in answer or () if isinstance(action, types.CodeAction)]


@pytest.fixture(scope="module")
def fixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, fixed by the command line."""
    copy = Path(shutil.copytree(EXAMPLE, tmp_path_factory.mktemp("fixed") / "monorepo"))
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        run(["fix", str(copy)])
    return copy


@pytest.mark.parametrize("with_findings", [True, False])
async def test_a_quick_fix_rewrites_the_import(editor: Editor, *, with_findings: bool) -> None:
    editor.open(EVENTS)
    await editor.wait(EVENTS, bool)
    old, new = "@shared/workflow/persistence/taskStore", "@alga-psa/workflows/persistence"
    offered = await actions(editor, EVENTS, old, ["quickfix"], with_findings=with_findings)
    (fix,) = [action for action in offered if action.is_preferred]
    assert fix.kind == types.CodeActionKind.QuickFix
    assert fix.edit is not None
    # VS Code reads versioned edits, Neovim's profile does not say that it does.
    assert (fix.edit.document_changes is None) is editor.pulls
    # The test mocks the module, and must follow.
    paths = (EVENTS, EVENTS_TEST)
    assert editor.apply(fix.edit) == {path: editor.text(path).replace(old, new) for path in paths}


@pytest.mark.spawned
async def test_a_fix_follows_the_text_as_it_is_typed(editor: Editor) -> None:
    editor.open(EMOJI)
    await editor.wait(EMOJI, bool)
    editor.type(EMOJI, ("🧾", "🧾🚀é"))
    (fix,) = [a for a in await actions(editor, EMOJI, "@shared/workflow/streams/eventNames") if a.is_preferred]
    assert fix.edit is not None
    expected = editor.text(EMOJI).replace(
        "@shared/workflow/streams/eventNames", "@alga-psa/workflows/streams/eventNames"
    )
    # The package did not declare the other one yet.
    manifest = editor.text(NOTIFICATIONS).replace('*"\n', '*",\n    "@alga-psa/workflows": "*"\n')
    assert editor.apply(fix.edit) == {EMOJI: expected, NOTIFICATIONS: manifest}


@pytest.mark.spawned
async def test_a_fix_is_for_the_files_as_another_program_left_them(editor: Editor, fixed: Path) -> None:
    """A checkout writes closed files while documents are open, and nobody sends an event."""
    editor.open(EMOJI)
    editor.open(SPLIT)
    await editor.wait(EMOJI, bool)
    old, new = "@shared/workflow/streams/eventNames", "@alga-psa/workflows/streams/eventNames"
    assert [a for a in await actions(editor, EMOJI, old) if a.is_preferred]
    editor.type(SPLIT, ("// verified", "// not saved 🚀\n// verified"))
    manifest = editor.root / NOTIFICATIONS
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("{\n", '{\n  "license": "MIT",\n', 1), "utf-8")
    closed = editor.root / EVENTS
    closed.write_text(f"// of the other branch\n{closed.read_text(encoding='utf-8')}", "utf-8")
    (editor.root / SPLIT).write_text("// of the other branch\n", "utf-8")
    (fix,) = [action for action in await actions(editor, EMOJI, old) if action.is_preferred]
    assert fix.edit is not None
    after = editor.text(NOTIFICATIONS).replace('*"\n', '*",\n    "@alga-psa/workflows": "*"\n')
    assert editor.apply(fix.edit) == {EMOJI: editor.text(EMOJI).replace(old, new), NOTIFICATIONS: after}
    answer = await command(editor, "workflow-ls.fixWorkspace")
    assert answer["applied"]
    made = editor.apply(editor.client.applied[0].edit)
    assert made[NOTIFICATIONS].startswith('{\n  "license": "MIT",\n')
    assert made[EVENTS] == f"// of the other branch\n{(fixed / EVENTS).read_text(encoding='utf-8')}"
    assert made[SPLIT] == (fixed / SPLIT).read_text(encoding="utf-8").replace(
        "// verified", "// not saved 🚀\n// verified", 1
    )


async def test_what_is_blocked_says_why(editor: Editor) -> None:
    editor.open(BLOCKED)
    await editor.wait(BLOCKED, bool)
    offered = await actions(editor, BLOCKED, "@shared/workflow/utils/retry", ["quickfix"])
    assert not any(action.is_preferred for action in offered)
    disabled = [action.disabled.reason for action in offered if action.disabled is not None]
    # Only a client that can show it is told.
    assert len(disabled) == (0 if editor.pulls else 1)
    assert all("./utils/retry" in reason for reason in disabled)


async def test_a_comment_suppresses(editor: Editor) -> None:
    editor.open(BLOCKED)
    await editor.wait(BLOCKED, bool)
    offered = await actions(editor, BLOCKED, "@shared/workflow/utils/retry", ["quickfix"])
    (comment, *_) = [action for action in offered if action.edit is not None and action.title.startswith("Ignore")]
    assert comment.edit is not None
    before = editor.rows(BLOCKED, await editor.diagnostics(BLOCKED))
    editor.replace_all(BLOCKED, editor.apply(comment.edit)[BLOCKED])
    found = await editor.wait(BLOCKED, lambda found: len(found) < len(before))
    assert len(found) == len(before) - 1
    assert not any("utils/retry" in row for row in editor.rows(BLOCKED, found))


@pytest.mark.parametrize("kind", ["source", "source.fixAll", FIX_ALL])
async def test_fix_all_writes_what_the_command_line_writes(editor: Editor, fixed: Path, kind: str) -> None:
    for path in (EVENTS, SPLIT, BLOCKED, WINDOWS, MARKED, EMOJI):
        editor.open(path)
        (action,) = await actions(editor, path, "import", [kind])
        assert action.kind == FIX_ALL
        assert action.edit is not None
        made = editor.apply(action.edit)
        assert made.keys() - {path} <= {NOTIFICATIONS, EVENTS_TEST}
        expected = {name: (fixed / name).read_bytes().decode("utf-8-sig") for name in made}
        # In the file alone; the command line corrects the manifest, too, and so unblocks this one.
        expected[path] = expected[path].replace("@alga-psa/workflows/secrets", "@shared/workflow/secrets")
        # Of the test that mocks a module of the file, only that mock follows.
        mocking = made.pop(EVENTS_TEST, None)
        expected.pop(EVENTS_TEST, None)
        assert made == expected
        assert (mocking is not None) is (path == EVENTS)


async def test_there_is_no_action_where_nothing_is_found(editor: Editor) -> None:
    editor.open(CLEAN)
    assert await actions(editor, CLEAN, "e") == []
    assert await actions(editor, CLEAN, "e", [FIX_ALL]) == []
    editor.open(EVENTS)
    assert await actions(editor, EVENTS, "@shared/workflow", ["refactor", "source.organizeImports"]) == []


async def command(editor: Editor, name: str, *arguments: object) -> dict[str, object]:
    assert editor.server.execute_command_provider is not None
    assert name in editor.server.execute_command_provider.commands
    params = types.ExecuteCommandParams(name, list(arguments))
    answer = await editor.client.workspace_execute_command_async(params)
    assert isinstance(answer, dict)
    return answer


@pytest.mark.spawned
async def test_fix_file(editor: Editor, fixed: Path) -> None:
    editor.open(SPLIT)
    answer = await command(editor, "workflow-ls.fixFile", editor.uri(SPLIT))
    assert answer["applied"]
    (asked,) = editor.client.applied
    assert editor.apply(asked.edit) == {SPLIT: (fixed / SPLIT).read_text(encoding="utf-8")}


@pytest.mark.spawned
async def test_fix_workspace_is_one_edit_over_open_and_closed_files(editor: Editor, fixed: Path) -> None:
    editor.open(SPLIT)
    # An open buffer counts, not what is on disk.
    editor.type(SPLIT, ("// verified", "// not saved 🚀\n// verified"))
    answer = await command(editor, "workflow-ls.fixWorkspace")
    assert answer["applied"]
    (asked,) = editor.client.applied
    made = editor.apply(asked.edit)
    expected = {
        path.relative_to(fixed).as_posix(): path.read_bytes().decode("utf-8-sig")
        for path in fixed.rglob("*")
        if path.is_file() and path.read_bytes() != (editor.root / path.relative_to(fixed)).read_bytes()
    }
    expected[SPLIT] = expected[SPLIT].replace("// verified", "// not saved 🚀\n// verified", 1)
    assert made == expected
    assert answer["files"] == len(expected)
    # Both clients show progress.
    (reports,) = editor.client.progress_reports.values()
    assert [getattr(report, "kind", "") for report in (reports[0], reports[-1])] == ["begin", "end"]


@pytest.mark.spawned
async def test_commands_tell_how_things_stand(editor: Editor) -> None:
    editor.open(SPLIT)
    status = await command(editor, "workflow-ls.status")
    assert isinstance(status["total"], int)
    assert status["total"] > 50
    mapping = await command(editor, "workflow-ls.showMapping")
    assert mapping["mapping"]
    assert len(editor.client.shown_documents) == 1
    told = await command(editor, "workflow-ls.debugInformation")
    assert editor.units in str(told)
