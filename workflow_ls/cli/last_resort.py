"""What a run says that ends with an exception which nothing expected: one line, and the traceback on request."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from types import TracebackType

from workflow_ls.diagnostics import TRACEBACK_VARIABLE, Notice
from workflow_ls.printable import visible, visible_path

_LONGEST = 500  # characters of a message
_PACKAGE = __name__.split(".", maxsplit=1)[0]


def describe(error: Exception, arguments: Sequence[str]) -> str:
    """The line for an exception: the command, the file it was about, what was raised and where, and what to do.

    With the environment variable, the traceback precedes it.
    """
    command = next((argument for argument in arguments if not argument.startswith("-")), "run")
    subject, place = _subject(error.__traceback__)
    about = f" at {visible_path(subject)}" if subject else ""
    if isinstance(error, OSError) and error.strerror:
        what = ": ".join(filter(None, (_name(error.filename), error.strerror)))
    else:
        what = ": ".join(filter(None, (type(error).__name__, str(error)[:_LONGEST])))
    what = visible(what)
    if os.environ.get(TRACEBACK_VARIABLE):
        import traceback

        trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        return f"{trace}workflow-ls: {command} failed{about}: {what} ({place})"
    advice = f"Set {TRACEBACK_VARIABLE}=1 to see the traceback, and report it."
    return f"workflow-ls: {command} failed{about}: {what} ({place}). {advice}"


def show_tracebacks(notices: Iterable[Notice]) -> None:
    """Print the tracebacks of rules that failed, each once, if the environment variable is set."""
    if os.environ.get(TRACEBACK_VARIABLE):
        for failure in dict.fromkeys(notice.failure for notice in notices if notice.failure):
            print("\n".join(map(visible, failure.rstrip().split("\n"))), file=sys.stderr)


def _name(filename: object) -> str:
    return os.fsdecode(filename) if isinstance(filename, (str, bytes)) else ""


def _subject(trace: TracebackType | None) -> tuple[str, str]:
    """The file that the innermost function of this package worked on, "" if unknown; and the place in the code."""
    subject, place = "", ""
    while trace is not None:
        frame = trace.tb_frame
        # By its module, for the program whole has no files of modules.
        package = str(frame.f_globals.get("__package__", ""))
        if package.partition(".")[0] == _PACKAGE:
            path = frame.f_locals.get("path")
            subject = path if isinstance(path, str) and path else subject
            file = os.path.basename(frame.f_code.co_filename)  # noqa: PTH119 - importing pathlib takes longer than a run
            place = f"{package.replace('.', '/')}/{file}:{trace.tb_lineno}"
        trace = trace.tb_next
    return subject, place
