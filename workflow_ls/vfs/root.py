"""Finds the root directory of a workspace on disk."""

# Paths are strings here: importing pathlib takes longer than finding a root.
# ruff: noqa: PTH100, PTH110, PTH112, PTH113, PTH117, PTH118, PTH120

from __future__ import annotations

import json
import os

from workflow_ls import CONFIG_FILE
from workflow_ls.vfs.git.git_process import read_plain

_LARGEST = 10_000_000  # bytes of a manifest
_HOMES = ("/root", "/home", "/Users")


def find_root(path: str | os.PathLike[str]) -> str:
    """The root of the workspace of a path: the nearest directory with workflow-ls.json, `.git`, or workspaces.

    Without such a directory, it is the path itself, or the directory of a file.  A path that does not exist is its own
    root, so that a workspace never grows when its directory is renamed.  Neither does one grow to a directory that
    `is_too_wide`.
    """
    absolute = os.path.abspath(path)  # without resolution of links, so that the path remains as the user wrote it
    start = directory = absolute if not os.path.isfile(absolute) else os.path.dirname(absolute)
    if not os.path.isdir(start):
        return absolute
    while not is_root(directory):
        directory, below = os.path.dirname(directory), directory
        if directory == below:
            return start
    return start if is_too_wide(directory) else directory


def find_root_of_folder(folder: str | os.PathLike[str]) -> str:
    """The root of the workspace of a folder; one that is no directory is its own root."""
    return find_root(folder) if os.path.isdir(folder) else os.path.abspath(folder)


def find_root_of_file(path: str | os.PathLike[str]) -> str:
    """The root of the workspace of a file, which may be new, as its directories may be."""
    directory = os.path.dirname(os.path.abspath(path))
    while not os.path.isdir(directory) and directory != os.path.dirname(directory):
        directory = os.path.dirname(directory)
    return find_root(directory)


def is_too_wide(directory: str | os.PathLike[str]) -> bool:
    """Whether a directory is the top of a file system, the user's home directory, or that of all home directories.

    Such a directory holds much more than a project, unless it has a workflow-ls.json.
    """
    real = os.path.realpath(directory)
    if real != os.path.dirname(real):
        # Not `expanduser`, which reads the system's list of users where there is no such variable.
        homes = (os.environ.get(name, "") for name in ("HOME", "USERPROFILE"))
        if real not in _HOMES and real not in (os.path.realpath(home) for home in homes if os.path.isabs(home)):
            return False
    return not os.path.isfile(os.path.join(real, CONFIG_FILE))


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
