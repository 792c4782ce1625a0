"""workspace/willRenameFiles: references follow renamed files; and file events, for clients without file watchers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from lsprotocol import types

from workflow_ls.diagnostics import FileEdit
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

log = logging.getLogger(__name__)
T = TypeVar("T")


class _VersionedEdits(NamedTuple):
    """Edits to one file, and the version of its document, None for a closed file."""

    uri: str
    version: int | None
    edits: list[types.TextEdit]


class _Followed(NamedTuple):
    """The edits that the renames require in a file, and the references in it that can't be updated."""

    edits: list[_VersionedEdits]
    problems: list[Problem]


async def will_rename_files(ls: WorkflowServer, params: types.RenameFilesParams) -> types.WorkspaceEdit | None:
    """The edits that let references follow files that are about to be renamed; None where none is needed."""
    session, by_root = ls.session, dict[Path, list[Move]]()
    for file in params.files:
        old, new = session.locate(file.old_uri), to_path(file.new_uri)
        if old is not None and new is not None and new.is_relative_to(old.directory):
            by_root.setdefault(old.directory, []).append(Move(old.path, new.relative_to(old.directory).as_posix()))
    remarks, edits = list[str](), list[_VersionedEdits]()
    problems: list[Problem] = []
    for directory, moves in by_root.items():
        renaming: EditorMoves | Rename
        editor_moves = await session.run(partial(_editor_moves, directory, moves))
        if editor_moves is not None:
            renaming = editor_moves
            remarks += editor_moves.remarks
            await _in_batches(session, editor_moves.paths, partial(_add_requests, editor_moves))
            edits += await session.run(partial(_edit_manifests, directory, editor_moves))
        else:
            renaming = await session.run(partial(_rename, directory, moves))
        for followed in await _in_batches(session, renaming.paths, partial(_follow, directory, renaming)):
            edits += followed.edits
            problems += followed.problems
    if problems:
        from workflow_ls.moves.rename import describe

        count = "1 reference was" if len(problems) == 1 else f"{len(problems)} references were"
        remarks.append(f"{count} not updated. {describe(problems)}")
    if remarks:
        message = "\n".join(remark[:1].upper() + remark[1:] for remark in remarks)
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, message))
    return to_workspace_edit(edits, session.client) if edits else None


async def _in_batches(session: Session, paths: Sequence[str], visit: Callable[[SessionSnapshot, str], T]) -> list[T]:
    def visit_batch(batch: Sequence[str], snapshot: SessionSnapshot) -> list[T]:
        return [visit(snapshot, path) for path in batch]

    results = list[T]()
    for start in range(0, len(paths), BATCH_SIZE):
        results += await session.run(partial(visit_batch, paths[start : start + BATCH_SIZE]))
    return results


def _editor_moves(directory: Path, moves: list[Move], snapshot: SessionSnapshot) -> EditorMoves | None:
    """The moves as a part of the cutover; None where they are not."""
    from workflow_ls.moves.editor_moves import EditorMoves, leaves_tree  # slow to import, and few sessions need it

    folder = snapshot.folder(directory)
    # A client without file watchers has not reported the files that were created since the last read.
    folder.disk.reread([move.old for move in moves])
    return EditorMoves(folder.analysis.targets, moves) if leaves_tree(folder.workspace.table, moves) else None


def _rename(directory: Path, moves: list[Move], snapshot: SessionSnapshot) -> Rename:
    from workflow_ls.moves.rename import Rename

    return Rename(snapshot.folder(directory).workspace, moves)


def _add_requests(editor_moves: EditorMoves, _: SessionSnapshot, path: str) -> None:
    editor_moves.add_requests(path)


def _edit_manifests(directory: Path, editor_moves: EditorMoves, snapshot: SessionSnapshot) -> list[_VersionedEdits]:
    folder = snapshot.folder(directory)
    return [_versioned(snapshot, folder, edit) for edit in editor_moves.edit_manifests()]


def _follow(directory: Path, renaming: EditorMoves | Rename, snapshot: SessionSnapshot, path: str) -> _Followed:
    edit, problems = renaming.edits(path)
    edits = [] if edit is None else [_versioned(snapshot, snapshot.folder(directory), edit)]
    return _Followed(edits, list(problems))


def _versioned(snapshot: SessionSnapshot, folder: WorkspaceFolder, edit: FileEdit) -> _VersionedEdits:
    edits = snapshot.mapper(folder, edit.path).text_edits(edit.edits)
    return _VersionedEdits(snapshot.uri(folder, edit.path), snapshot.version(folder, edit.path), edits)


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
