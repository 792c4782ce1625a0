"""What must hold before many files are changed: each of them is as it was read, and can be replaced."""

# Paths are strings here, as in the core; pathlib has no counterpart of most of these calls.
# ruff: noqa: PTH114, PTH116, PTH118, PTH120

from __future__ import annotations

import os
import stat
from collections.abc import Mapping

from workflow_ls.cli.errors import UsageError
from workflow_ls.vfs.git import is_inside

# What is met here may have come with the workspace: no link is followed, and no pipe waited for.
PLAIN = getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def check_files(top: str, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> None:
    """Raise UsageError for the first file that does not hold what it did, or that can't be written, and how to help it.

    Paths are relative to `top`; a path that is in `after` only must not be there.
    """
    device = os.stat(top).st_dev
    for path in sorted({*before, *after}):
        wrong = _place(top, device, path) or _file(os.path.join(top, path), before.get(path))
        if wrong is not None:
            raise UsageError(f"{path}: {wrong}; nothing was changed")


def content_of(path: str) -> bytes | None:
    """The bytes of a file; None where it can't be read."""
    try:
        with open(path, "rb", opener=open_plainly) as file:
            return file.read()
    except OSError:
        return None


def open_plainly(path: str, flags: int) -> int:
    """Open a file, and nothing else."""
    return os.open(path, flags | PLAIN)


def _place(top: str, device: int, path: str) -> str | None:
    """What is wrong with the place of a file, and what to do; None for nothing."""
    target = os.path.join(top, path)
    parent = os.path.dirname(target)
    while not os.path.lexists(parent):
        parent = os.path.dirname(parent)
    if not is_inside(os.path.realpath(parent), top) or not is_inside(os.path.realpath(target), top):
        return "a symbolic link leads out of the workspace; put what it stands for in its place"
    if os.stat(parent).st_dev != device:
        return (
            f"it lies on another file system than {top}, so no file can be moved there; work on a copy on one of them"
        )
    if not os.access(parent, os.W_OK):
        return "its directory is read-only; make that writable"
    return None


def _file(target: str, before: bytes | None) -> str | None:
    """What is wrong with a file that held `before`, or that was not there; None for nothing."""
    if before is None:
        there = "a file is there already, although no search finds it (is it ignored?); move or remove it"
        return there if os.path.lexists(target) else None
    if os.path.islink(target):
        return "it is a symbolic link; put the file in its place"
    if content_of(target) != before:
        return "it changed since it was read; start again"
    return None if os.stat(target).st_mode & stat.S_IWUSR else "it is read-only; make it writable"
