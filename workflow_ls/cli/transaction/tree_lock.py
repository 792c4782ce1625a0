"""The lock of those who write to a tree: one run at a time changes its files.

It is a lock on the directory of the root itself, so that there is no file to make, to leave behind or to agree on: all
paths to the directory lead to the same lock.  The system gives it up when its owner ends, in whatever way.
"""

# Paths are strings here, as in the core.

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress

from workflow_ls.cli.errors import UsageError
from workflow_ls.printable import visible

if sys.platform != "win32":
    import fcntl

WAIT_SECONDS = 30.0
_SAY_SO_AFTER, _TRY_EVERY = 1.0, 0.05  # seconds


class TreeLock:
    """The lock of a tree, once it is taken; a context manager that gives it up at the end."""

    def __init__(self) -> None:
        self._descriptor: int | None = None

    def __enter__(self) -> TreeLock:
        return self

    def __exit__(self, *_: object) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def take(self, root: str) -> None:
        """Hold the lock of the tree at `root`, a real path; waits where another run holds it.

        Where this lock is held already, nothing happens.  Raises UsageError after WAIT_SECONDS.  On file systems that
        lock no directories, and on Windows, there is no lock: then files are only looked at before they are written.
        """
        if self._descriptor is None and sys.platform != "win32":
            with suppress(OSError):
                self._descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
                _wait(self._descriptor, root)


def _wait(descriptor: int, root: str) -> None:
    """Wait until a descriptor of the root holds the lock.  Raises OSError where there are no locks."""
    started, said = time.monotonic(), False
    while not _is_taken(descriptor):
        waited = time.monotonic() - started
        if waited > WAIT_SECONDS:
            raise UsageError(
                f"another workflow-ls is changing files in {visible(root)}. Nothing was changed. "
                "Run again when it has ended."
            )
        if waited > _SAY_SO_AFTER and not said:
            said = True
            message = f"workflow-ls: waiting for another workflow-ls that is changing files in {visible(root)} …"
            print(message, file=sys.stderr, flush=True)
        time.sleep(_TRY_EVERY)


def _is_taken(descriptor: int) -> bool:
    """Take the lock; False where another process holds it."""
    if sys.platform != "win32":
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
