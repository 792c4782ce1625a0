"""Finds the root directory of a workspace on disk."""

# Paths are strings here: importing pathlib takes longer than finding a root.
# ruff: noqa: PTH100, PTH110, PTH112, PTH113, PTH118, PTH120

from __future__ import annotations

import json
import os

from workflow_ls import CONFIG_FILE
from workflow_ls.vfs.git_process import read_plain

_LARGEST = 10_000_000  # bytes of a manifest


def find_root(path: str | os.PathLike[str]) -> str:
    """The root of the workspace of a path: the nearest directory with workflow-ls.json, `.git`, or workspaces.

    Without such a directory, it is the path itself, or the directory of a file.
    """
    absolute = os.path.abspath(path)  # without resolution of links, so that the path remains as the user wrote it
    start = directory = absolute if os.path.isdir(absolute) else os.path.dirname(absolute)
    while not is_root(directory):
        directory, below = os.path.dirname(directory), directory
        if directory == below:
            return start
    return directory


def is_root(directory: str | os.PathLike[str]) -> bool:
    """Whether a directory contains a marker of the root of a workspace."""
    if os.path.isfile(os.path.join(directory, CONFIG_FILE)) or os.path.exists(os.path.join(directory, ".git")):
        return True
    if os.path.isfile(os.path.join(directory, "pnpm-workspace.yaml")):
        return True
    try:
        data = json.loads(read_plain(os.path.join(directory, "package.json"), _LARGEST) or b"")
    except (ValueError, RecursionError):
        return False
    return isinstance(data, dict) and "workspaces" in data
