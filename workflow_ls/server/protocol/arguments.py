"""The arguments of commands, which a client may fill with anything."""

from __future__ import annotations

from collections.abc import Sequence

from pygls.exceptions import JsonRpcInvalidParams


def single_uri(args: Sequence[object]) -> str:
    """The only argument, a URI.  Raises JsonRpcInvalidParams."""
    if len(args) != 1 or not isinstance(args[0], str):
        raise JsonRpcInvalidParams("the argument must be one URI")
    return args[0]


def no_arguments(args: Sequence[object]) -> None:
    """Check that there is no argument.  Raises JsonRpcInvalidParams."""
    if args:
        raise JsonRpcInvalidParams("the command takes no arguments")
