"""What a person in a terminal sees of work that takes more than a second; others see nothing of it."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from workflow_ls.vfs.recorded_disk import RecordedDisk

_DELAY = 1.0
_INTERVAL = 0.2


@contextmanager
def reading(what: str, files: RecordedDisk) -> Iterator[None]:
    """Show while the block runs what is done, how many files were read for it so far, and for how long."""
    if not _is_for_people():
        yield
        return
    over, start = threading.Event(), time.time()

    def follow() -> None:
        if over.wait(_DELAY):
            return
        from tqdm import tqdm

        line = "{desc}: {n_fmt} files read, {elapsed}"
        with tqdm(desc=what, leave=False, file=sys.stderr, bar_format=line) as bar:
            bar.start_t = start
            while not over.wait(_INTERVAL):
                bar.n = files.read_count
                bar.refresh()

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def steps(what: str, total: int) -> Iterator[Callable[[object], object]]:
    """Show a bar while the block runs; what it yields is called with each step that is done."""
    if not _is_for_people():
        yield lambda _: None
        return
    from tqdm import tqdm

    with tqdm(
        desc=what, total=total, delay=_DELAY, mininterval=_INTERVAL, miniters=1, leave=False, file=sys.stderr
    ) as bar:
        yield lambda _: bar.update()


def _is_for_people() -> bool:
    """Whether people watch standard error: on a terminal that can move its cursor, and not in CI."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb" and not os.environ.get("CI")
