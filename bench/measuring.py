"""Runs commands in turns, and sums up what they took."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from tools import ROOT, Command

ENOUGH = 15.0  # seconds: a command that took so long in all runs no more
LONGEST = 300.0  # seconds: a run that takes longer is ended, and not counted


class Run(NamedTuple):
    """One run of a command: seconds, seconds of processor time, and the peak memory of its largest process in MB."""

    wall: float
    cpu: float
    memory: float


Measured = dict[str, list[Run]]


def measure(every: Sequence[Command], rounds: int, enough: float = ENOUGH) -> Measured:
    """Run the commands in turns, each as often as there are rounds, or until its runs took `enough` seconds.

    The first round fills the file cache, and counts for what is too slow to repeat.  What did not end is left out.
    A command that works with what its run before kept runs twice at the least: its first run finds nothing kept.
    """
    measured: Measured = {}
    for number in range(rounds + 1):
        for command in every:
            runs = measured.setdefault(command.name, []) if number == 0 else measured.get(command.name)
            fills = number < 2 and command.cache is not None and not command.fresh
            if runs is not None and (fills or sum(run.wall for run in runs) < enough):
                made = run(command)
                if made is None:
                    del measured[command.name]
                else:
                    runs.append(made)
    return {name: runs[1:] or runs for name, runs in measured.items()}


def run(command: Command) -> Run | None:
    """Run a command once, saying so on standard error; None if it does not end."""
    print(f"{time.strftime('%H:%M:%S')} {command.name}", file=sys.stderr)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package has its byte code
    if command.cache is not None:
        environment["XDG_CACHE_HOME"] = str(command.cache)
        if command.fresh:
            shutil.rmtree(command.cache, ignore_errors=True)
    if command.prepare is not None:
        command.prepare()
    with Path(os.devnull).open("r+b") as null:
        started = time.perf_counter()
        process = subprocess.Popen(
            command.arguments, cwd=command.directory, env=environment, stdin=null, stdout=null, stderr=null
        )
        ending = threading.Timer(LONGEST, process.kill)
        ending.start()
        _, _, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = 0
        ending.cancel()
    if command.restore is not None:
        command.restore()
    if wall >= LONGEST:
        print(f"{command.name} took more than {LONGEST:.0f} s, and was ended", file=sys.stderr)
        return None
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def cpu(runs: Iterable[Run]) -> float:
    """The median of processor time."""
    return statistics.median(run.cpu for run in runs)


def wall(runs: Iterable[Run]) -> float:
    """The median of wall time."""
    return statistics.median(run.wall for run in runs)


def spread(values: Sequence[float]) -> str:
    """The median, and the quartiles where there are enough values."""
    middle = f"{statistics.median(values) * 1000:,.0f} ms"
    if len(values) < 4:
        return middle
    low, _, high = statistics.quantiles(values, n=4)
    return f"{middle} ({low * 1000:,.0f} to {high * 1000:,.0f})"
