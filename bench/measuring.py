"""Runs commands in turns, and sums up what they took."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from tools import ROOT, Command

SLOW, VERY_SLOW = 2.0, 20.0  # seconds: what takes longer runs in every third round, or once


class Run(NamedTuple):
    """One run of a command: seconds, seconds of processor time, and the peak memory of its largest process in MB."""

    wall: float
    cpu: float
    memory: float


Measured = dict[str, list[Run]]


def measure(every: Sequence[Command], rounds: int) -> Measured:
    """Run the commands in turns; the first round fills the file cache, and counts for what is too slow to repeat."""
    measured: Measured = {command.name: [run(command)] for command in every}
    for number in range(rounds):
        for command in every:
            first = measured[command.name][0].wall
            if first < SLOW or (first < VERY_SLOW and number % 3 == 0):
                measured[command.name].append(run(command))
    return {name: runs[1:] or runs for name, runs in measured.items()}


def run(command: Command) -> Run:
    """Run a command once, saying so on standard error."""
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
        _, _, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = 0
    if command.restore is not None:
        command.restore()
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
