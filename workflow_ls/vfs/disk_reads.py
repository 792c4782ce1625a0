"""Reads a file or a directory from the disk, with the reason where there is more than can be read."""

# Paths are strings here, as in all of this package.

from __future__ import annotations

import errno
import os
from typing import Literal

from workflow_ls.vfs.access import failure
from workflow_ls.vfs.git.git_process import is_utf8

Listing = dict[str, Literal["file", "directory", "link"]]
"""The entries of a directory by name; the target of a link is resolved on demand."""

LARGEST = 200_000_000  # bytes; a larger file is not hand-written text, and would exhaust the memory

# The path was resolved, and is a regular file; a link or pipe at this point was created later.
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def list_directory(directory: str) -> tuple[Listing, str | None]:
    """The entries of a directory, and why there may be more of them; None if these are all."""
    listing: Listing = {}
    reason = None
    try:
        with os.scandir(directory) as entries:
            for entry in entries:
                if is_utf8(entry.name):
                    try:
                        kind = _kind(entry)
                    except OSError as error:  # some file systems take another call for the kind of an entry
                        reason = failure(error)
                    else:
                        if kind is not None:
                            listing[entry.name] = kind
    except OSError as error:
        return listing, failure(error)
    return listing, reason


def _kind(entry: os.DirEntry[str]) -> Literal["file", "directory", "link"] | None:
    if entry.is_symlink():
        return "link"
    if entry.is_dir(follow_symlinks=False):
        return "directory"
    return "file" if entry.is_file(follow_symlinks=False) else None


def read_file(path: str) -> tuple[bytes | None, str | None]:
    """The bytes of a file, or why it can't be read."""
    try:
        descriptor = os.open(path, _FLAGS)
    except OSError as error:
        return None, failure(error)
    # Creating a file object takes as long as reading a small file.
    try:
        pieces, size = list[bytes](), 0
        while piece := os.read(descriptor, 1 << 16):
            pieces.append(piece)
            size += len(piece)
            if size > LARGEST:
                raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        return b"".join(pieces), None
    except OSError as error:
        return None, failure(error)
    finally:
        os.close(descriptor)
