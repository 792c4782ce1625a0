"""The command line: options, and which subcommand gets them."""

from __future__ import annotations

import argparse
import atexit
import contextlib
import gc
import os
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import NoReturn

from workflow_ls import __version__
from workflow_ls.cli.errors import UsageError
from workflow_ls.cli.output import checked_output
from workflow_ls.printable import visible
from workflow_ls.reporters import PLAN_REPORTERS, REPORTERS, STATUS_REPORTERS

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
            options = _parser().parse_args(arguments)
        except SystemExit:
            sys.stdout.flush()  # of --help and --version
            raise
        command = import_module(options.module)
        if options.module != "workflow_ls.cli.serve":
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


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Raise UsageError: the command line prints it in one line."""
        raise UsageError(f"{message} (see `{self.prog} --help`)")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="workflow-ls",
        description="Find references to the legacy workflow modules, and rewrite those with a verified target: the new "
        "specifier resolves, and exports every imported name.",
    )
    parser.add_argument("--version", action="version", version=f"workflow-ls {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, summary, add_options in (
        ("check", "report references to the legacy modules", _check),
        ("fix", "rewrite what can be rewritten", _fix),
        ("status", "show migration progress, criterion by criterion", _status),
        ("cutover", "move the legacy tree, and update every reference to it", _cutover),
        ("explain", "explain a rule, or the target of a specifier", _explain),
        ("serve", "run the language server", _serve),
    ):
        command = commands.add_parser(name, help=summary)
        command.set_defaults(module=f"workflow_ls.cli.{name}")
        add_options(command)
    return parser


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or directories (default: the current one)")
    parser.add_argument("--select", action="append", default=[], metavar="RULES", help="run only these rules (a,b)")
    parser.add_argument("--ignore", action="append", default=[], metavar="RULES", help="skip these rules (a,b)")
    parser.add_argument("--root", metavar="DIR", help="the workspace root (default: found from the first PATH)")


def _one_path(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "path", nargs="?", metavar="PATH", help="a path in the workspace (default: the root, or the current directory)"
    )
    parser.add_argument("--root", metavar="DIR", help="the workspace root (default: found from PATH)")


def _report(parser: argparse.ArgumentParser, formats: Iterable[str]) -> None:
    *names, last = formats
    parser.add_argument("--format", default="text", help=f"{', '.join(names)} or {last} (default: text)")
    parser.add_argument("--output", metavar="FILE", help="write the report to FILE")


def _check(parser: argparse.ArgumentParser) -> None:
    _common(parser)
    _report(parser, REPORTERS)
    parser.add_argument("--stdin-filename", metavar="FILE", help="check standard input as the content of FILE")
    parser.add_argument("--statistics", action="store_true", help="show counts instead of findings")
    parser.add_argument(
        "--fail-on", default="warning", metavar="SEVERITY", help="exit 1 from this severity on (default: warning)"
    )
    parser.add_argument("--exit-zero", action="store_true", help="exit 0 even if there are findings")
    parser.add_argument("--no-cache", action="store_true", help="do not read or write the cache")


def _fix(parser: argparse.ArgumentParser) -> None:
    _common(parser)
    parser.add_argument("--diff", action="store_true", help="show what would change, and write nothing")
    parser.add_argument("--unsafe", action="store_true", help="also make changes that are only made on request")
    parser.add_argument("--require-verified", action="store_true", help="skip changes that could not be checked")
    parser.add_argument("--allow-dirty", action="store_true", help="also write files with uncommitted changes")
    _verify(parser, "try the changes with COMMAND in a copy first, and leave out those with which it fails")
    parser.add_argument(
        "--verify-runs", type=int, default=40, metavar="N", help="run COMMAND at most N times (default: 40)"
    )


def _verify(parser: argparse.ArgumentParser, summary: str) -> None:
    parser.add_argument("--verify", metavar="COMMAND", help=summary)
    parser.add_argument(
        "--verify-timeout", type=float, default=3600, metavar="SECONDS", help="for all runs of COMMAND (default: 3600)"
    )


def _status(parser: argparse.ArgumentParser) -> None:
    _one_path(parser)
    _report(parser, STATUS_REPORTERS)
    parser.add_argument("--exit-zero", action="store_true", help="exit 0 even if a criterion is open")
    _verify(parser, "run COMMAND to decide whether everything still works")


def _cutover(parser: argparse.ArgumentParser) -> None:
    _one_path(parser)
    parser.add_argument("--dry-run", action="store_true", help="show the plan, and write nothing")
    _report(parser, PLAN_REPORTERS)
    parser.add_argument("--allow-dirty", action="store_true", help="allow uncommitted changes")
    parser.add_argument("--strict-boundaries", action="store_true", help="fail if core code imports a moved module")
    parser.add_argument(
        "--prefer-canonical",
        action="store_true",
        help="delete a legacy module if the module at its target exports the same names",
    )
    _verify(parser, "try the cutover with COMMAND in a copy first, and write nothing if it fails")


def _explain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("subject", metavar="RULE|SPECIFIER", help="the code of a rule, or a legacy specifier")
    parser.add_argument("--from", dest="importer", metavar="FILE", help="the file that refers to the specifier")
    parser.add_argument(
        "--root", metavar="DIR", help="the workspace root (default: found from FILE, or from the current directory)"
    )


def _serve(parser: argparse.ArgumentParser) -> None:
    transport = parser.add_mutually_exclusive_group()
    transport.add_argument("--stdio", action="store_true", help="serve on standard input and output (the default)")
    transport.add_argument("--tcp", metavar="HOST:PORT", help="serve one client on a TCP port")
    parser.add_argument("--log-level", default="warning", help="error, warning, info or debug; the log is on stderr")
