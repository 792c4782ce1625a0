"""The workspace folders that the first message names, whose searches run while the library of the protocol is imported.

What the client means by its message is up to the server, once that is there: a folder that it does not want is dropped.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from workflow_ls.server.session.workspace_folder import WorkspaceFolder
from workflow_ls.vfs.root import find_root_of_folder, is_too_wide

_MOST = 4  # folders, so that the answer to a client with many takes as long as before


def open_early(message: Mapping[str, Any] | None) -> dict[Path, WorkspaceFolder]:
    """The folders of `initialize`, by their root directories, with their searches begun; those that can be read off."""
    folders = dict[Path, WorkspaceFolder]()
    for directory in _directories(message or {}):
        root = Path(find_root_of_folder(directory))
        if root not in folders and not is_too_wide(root):
            folders[root] = WorkspaceFolder(root)
    return folders


def _directories(message: Mapping[str, Any]) -> Iterator[str]:
    params = message.get("params")
    if message.get("method") != "initialize" or not isinstance(params, dict):
        return
    named = params.get("workspaceFolders")
    uris = [each.get("uri") for each in named if isinstance(each, dict)] if isinstance(named, list) else []
    for uri in (uris or [params.get("rootUri")])[:_MOST]:
        path = _path_of(uri)
        if path is not None and Path(path).is_dir():
            yield path


def _path_of(uri: object) -> str | None:
    """The path of a plain `file:` URI."""
    if not isinstance(uri, str) or os.name == "nt":
        return None
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    path = unquote(parts.path)
    is_plain = parts.scheme == "file" and not parts.netloc and path.startswith("/") and "\0" not in path
    return os.path.normpath(path) if is_plain else None
