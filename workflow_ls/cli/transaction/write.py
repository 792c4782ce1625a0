"""Atomic writes: at any moment, each file has either its old content or its new content."""

# Paths are strings here, as in the core; pathlib has no counterpart of most of these calls.
# ruff: noqa: PTH105, PTH108, PTH116, PTH118, PTH120, PTH208

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from enum import Enum

from workflow_ls.records import record
from workflow_ls.vfs.git.git_process import is_inside

if sys.platform != "win32":
    import fcntl

# The search skips these names, since no file that it looks for ends in `.tmp`.
_PREFIX, _SUFFIX = ".workflow-ls-", ".tmp"


class WriteOutcome(Enum):
    """Whether a file was written, or why not."""

    WRITTEN = "written"
    CHANGED = "changed"  # since it was read
    OUTSIDE = "outside"  # of the root, through a symbolic link
    READ_ONLY = "read-only"
    FAILED = "failed"  # an error of the system


@record
class WriteResult:
    """The outcome for one file; `reason` says why it was not written, and is empty if it was."""

    outcome: WriteOutcome
    reason: str = ""

    @property
    def written(self) -> bool:
        """Whether the file holds the new content."""
        return self.outcome is WriteOutcome.WRITTEN


def write_all(root: str | os.PathLike[str], changes: Iterable[tuple[str, bytes, bytes]]) -> dict[str, WriteResult]:
    """Write files; a change is a path relative to `root`, the content when it was read, and the new content.

    Returns the outcome for each path.  A file that can't be written keeps its content, and the others are written.
    Temporary files of killed runs are removed from the directories that are written to.

    A symbolic link is kept, and its target is written, if that lies below the root.  A file with several hard links is
    replaced under the given name only: the other names keep the old content, so that a hard-linked copy of a tree does
    not change.  A file without write permission is not written, although it could be replaced.  Mode and extended
    attributes (with access control lists) are kept, and the owner where the system permits it.
    """
    top = os.path.realpath(root)
    results: dict[str, WriteResult] = {}
    directories: set[str] = set()
    for path, old, new in changes:
        results[path] = _write(top, path, old, new, directories)
    for directory in directories:
        sync_directory(directory)
    return results


def find_unwritable(
    root: str | os.PathLike[str], changes: Iterable[tuple[str, bytes, bytes]]
) -> dict[str, WriteResult]:
    """Those of the changes that `write_all` would not make, as far as a look shows; nothing is written.

    A file that changed since it was read is not among them.
    """
    top = os.path.realpath(root)
    found: dict[str, WriteResult] = {}
    for path, old, _ in changes:
        result = _look(top, path, old)
        if result is not None and result.outcome is not WriteOutcome.CHANGED:
            found[path] = result
    return found


def _look(top: str, path: str, old: bytes) -> WriteResult | None:
    try:
        target = os.path.realpath(os.path.join(top, path), strict=True)
        if not is_inside(target, top):
            return _outside(target)
        directory = os.path.dirname(target)
        if not os.access(directory, os.W_OK | os.X_OK):
            return WriteResult(WriteOutcome.FAILED, "its directory is read-only. Make it writable.")
        return _check(target, old)
    except FileNotFoundError:
        return None
    except OSError as error:
        return WriteResult(WriteOutcome.FAILED, f"it can't be written: {error.strerror}")


def _outside(target: str) -> WriteResult:
    return WriteResult(WriteOutcome.OUTSIDE, f"its target {target} is outside the workspace")


def _write(top: str, path: str, old: bytes, new: bytes, directories: set[str]) -> WriteResult:
    try:
        target = os.path.realpath(os.path.join(top, path), strict=True)
        if not is_inside(target, top):
            return _outside(target)
        return _check(target, old) or _replace(target, old, new, directories)
    except FileNotFoundError:
        return WriteResult(WriteOutcome.CHANGED, "it was deleted since it was read")
    except OSError as error:
        return WriteResult(WriteOutcome.FAILED, f"write failed: {error.strerror}")


def _check(target: str, old: bytes) -> WriteResult | None:
    """Why a file can't be written; None if it can."""
    status = os.stat(target, follow_symlinks=False)
    if not stat.S_ISREG(status.st_mode):
        return WriteResult(WriteOutcome.FAILED, "it is not a regular file")
    if _content(target) != old:
        return WriteResult(WriteOutcome.CHANGED, "it changed since it was read. Run again.")
    # The superuser may write to any file, so the mode is checked, too.
    if not status.st_mode & 0o222 or not os.access(target, os.W_OK):
        return WriteResult(WriteOutcome.READ_ONLY, "it is read-only. Make it writable.")
    return None


def _replace(target: str, old: bytes, new: bytes, directories: set[str]) -> WriteResult:
    directory = os.path.dirname(target)
    if directory not in directories:
        directories.add(directory)
        _remove_stale(directory)
    with _temporary(directory) as (descriptor, temporary):
        try:
            fill(descriptor, new)
            keep_attributes(descriptor, target)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        # As late as possible: a change between this check and the replacement is not noticed.
        if _content(target) != old:
            return WriteResult(WriteOutcome.CHANGED, "it changed since it was read. Run again.")
        os.replace(temporary, target)
    return WriteResult(WriteOutcome.WRITTEN)


@contextmanager
def _temporary(directory: str) -> Iterator[tuple[int, str]]:
    """A new file in `directory`: its locked descriptor and its path; it is deleted at the end, unless it was moved."""
    path = os.path.join(directory, f"{_PREFIX}{os.urandom(6).hex()}{_SUFFIX}")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        _lock(descriptor)
        yield descriptor, path
    finally:
        with suppress(OSError):
            os.unlink(path)


def _remove_stale(directory: str) -> None:
    """Delete the temporary files of killed runs; those of a running one are locked."""
    for name in os.listdir(directory):
        if name.startswith(_PREFIX) and name.endswith(_SUFFIX):
            path = os.path.join(directory, name)
            with suppress(OSError):
                descriptor = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
                try:
                    abandoned = _lock(descriptor)
                finally:
                    os.close(descriptor)
                if abandoned:
                    os.unlink(path)


def _lock(descriptor: int) -> bool:
    """Lock an open file until it is closed; False if another process has locked it."""
    if sys.platform == "win32":
        return True  # Windows does not delete open files
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def fill(descriptor: int, content: bytes) -> None:
    """Write all of the content to an open file."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def keep_attributes(descriptor: int, original: str) -> None:
    """Give an open file the mode, the owner and the extended attributes of another, as far as the system permits it."""
    if sys.platform == "win32":
        return  # a writable file has no such attributes on Windows
    status = os.stat(original, follow_symlinks=False)
    with suppress(PermissionError):
        os.fchown(descriptor, status.st_uid, status.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(status.st_mode))
    if sys.platform == "linux":
        kept = set(os.listxattr(original))
        for name in set(os.listxattr(descriptor)) - kept:  # what the directory gives to new files
            with suppress(OSError):
                os.removexattr(descriptor, name)
        for name in kept:
            with suppress(OSError):
                os.setxattr(descriptor, name, os.getxattr(original, name))


def _content(path: str) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(descriptor, "rb") as file:
        return file.read()


def sync_directory(directory: str) -> None:
    """Make the renames in a directory last through a power cut, on systems that can sync a directory."""
    with suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
