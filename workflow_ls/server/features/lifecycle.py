"""initialize, initialized, shutdown: the client's capabilities and settings, and what is registered with it."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from workflow_ls.server.client_watch import end_with_process
from workflow_ls.server.features.publish_diagnostics import refresh
from workflow_ls.server.folder_messages import show_folders
from workflow_ls.server.protocol.capabilities import read_capabilities
from workflow_ls.server.protocol.convert import to_directory, to_uri
from workflow_ls.server.server import WorkflowServer
from workflow_ls.server.watched_files import first_registration
from workflow_ls.text import Encoding

log = logging.getLogger(__name__)
_ENCODINGS: dict[str, Encoding] = {"utf-8": "utf-8", "utf-16": "utf-16", "utf-32": "utf-32"}
SECTION = "workflow-ls"


def initialize(ls: WorkflowServer, params: types.InitializeParams) -> None:
    """Store the client's capabilities, folders and settings."""
    session, ls.loop = ls.session, asyncio.get_running_loop()
    session.client, session.client_info = read_capabilities(params.capabilities), params.client_info
    # pygls has the value that the client sent: a string, or a member of the enumeration.
    session.encoding = _ENCODINGS[types.PositionEncodingKind(ls.workspace.position_encoding or "utf-16").value]
    session.set_folders(_folders(params))
    session.set_options(params.initialization_options)
    # pygls makes the server's capabilities from these, which are one object for all servers of a process.
    features, resolves = ls.protocol.fm.feature_options, session.client.resolves_edits and session.options.resolve_edits
    kinds = features[types.TEXT_DOCUMENT_CODE_ACTION].code_action_kinds
    features[types.TEXT_DOCUMENT_CODE_ACTION] = types.CodeActionOptions(kinds, resolve_provider=resolves)
    end_with_process(params.process_id, ls.over, ls.end)


def _folders(params: types.InitializeParams) -> list[Path]:
    """The folders of the client; `rootUri` and `rootPath` are those of older clients (LSP 3.17, InitializeParams)."""
    uris = [folder.uri for folder in params.workspace_folders or ()]
    if not uris and not params.root_uri and params.root_path:
        path = Path(os.path.normpath(params.root_path))
        return [path] if path.is_absolute() else []
    found = map(to_directory, uris or [params.root_uri or ""])
    return list(dict.fromkeys(path for path in found if path is not None))


async def initialized(ls: WorkflowServer, params: types.InitializedParams) -> None:  # noqa: ARG001 - LSP's signature
    """Request settings and file events, where the client offers them."""
    show_folders(ls)
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
    """Request the client's settings, where it supports that: of the workspace, and of each of several folders."""
    session = ls.session
    if not session.client.configuration:
        return
    folders = list(session.client_folders) if len(session.client_folders) > 1 else []
    scopes = [None, *map(to_uri, folders)]
    items = [types.ConfigurationItem(scope_uri=scope, section=SECTION) for scope in scopes]
    try:
        answer = await ls.workspace_configuration_async(types.ConfigurationParams(items))
    except JsonRpcException as error:
        log.warning("the client did not send its settings: %s", error)
        return
    if answer and answer[0] is not None:
        apply_settings(ls, answer[0], dict(zip(folders, answer[1:])))


def apply_settings(ls: WorkflowServer, raw: object, of_folders: Mapping[Path, object] = MappingProxyType({})) -> None:
    """Apply the editor's settings, and those of its folders; refresh the diagnostics where they differ from before."""
    before = ls.session.options
    ls.session.set_options(raw, of_folders)
    if ls.session.options != before:
        refresh(ls)


async def shutdown(ls: WorkflowServer, params: None = None) -> None:  # noqa: ARG001 - LSP's signature
    """Stop the analysis."""
    ls.session.close()


HANDLERS = (
    (types.INITIALIZE, initialize, None),
    (types.INITIALIZED, initialized, None),
    (types.SHUTDOWN, shutdown, None),
)
