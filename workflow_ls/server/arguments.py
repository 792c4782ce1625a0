"""The arguments of commands, which clients may fill with anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pygls.exceptions import JsonRpcInvalidParams


def only_text(args: Sequence[Any]) -> str:
    """The one argument, a URI.  Raises JsonRpcInvalidParams."""
    if len(args) != 1 or not isinstance(args[0], str):
        raise JsonRpcInvalidParams("the argument must be one URI")
    return args[0]


def no_more(args: Sequence[Any]) -> None:
    """Check that there is no argument.  Raises JsonRpcInvalidParams."""
    if args:
        raise JsonRpcInvalidParams("the command takes no arguments")
