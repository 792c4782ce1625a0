"""The command line: runs one command, and says in one line what failed."""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from workflow_ls.cli.command_options import parse_options
from workflow_ls.cli.errors import UsageError
from workflow_ls.cli.output import checked_output
from workflow_ls.printable import visible

FAILURE = 2


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit code: 0 clean, 1 findings remain, 2 the tool or its input failed."""
    try:
        return _run(arguments)
    except UsageError as error:
        _say(f"workflow-ls: {visible(str(error))}")
    except BrokenPipeError:
        _say("workflow-ls: standard output can't be written: its reader has closed it")
    except KeyboardInterrupt:
        _say("workflow-ls: interrupted")
    except Exception as error:  # noqa: BLE001 - the last resort: the line says how to get the traceback
        if isinstance(error, FileNotFoundError) and not _has_current_directory():
            _say("workflow-ls: the current directory was deleted. Change to one that exists.")
        else:
            _say(_described(error, arguments))
    return FAILURE


def _described(error: Exception, arguments: Sequence[str]) -> str:
    try:
        from workflow_ls.cli.last_resort import describe
    except (OSError, ImportError):  # there may be too many open files, or no memory
        return f"workflow-ls: failed: {visible(str(error))}"
    return "\n".join(map(visible, describe(error, arguments).split("\n")))


def _run(arguments: Sequence[str]) -> int:
    with checked_output():
        try:
            options = parse_options(arguments)
        except SystemExit:
            sys.stdout.flush()  # of --help and --version
            raise
        command = import_module(options.module)
        if options.module != "workflow_ls.cli.commands.serve":
            gc.disable()  # one short run over data that lives to its end: collecting finds nothing
            return int(command.run(options))
    # Standard output belongs to the protocol.
    if options.tcp is None and (sys.stdin is None or sys.stdout is None):
        raise UsageError("standard input or output is closed, so there is no client to serve")
    return int(command.run(options))


def _say(text: str) -> None:
    """Print to standard error, which may be full or closed as well: the exit code is all that is left then."""
    with contextlib.suppress(OSError, ValueError):
        print(text, file=sys.stderr, flush=True)


def _has_current_directory() -> bool:
    """Whether a relative path can mean anything: another program may delete the directory of a shell."""
    try:
        os.getcwd()  # noqa: PTH109 - importing pathlib takes longer than a run
    except FileNotFoundError:
        return False
    return True


def open_standard_streams() -> None:
    """Open those of the standard streams that are closed, on nothing, before anything else gets their descriptors.

    What is printed to a closed standard error is lost; a closed standard output stays a failure (`sys.stdout` is None).
    """
    for descriptor in (0, 1, 2):
        if not _is_open(descriptor):
            os.open(os.devnull, os.O_RDWR)  # the lowest descriptor that is free
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - as long as the process


def speak_utf8() -> None:
    """Start this process anew in UTF-8 where the locale makes Python read the names of files in another encoding.

    The names in a repository are UTF-8, whatever a terminal shows: by another encoding, they would be none.
    """
    switch = "PYTHONUTF8"
    if sys.getfilesystemencoding() != "utf-8" and os.name == "posix" and os.environ.get(switch) != "1":
        os.environ[switch] = "1"
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - itself, and without a shell


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def leave(code: int) -> NoReturn:
    """End this process: without taking its memory apart piece by piece, which takes a while and helps nobody."""
    atexit._run_exitfuncs()
    try:  # pragma: no cover - what measures has ended with the exit functions
        sys.stderr.flush()
        sys.stdout.flush()
    finally:  # pragma: no cover - as above
        os._exit(code)
