"""Why something on disk can't be read; and what is not there at all, which is no failure."""

# Paths are strings here, as in all of this package.

from __future__ import annotations

import errno
import os
import stat

# What was deleted, or became a pipe, a link or a file since it was listed: it does not exist as what was looked for.
_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENXIO})


def failure(error: OSError) -> str | None:
    """Why a file or directory can't be read, as the system says it; None for one that does not exist (any more)."""
    if error.errno in _ABSENT:
        return None
    return error.strerror or str(error)


def obstacle(path: str) -> str | None:
    """Why the file at the absolute `path` can't be opened; None if it can, or if there is none."""
    try:
        os.close(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)))
    except OSError as error:
        return failure(error)
    return None


def other_than_file(path: str) -> str | None:
    """What an absolute path is, in the place of a file of the workspace; None for a file, or where there is nothing.

    A link counts as something else: this is for one that was not followed, since it leads out of the root or nowhere.
    """
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return None
    if stat.S_ISLNK(mode):
        return "it is a link that leads to no file of the workspace"
    if stat.S_ISDIR(mode):
        return "it is a directory"
    return None if stat.S_ISREG(mode) else "it is no file"


def first_bytes(path: str, most: int = 2) -> bytes:
    """The first bytes of a file, at most so many; none of a link, a pipe, or what can't be read."""
    try:
        descriptor = os.open(path, _FLAGS)
    except OSError:
        return b""
    try:
        return os.read(descriptor, most)
    except OSError:
        return b""
    finally:
        os.close(descriptor)


_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
