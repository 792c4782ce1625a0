"""Where a report is written: standard output, or the file that `--output` names; and whether it is coloured."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from workflow_ls.cli.errors import UsageError


def emit(text: str, output: str | None) -> None:
    """Write a report to the file `output`, or to standard output for None.

    Raises UsageError where the file can't be written.
    """
    if output is None:
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
        return
    try:
        # pathlib is not imported for this alone.
        with open(output, "wb") as file:  # noqa: PTH123
            file.write(text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise UsageError(f"{output}: can't be written: {error.strerror}") from error


def colors_report(output: str | None) -> bool:
    """Whether the report that `emit` writes to `output` is coloured."""
    return output is None and use_color(sys.stdout)


def use_color(stream: TextIO) -> bool:
    """Whether text for a stream is coloured: on a terminal, unless NO_COLOR is set or TERM is dumb."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
