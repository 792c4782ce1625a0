"""Where a workspace starts on disk."""

# Paths are strings here: pathlib takes longer to import than a root takes to find.
# ruff: noqa: PTH100, PTH110, PTH112, PTH113, PTH118, PTH120

from __future__ import annotations

import json
import os

from workflow_ls import CONFIG_FILE
from workflow_ls.vfs.git_process import read_plain

_LARGEST = 10_000_000  # of a manifest


def find_root(path: str | os.PathLike[str]) -> str:
    """The workspace that a path belongs to: the nearest directory with workflow-ls.json, `.git`, or workspaces.

    Without any of them, the path itself, or the directory of a file.
    """
    absolute = os.path.abspath(path)  # resolving would follow links that the user named
    start = directory = absolute if os.path.isdir(absolute) else os.path.dirname(absolute)
    while not is_root(directory):
        directory, below = os.path.dirname(directory), directory
        if directory == below:
            return start
    return directory


def is_root(directory: str | os.PathLike[str]) -> bool:
    """Whether a directory holds what marks the root of a workspace."""
    if os.path.isfile(os.path.join(directory, CONFIG_FILE)) or os.path.exists(os.path.join(directory, ".git")):
        return True
    if os.path.isfile(os.path.join(directory, "pnpm-workspace.yaml")):
        return True
    try:
        data = json.loads(read_plain(os.path.join(directory, "package.json"), _LARGEST) or b"")
    except (ValueError, RecursionError):
        return False
    return isinstance(data, dict) and "workspaces" in data
