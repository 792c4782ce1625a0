"""initialize, initialized, shutdown: who the client is, and what it is asked to tell."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from workflow_ls.server.capabilities import read_capabilities
from workflow_ls.server.convert import to_path
from workflow_ls.text import Encoding

if TYPE_CHECKING:
    from workflow_ls.server.app import WorkflowServer

_ENCODINGS: dict[str, Encoding] = {"utf-8": "utf-8", "utf-16": "utf-16", "utf-32": "utf-32"}
_WATCHED = ("**/package.json", "**/{ts,js}config*.json", "**/workflow-ls.json", "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}")
SECTION = "workflow-ls"


def initialize(ls: WorkflowServer, params: types.InitializeParams) -> None:
    """Take over what the client says of itself."""
    session = ls.session
    session.client = read_capabilities(params.capabilities)
    session.encoding = _ENCODINGS.get(str(getattr(ls.workspace.position_encoding, "value", "")), "utf-16")
    folders = [folder.uri for folder in params.workspace_folders or ()] or [params.root_uri or ""]
    session.set_folders([path for uri in folders if (path := to_path(uri)) is not None])
    session.set_options(params.initialization_options)


async def initialized(ls: WorkflowServer, params: types.InitializedParams) -> None:  # noqa: ARG001 - LSP's signature
    """Ask for settings and for file events, where the client offers them."""
    client = ls.session.client
    if client.watches:
        watchers = [types.FileSystemWatcher(glob_pattern=pattern) for pattern in _WATCHED]
        registration = types.Registration(
            id="files",
            method=types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
            register_options=types.DidChangeWatchedFilesRegistrationOptions(watchers),
        )
        await ls.client_register_capability_async(types.RegistrationParams([registration]))
    if client.configuration:
        await pull_settings(ls)


async def pull_settings(ls: WorkflowServer) -> None:
    """Ask the client for its settings."""
    items = [types.ConfigurationItem(section=SECTION)]
    answer = await ls.workspace_configuration_async(types.ConfigurationParams(items))
    if answer and answer[0] is not None:
        ls.session.set_options(answer[0])


async def shutdown(ls: WorkflowServer, params: None) -> None:  # noqa: ARG001 - LSP's signature
    """Stop the analysis after the work at hand."""
    ls.session.close()


async def watch_parent(process: int | None) -> None:
    """End this process when the client's is gone: it may die without closing the pipe (LSP 3.17, processId)."""
    while process is not None and Path(f"/proc/{process}").exists() == Path("/proc/self").exists():
        await asyncio.sleep(10)
    if process is not None:
        os._exit(1)


HANDLERS = (
    (types.INITIALIZE, initialize, None),
    (types.INITIALIZED, initialized, None),
    (types.SHUTDOWN, shutdown, None),
)
