"""Messages about the folders of a client that are not searched: they do not exist, or hold much more than a project."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

from lsprotocol import types

from workflow_ls.printable import visible
from workflow_ls.server.server import WorkflowServer
from workflow_ls.server.session.session import Session
from workflow_ls.vfs.root import is_too_wide

log = logging.getLogger(__name__)


def show_folders(ls: WorkflowServer) -> None:
    """Show a message for each folder of the client that is not searched, once."""
    _show(ls, ls.session.client_folders)


def show_root(ls: WorkflowServer, directory: Path) -> None:
    """Show a message for the root directory of an open document, if it is not searched for being too wide, once."""
    if directory not in ls.session.shown_folders and is_too_wide(directory):
        _show(ls, (directory,))


def unsearched(session: Session) -> str | None:
    """Why not all files of the client's folders are searched, as a message; None if they are."""
    return next(filter(None, map(_message, session.client_folders)), None)


def _show(ls: WorkflowServer, folders: Iterable[Path]) -> None:
    for folder in folders:
        message, shown = _message(folder), ls.session.shown_folders
        if message is None:
            shown.discard(folder)
        elif folder not in shown:
            shown.add(folder)
            log.warning(message)
            ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, message))


def _message(folder: Path) -> str | None:
    name = visible(str(folder))
    if not folder.is_dir():
        problem = "is no folder" if folder.exists() else "does not exist"
        return f"The workspace folder {name} {problem}, so no files are checked there. Open a folder that exists."
    if is_too_wide(folder):
        kind = "the top of a file system" if folder == folder.parent else "a home directory"
        return (
            f"{name} is {kind}, so only open files are checked there. "
            "Open the folder of a project, or create a workflow-ls.json there to have all files searched."
        )
    return None
