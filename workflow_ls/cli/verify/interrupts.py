"""Signals that end a process, turned into KeyboardInterrupt, so that what has to be cleaned up is."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, *((signal.SIGHUP,) if sys.platform != "win32" else ()))


@contextmanager
def interruptible() -> Iterator[Callable[[], None]]:
    """SIGINT, SIGTERM and SIGHUP raise KeyboardInterrupt meanwhile, once; signals that were ignored still are.

    Yields a function that makes the process ignore them, too: a second one would interrupt the cleaning.
    """

    def interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - what a handler gets
        ignore()
        raise KeyboardInterrupt

    def ignore() -> None:
        if threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                signal.signal(number, signal.SIG_IGN)

    with _handled(interrupt):
        yield ignore


@contextmanager
def uninterrupted() -> Iterator[None]:
    """A signal within is raised at the end: what is done in between is done as a whole."""
    pending = list[int]()
    with _handled(lambda number, frame: pending.append(number)):  # noqa: ARG005 - as above
        yield
    for number in pending[:1]:
        signal.raise_signal(number)


@contextmanager
def _handled(handler: Callable[[int, FrameType | None], object]) -> Iterator[None]:
    """Handle the signals that are not ignored; only the main thread can."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: old for number in _SIGNALS if (old := signal.getsignal(number)) is not signal.SIG_IGN}
    for number in before:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
