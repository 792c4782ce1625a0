"""workspace/executeCommand: fix a file, or the workspace, by an edit that the client makes."""

from __future__ import annotations

import asyncio
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
from workflow_ls.server.arguments import only_text
from workflow_ls.server.features.code_action import FIX_FILE
from workflow_ls.server.progress import StoppedError, progress
from workflow_ls.server.server import WorkflowServer
from workflow_ls.server.session import Session
from workflow_ls.server.workspace_edit import Change, build_edit, is_on_disk, to_change
from workflow_ls.server.workspace_folder import WorkspaceFolder
from workflow_ls.server.workspace_walk import Place, find_places, walk

FIX_WORKSPACE = "workflow-ls.fixWorkspace"
_LABEL = "Fix workflow imports"
_ATTEMPTS = 8
_PAUSE = 0.02  # seconds after the first attempt in vain; each further pause is twice as long


@dataclass(frozen=True, slots=True)
class _Fixed:
    """What fixing comes to: the changes, how many findings they settle, and how many are left."""

    changes: tuple[Change, ...] = ()
    settled: int = 0
    left: int = 0


async def fix_file(ls: Any, *args: Any) -> dict[str, Any]:
    """Fix all that can be fixed in the file with a URI."""
    uri = only_text(args)
    place = ls.session.place(uri)
    if place is None:
        return _outcome((), reason="it is not a file of a workspace")
    directory, path = place

    def fix() -> _Fixed:
        folder = ls.session.workspace_folder(directory)
        findings = folder.analysis.check_file(path)
        return _fixed(ls.session, folder, findings, folder.analysis.fix_findings(findings, FixOptions()))

    async def find() -> list[_Fixed]:
        return [await ls.session.run(fix)]

    return await _apply(ls, find, [directory], here=uri)


async def fix_workspace(ls: Any, *args: Any) -> dict[str, Any]:
    """Fix all that can be fixed in the open folders, or in the folder with a URI, by one edit."""
    places = find_places(ls.session, only_text(args) if args else None)
    roots = [directory for directory, _ in places]
    if not _can_apply(ls):
        return _outcome((), reason=_CANNOT_APPLY)
    try:
        async with progress(ls, _LABEL) as told:
            # What is changed must be what is there now, also where the client watches no files.
            await ls.session.run(
                lambda: [ls.session.workspace_folder(directory).changed_on_disk([""]) for directory in roots]
            )

            async def find() -> list[_Fixed]:
                found = await walk(ls.session, places, told, _look_at)
                return [await ls.session.run(partial(_fix_root, ls.session, place, roots, found)) for place in places]

            outcome = await _apply(ls, find, roots, stopped=told.check)
    except StoppedError:
        return _outcome((), reason="stopped; nothing was changed")
    if outcome["applied"] and outcome["fixed"]:
        left = f"; {outcome['left']} left" if outcome["left"] else ""
        done = f"{counted(outcome['fixed'], 'finding')} fixed in {counted(outcome['files'], 'file')}{left}."
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Info, done))
    return outcome


async def _apply(
    ls: WorkflowServer,
    find: Callable[[], Awaitable[list[_Fixed]]],
    roots: Sequence[Path],
    *,
    here: str | None = None,
    stopped: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Have the client make the changes that `find` finds, as one edit for the texts that are in force then."""
    session = ls.session
    if not _can_apply(ls):
        return _outcome((), reason=_CANNOT_APPLY)
    for attempt in range(_ATTEMPTS):
        generations = await _generations(session, roots)
        found = await find()
        changes = list({change.uri: change for fixed in found for change in fixed.changes}.values())
        if not changes:
            return _outcome(found, applied=True)
        closed = [change for change in changes if change.uri not in session.documents]
        unchanged = await session.run(partial(_are_on_disk, closed))
        same = unchanged and generations == await _generations(session, roots)
        stopped()
        # From here to the request nothing waits, so that no document can change in between.
        edit = build_edit(session, changes, here=here) if same else None
        if edit is not None:
            return await _send(ls, edit, found)
        await asyncio.sleep(_PAUSE * 2**attempt)
    return _failed(ls, "the files keep changing")


async def _send(ls: WorkflowServer, edit: types.WorkspaceEdit, found: Sequence[_Fixed]) -> dict[str, Any]:
    metadata = types.WorkspaceEditMetadata(is_refactoring=True) if ls.session.client.edit_metadata else None
    params = types.ApplyWorkspaceEditParams(edit, label=_LABEL, metadata=metadata)
    try:
        answer = await ls.workspace_apply_edit_async(params)
    except JsonRpcException as error:
        reason = str(error)
    else:
        if answer.applied:
            return _outcome(found, applied=True)
        reason = answer.failure_reason or "the editor refused the edit"
    return _failed(ls, reason)


def _failed(ls: WorkflowServer, reason: str) -> dict[str, Any]:
    ls.window_show_message(types.ShowMessageParams(types.MessageType.Error, f"Nothing was changed: {reason}."))
    return _outcome((), reason=reason)


_CANNOT_APPLY = "this editor applies no edits that a server sends; `workflow-ls fix` does the same"


def _can_apply(ls: WorkflowServer) -> bool:
    if not ls.session.client.applies_edits:
        told = f"Nothing was changed: {_CANNOT_APPLY}."
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, told))
    return ls.session.client.applies_edits


def _outcome(found: Iterable[_Fixed], *, applied: bool = False, reason: str | None = None) -> dict[str, Any]:
    found = list(found)
    return {
        "fixed": sum(fixed.settled for fixed in found),
        "files": sum(len(fixed.changes) for fixed in found),
        "left": sum(fixed.left for fixed in found),
        "applied": applied,
        "reason": reason,
    }


@dataclass(frozen=True, slots=True)
class _Looked:
    """The findings of a file, and the state that they are true of."""

    directory: Path
    path: str
    findings: tuple[Diagnostic, ...]
    text: bytes | None
    diagnostics_epoch: int

    def now(self, folder: WorkspaceFolder) -> tuple[Diagnostic, ...]:
        """The findings as they are by now: something may have been typed since the file was looked at."""
        if self.diagnostics_epoch == folder.diagnostics_epoch and self.text == folder.files.read(self.path):
            return self.findings
        return folder.analysis.check_file(self.path)


def _look_at(_: Session, folder: WorkspaceFolder, path: str) -> _Looked:
    return _Looked(
        folder.directory, path, folder.analysis.check_file(path), folder.files.read(path), folder.diagnostics_epoch
    )


def _fix_root(session: Session, place: Place, roots: Sequence[Path], looked: Iterable[_Looked]) -> _Fixed:
    """Fix what was found in a root, all of it or what is within a folder; roots below it see to their own files."""
    directory, within = place
    folder = session.workspace_folder(directory)
    findings = [finding for file in looked if file.directory == directory for finding in file.now(folder)]
    options = FixOptions(whole=not within and folder.analysis.rewrites)
    inner = [below for other in roots if other != directory and (below := folder.below(other)) is not None]
    files = folder.analysis.settle(folder.analysis.fix_findings(findings, options), (within,), options, beside=inner)
    return _fixed(session, folder, findings, files)


def _fixed(
    session: Session, folder: WorkspaceFolder, findings: Sequence[Diagnostic], files: Sequence[FileFix]
) -> _Fixed:
    settled = {finding for file in files for finding in file.settled}
    left = sum(finding.severity >= Severity.WARNING and finding not in settled for finding in findings)
    return _Fixed(tuple(to_change(session, folder, file.path, file.edits) for file in files), len(settled), left)


def _are_on_disk(changes: Iterable[Change]) -> bool:
    return all(map(is_on_disk, changes))


async def _generations(session: Session, roots: Sequence[Path]) -> list[int]:
    return await session.run(lambda: [session.workspace_folder(directory).diagnostics_epoch for directory in roots])


HANDLERS: tuple[tuple[str, Callable[..., Any], object], ...] = ()
COMMANDS = (
    (FIX_FILE, fix_file),
    (FIX_WORKSPACE, fix_workspace),
)
