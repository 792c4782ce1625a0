"""Checks before many files are changed: each of them is as it was read, and can be replaced."""

# Paths are strings here, as in the core; pathlib has no counterpart of most of these calls.
# ruff: noqa: PTH114, PTH116, PTH118, PTH120

from __future__ import annotations

import os
import stat
from collections.abc import Mapping

from workflow_ls.cli.errors import UsageError
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.vfs.git.git_process import is_inside

# A hostile workspace may hold links and pipes in place of files: open neither.
PLAIN = getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)

_MOUNTS = "/proc/self/mountinfo"
_ESCAPED = compile_on_use(rb"\\([0-3][0-7]{2})")

SOMETHING_ELSE = bytes(bytearray(b"no file"))
"""What `text_at` returns, the object itself, in the place of a text."""


def check_files(top: str, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> None:
    """Raise UsageError for the first file that differs from `before` or that can't be written.

    Paths are relative to `top`; a path that is only in `after` must not exist.
    """
    device, mounted = os.stat(top).st_dev, _mount_points()
    for path in sorted({*before, *after}):
        problem = _location_problem(top, device, path) or _content_problem(os.path.join(top, path), before.get(path))
        if problem is None and os.path.join(top, path) in mounted:
            problem = "another file is mounted over it, so that it can't be replaced. Unmount that first."
        if problem is not None:
            raise UsageError(f"{path}: {problem} Nothing was changed.")


def content_of(path: str) -> bytes | None:
    """The bytes of a file; None where it can't be read."""
    try:
        with open(path, "rb", opener=open_plainly) as file:
            return file.read()
    except OSError:
        return None


def text_at(path: str) -> bytes | None:
    """The bytes of a file, None where there is nothing, and SOMETHING_ELSE where there is no file; raises OSError."""
    try:
        if not stat.S_ISREG(os.stat(path, follow_symlinks=False).st_mode):
            return SOMETHING_ELSE
        with open(path, "rb", opener=open_plainly) as file:
            return file.read()
    except FileNotFoundError:
        return None


def open_plainly(path: str, flags: int) -> int:
    """Open a file, but no link, and without waiting for a pipe; an opener for `open`."""
    return os.open(path, flags | PLAIN)


def _location_problem(top: str, device: int, path: str) -> str | None:
    """Why no file can be written at a path, and the remedy; None if one can."""
    target = os.path.join(top, path)
    parent = os.path.dirname(target)
    while not os.path.lexists(parent):
        parent = os.path.dirname(parent)
    if not is_inside(os.path.realpath(parent), top) or not is_inside(os.path.realpath(target), top):
        return "a symbolic link leads out of the workspace. Replace the link by its target."
    if os.stat(parent).st_dev != device:
        return f"it is on another file system than {top}. Run in a copy of the workspace on one file system."
    if not os.access(parent, os.W_OK):
        return "its directory is read-only. Make it writable."
    return None


def _content_problem(target: str, before: bytes | None) -> str | None:
    """How a file differs from `before`, where None is no file, and the remedy; None if it does not."""
    if before is None:
        exists = "a file exists here that the search did not find (is it ignored?). Move or delete it."
        return exists if os.path.lexists(target) else None
    if os.path.islink(target):
        return "it is a symbolic link. Replace the link by its target."
    if content_of(target) != before:
        return "it changed since it was read. Run again."
    # The superuser may write to any file but an immutable one, so the mode is checked, too.
    writable = os.stat(target).st_mode & stat.S_IWUSR and os.access(target, os.W_OK)
    return None if writable else "it is read-only. Make it writable."


def _mount_points() -> frozenset[str]:
    """The paths over which something is mounted, as Linux lists them (proc_pid_mountinfo(5)); none elsewhere."""
    listed = content_of(_MOUNTS) or b""
    places = (line.split(b" ")[4] for line in listed.splitlines() if line.count(b" ") > 4)
    return frozenset(os.fsdecode(_ESCAPED.sub(lambda found: bytes([int(found[1], 8)]), place)) for place in places)
