"""Renaming files and folders: the references follow; and what a client without file watchers tells of files."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from workflow_ls.moves.rename import Left, Renaming, describe
from workflow_ls.server.convert import to_path, to_workspace_edit
from workflow_ls.server.features.workspace import changed_on_disk
from workflow_ls.server.session import Session
from workflow_ls.vfs.overlay import Move

if TYPE_CHECKING:
    from workflow_ls.diagnostics import FileEdit
    from workflow_ls.moves.editor_moves import MovesByHand
    from workflow_ls.server.app import WorkflowServer
    from workflow_ls.server.workspace_folder import Root

log = logging.getLogger(__name__)
_BATCH = 16  # files between which other work gets its turn


async def will_rename_files(ls: WorkflowServer, params: types.RenameFilesParams) -> types.WorkspaceEdit | None:
    """The edits that let references follow files that are about to be renamed; None where none is needed."""
    session, by_root = ls.session, dict[Path, list[Move]]()
    for file in params.files:
        old, new = session.place(file.old_uri), to_path(file.new_uri)
        if old is not None and new is not None and new.is_relative_to(old[0]):
            by_root.setdefault(old[0], []).append(Move(old[1], new.relative_to(old[0]).as_posix()))
    edits = _Edits()
    for directory, moves in by_root.items():
        by_hand = await session.run(partial(_by_hand, session, directory, moves))
        if by_hand is not None:
            edits.remarks += by_hand.remarks
            await _in_batches(session, by_hand.paths, by_hand.look)
            await session.run(partial(_settle, session, directory, by_hand, edits))
            await _in_batches(session, by_hand.paths, partial(_look, session, directory, by_hand, edits))
        else:
            renaming, paths = await session.run(partial(_renaming, session, directory, moves))
            await _in_batches(session, paths, partial(_look, session, directory, renaming, edits))
    told = list(edits.remarks)
    if edits.left:
        count = f"{len(edits.left)} reference{'s' * (len(edits.left) != 1)}"
        told.append(f"The rename leaves {count} behind. {describe(edits.left)}")
    if told:
        message = "\n".join(text[:1].upper() + text[1:] for text in told)
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, message))
    return to_workspace_edit(edits.files, session.client) if edits.files else None


class _Edits:
    def __init__(self) -> None:
        self.files = list[tuple[str, "int | None", list[types.TextEdit]]]()
        self.left = list[Left]()
        self.remarks = list[str]()

    def add(self, session: Session, root: Root, edit: FileEdit) -> None:
        uri = session.uri(root, edit.path)
        self.files.append((uri, session.version(uri), session.mapper(root, edit.path).text_edits(edit.edits)))


async def _in_batches(session: Session, paths: Sequence[str], look: Callable[[str], None]) -> None:
    def look_at(batch: Sequence[str]) -> None:
        for path in batch:
            look(path)

    for at in range(0, len(paths), _BATCH):
        await session.run(partial(look_at, paths[at : at + _BATCH]))


def _by_hand(session: Session, directory: Path, moves: list[Move]) -> MovesByHand | None:
    """The moves as a part of the cutover, where they are such."""
    from workflow_ls.moves.editor_moves import MovesByHand, leaves_tree  # few sessions need it, and it takes a while

    root = session.root(directory)
    # A client without file watchers has not told what came since the last look.
    paths = [move.old for move in moves]
    root.workspace.changed(paths, lambda: root.disk.forget(paths))
    return MovesByHand(root.analysis.targets, moves) if leaves_tree(root.workspace.table, moves) else None


def _renaming(session: Session, directory: Path, moves: list[Move]) -> tuple[Renaming, tuple[str, ...]]:
    renaming = Renaming(session.root(directory).workspace, moves)
    return renaming, renaming.paths()


def _settle(session: Session, directory: Path, renaming: MovesByHand, edits: _Edits) -> None:
    root = session.root(directory)
    for edit in renaming.settle():
        edits.add(session, root, edit)


def _look(session: Session, directory: Path, renaming: Renaming | MovesByHand, edits: _Edits, path: str) -> None:
    edit, left = renaming.edits(path)
    edits.left += left
    if edit is not None:
        edits.add(session, session.root(directory), edit)


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
# A path in a string may name a file of any kind.
_ALL = types.FileOperationRegistrationOptions(
    [types.FileOperationFilter(types.FileOperationPattern("**"), scheme="file")]
)

HANDLERS = (
    (types.WORKSPACE_WILL_RENAME_FILES, will_rename_files, _ALL),
    (types.WORKSPACE_DID_RENAME_FILES, did_rename_files, _ALL),
    (types.WORKSPACE_DID_CREATE_FILES, did_create_files, _FILTERS),
    (types.WORKSPACE_DID_DELETE_FILES, did_delete_files, _FILTERS),
)
