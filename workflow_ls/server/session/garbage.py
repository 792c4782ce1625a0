"""When Python looks for garbage: what lives as long as the server is left out, so that it delays no key.

The index of a monorepo is some hundred thousand objects.  Python looks through all of them again and again, which takes
longer than ten keys do, at a moment of its own choice.
"""

from __future__ import annotations

import gc
import sys
from contextlib import suppress

_MANY = 50_000  # allocations, which take some ten milliseconds


class _Look:
    """How much was allocated after the last look, as far as Python counts it; None where `begin` was never called."""

    allocated: int | None = None


def begin() -> None:
    """Look for no garbage until the first `collect`: what is made at the start stays.

    After that, Python looks by itself only where that much is made without a pause in which `collect` does.
    """
    gc.disable()
    gc.freeze()
    gc.set_threshold(_MANY)
    _Look.allocated = sys.getallocatedblocks()


def collect() -> None:
    """Take out what is no longer used, give its memory back to the system, and leave the rest out of later looks.

    It does nothing where little was made, nor in a process that is not the server's own (`begin` was never called).
    What is there is counted and not listed: a list of all objects would refer to tuples that another thread is making
    just then, and Python takes a tuple with a second reference for one that can't grow (SystemError).
    """
    if _Look.allocated is None:
        return
    now = sys.getallocatedblocks()
    if now - _Look.allocated > _MANY:
        gc.unfreeze()
        gc.collect()
        _give_back()
        gc.freeze()
        _Look.allocated = sys.getallocatedblocks()
    else:
        _Look.allocated = min(now, _Look.allocated)
    gc.enable()


def _give_back() -> None:
    """Give memory that is free back to the system: glibc keeps what the texts of files had that were read once."""
    if sys.platform == "linux":
        with suppress(ImportError, OSError, AttributeError):  # of a Python without them, or of another C library
            import ctypes

            ctypes.CDLL(None).malloc_trim(0)
