"""Ends this process when its client has gone, whatever it does then: it may be in the middle of an analysis.

The end of standard input or the message `exit` usually end the server.  What is here runs on threads of its own, for
the cases in which that does not work: someone else holds the pipe open, or nobody reads what the server writes.
"""

from __future__ import annotations

import logging
import os
import select
import threading
import time
from collections.abc import Callable

from workflow_ls.vfs.git.git_process import read_plain

log = logging.getLogger(__name__)
POLL_SECONDS = 1.0  # between two checks of the client's process
GRACE_SECONDS = 2.0  # for the loop to notice the end of its input


def end_with_process(process: int | None, over: threading.Event, end: Callable[[], None]) -> None:
    """Call `end` once the client's process has ended: it may die without closing the pipe (LSP 3.17, processId).

    `over` is set once the server has ended by itself; nothing is watched then.
    A process that is not visible at the start is on another machine or in another container, and is not watched.
    """
    is_alive = _watcher()
    if process is None or process <= 0 or not is_alive(process):
        return

    def watch() -> None:
        while is_alive(process):
            if over.wait(POLL_SECONDS):
                return
        log.error("the client's process %d has ended; exiting", process)
        end()

    threading.Thread(target=watch, name="client's process", daemon=True).start()


def end_with_input(descriptor: int, answers: Callable[[float], bool], end: Callable[[], None]) -> None:
    """Call `end` once the other end of standard input is closed and `answers` says that the loop does not notice.

    `answers` takes the seconds to wait for the loop.  A loop does not notice while it writes to a pipe that is full.
    """
    if not hasattr(select, "poll"):
        return

    def watch() -> None:
        poll = select.poll()
        poll.register(descriptor, getattr(select, "POLLRDHUP", 0))  # the end of a pipe is always reported
        while not poll.poll():
            pass
        while answers(GRACE_SECONDS):
            time.sleep(POLL_SECONDS)
        log.error("the client has closed the server's input, and does not read its output; exiting")
        end()

    threading.Thread(target=watch, name="client's pipe", daemon=True).start()


def _watcher() -> Callable[[int], bool]:
    if os.name == "nt":
        return _is_alive_on_windows
    parent = os.getppid()

    def is_alive(process: int) -> bool:
        if process == parent and os.getppid() != parent:
            return False
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
        except (PermissionError, OverflowError):
            return True
        return not _is_zombie(process)

    return is_alive


def _is_zombie(process: int) -> bool:
    """Whether a process has ended and only its entry is left, until its parent collects it; known on Linux only."""
    entry = read_plain(f"/proc/{process}/stat", 10_000) or b""
    return entry.rpartition(b")")[2].split()[:1] == [b"Z"]


def _is_alive_on_windows(process: int) -> bool:
    import ctypes

    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]  # exists on Windows only
    synchronize, timeout = 0x00100000, 0x102
    handle = kernel.OpenProcess(synchronize, False, process)
    if not handle:
        return False
    try:
        return bool(kernel.WaitForSingleObject(handle, 0) == timeout)
    finally:
        kernel.CloseHandle(handle)
