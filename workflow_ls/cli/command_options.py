"""The options of the command line: a row for each command, and its options."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NoReturn

from workflow_ls import __version__
from workflow_ls.cli.errors import UsageError, closest, unknown
from workflow_ls.reporters import HTML, MAP_REPORTERS, PLAN_REPORTERS, REPORTERS, STATUS_REPORTERS


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Raise UsageError: the command line prints it in one line."""
        raise UsageError(f"{message} (see `{self.prog} --help`)")

    def names(self) -> Mapping[str, str]:
        """The options, each by its name without dashes."""
        return {name.lstrip("-"): name for name in self._option_string_actions}

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            raise unknown("command", str(value), action.choices, self._option_string_actions)
        super()._check_value(action, value)


def parse_options(arguments: Sequence[str]) -> argparse.Namespace:
    """What the arguments say; raises UsageError for a command or an option that there is not, with what was meant."""
    parser = option_parser()
    if not arguments:
        parser.error(f"no command. Give one of these: {', '.join(name for name, *_ in _COMMANDS)}")
    first = arguments[0].partition("=")[0]
    if first.startswith("-") and first.lstrip("-") not in parser.names():
        _refuse(parser, arguments[:1], {})
    options, unclaimed = parser.parse_known_args(arguments)
    if unclaimed:
        _refuse(options.parser, unclaimed, options.siblings)
    return options


def _refuse(parser: _Parser, arguments: Sequence[str], siblings: Mapping[str, _Parser]) -> NoReturn:
    """Raise UsageError for arguments that nothing takes; `siblings` are the parsers of all commands, by their names."""
    what = f"unrecognized arguments: {' '.join(arguments)}"
    written = next((each for each in arguments if each.startswith("-")), "")
    name, own = written.partition("=")[0].lstrip("-"), parser.names()
    owner = None if name in own else next((key for key, each in siblings.items() if name in each.names()), None)
    like = [option for option in own if option.startswith(name.lower()) and option != "h"]
    meant = like[0] if len(like) == 1 else closest(name, own)
    if not name:
        parser.error(what)
    if name in siblings:
        raise UsageError(f"{what}. `workflow-ls {name}` is a command of its own.")
    if owner is not None:
        raise UsageError(f"{what}. `workflow-ls {owner}` has that option.")
    if "format" in own and name in {*REPORTERS, *STATUS_REPORTERS, *MAP_REPORTERS, HTML}:
        raise UsageError(f"{what}. Did you mean `--format {name}`?")
    if meant is not None:
        raise UsageError(f"{what}. Did you mean `{own[meant]}`?")
    if not siblings:
        raise UsageError(f"{what}. The command comes first, such as `workflow-ls check`, and its options behind it.")
    parser.error(what)


def option_parser() -> _Parser:
    """The parser of the command line; what it parses has `module`, the module whose `run` does the work."""
    parser = _Parser(
        prog="workflow-ls",
        description="Find references to legacy modules, and rewrite those with a verified target: the new "
        "specifier leads to a module that exports every imported name.",
        epilog="Start with `check`.  For a move that the built-in mapping table does not describe, start with `init`.",
    )
    parser.add_argument("--version", action="version", version=f"workflow-ls {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, summary, add_options in _COMMANDS:
        command = commands.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        command.set_defaults(module=f"workflow_ls.cli.commands.{name}", parser=command, siblings=commands.choices)
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
    parser.add_argument(
        "--report",
        action="append",
        default=[],
        dest="reports",
        metavar="FORMAT=FILE",
        help="also write the report of this run in another format to FILE; may be repeated",
    )
    parser.add_argument("--stdin-filename", metavar="FILE", help="check standard input as the content of FILE")
    parser.add_argument("--statistics", action="store_true", help="show counts instead of findings")
    parser.add_argument(
        "--fail-on", default="warning", metavar="SEVERITY", help="exit 1 from this severity on (default: warning)"
    )
    parser.add_argument("--exit-zero", action="store_true", help="exit 0 even if there are findings")
    parser.add_argument("--no-cache", action="store_true", help="do not read or write the cache")
    compared = parser.add_mutually_exclusive_group()
    compared.add_argument(
        "--since",
        metavar="REF",
        help="report only findings that were not there when the branch left REF, and who brought them",
    )
    compared.add_argument("--staged", action="store_true", help="report only findings that the staged changes bring")
    parser.add_argument("--no-blame", action="store_true", help="with --since: do not look up who brought a finding")
    parser.add_argument(
        "--no-baseline", action="store_true", help="also report findings that workflow-ls-baseline.json accepts"
    )
    parser.add_argument(
        "--strict", action="store_true", help="also exit 1 if an entry of workflow-ls-baseline.json is resolved"
    )


def _fix(parser: argparse.ArgumentParser) -> None:
    _common(parser)
    parser.add_argument("--diff", action="store_true", help="show what would change, and write nothing")
    parser.add_argument("--unsafe", action="store_true", help="also change what you should look at, such as strings")
    parser.add_argument("--require-verified", action="store_true", help="skip rewrites that are not verified")
    parser.add_argument("--allow-dirty", action="store_true", help="also write files with uncommitted changes")
    _verify(parser, "run COMMAND on the changes in a copy first, and leave out those with which it fails")
    parser.add_argument("--verify-runs", type=int, metavar="N", help="run COMMAND at most N times (default: 40)")


def _verify(parser: argparse.ArgumentParser, summary: str) -> None:
    parser.add_argument("--verify", metavar="COMMAND", help=summary)
    parser.add_argument(
        "--verify-timeout",
        type=float,
        metavar="SECONDS",
        help="the limit for all runs together (default: 3600)",
    )


def _status(parser: argparse.ArgumentParser) -> None:
    _one_path(parser)
    _report(parser, (*STATUS_REPORTERS, HTML))
    parser.add_argument("--exit-zero", action="store_true", help="exit 0 even if a criterion is open")
    parser.add_argument("--history", action="store_true", help="show how many references the commits had left")
    parser.add_argument("--since", metavar="REF", help="with --history: from this commit on")
    parser.add_argument("--every", metavar="PERIOD", help="with --history: commit, day, week (the default) or month")
    _verify(parser, "run COMMAND in a copy to decide whether everything still works")


def _cutover(parser: argparse.ArgumentParser) -> None:
    _one_path(parser)
    parser.add_argument("--dry-run", action="store_true", help="show the plan, and write nothing")
    _report(parser, PLAN_REPORTERS)
    parser.add_argument("--allow-dirty", action="store_true", help="also write files with uncommitted changes")
    parser.add_argument("--strict-boundaries", action="store_true", help="fail if core code imports a moved module")
    parser.add_argument(
        "--prefer-canonical",
        action="store_true",
        help="delete a legacy module if the module at its target exports the same names",
    )
    parser.add_argument(
        "--widen-mocks", action="store_true", help="continue even if a mock would replace more than today"
    )
    _verify(parser, "run COMMAND on the cutover in a copy first, and write nothing if it fails")


def _map(parser: argparse.ArgumentParser) -> None:
    _one_path(parser)
    parser.add_argument("--infer", action="store_true", help="propose rows from what the workspace and git show")
    parser.add_argument("--check", action="store_true", help="prove each row of the table against the workspace")
    parser.add_argument(
        "--from",
        dest="origins",
        action="append",
        default=[],
        metavar="SPECIFIER|FOLDER",
        help="what is legacy, as a specifier or a folder; may be repeated (default: what the table names)",
    )
    parser.add_argument("--since", metavar="REV", help="the revision before the move (default: git's history shows it)")
    parser.add_argument("--write", action="store_true", help="write the proposed rows into workflow-ls.json")
    _report(parser, MAP_REPORTERS)


def _baseline(parser: argparse.ArgumentParser) -> None:
    _one_path(parser)
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--prune", action="store_true", help="only remove resolved entries, and accept nothing more")
    action.add_argument(
        "--merge",
        nargs="*",
        metavar="FILE",
        help="resolve a merge conflict in the baseline; as a merge driver of git, with the files %%O %%A %%B",
    )


def _explain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("subject", metavar="RULE|SPECIFIER", help="the code of a rule, or a legacy specifier")
    parser.add_argument("--from", dest="importer", metavar="FILE", help="the file that refers to the specifier")
    parser.add_argument(
        "--root", metavar="DIR", help="the workspace root (default: found from FILE, or from the current directory)"
    )


def _init(parser: argparse.ArgumentParser) -> None:
    _one_path(parser)
    parser.add_argument(
        "--from",
        dest="sources",
        action="append",
        default=[],
        metavar="SPECIFIER|FOLDER",
        help="what is legacy, as a specifier or a folder; may be repeated (default: packages that files import and "
        "that left the workspace)",
    )
    parser.add_argument("--to", dest="target", metavar="PACKAGE", help="the package of the workspace that it moves to")
    parser.add_argument("--dry-run", action="store_true", help="show the file, and write nothing")
    parser.add_argument("--write", action="store_true", help="write the file (the default)")


def _serve(parser: argparse.ArgumentParser) -> None:
    transport = parser.add_mutually_exclusive_group()
    transport.add_argument("--stdio", action="store_true", help="serve on standard input and output (the default)")
    transport.add_argument("--tcp", metavar="HOST:PORT", help="serve one client on a TCP port")
    parser.add_argument(
        "--log-level", metavar="LEVEL", default="warning", help="error, warning, info or debug; the log is on stderr"
    )


# A command is added here: its name, which is that of its module in `commands/`, a summary, and its options.
_COMMANDS: tuple[tuple[str, str, Callable[[argparse.ArgumentParser], None]], ...] = (
    ("check", "report references to legacy modules, and what each becomes", _check),
    ("fix", "rewrite what can be rewritten", _fix),
    ("status", "show how far the move is, criterion by criterion", _status),
    ("baseline", "accept the findings of today, so that `check` fails only on new ones", _baseline),
    ("cutover", "move the legacy tree, and update every reference to it", _cutover),
    ("map", "propose rows of the mapping table, or prove its rows", _map),
    ("init", "describe a move: write a first workflow-ls.json from what the workspace shows", _init),
    ("explain", "explain a rule, or say where a specifier goes and why", _explain),
    ("serve", "run the language server", _serve),
)
