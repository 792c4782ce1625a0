"""`workflow-ls serve`: the language server."""

from __future__ import annotations

import argparse
import logging
import sys

from workflow_ls.cli.errors import UsageError, unknown
from workflow_ls.printable import visible


def run(options: argparse.Namespace) -> int:
    """Serve one client, over standard input and output or over TCP, until it disconnects; returns the exit code."""
    level = {"error": logging.ERROR, "warning": logging.WARNING, "info": logging.INFO, "debug": logging.DEBUG}
    if options.log_level not in level:
        raise unknown("log level", options.log_level, level)
    # Standard output belongs to the protocol.
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Formatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(handlers=[handler], level=level[options.log_level])
    logging.getLogger("pygls").setLevel(max(level[options.log_level], logging.WARNING))
    # Clients often cancel a request that was answered in the meantime, which is no reason for a warning.
    protocol_log = logging.getLogger("pygls.protocol.json_rpc")
    protocol_log.addFilter(lambda record: "unknown message id" not in record.getMessage())
    from workflow_ls.server.session import garbage

    garbage.begin()
    if options.tcp is None:
        return _serve_stdio()
    from workflow_ls.server.app import create_server
    from workflow_ls.server.protocol.tcp import ListenError, serve_tcp

    server = create_server()
    host, port = _address(options.tcp)
    try:
        return serve_tcp(server, host, port)
    except ListenError as error:
        raise UsageError(f"can't listen on `{options.tcp}`: {error}") from error


def _serve_stdio() -> int:
    """Serve over standard input and output.

    The library of the protocol takes longest to import, and git searches meanwhile, where the client has said by then
    what its folders are.
    """
    from workflow_ls.server.protocol.first_message import FirstMessage
    from workflow_ls.server.session.early_folders import open_early

    input_ = FirstMessage(sys.stdin.buffer)
    early = open_early(input_.look())
    from workflow_ls.server.app import create_server
    from workflow_ls.server.protocol.stdio import serve_stdio

    return serve_stdio(create_server(early), input_)


def _address(given: str) -> tuple[str, int]:
    """The host and the port of HOST:PORT; without a host, that of this machine."""
    host, colon, port = given.rpartition(":")
    if not colon or not (port.isascii() and port.isdecimal()) or len(port) > 5 or int(port) > 65535:
        raise UsageError(f"invalid address `{given}`. Use HOST:PORT.")
    return host.removeprefix("[").removesuffix("]") or "127.0.0.1", int(port)


class _Formatter(logging.Formatter):
    """Escapes control characters in names from clients and workspaces, so that a terminal shows them."""

    def format(self, record: logging.LogRecord) -> str:
        return "\n".join(map(visible, super().format(record).split("\n")))
