"""What the disk said when it was read, so that a later look shows whether it would say the same.

Where nothing changed, a look costs a signature.  Two writes within one tick of the disk's clock may leave the same
one, so that a reading of what was written just before counts by its content as well, until the tick is over.
"""

# Paths are strings here: pathlib would cost more than the look itself.
# ruff: noqa: PTH116

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")
TICK = 50_000_000  # nanoseconds; the clocks of file systems have ticks of up to ten milliseconds


class Signature(NamedTuple):
    """What differs after a file was written, or after an entry of a directory came or went.

    The time of the last change of an inode differs also where a tool sets the time of the last write back.
    """

    written: int
    changed: int
    size: int
    inode: int


class _Reading(NamedTuple):
    signature: Signature | None  # from before the content was read
    digest: int
    fresh: bool  # whether another write may have left the same signature


class Readings(Generic[T]):
    """The first reading of each file, or of each directory, by its real path.

    `read` gives the content at an absolute path, and `digest` differs for contents that differ.
    """

    def __init__(self, absolute: Callable[[str], str], read: Callable[[str], T], digest: Callable[[T], int]) -> None:
        self._absolute = absolute
        self._read = read
        self._digest = digest
        self._readings: dict[str, _Reading] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._readings)

    def __contains__(self, path: str) -> bool:
        return path in self._readings

    def read(self, path: str) -> T:
        """The present content; what was read first is kept in mind."""
        absolute = self._absolute(path)
        if path in self._readings:
            return self._read(absolute)
        signature = sign(absolute)
        fresh = signature is not None and _is_fresh(signature)
        content = self._read(absolute)
        self._readings[path] = _Reading(signature, self._digest(content), fresh)
        return content

    def is_same(self, path: str) -> bool:
        """Whether a path says what it said at its first reading; False without one."""
        reading = self._readings.get(path)
        if reading is None:
            return False
        absolute = self._absolute(path)
        signature = sign(absolute)
        if signature != reading.signature:
            return False
        if reading.fresh and signature is not None:
            if self._digest(self._read(absolute)) != reading.digest:
                return False
            self._readings[path] = reading._replace(fresh=_is_fresh(signature))
        return True

    def differs(self, path: str) -> bool:
        """Whether a path was read, and says something else than at its first reading."""
        return path in self._readings and not self.is_same(path)

    def outdated(self) -> list[str]:
        """The paths that say something else than at their first reading."""
        return [path for path in self._readings if not self.is_same(path)]

    def forget(self, path: str) -> None:
        """Let the next reading of a path be its first."""
        self._readings.pop(path, None)


def sign(path: str) -> Signature | None:
    """The present signature of a file or directory; None where there is none."""
    try:
        found = os.stat(path, follow_symlinks=False)
    except OSError:
        return None
    return Signature(found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)


def _is_fresh(signature: Signature) -> bool:
    return abs(time.time_ns() - max(signature.written, signature.changed)) < TICK
