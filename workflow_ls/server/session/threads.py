"""The analysis thread, and the assertions that each object stays on its thread."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from workflow_ls.vfs.interruption import interruptible

log = logging.getLogger(__name__)
T = TypeVar("T")


class ThreadOwner:
    """The one thread that may use an object: the first thread that does."""

    def __init__(self) -> None:
        self._ident: int | None = None

    def check(self) -> None:
        """Assert that the calling thread is the owner; `python -O` removes the check."""
        if __debug__:
            ident = threading.get_ident()
            if self._ident is None:
                self._ident = ident
            assert self._ident == ident, "used on another thread"  # noqa: S101 - a defect of the server, for debugging


@dataclass
class _Counter:
    count: int = 0
    total: float = 0.0
    longest: float = 0.0


@dataclass
class Timings:
    """Counts and durations by name, for bug reports.  The analysis thread owns them."""

    _counters: dict[str, _Counter] = field(default_factory=dict)
    _owner: ThreadOwner = field(default_factory=ThreadOwner)

    def add(self, name: str, seconds: float) -> None:
        """Count one run of `name`."""
        self._owner.check()
        counter = self._counters.setdefault(name, _Counter())
        counter.count += 1
        counter.total += seconds
        counter.longest = max(counter.longest, seconds)

    def summary(self) -> dict[str, dict[str, float]]:
        """By name: the count, and the mean and the longest duration in milliseconds."""
        self._owner.check()
        return {
            name: {
                "count": counter.count,
                "mean_ms": round(1000 * counter.total / counter.count, 3),
                "longest_ms": round(1000 * counter.longest, 3),
            }
            for name, counter in sorted(self._counters.items())
        }


class AnalysisThread:
    """The one thread that runs jobs, in the order in which they are queued."""

    def __init__(self) -> None:
        self.timings = Timings()
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="analysis")
        self._closed = threading.Event()
        self._is_idle = threading.Event()
        self._is_idle.set()

    def submit(self, name: str, job: Callable[[], T]) -> Future[T]:
        """Queue a job, timed under `name`.  Raises CancelledError after `close`, since no client reads the result."""
        if self._closed.is_set():
            raise asyncio.CancelledError
        return self._executor.submit(partial(self._timed, name, job))

    def send(self, name: str, job: Callable[[], object]) -> None:
        """Queue a job without a result; an exception is logged.  Does nothing after `close`."""
        if not self._closed.is_set():
            self.submit(name, job).add_done_callback(_log_error)

    def close(self) -> None:
        """End the thread at the next checkpoint of the current job; queued jobs are cancelled."""
        self._closed.set()
        self._executor.shutdown(wait=False, cancel_futures=True)

    def wait(self, seconds: float) -> bool:
        """Wait for the end of the current job; returns whether it has ended."""
        return self._is_idle.wait(seconds)

    def _timed(self, name: str, job: Callable[[], T]) -> T:
        start = time.perf_counter()
        self._is_idle.clear()
        try:
            return until_set(self._closed, job)
        finally:
            self.timings.add(name, time.perf_counter() - start)
            self._is_idle.set()


def until_set(stop: threading.Event, job: Callable[[], T]) -> T:
    """The result of a job; raises CancelledError at its next checkpoint once `stop` is set."""

    def check() -> None:
        if stop.is_set():
            raise asyncio.CancelledError

    with interruptible(check):
        return job()


def _log_error(future: Future[object]) -> None:
    error = None if future.cancelled() else future.exception()
    if error is not None and not isinstance(error, asyncio.CancelledError):
        log.error("the analysis failed", exc_info=error)
