"""initialize, initialized, shutdown: the client's capabilities and settings, and what is registered with it."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from dataclasses import replace

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from workflow_ls.server.features.publish_diagnostics import refresh
from workflow_ls.server.protocol.capabilities import read_capabilities
from workflow_ls.server.protocol.convert import to_path
from workflow_ls.server.server import WorkflowServer
from workflow_ls.server.watched_files import first_registration
from workflow_ls.text import Encoding

log = logging.getLogger(__name__)
_ENCODINGS: dict[str, Encoding] = {"utf-8": "utf-8", "utf-16": "utf-16", "utf-32": "utf-32"}
SECTION = "workflow-ls"
PARENT_POLL_SECONDS = 3.0  # between two checks of the client's process


def initialize(ls: WorkflowServer, params: types.InitializeParams) -> None:
    """Store the client's capabilities, folders and settings."""
    session = ls.session
    session.client, session.client_info = read_capabilities(params.capabilities), params.client_info
    # pygls has the value that the client sent: a string, or a member of the enumeration.
    session.encoding = _ENCODINGS[types.PositionEncodingKind(ls.workspace.position_encoding or "utf-16").value]
    folders = [folder.uri for folder in params.workspace_folders or ()] or [ls.workspace.root_uri or ""]
    session.set_folders([path for uri in folders if (path := to_path(uri)) is not None])
    session.set_options(params.initialization_options)


async def initialized(ls: WorkflowServer, params: types.InitializedParams) -> None:  # noqa: ARG001 - LSP's signature
    """Request settings and file events, where the client offers them."""
    ls.session.start(watch_parent(ls.process_id))
    registrations = _registrations(ls)
    if registrations:
        try:
            await ls.client_register_capability_async(types.RegistrationParams(registrations))
        except JsonRpcException as error:
            log.warning("the client rejected the registrations: %s", error)
            ls.session.client = replace(ls.session.client, watches=False)
    await pull_settings(ls)
    if not ls.session.client.pulls:
        refresh(ls)  # closed files have findings before any document is opened


def _registrations(ls: WorkflowServer) -> list[types.Registration]:
    """The dynamic registrations: these have no static server capability in LSP."""
    client, registrations = ls.session.client, list[types.Registration]()
    if client.watches:
        registrations.append(first_registration())
    if client.registers_settings:
        section = types.DidChangeConfigurationRegistrationOptions(section=SECTION)
        registrations.append(types.Registration("settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION, section))
    return registrations


async def pull_settings(ls: WorkflowServer) -> None:
    """Request the client's settings, where it supports that."""
    session = ls.session
    if not session.client.configuration:
        return
    items = [types.ConfigurationItem(section=SECTION)]
    try:
        answer = await ls.workspace_configuration_async(types.ConfigurationParams(items))
    except JsonRpcException as error:
        log.warning("the client did not send its settings: %s", error)
        return
    if answer and answer[0] is not None:
        apply_settings(ls, answer[0])


def apply_settings(ls: WorkflowServer, raw: object) -> None:
    """Apply the editor's settings, and refresh the diagnostics where they differ from before."""
    before = ls.session.options
    ls.session.set_options(raw)
    if ls.session.options != before:
        refresh(ls)


async def shutdown(ls: WorkflowServer, params: None = None) -> None:  # noqa: ARG001 - LSP's signature
    """Stop the analysis after the current job."""
    ls.session.close()


async def watch_parent(
    process: int | None, *, alive: Callable[[int], bool] | None = None, poll: float = PARENT_POLL_SECONDS
) -> None:
    """End this process when the client's has ended: it may die without closing the pipe (LSP 3.17, processId).

    A process that is not visible at the start is on another machine or in another container, and is not watched.
    """
    alive = alive or _watcher()
    if process is None or not alive(process):
        return
    while alive(process):
        await asyncio.sleep(poll)
    log.error("the client's process %d has ended; exiting", process)
    # Nothing else stops the thread that reads standard input.
    os._exit(1)


def _watcher() -> Callable[[int], bool]:
    if os.name == "nt":
        return _is_alive_on_windows
    parent = os.getppid()

    def is_alive(process: int) -> bool:
        if process == parent and os.getppid() != parent:
            return False  # a zombie still has an entry until its parent collects it
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
        except (PermissionError, OverflowError):
            return True
        return True

    return is_alive


def _is_alive_on_windows(process: int) -> bool:
    import ctypes

    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]  # exists on Windows only
    synchronize, timeout = 0x00100000, 0x102
    handle = kernel.OpenProcess(synchronize, False, process)
    if not handle:
        return False
    try:
        return bool(kernel.WaitForSingleObject(handle, 0) == timeout)
    finally:
        kernel.CloseHandle(handle)


HANDLERS = (
    (types.INITIALIZE, initialize, None),
    (types.INITIALIZED, initialized, None),
    (types.SHUTDOWN, shutdown, None),
)
