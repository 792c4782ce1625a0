"""Makes what docs/reference has of the command line and of the language server, from what both run with."""

from __future__ import annotations

import argparse
import inspect
import json
from collections.abc import Callable, Iterator

from workflow_ls.cli.command_options import option_parser
from workflow_ls.server.features import FEATURES
from workflow_ls.server.session.options import SETTINGS


def command_names() -> list[str]:
    """The commands of the command line, in the order of `--help`."""
    return [name for name, _ in _commands()]


def option_table(command: str) -> str:
    """The arguments and options of a command as a Markdown table, with the words of its `--help`."""
    [parser] = [parser for name, parser in _commands() if name == command]
    actions = [action for action in parser._actions if not isinstance(action, argparse._HelpAction)]
    rows = [f"| {_invocation(action)} | {_help(parser, action)} |" for action in actions]
    return "\n".join(["| option | effect |", "|---|---|", *rows])


def method_table() -> str:
    """The methods of the protocol that the server handles as a Markdown table, in alphabetical order."""
    handlers = sorted((method, handler) for feature in FEATURES for method, handler, _ in feature.HANDLERS)
    rows = [f"| `{method}` | {_summary(handler)} |" for method, handler in handlers]
    return "\n".join(["| method | what the server does |", "|---|---|", *rows])


def command_table() -> str:
    """What `workspace/executeCommand` runs as a Markdown table, in alphabetical order."""
    commands = sorted(pair for feature in FEATURES for pair in getattr(feature, "COMMANDS", ()))
    rows = [f"| `{name}` | {_summary(handler)} |" for name, handler in commands]
    return "\n".join(["| command | what it does |", "|---|---|", *rows])


def setting_table(*, at_start: bool) -> str:
    """The settings of the server, or its initialization options, as a Markdown table, in the order of their list."""
    settings = {name: setting for name, setting in SETTINGS.items() if setting.at_start is at_start}
    rows = [f"| `{name}` | `{json.dumps(each.default)}` | {cell(each.effect)} |" for name, each in settings.items()]
    return "\n".join([f"| {'option' if at_start else 'setting'} | default | effect |", "|---|---|---|", *rows])


def _commands() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in option_parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


def _invocation(action: argparse.Action) -> str:
    if not action.option_strings:
        name = action.metavar or action.dest
        return cell(f"`{name}…`" if action.nargs in ("*", "+") else f"`{name}`")
    value = "" if action.nargs == 0 else f" {action.metavar or action.dest.upper().replace('-', '_')}"
    more = "…" if action.nargs == "*" else ""
    return cell(", ".join(f"`{option}{value}{more}`" for option in action.option_strings))


def _help(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    return cell(parser._get_formatter()._expand_help(action))


def _summary(handler: Callable[..., object]) -> str:
    first, _, _ = (inspect.getdoc(handler) or "").partition("\n\n")
    assert first, f"{handler.__qualname__} has no docstring"
    return cell(" ".join(first.split()))


def cell(text: str) -> str:
    """A text for a cell of a Markdown table."""
    return text.replace("|", "\\|")
