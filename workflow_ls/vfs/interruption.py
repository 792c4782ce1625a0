"""Lets another thread interrupt what a thread does, at places where nothing is half done."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

POLL_SECONDS = 0.05  # between two checkpoints while another process works


class _Work(threading.local):
    check: Callable[[], None] | None = None
    interruption: BaseException | None = None  # what the check raised last


_work = _Work()


@contextmanager
def interruptible(check: Callable[[], None]) -> Iterator[None]:
    """Run the body so that each checkpoint of this thread calls `check`, which raises to interrupt it.

    In the body of another one, its check is called first.
    """
    before = _work.check

    def both() -> None:
        if before is not None:
            before()
        check()

    _work.check = both
    try:
        yield
    finally:
        _work.check = before


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Run the body, or a function that this decorates, without an effect of checkpoints: it must be done as a whole."""
    before, _work.check = _work.check, None
    try:
        yield
    finally:
        _work.check = before


def checkpoint() -> None:
    """Raise if the work of this thread is to be interrupted.

    Called before each file and directory that is read.
    """
    if _work.check is not None:
        try:
            _work.check()
        except BaseException as error:
            _work.interruption = error
            raise


def is_interruption(error: BaseException) -> bool:
    """Whether a checkpoint of this thread raised an exception, so that it is no defect of the work."""
    return error is _work.interruption
