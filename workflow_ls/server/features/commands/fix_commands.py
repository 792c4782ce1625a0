"""workspace/executeCommand: fix a file, or the workspace, by an edit that the client applies."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from lsprotocol import types

from workflow_ls.checking import lies_in
from workflow_ls.diagnostics import Diagnostic
from workflow_ls.printable import listed, visible_path
from workflow_ls.proof.joined_fixes import FileFix, FixOptions
from workflow_ls.proof.resolved_findings import resolved_findings
from workflow_ls.server.edits.apply_edit import RefusedEdit, apply_edit
from workflow_ls.server.edits.fixed import Fixes, fixes_of, outcome, summary
from workflow_ls.server.edits.outside_files import Consent, ask_about, files_outside, held_in
from workflow_ls.server.edits.workspace_edit import (
    Changed,
    PendingEdit,
    build_edit,
    find_changed,
    ignored_documents,
    make_present,
    obstacle,
    outdated_documents,
    read_anew,
    to_pending_edit,
)
from workflow_ls.server.features.code_action import FIX_FILE
from workflow_ls.server.folder_messages import unsearched
from workflow_ls.server.protocol.arguments import single_uri
from workflow_ls.server.protocol.work_done_progress import StoppedError, work_done_progress
from workflow_ls.server.server import WorkflowServer
from workflow_ls.server.session.session import Session
from workflow_ls.server.session.snapshot import FileLocation, SessionSnapshot
from workflow_ls.server.session.workspace_folder import WorkspaceFolder
from workflow_ls.server.workspace_walk import WorkspaceRoot, for_each_file, named_folder, opened_folders

FIX_WORKSPACE = "workflow-ls.fixWorkspace"
PREVIEW_WORKSPACE = "workflow-ls.previewWorkspace"
_PREVIEW = "Uncheck the changes that you do not want, and press Apply"
_LABEL = "Fix workflow imports"
MAX_ATTEMPTS = 8
RETRY_SECONDS = 0.02  # before the second attempt; doubled before each further one


async def fix_file(ls: WorkflowServer, *args: object) -> dict[str, Any]:
    """Fix all that can be fixed in the file with a URI."""
    uri = single_uri(args)
    location = ls.session.locate(uri)
    if location is None:
        return outcome((), reason="the URI is not a file of a workspace")
    directory, path = location

    def job(snapshot: SessionSnapshot) -> Fixes:
        folder = snapshot.folder(directory)
        folder.look()

        def make() -> Fixes:
            findings = folder.findings_now(path)
            return _fixes(snapshot, folder, findings, folder.prove(findings, FixOptions()).changes)

        return make_present(snapshot, make, lambda fixes: fixes.edits)[0]

    try:
        async with work_done_progress(ls, _LABEL) as progress:

            async def find() -> list[Fixes]:
                return [await progress.until_stopped(ls.session.run(job))]

            return await _apply(ls, find, [directory], within=uri, stopped=progress.check)
    except StoppedError:
        return outcome((), reason="stopped; nothing was changed")


async def fix_workspace(ls: WorkflowServer, *args: object) -> dict[str, Any]:
    """Fix all in the open folders, or in that with a URI, by one edit; others only if the user agrees.

    The user is asked by a message with a button for each way.  The `summary` of the answer says what was done.
    """
    return await _fix_workspace(ls, args)


async def preview_workspace(ls: WorkflowServer, *args: object) -> dict[str, Any]:
    """As `workflow-ls.fixWorkspace`, by an edit that the client lists first, and makes as far as the user keeps it."""
    if not (ls.session.client.annotations and ls.session.client.document_changes):
        reason = "this editor can't list an edit before it is made; `workflow-ls fix --diff` shows it"
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"Nothing was changed: {reason}."))
        return outcome((), reason=reason)
    return await _fix_workspace(ls, args, preview=_PREVIEW)


async def _fix_workspace(ls: WorkflowServer, args: Sequence[object], *, preview: str | None = None) -> dict[str, Any]:
    session = ls.session
    roots = [named_folder(session, single_uri(args))] if args else opened_folders(session)
    directories = [root.directory for root in roots]
    if not _can_apply(ls):
        return outcome((), reason=_CANNOT_APPLY)
    try:
        async with work_done_progress(ls, _LABEL) as progress:
            # The edit must be for the files as they are now, also where the client watches no files.
            await session.run(partial(_reread, directories))
            consent, held = None, frozenset[FileLocation]()

            async def find() -> list[Fixes]:
                nonlocal consent, held
                checked = await for_each_file(session, roots, progress, _check)
                while True:
                    jobs = (session.run(partial(_fix_root, root, directories, checked, held)) for root in roots)
                    found = [await progress.until_stopped(job) for job in jobs]
                    outside = files_outside(session, roots, (edit for fixes in found for edit in fixes.edits))
                    if outside and consent is None:
                        consent = await progress.until_stopped(ask_about(ls, outside))
                        if consent is None:
                            raise StoppedError
                    if not outside or consent is Consent.GIVEN:
                        return found
                    held |= outside

            done = await _apply(ls, find, directories, stopped=progress.check, preview=preview)
    except StoppedError:
        return outcome((), reason="stopped; nothing was changed")
    if done["applied"] and not done["files"] and not args and (reason := unsearched(session)) is not None:
        return outcome((), reason=reason)
    if done["applied"] and done["fixed"] and preview is None:
        done["summary"] = summary(done)
        if not session.options.shows_summary:
            ls.window_show_message(types.ShowMessageParams(types.MessageType.Info, done["summary"]))
    return done


def _reread(directories: Sequence[Path], snapshot: SessionSnapshot) -> None:
    for directory in directories:
        snapshot.folder(directory).changed_on_disk([""])


async def _apply(
    ls: WorkflowServer,
    find: Callable[[], Awaitable[list[Fixes]]],
    directories: Sequence[Path],
    *,
    within: str | None = None,
    stopped: Callable[[], None] = lambda: None,
    preview: str | None = None,
) -> dict[str, Any]:
    """Have the client apply the edits that `find` finds, as one edit for the texts of this moment.

    Where a text changes in between, `find` is called again.  `stopped` raises where the user stopped the command.
    With `preview`, the user may take parts of the edit away, or all of it.
    """
    session, seen, reason = ls.session, set[FileLocation](), None
    if not _can_apply(ls):
        return outcome((), reason=_CANNOT_APPLY)
    for attempt in range(MAX_ATTEMPTS):
        epochs = await _epochs(session, directories)
        found = await find()
        edits = list({edit.uri: edit for fixes in found for edit in fixes.edits}.values())
        moved = await session.run(partial(_take_in_changed, edits))
        seen |= moved.keys()
        if not edits:
            return outcome(found, applied=True, reason=await _gone(session, seen))
        is_current = not moved and epochs == await _epochs(session, directories)
        stopped()
        # Nothing is awaited between this check of the documents and the request, so none can change in between.
        typed = outdated_documents(session, edits)
        reason = obstacle(edits, moved) or (f"{listed(typed)} changed meanwhile" if typed else None)
        workspace_edit = build_edit(session, edits, within=within, preview=preview) if is_current else None
        if workspace_edit is not None:
            refusal = await apply_edit(ls, workspace_edit, edits, _LABEL)
            if refusal is not None and preview is not None and not refusal.changed:
                return outcome((), reason="stopped; nothing was changed")
            if refusal is not None:
                return _failed(ls, refusal)
            return outcome(found, applied=True, reason=await _gone(session, seen))
        await asyncio.sleep(RETRY_SECONDS * 2**attempt)
    return _failed(ls, RefusedEdit(reason or "the files keep changing", (), len(edits)))


def _take_in_changed(edits: Sequence[PendingEdit], snapshot: SessionSnapshot) -> Changed:
    """The closed files that have another text than the edits are for; they are read anew."""
    changed = find_changed(snapshot, edits)
    read_anew(snapshot, changed)
    return changed


async def _gone(session: Session, seen: Collection[FileLocation]) -> str | None:
    """Which files were left out, since they went while the command ran; None where none did."""

    def job(snapshot: SessionSnapshot) -> list[str]:
        return sorted(path for directory, path in seen if snapshot.folder(directory).files.kind(path) is None)

    gone = await session.run(job)
    return f"left out, since it is no longer there: {listed([visible_path(path) for path in gone])}" if gone else None


def _failed(ls: WorkflowServer, refusal: RefusedEdit) -> dict[str, Any]:
    ls.window_show_message(types.ShowMessageParams(types.MessageType.Error, refusal.message))
    return outcome((), reason=refusal.reason)


_CANNOT_APPLY = "this editor does not apply edits from a server; run `workflow-ls fix` instead"


def _can_apply(ls: WorkflowServer) -> bool:
    if not ls.session.client.applies_edits:
        message = f"Nothing was changed: {_CANNOT_APPLY}."
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, message))
    return ls.session.client.applies_edits


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
    root: WorkspaceRoot,
    directories: Sequence[Path],
    checked: Iterable[_CheckedFile],
    held: Iterable[FileLocation],
    snapshot: SessionSnapshot,
) -> Fixes:
    """Fix the findings in one root, or in a folder of it; the files of roots below it are fixed with those.

    The files `held` stay as they are.
    """
    directory, within = root
    folder = snapshot.folder(directory)
    folder.look()
    files = [file for file in checked if file.directory == directory]
    findings = [finding for file in files for finding in file.current(folder)]
    options = FixOptions(whole="" in within and folder.analysis.rewrites, held=held_in(directory, held))
    nested = [below for other in directories if other != directory and (below := folder.below(other)) is not None]
    beside = (*nested, *ignored_documents(folder))
    fix_run = folder.analysis.prove(findings, options, within, beside=beside)
    after = fix_run.after
    paths = (*(file.path for file in files), *(path for path in after.paths(within) if not lies_in(path, beside)))
    left = sum(len(after.check_file(path)) for path in dict.fromkeys(paths))
    return _fixes(snapshot, folder, findings, fix_run.changes, left)


def _fixes(
    snapshot: SessionSnapshot,
    folder: WorkspaceFolder,
    findings: Sequence[Diagnostic],
    changes: Sequence[FileFix],
    left: int | None = None,
) -> Fixes:
    """What changes come to; without `left`, of the findings alone."""
    fixed = resolved_findings(changes, folder.analysis.check_file)
    edits = [to_pending_edit(snapshot, folder, file) for file in changes]
    return fixes_of(edits, findings, fixed, len(set(findings).difference(fixed)) if left is None else left, changes)


async def _epochs(session: Session, directories: Sequence[Path]) -> list[int]:
    def job(snapshot: SessionSnapshot) -> list[int]:
        return [snapshot.folder(directory).diagnostics_epoch for directory in directories]

    return await session.run(job)


HANDLERS: tuple[tuple[str, Callable[..., Any], object], ...] = ()
COMMANDS = (
    (FIX_FILE, fix_file),
    (FIX_WORKSPACE, fix_workspace),
    (PREVIEW_WORKSPACE, preview_workspace),
)
