"""The files that the client watches for the server: those with a name that the analysis knows, and those that it read.

A configuration may extend a file of any name, which is watched once it was read.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from workflow_ls import BASELINE_FILE
from workflow_ls.config.settings import CONFIG_FILE
from workflow_ls.project.configuration.package_manager import MANAGER_FILES
from workflow_ls.server.server import WorkflowServer
from workflow_ls.server.session.workspace_folder import WorkspaceFolder
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, is_configuration, is_source

log = logging.getLogger(__name__)
_NAMES = ("package.json", CONFIG_FILE, BASELINE_FILE, ".gitignore", *sorted(MANAGER_FILES))
_EVERY_CHANGE = types.WatchKind.Create | types.WatchKind.Change | types.WatchKind.Delete
_PATTERNS = (
    *(f"**/{name}" for name in _NAMES),
    "**/{ts,js}config*.json",
    f"**/*.{{{','.join(extension.removeprefix('.') for extension in SOURCE_EXTENSIONS)}}}",
)
_SPECIAL = frozenset("*?{}[]!,\\")


def first_registration() -> types.Registration:
    """What a client is to watch from the start."""
    watchers = [types.FileSystemWatcher(glob_pattern=pattern, kind=_EVERY_CHANGE) for pattern in _PATTERNS]
    # For a deleted directory, some clients report the directory only.
    watchers.append(types.FileSystemWatcher(glob_pattern="**", kind=types.WatchKind.Delete))
    return _registration("files", watchers)


def is_watched(path: str) -> bool:
    """Whether a client watches a file from the start."""
    return is_source(path) or is_configuration(path) or path.rpartition("/")[2] in _NAMES


def unwatched_paths(folder: WorkspaceFolder) -> list[str]:
    """The files that the analysis of a folder read, and that no client watches from the start."""
    return [path for path in folder.workspace.files.paths_read() if not is_watched(path)]


async def watch_further(ls: WorkflowServer, directory: Path, paths: Sequence[str]) -> None:
    """Have the client watch further files of a folder, where it watches any."""
    session = ls.session
    absolute = [directory / path for path in paths]
    # Installed packages are not edited, and some clients watch no file of theirs.
    new = [path for path in absolute if path not in session.watched and "node_modules" not in path.parts]
    if not session.client.watches or not new:
        return
    session.watched.update(new)
    patterns = [f"**/{path.relative_to(directory).as_posix()}" for path in new]
    watchers = [
        types.FileSystemWatcher(glob_pattern=pattern, kind=_EVERY_CHANGE)
        for pattern in dict.fromkeys(patterns)
        if _SPECIAL.isdisjoint(pattern.removeprefix("**/"))
    ]
    if not watchers:
        return
    registration = _registration(f"files-{len(session.watched)}", watchers)
    try:
        await ls.client_register_capability_async(types.RegistrationParams([registration]))
    except JsonRpcException as error:
        log.warning("the client does not watch %d further files: %s", len(watchers), error)


def _registration(name: str, watchers: Sequence[types.FileSystemWatcher]) -> types.Registration:
    options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
    return types.Registration(name, types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
