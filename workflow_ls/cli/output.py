"""Where a report is written: standard output, or the file that `--output` names; and whether it is coloured."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from functools import partial
from stat import S_ISDIR, S_ISREG
from typing import TYPE_CHECKING, TextIO

from workflow_ls.cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable


def emit(text: str, output: str | None) -> None:
    """Write a report to the file `output`, or to standard output for None.

    Raises UsageError where it can't be written.
    """
    if output is None:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    try:
        # pathlib is not imported for this alone.
        with open(output, "wb") as file:  # noqa: PTH123
            file.write(text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise UsageError(f"{output}: can't be written: {error.strerror}") from error


def check_output(output: str | None) -> None:
    """Check that a report can be written, before there is one; raises UsageError as `emit` does.

    A file that exists keeps its content.
    """
    if output is None:
        if isinstance(sys.stdout, CheckedOutput) and sys.stdout.is_lost:
            raise UsageError("standard output can't be written: it is closed")
        return
    exists = os.path.lexists(output)
    try:
        if not exists or not _has_effects(output):
            with open(output, "ab"):  # noqa: PTH123
                pass
        if not exists:
            os.unlink(output)  # noqa: PTH108
    except OSError as error:
        raise UsageError(f"{output}: can't be written: {error.strerror}") from error


def _has_effects(path: str) -> bool:
    """Whether opening an existing file has effects: on a pipe or a device."""
    mode = os.stat(path).st_mode  # noqa: PTH116
    return not (S_ISREG(mode) or S_ISDIR(mode))


@contextmanager
def after_writing() -> Iterator[None]:
    """What is printed meanwhile is about files that are written already: a UsageError says so."""
    try:
        yield
        sys.stdout.flush()
    except UsageError as error:
        raise UsageError(f"the files are written, but their report is not: {error}") from error


@contextmanager
def checked_output() -> Iterator[None]:
    """What is printed meanwhile goes to standard output as UTF-8, or raises UsageError where it can't be written."""
    with redirect_stdout(CheckedOutput(sys.stdout)):
        yield
        sys.stdout.flush()


class CheckedOutput(io.TextIOBase):
    """Standard output, whose failures are a UsageError; but a reader that went away is a BrokenPipeError.

    Characters that UTF-8 lacks are escaped.  `buffer` takes bytes.
    """

    def __init__(self, stream: TextIO | None) -> None:
        """`stream` is None if the process was started with a closed standard output."""
        self._stream = stream
        self.buffer = CheckedBytes(stream)

    def write(self, text: str) -> int:
        self.buffer.write(text.encode("utf-8", "backslashreplace"))
        return len(text)

    def flush(self) -> None:
        self.buffer.flush()

    @property
    def is_lost(self) -> bool:
        """Whether the process has no standard output."""
        return self._stream is None or self._stream.closed

    def isatty(self) -> bool:
        return self._stream is not None and not self._stream.closed and self._stream.isatty()

    def fileno(self) -> int:
        if self._stream is None:
            raise OSError("standard output is closed")
        return self._stream.fileno()

    def writable(self) -> bool:
        return True


class CheckedBytes(io.RawIOBase):
    """The bytes behind a `CheckedOutput`."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream

    def write(self, data: bytes) -> int:  # type: ignore[override]  # only bytes are written
        rest = memoryview(data)
        while rest:
            taken = self._call(partial(_write, rest))
            if not taken:
                self._call(_wait_from_now_on)
            rest = rest[taken:]
        return len(data)

    def flush(self) -> None:
        if self._stream is not None and not self.closed:
            self._call(_flush)
            self._call(_flush)  # the first may have been one that did not wait

    def writable(self) -> bool:
        return True

    def _call(self, act: Callable[[TextIO], int | None]) -> int:
        """How many bytes the stream took.

        These may be fewer than it was given, where it is a pipe that does not wait for its reader, as Node and others
        share them: from then on it does.  An unbuffered stream (PYTHONUNBUFFERED) raises nothing there.
        """
        stream = self._stream
        try:
            if stream is None:
                raise UsageError("standard output can't be written: it is closed")
            try:
                taken = act(stream)
            except BlockingIOError as error:
                taken = error.characters_written
                _wait_from_now_on(stream)
            return taken or 0
        except BrokenPipeError:
            raise
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is closed"
            raise UsageError(f"standard output can't be written: {reason}") from error


def _write(data: memoryview, stream: TextIO) -> int | None:
    return stream.buffer.write(data)


def _flush(stream: TextIO) -> None:
    stream.flush()


def _wait_from_now_on(stream: TextIO) -> None:
    os.set_blocking(stream.fileno(), True)


def colors_report(output: str | None) -> bool:
    """Whether the report that `emit` writes to `output` is coloured."""
    return output is None and use_color(sys.stdout)


def use_color(stream: TextIO) -> bool:
    """Whether text for a stream is coloured: on a terminal, unless NO_COLOR is set or TERM is dumb."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
