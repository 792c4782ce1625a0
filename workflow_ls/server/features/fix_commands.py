"""workspace/executeCommand: fix a file, or the workspace, by an edit that the client applies."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from workflow_ls.analysis import FileFix, FixOptions
from workflow_ls.diagnostics import Diagnostic, Severity
from workflow_ls.printable import counted
from workflow_ls.server.features.code_action import FIX_FILE
from workflow_ls.server.folder_messages import unsearched
from workflow_ls.server.protocol.arguments import single_uri
from workflow_ls.server.protocol.work_done_progress import StoppedError, work_done_progress
from workflow_ls.server.server import WorkflowServer
from workflow_ls.server.session.session import Session
from workflow_ls.server.session.snapshot import SessionSnapshot
from workflow_ls.server.session.workspace_folder import WorkspaceFolder
from workflow_ls.server.workspace_edit import PendingEdit, build_edit, ignored_documents, is_on_disk, to_pending_edit
from workflow_ls.server.workspace_walk import WorkspaceRoot, for_each_file, named_folder, opened_folders

log = logging.getLogger(__name__)
FIX_WORKSPACE = "workflow-ls.fixWorkspace"
_LABEL = "Fix workflow imports"
MAX_ATTEMPTS = 8
RETRY_SECONDS = 0.02  # before the second attempt; doubled before each further one


@dataclass(frozen=True, slots=True)
class _Fixes:
    """The edits that fix findings, the number of findings that they fix, and the number that is left."""

    edits: tuple[PendingEdit, ...] = ()
    fixed: int = 0
    left: int = 0


async def fix_file(ls: WorkflowServer, *args: object) -> dict[str, Any]:
    """Fix all that can be fixed in the file with a URI."""
    uri = single_uri(args)
    location = ls.session.locate(uri)
    if location is None:
        return _outcome((), reason="the URI is not a file of a workspace")
    directory, path = location

    def job(snapshot: SessionSnapshot) -> _Fixes:
        folder = snapshot.folder(directory)
        findings = folder.findings_to_fix(path)
        return _fixes(snapshot, folder, findings, folder.prove(findings, FixOptions()).changes)

    async def find() -> list[_Fixes]:
        return [await ls.session.run(job)]

    return await _apply(ls, find, [directory], within=uri)


async def fix_workspace(ls: WorkflowServer, *args: object) -> dict[str, Any]:
    """Fix all that can be fixed in the open folders, or in the folder with a URI, by one edit."""
    session = ls.session
    roots = [named_folder(session, single_uri(args))] if args else opened_folders(session)
    directories = [root.directory for root in roots]
    if not _can_apply(ls):
        return _outcome((), reason=_CANNOT_APPLY)
    try:
        async with work_done_progress(ls, _LABEL) as progress:
            # The edit must be for the files as they are now, also where the client watches no files.
            await session.run(partial(_reread, directories))

            async def find() -> list[_Fixes]:
                checked = await for_each_file(session, roots, progress, _check)
                jobs = (session.run(partial(_fix_root, root, directories, checked)) for root in roots)
                return [await progress.until_stopped(job) for job in jobs]

            outcome = await _apply(ls, find, directories, stopped=progress.check)
    except StoppedError:
        return _outcome((), reason="stopped; nothing was changed")
    if outcome["applied"] and not outcome["files"] and not args and (reason := unsearched(session)) is not None:
        return _outcome((), reason=reason)
    if outcome["applied"] and outcome["fixed"]:
        left = f"; {outcome['left']} left" if outcome["left"] else ""
        message = f"{counted(outcome['fixed'], 'finding')} fixed in {counted(outcome['files'], 'file')}{left}."
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Info, message))
    return outcome


def _reread(directories: Sequence[Path], snapshot: SessionSnapshot) -> None:
    for directory in directories:
        snapshot.folder(directory).changed_on_disk([""])


async def _apply(
    ls: WorkflowServer,
    find: Callable[[], Awaitable[list[_Fixes]]],
    directories: Sequence[Path],
    *,
    within: str | None = None,
    stopped: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Have the client apply the edits that `find` finds, as one edit for the texts of this moment.

    Where a text changes in between, `find` is called again.  `stopped` raises where the user stopped the command.
    """
    session = ls.session
    if not _can_apply(ls):
        return _outcome((), reason=_CANNOT_APPLY)
    for attempt in range(MAX_ATTEMPTS):
        epochs = await _epochs(session, directories)
        found = await find()
        edits = list({edit.uri: edit for fixes in found for edit in fixes.edits}.values())
        if not edits:
            return _outcome(found, applied=True)
        closed = [edit for edit in edits if edit.uri not in session.documents]
        unchanged = await session.run(partial(_are_on_disk, closed))
        current = unchanged and epochs == await _epochs(session, directories)
        stopped()
        # Nothing is awaited between this check of the documents and the request, so none can change in between.
        workspace_edit = build_edit(session, edits, within=within) if current else None
        if workspace_edit is not None:
            return await _send(ls, workspace_edit, found)
        await asyncio.sleep(RETRY_SECONDS * 2**attempt)
    return _failed(ls, "the files keep changing")


async def _send(ls: WorkflowServer, edit: types.WorkspaceEdit, found: Sequence[_Fixes]) -> dict[str, Any]:
    metadata = types.WorkspaceEditMetadata(is_refactoring=True) if ls.session.client.edit_metadata else None
    params = types.ApplyWorkspaceEditParams(edit, label=_LABEL, metadata=metadata)
    try:
        answer = await ls.workspace_apply_edit_async(params)
    except JsonRpcException as error:
        reason = str(error)
    else:
        if answer.failed_change is not None:
            log.warning("workspace/applyEdit: applied is %s, failedChange %d", answer.applied, answer.failed_change)
        if answer.applied:
            return _outcome(found, applied=True)
        reason = answer.failure_reason or "the editor refused the edit"
    return _failed(ls, reason)


def _failed(ls: WorkflowServer, reason: str) -> dict[str, Any]:
    ls.window_show_message(types.ShowMessageParams(types.MessageType.Error, f"Nothing was changed: {reason}."))
    return _outcome((), reason=reason)


_CANNOT_APPLY = "this editor does not apply edits from a server; run `workflow-ls fix` instead"


def _can_apply(ls: WorkflowServer) -> bool:
    if not ls.session.client.applies_edits:
        message = f"Nothing was changed: {_CANNOT_APPLY}."
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, message))
    return ls.session.client.applies_edits


def _outcome(found: Iterable[_Fixes], *, applied: bool = False, reason: str | None = None) -> dict[str, Any]:
    found = list(found)
    return {
        "fixed": sum(fixes.fixed for fixes in found),
        "files": sum(len(fixes.edits) for fixes in found),
        "left": sum(fixes.left for fixes in found),
        "applied": applied,
        "reason": reason,
    }


@dataclass(frozen=True, slots=True)
class _CheckedFile:
    """The findings of a file, and the text and the diagnostics epoch that they are for."""

    directory: Path
    path: str
    findings: tuple[Diagnostic, ...]
    text: bytes | None
    diagnostics_epoch: int

    def current(self, folder: WorkspaceFolder) -> tuple[Diagnostic, ...]:
        """The present findings: a document may have changed since the check."""
        if self.diagnostics_epoch == folder.diagnostics_epoch and self.text == folder.files.read(self.path):
            return self.findings
        return folder.analysis.check_file(self.path)


def _check(_: SessionSnapshot, folder: WorkspaceFolder, path: str) -> _CheckedFile:
    findings, text = folder.analysis.check_file(path), folder.files.read(path)
    return _CheckedFile(folder.directory, path, findings, text, folder.diagnostics_epoch)


def _fix_root(
    root: WorkspaceRoot, directories: Sequence[Path], checked: Iterable[_CheckedFile], snapshot: SessionSnapshot
) -> _Fixes:
    """Fix the findings in one root, or in a folder of it; the files of roots below it are fixed with those."""
    directory, within = root
    folder = snapshot.folder(directory)
    folder.reread_outdated()
    findings = [finding for file in checked if file.directory == directory for finding in file.current(folder)]
    options = FixOptions(whole="" in within and folder.analysis.rewrites)
    nested = [below for other in directories if other != directory and (below := folder.below(other)) is not None]
    beside = (*nested, *ignored_documents(folder))
    fix_run = folder.analysis.prove(findings, options, within, beside=beside)
    return _fixes(snapshot, folder, findings, fix_run.changes)


def _fixes(
    snapshot: SessionSnapshot, folder: WorkspaceFolder, findings: Sequence[Diagnostic], files: Sequence[FileFix]
) -> _Fixes:
    fixed = {finding for file in files for finding in file.resolved}
    left = sum(finding.severity >= Severity.WARNING and finding not in fixed for finding in findings)
    edits = tuple(to_pending_edit(snapshot, folder, file.path, file.edits) for file in files)
    return _Fixes(edits, len(fixed), left)


def _are_on_disk(edits: Sequence[PendingEdit], _: SessionSnapshot) -> bool:
    return all(map(is_on_disk, edits))


async def _epochs(session: Session, directories: Sequence[Path]) -> list[int]:
    def job(snapshot: SessionSnapshot) -> list[int]:
        return [snapshot.folder(directory).diagnostics_epoch for directory in directories]

    return await session.run(job)


HANDLERS: tuple[tuple[str, Callable[..., Any], object], ...] = ()
COMMANDS = (
    (FIX_FILE, fix_file),
    (FIX_WORKSPACE, fix_workspace),
)
