"""Looks at a tree that others write to: what is made of files counts only if they are still what was read."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TypeVar

from workflow_ls.cli.errors import UsageError
from workflow_ls.printable import listed, visible_path
from workflow_ls.vfs.recorded_disk import RecordedDisk

T = TypeVar("T")
PAUSES = (0.1, 0.3, 1.0, 2.0)
"""The seconds between one look and the next."""


def look_until_unchanged(look: Callable[[], T], files_of: Callable[[T], RecordedDisk]) -> T:
    """What `look` makes of files that nobody has changed when it ends.

    `files_of` gives the files that it read; each look must read anew.  Where some of them are different by then, as
    after a `git checkout`, `look` is called again, after a while.  Raises UsageError where that goes on and on, and
    where the path of the root leads to another directory by then.
    """
    root = ""
    for pause in PAUSES:
        made = look()
        files = files_of(made)
        root = root or files.root
        _refuse_elsewhere(root, files)
        if not (files.outdated() or files.outdated_entries() or files.found_otherwise()):
            _refuse_elsewhere(root, files)
            return made
        time.sleep(pause)
    made = look()
    # What only came or went is no reason to give up: somewhere a build may put files into directories all the time.
    files = files_of(made)
    _refuse_elsewhere(root, files)
    changed = sorted({*files.outdated(), *files.found_otherwise()})
    if changed:
        shown = listed([*map(visible_path, changed)])
        they = "it was" if len(changed) == 1 else "they were"
        raise UsageError(
            f"{shown} changed while {they} read, {len(PAUSES) + 1} times. Nothing was changed. "
            "Run again when no other program writes there."
        )
    return made


def _refuse_elsewhere(root: str, files: RecordedDisk) -> None:
    """Raise UsageError where the root has become a link: what it leads to is not what was named."""
    if files.root != root or os.path.realpath(root) != root:
        raise UsageError(
            f"{visible_path(root)} leads to {visible_path(os.path.realpath(root))} now. Nothing was changed. "
            "Run again, there or here."
        )
