"""The directory for what is kept between runs: the user's alone, and outside of every workspace."""

# Paths are strings here: pathlib takes longer to import than an answer from the cache takes.
# ruff: noqa: PTH103, PTH105, PTH108, PTH111, PTH117, PTH118, PTH123

from __future__ import annotations

import os
from contextlib import suppress
from errno import EINVAL
from stat import S_ISREG

from workflow_ls.vfs.git.git_process import is_inside, repository_of

DISABLING_VARIABLE = "WORKFLOW_LS_NO_CACHE"


def cache_directory(root: str, below: str = "") -> str | None:
    """The directory of the cache of a workspace, which exists; None if the cache is disabled, or it is unsafe.

    A safe directory belongs to the user, is accessible to nobody else, and lies outside the workspace and of the
    repository around it: nothing is created there.  `below` is a directory in it, which is made as well.
    """
    if os.environ.get(DISABLING_VARIABLE) or not hasattr(os, "getuid"):
        return None
    base = os.environ.get("XDG_CACHE_HOME", "")
    # XDG Base Directory Specification: a relative path is invalid, and is ignored.
    base = base if os.path.isabs(base) else os.path.expanduser("~/.cache")
    directory = os.path.join(base, "workflow-ls")
    # Without a home directory, `~` stays as it is, or is relative.
    if not os.path.isabs(base) or is_inside(os.path.realpath(directory), repository_of(root) or root):
        return None
    for each in (directory, os.path.join(directory, below)) if below else (directory,):
        if not _make_private(each):
            return None
    return os.path.join(directory, below) if below else directory


def _make_private(directory: str) -> bool:
    """Make a directory where there is none; returns whether it is the user's alone."""
    try:
        os.makedirs(directory, mode=0o700, exist_ok=True)
        status = os.lstat(directory)
    except OSError:
        return False
    return status.st_uid == os.getuid() and status.st_mode & 0o170077 == 0o040000


def read_whole(path: str, limit: int) -> bytes:
    """The content of a regular file, at most `limit` bytes of it; raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        # A pipe that somebody holds open would give nothing at all, not even an end.
        if not S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(EINVAL, os.strerror(EINVAL))
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(limit)
    finally:
        os.close(descriptor)


def replace_whole(path: str, data: bytes) -> bool:
    """Put data in the place of a file, so that every reader sees the old content or the new; returns whether it is.

    A failure is no error, since what is kept is optional.
    """
    temporary = f"{path}.{os.getpid()}"
    try:
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
        os.replace(temporary, path)
    except OSError:
        with suppress(OSError):  # there is none, or something else is in its place, or nothing can be written
            os.unlink(temporary)
        return False
    return True


def prune(directory: str, most: int) -> None:
    """Delete the files of a directory that were written the longest ago, all but `most`; a failure is no error.

    What killed processes left counts as well.  What is no file stays, and keeps nothing else alive.
    """
    found = list[tuple[int, str]]()
    with suppress(OSError), os.scandir(directory) as entries:
        for entry in entries:
            with suppress(OSError):  # another process deletes them, too
                if not entry.is_dir(follow_symlinks=False):
                    found.append((entry.stat(follow_symlinks=False).st_mtime_ns, entry.path))
    for _, path in sorted(found)[: max(len(found) - most, 0)]:
        with suppress(OSError):
            os.unlink(path)
