"""workspace/willRenameFiles: references follow renamed files; and file events, for clients without file watchers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lsprotocol import types

from workflow_ls.diagnostics import FileEdit
from workflow_ls.printable import capitalized
from workflow_ls.server.edits.workspace_edit import Changed, PendingEdit, find_changed, read_anew, to_pending_edit
from workflow_ls.server.features.workspace_events import changed_on_disk
from workflow_ls.server.protocol.convert import to_path, to_workspace_edit
from workflow_ls.server.server import WorkflowServer
from workflow_ls.server.session.session import Session
from workflow_ls.server.session.snapshot import SessionSnapshot
from workflow_ls.server.session.workspace_folder import WorkspaceFolder
from workflow_ls.server.workspace_walk import BATCH_SIZE
from workflow_ls.vfs.overlay import Move

if TYPE_CHECKING:
    from workflow_ls.moves.editor_moves import EditorMoves
    from workflow_ls.moves.plan_model import Problem
    from workflow_ls.moves.rename import Rename
    from workflow_ls.project.workspace import Workspace

_ATTEMPTS_IN_BATCHES = 2  # before one job does it all, and delays the requests that come meanwhile


class _WorkspaceChangedError(Exception):
    """The workspace changed between two jobs, so that what the first found out is of no use to the second."""


class _VersionedEdits(NamedTuple):
    """Edits to one file, and the version of its document, None for a closed file."""

    pending: PendingEdit
    version: int | None


class _Followed(NamedTuple):
    """The edits that the renames require in a file, the references in it that can't be updated, and warnings."""

    edits: Sequence[_VersionedEdits] = ()
    problems: Sequence[Problem] = ()
    remarks: Sequence[str] = ()


async def will_rename_files(ls: WorkflowServer, params: types.RenameFilesParams) -> types.WorkspaceEdit | None:
    """The edits that let references follow files that are about to be renamed; None where none is needed."""
    session, by_root = ls.session, dict[Path, list[Move]]()
    for file in params.files:
        old, new = session.locate(file.old_uri), to_path(file.new_uri)
        if old is not None and new is not None and new.is_relative_to(old.directory):
            by_root.setdefault(old.directory, []).append(Move(old.path, new.relative_to(old.directory).as_posix()))
    found, changing = await _follow_all(session, by_root)
    edits = [edit for followed in found for edit in followed.edits if edit.pending.location not in changing]
    problems = [problem for followed in found for problem in followed.problems]
    remarks = [remark for followed in found for remark in followed.remarks]
    if problems:
        from workflow_ls.moves.rename import describe

        count = "1 reference was" if len(problems) == 1 else f"{len(problems)} references were"
        remarks.append(f"{count} not updated. {describe(problems)}")
    if changing:
        remarks.append(f"not all references were updated: {'; '.join(sorted(set(changing.values())))}")
    if remarks:
        message = "\n".join(map(capitalized, remarks))
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, message))
    files = [(edit.pending.uri, edit.version, edit.pending.edits) for edit in edits]
    return to_workspace_edit(files, session.client) if files else None


async def _follow_all(session: Session, by_root: Mapping[Path, Sequence[Move]]) -> tuple[list[_Followed], Changed]:
    """What follows from the renames in all roots, for the texts as they are now, and the files that keep changing.

    Where the workspace changes in between, the work starts anew.  The last attempt is one job for each root, so that
    nothing comes in between; its answer counts in any case, and names the versions that it is for.
    """
    for batch_size in (*[BATCH_SIZE] * _ATTEMPTS_IN_BATCHES, None):
        try:
            found = [
                followed
                for directory, moves in by_root.items()
                for followed in await _follow_in_batches(session, directory, moves, batch_size)
            ]
        except _WorkspaceChangedError:
            continue
        edits = [edit for followed in found for edit in followed.edits]
        changing = await session.run(partial(_find_changing, edits))
        # Nothing is awaited between this check and the answer.
        if not changing and all(session.version(edit.pending.uri) == edit.version for edit in edits):
            break
    return found, changing


def _find_changing(edits: Sequence[_VersionedEdits], snapshot: SessionSnapshot) -> Changed:
    """The closed files that have another text than the edits are for; they are read anew."""
    changed = find_changed(snapshot, [edit.pending for edit in edits])
    read_anew(snapshot, changed)
    return changed


async def _follow_in_batches(
    session: Session, directory: Path, moves: Sequence[Move], batch_size: int | None
) -> list[_Followed]:
    """What follows from the renames in one root: `batch_size` files in one job, or all of them where it is None.

    Raises _WorkspaceChangedError where the workspace changes between two jobs.
    """

    def start(snapshot: SessionSnapshot) -> tuple[Iterator[_Followed], tuple[Workspace, int], list[_Followed]]:
        folder, old = snapshot.folder(directory), [move.old for move in moves]
        # A client without file watchers has not reported what was created or written since the last read.
        folder.workspace.changed(old, lambda: folder.disk.reread(old))
        folder.look()
        steps = _follow(snapshot, folder, moves)
        return steps, _state(folder), list(islice(steps, batch_size))

    def go_on(snapshot: SessionSnapshot) -> list[_Followed]:
        if _state(snapshot.folder(directory)) != state:
            raise _WorkspaceChangedError
        return list(islice(steps, batch_size))

    steps, state, results = await session.run(start)
    while batch_size is not None and (batch := await session.run(go_on)):
        results += batch
    return results


def _state(folder: WorkspaceFolder) -> tuple[Workspace, int]:
    """What differs after each change of a folder: settings make another workspace, and files another version of it."""
    return folder.workspace, folder.workspace.database.version


def _follow(snapshot: SessionSnapshot, folder: WorkspaceFolder, moves: Sequence[Move]) -> Iterator[_Followed]:
    """Yield what follows from the renames, in many steps.

    On the analysis thread only, and only as long as the folder does not change.
    """
    from workflow_ls.moves.editor_moves import EditorMoves, leaves_tree  # slow to import, and few sessions need it
    from workflow_ls.moves.rename import Rename

    renaming: EditorMoves | Rename
    if leaves_tree(folder.workspace.table, moves):
        renaming = editor_moves = EditorMoves(folder.analysis.targets, moves)
        for path in editor_moves.paths:
            editor_moves.add_requests(path)
            yield _Followed()
        manifests = [_versioned(snapshot, folder, edit) for edit in editor_moves.edit_manifests()]
        yield _Followed(manifests, remarks=editor_moves.remarks)
    else:
        renaming = Rename(folder.workspace, moves)
    for path in renaming.paths:
        edit, problems = renaming.edits(path)
        yield _Followed([] if edit is None else [_versioned(snapshot, folder, edit)], problems)


def _versioned(snapshot: SessionSnapshot, folder: WorkspaceFolder, edit: FileEdit) -> _VersionedEdits:
    pending = to_pending_edit(snapshot, folder, edit)
    return _VersionedEdits(pending, snapshot.version(folder, edit.path))


async def did_rename_files(ls: WorkflowServer, params: types.RenameFilesParams) -> None:
    """Files were renamed."""
    await _changed(ls, (uri for file in params.files for uri in (file.old_uri, file.new_uri)))


async def did_create_files(ls: WorkflowServer, params: types.CreateFilesParams) -> None:
    """Files were created."""
    await _changed(ls, (file.uri for file in params.files))


async def did_delete_files(ls: WorkflowServer, params: types.DeleteFilesParams) -> None:
    """Files were deleted."""
    await _changed(ls, (file.uri for file in params.files))


async def _changed(ls: WorkflowServer, uris: Iterable[str]) -> None:
    await changed_on_disk(ls, [path for uri in uris if (path := to_path(uri)) is not None], roots_changed=True)


_FILES = types.FileOperationPattern(
    "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,json}", matches=types.FileOperationPatternKind.File
)
_FOLDERS = types.FileOperationPattern("**", matches=types.FileOperationPatternKind.Folder)
_SOURCES = types.FileOperationRegistrationOptions(
    [types.FileOperationFilter(pattern, scheme="file") for pattern in (_FILES, _FOLDERS)]
)
# A path in a string may name a file of any kind.
_ALL = types.FileOperationRegistrationOptions(
    [types.FileOperationFilter(types.FileOperationPattern("**"), scheme="file")]
)

HANDLERS = (
    (types.WORKSPACE_WILL_RENAME_FILES, will_rename_files, _ALL),
    (types.WORKSPACE_DID_RENAME_FILES, did_rename_files, _ALL),
    (types.WORKSPACE_DID_CREATE_FILES, did_create_files, _SOURCES),
    (types.WORKSPACE_DID_DELETE_FILES, did_delete_files, _SOURCES),
)
