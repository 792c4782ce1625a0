"""Renaming files and folders: the references follow; and what a client without file watchers tells of files."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from workflow_ls.rewrite.renaming import Left, Renaming, describe
from workflow_ls.server.convert import to_path, to_workspace_edit
from workflow_ls.server.features.workspace import changed_on_disk
from workflow_ls.server.session import Session
from workflow_ls.workspace.moved import Move

if TYPE_CHECKING:
    from workflow_ls.server.app import WorkflowServer

log = logging.getLogger(__name__)
_BATCH = 16  # files between which other work gets its turn
_Edited = tuple[str, "int | None", list[types.TextEdit]]


async def will_rename_files(ls: WorkflowServer, params: types.RenameFilesParams) -> types.WorkspaceEdit | None:
    """The edits that let references follow files that are about to be renamed; None where none is needed."""
    session, by_root = ls.session, dict[Path, list[Move]]()
    for file in params.files:
        old, new = session.place(file.old_uri), to_path(file.new_uri)
        if old is not None and new is not None and new.is_relative_to(old[0]):
            by_root.setdefault(old[0], []).append(Move(old[1], new.relative_to(old[0]).as_posix()))
    files, left = list[_Edited](), list[Left]()
    for directory, moves in by_root.items():
        renaming, paths = await session.run(partial(_begin, session, directory, moves))
        for at in range(0, len(paths), _BATCH):
            found = await session.run(partial(_look, session, directory, renaming, paths[at : at + _BATCH]))
            files += found[0]
            left += found[1]
    if left:
        message = f"The rename leaves {len(left)} reference{'s' * (len(left) != 1)} behind. {describe(left)}"
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, message))
    return to_workspace_edit(files, session.client) if files else None


def _begin(session: Session, directory: Path, moves: list[Move]) -> tuple[Renaming, tuple[str, ...]]:
    root = session.root(directory)
    # A client without file watchers has not told what came since the last look.
    root.files.disk.forget([move.old for move in moves])
    renaming = Renaming(root.workspace, moves)
    return renaming, renaming.paths()


def _look(
    session: Session, directory: Path, renaming: Renaming, paths: tuple[str, ...]
) -> tuple[list[_Edited], list[Left]]:
    root, files, left = session.root(directory), list[_Edited](), list[Left]()
    for path in paths:
        edit, stays = renaming.edits(path)
        left += stays
        if edit is not None:
            uri = session.uri(root, path)
            files.append((uri, session.version(uri), session.mapper(root, path).text_edits(edit.edits)))
    return files, left


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
    await changed_on_disk(ls, [path for uri in uris if (path := to_path(uri)) is not None], marks=True)


_FILES = types.FileOperationPattern(
    "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,json}", matches=types.FileOperationPatternKind.File
)
_FOLDERS = types.FileOperationPattern("**", matches=types.FileOperationPatternKind.Folder)
_FILTERS = types.FileOperationRegistrationOptions(
    [types.FileOperationFilter(pattern, scheme="file") for pattern in (_FILES, _FOLDERS)]
)

HANDLERS = (
    (types.WORKSPACE_WILL_RENAME_FILES, will_rename_files, _FILTERS),
    (types.WORKSPACE_DID_RENAME_FILES, did_rename_files, _FILTERS),
    (types.WORKSPACE_DID_CREATE_FILES, did_create_files, _FILTERS),
    (types.WORKSPACE_DID_DELETE_FILES, did_delete_files, _FILTERS),
)
