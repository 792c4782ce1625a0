"""Runs the command of `--verify` in a directory: by the shell, in a process group of its own, its output kept."""

# Paths are strings here, as in the core.
# ruff: noqa: PTH116, PTH118

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress

from workflow_ls.cli.verify.interrupts import uninterrupted
from workflow_ls.cli.verify.observed_run import ObservedRun, failures_in, plain, read_report, tail_of

REPORT_VARIABLE = "WORKFLOW_LS_REPORT"
_GRACE_SECONDS = 3.0  # for a command to end after SIGTERM
_MOST_OUTPUT = 20_000_000  # bytes that are looked at, at the end of the output
_MOST_REPORT = 200_000_000


def run_command(command: str, directory: str, *, original: str, report: str, seconds: float | None) -> ObservedRun:
    """Run a command by `sh -c` in `directory`, for at most `seconds`; it reads nothing from standard input.

    The environment is that of the user, except that paths below `original`, the tree that `directory` is a copy of,
    lead to the copy, and that WORKFLOW_LS_REPORT is `report`, where the command may write which tests failed.  Another
    report counts, too, if the command names its path.  Processes that the command leaves behind are killed; so are all
    of it if an exception, such as KeyboardInterrupt, ends the wait.
    """
    with suppress(FileNotFoundError):
        os.unlink(report)  # noqa: PTH108 - as above
    environment = _environment(original, directory) | {REPORT_VARIABLE: report, "PWD": directory}
    candidates = [report, *_paths_in(command, directory, environment)]
    before = [_stamp(path) for path in candidates]
    started = time.monotonic()
    with tempfile.TemporaryFile() as output:
        stopped = False
        with ExitStack() as stack:
            # A signal in the middle of it would leave a process that nobody knows.
            with uninterrupted():
                process = subprocess.Popen(  # noqa: S602 - the command line that the user typed
                    command,
                    shell=True,
                    cwd=directory,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
                stack.callback(_end, process)
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                stopped = True
        elapsed = time.monotonic() - started
        output.seek(max(0, output.seek(0, os.SEEK_END) - _MOST_OUTPUT))
        text = plain(output.read().decode("utf-8", "replace"))
    written = (path for path, stamp in zip(candidates, before) if _stamp(path) not in (None, stamp))
    root = os.path.realpath(directory)
    reports = (read_report(content, root) for content in (*map(_content, written), text))
    tests = next((found for found in reports if found is not None), None)
    return ObservedRun(
        process.returncode, tests, failures_in(text, root), tail_of(text), seconds=elapsed, stopped=stopped
    )


def _environment(original: str, directory: str) -> dict[str, str]:
    """The environment, with the paths below `original` moved to `directory`, also in lists such as PATH."""
    if original == directory:
        return dict(os.environ)

    def moved(part: str) -> str:
        return directory + part[len(original) :] if part == original or part.startswith(f"{original}/") else part

    return {name: os.pathsep.join(map(moved, value.split(os.pathsep))) for name, value in os.environ.items()}


def _paths_in(command: str, directory: str, environment: dict[str, str]) -> Iterator[str]:
    """The paths that the words of a command may name: `out.xml`, `--outputFile=out.json`, `OUT=$TMP/out.json`."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    try:
        words = list(lexer)
    except ValueError:
        words = command.split()
    for word in words:
        for part in dict.fromkeys((word, word.rpartition("=")[2])):
            for name, value in sorted(environment.items(), reverse=True):  # a longer name first
                part = part.replace(f"${{{name}}}", value).replace(f"${name}", value) if "$" in part else part
            if part.endswith((".xml", ".json", ".tap", ".txt", ".log")):
                yield os.path.join(directory, part)


def _stamp(path: str) -> tuple[int, int, int] | None:
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def _content(path: str) -> str:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - as above
            return file.read(_MOST_REPORT).decode("utf-8", "replace")
    except OSError:
        return ""


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the process group of a command, and wait for the command."""
    gently: Sequence[signal.Signals] = (signal.SIGTERM,) if process.poll() is None else ()
    for number in (*gently, signal.SIGKILL):
        with suppress(ProcessLookupError, PermissionError):  # macOS says the latter of a group of zombies
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE_SECONDS)
