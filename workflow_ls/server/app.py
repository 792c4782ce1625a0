"""Creates the server and registers its features; no server exists at import."""

from __future__ import annotations

from workflow_ls.server.features import FEATURES
from workflow_ls.server.server import WorkflowServer


def create_server() -> WorkflowServer:
    """A new server with all features."""
    server = WorkflowServer()
    for module in FEATURES:
        for method, handler, options in module.HANDLERS:
            server.feature(method, options)(handler)
        for command, handler in getattr(module, "COMMANDS", ()):
            server.command(command)(handler)
    return server
