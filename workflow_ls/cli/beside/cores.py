"""How many processes of this user's can work at the same time."""

# Paths are strings here: pathlib takes longer to import than the answer takes.
# ruff: noqa: PTH123

from __future__ import annotations

import os
from contextlib import suppress

_QUOTA = "/sys/fs/cgroup/cpu.max"  # of a container: microseconds of processor time, and of the period that they are of


def count_cores(quota: str = _QUOTA) -> int:
    """The number of cores that this process may use, at least 1; in a container, those that it has the time of."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with suppress(OSError, ValueError, ZeroDivisionError), open(quota, encoding="ascii") as file:
        most, period = file.read(100).split()
        if most != "max":
            count = min(count, int(most) // int(period))
    return max(1, count)
