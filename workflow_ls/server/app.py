"""Creates the server and registers its features; no server exists at import."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from workflow_ls.server.features import FEATURES
from workflow_ls.server.server import WorkflowServer
from workflow_ls.server.session.workspace_folder import WorkspaceFolder


def create_server(early: Mapping[Path, WorkspaceFolder] = MappingProxyType({})) -> WorkflowServer:
    """A new server with all features; `early` are open workspace folders, by their root directories."""
    server = WorkflowServer(early)
    for module in FEATURES:
        for method, handler, options in module.HANDLERS:
            server.feature(method, options)(handler)
        for command, handler in getattr(module, "COMMANDS", ()):
            server.command(command)(handler)
    return server
