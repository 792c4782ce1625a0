"""Files outside of the opened folders that a fix would change: only with the user's consent."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from enum import Enum
from pathlib import Path

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from workflow_ls.printable import counted, listed, visible_path
from workflow_ls.server.edits.workspace_edit import PendingEdit
from workflow_ls.server.server import WorkflowServer
from workflow_ls.server.session.session import Session
from workflow_ls.server.session.snapshot import FileLocation
from workflow_ls.server.workspace_walk import WorkspaceRoot

log = logging.getLogger(__name__)


class Consent(Enum):
    """What the user says about files outside; the values are the texts of the buttons."""

    GIVEN = "Change Them, Too"
    REFUSED = "Opened Folders Only"


def files_outside(
    session: Session, roots: Iterable[WorkspaceRoot], edits: Iterable[PendingEdit]
) -> frozenset[FileLocation]:
    """The edited files that lie neither in a folder that the client opened, nor in one that a command is about."""
    named = {root.directory / folder for root in roots for folder in root.within}
    folders = {*session.client_folders, *named}
    return frozenset(edit.location for edit in edits if not _lies_in(folders, edit.location))


def _lies_in(folders: Collection[Path], location: FileLocation) -> bool:
    file = location.directory / location.path
    return any(parent in folders for parent in file.parents)


async def ask_about(ls: WorkflowServer, outside: Collection[FileLocation]) -> Consent | None:
    """Ask the user whether these files may change; None where the question is dismissed."""
    paths = [visible_path(location.path) for location in sorted(outside)]
    verb = "changes" if len(paths) == 1 else "change"
    message = f"{counted(len(paths), 'file')} outside of the opened folders {verb} with this: {listed(paths)}."
    buttons = [types.MessageActionItem(consent.value) for consent in Consent]
    params = types.ShowMessageRequestParams(type=types.MessageType.Info, message=message, actions=buttons)
    try:
        answer = await ls.window_show_message_request_async(params)
    except JsonRpcException as error:
        log.warning("the client did not ask the user: %s", error)
        return Consent.REFUSED
    return None if answer is None else Consent(answer.title)


def held_in(directory: Path, held: Iterable[FileLocation]) -> frozenset[str]:
    """Of the files that stay as they are, those of one root."""
    return frozenset(location.path for location in held if location.directory == directory)
