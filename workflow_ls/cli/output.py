"""Where a report goes: standard output, or the file that `--output` names."""

from __future__ import annotations

import sys

from workflow_ls.cli.errors import UsageError


def emit(text: str, output: str | None) -> None:
    """Write a report; raises UsageError where the file can't be written."""
    if output is None:
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
        return
    try:
        # pathlib is not imported for this alone.
        with open(output, "wb") as file:  # noqa: PTH123
            file.write(text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise UsageError(f"{output}: can't be written: {error.strerror}") from error
