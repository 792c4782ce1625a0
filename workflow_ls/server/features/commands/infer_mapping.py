"""workspace/executeCommand: infer rows of the mapping table, and write them into workflow-ls.json by an edit."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lsprotocol import types

from workflow_ls.config.settings import CONFIG_FILE, Settings
from workflow_ls.config.table import Table
from workflow_ls.mapping.inference import Proposal, infer
from workflow_ls.mapping.rows.config_edits import written_config
from workflow_ls.printable import counted, visible
from workflow_ls.project.parsed_sources import ParsedSources
from workflow_ls.project.workspace import Workspace
from workflow_ls.reporters.mapping.row_proposals import proposal_data
from workflow_ls.server.edits.apply_edit import apply_edit
from workflow_ls.server.edits.workspace_edit import PendingEdit, document_of, with_created_file
from workflow_ls.server.protocol.arguments import single_uri
from workflow_ls.server.protocol.work_done_progress import StoppedError, work_done_progress
from workflow_ls.server.server import WorkflowServer
from workflow_ls.server.session.snapshot import FileLocation, SessionSnapshot
from workflow_ls.server.session.threads import until_set
from workflow_ls.server.workspace_walk import named_folder, workspace_roots
from workflow_ls.text import edit_between
from workflow_ls.vfs.disk import DiskFiles
from workflow_ls.vfs.git.git_history import GitHistory
from workflow_ls.vfs.overlay import EditedFiles

INFER_MAPPING = "workflow-ls.inferMapping"
_LABEL = "Infer the mapping table"
_KEPT_BYTES = 40_000_000  # of texts whose trees are kept while the command runs


async def infer_mapping(ls: WorkflowServer, *args: object) -> dict[str, Any]:
    """Propose rows for what the table in force does not serve, and write them; for the first folder, or one with a URI.

    The answer has the proposal as `map --infer --format json` has it, how many rows were written, and why none were.
    """
    session = ls.session
    roots = [named_folder(session, single_uri(args))] if args else workspace_roots(session)
    if not roots:
        return _answer(None, 0, "no folder is open")
    directory = roots[0].directory
    table, settings, texts = await session.run(lambda snapshot: _state(snapshot, directory))
    stop = threading.Event()

    def job() -> tuple[Proposal, bytes | None, bytes]:
        return until_set(stop, lambda: _inferred(directory, table, settings, texts))

    try:
        async with work_done_progress(ls, _LABEL) as progress:
            proposal, before, after = await progress.until_stopped(asyncio.to_thread(job))
    except StoppedError:
        stop.set()
        return _answer(None, 0, "stopped; nothing was changed")
    if not proposal.rows or before == after:
        reason = (
            "the table has rows already for all that was found" if not proposal.doubtful else "no row could be proved"
        )
        _say(ls, f"There is no row to add: {reason}.")
        return _answer(proposal, 0, reason)
    obstacle = await _write(ls, directory, before, after)
    if obstacle is None:
        _say(ls, f"{counted(len(proposal.rows), 'row')} added to {CONFIG_FILE}; {proposal.after} references verified.")
    else:
        _say(ls, f"Nothing was changed: {visible(obstacle)}.")
    return _answer(proposal, len(proposal.rows) if obstacle is None else 0, obstacle)


def _state(snapshot: SessionSnapshot, directory: Path) -> tuple[Table, Settings, Mapping[str, bytes]]:
    workspace = snapshot.folder(directory).workspace
    documents = snapshot.documents.values()
    texts = {each.path: each.text for each in documents if FileLocation(directory, each.path) in snapshot.documents}
    return workspace.table, workspace.settings, texts


def _inferred(
    directory: Path, table: Table, settings: Settings, texts: Mapping[str, bytes]
) -> tuple[Proposal, bytes | None, bytes]:
    """The proposal, and the text of workflow-ls.json before and after it; on a thread of its own."""
    files = EditedFiles(DiskFiles(directory), texts)
    workspace = Workspace(files, table, settings, parsed=ParsedSources(_KEPT_BYTES))
    history = GitHistory(str(directory))
    proposal = infer(workspace, history if history.is_known else None)
    before = files.read(CONFIG_FILE)
    return proposal, before, written_config(before, proposal, table)


async def _write(ls: WorkflowServer, directory: Path, before: bytes | None, after: bytes) -> str | None:
    """Have the client write the file; why it did not, as a clause."""
    session = ls.session
    if not session.client.applies_edits:
        return "this editor does not apply edits from a server; run `workflow-ls map --infer --write` instead"
    if before is None and not session.client.creates_files:
        return f"this editor can't create {CONFIG_FILE}; create it with `{{}}` in it, and try again"

    def pending(snapshot: SessionSnapshot) -> PendingEdit:
        folder, text = snapshot.folder(directory), before or b""
        edits = snapshot.mapper_of(folder, CONFIG_FILE, text).text_edits([edit_between(text, after)])
        return PendingEdit(snapshot.uri(folder, CONFIG_FILE), FileLocation(directory, CONFIG_FILE), text, edits)

    made = await session.run(pending)
    document = document_of(session, made)
    if document is not None and document.text != made.before:
        return f"{CONFIG_FILE} changed meanwhile"
    edit = with_created_file(session, made, is_new=before is None)
    refused = await apply_edit(ls, edit, [made], _LABEL)
    return None if refused is None else refused.reason


def _say(ls: WorkflowServer, message: str) -> None:
    ls.window_show_message(types.ShowMessageParams(types.MessageType.Info, message))


def _answer(proposal: Proposal | None, written: int, reason: str | None) -> dict[str, Any]:
    return {
        "proposal": None if proposal is None else proposal_data(proposal),
        "written": written,
        "reason": reason,
    }


HANDLERS: tuple[tuple[str, Callable[..., Any], object], ...] = ()
COMMANDS = ((INFER_MAPPING, infer_mapping),)
