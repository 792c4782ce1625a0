"""A spawned server over a copy of the example monorepo, as two clients see it.

VS Code names no encoding, hence UTF-16, and has diagnostics pushed; Neovim takes UTF-8 and pulls them.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, client_capabilities

from tests.e2e.editor import Client, Editor, make_client

ROOT = Path(__file__).parents[2]
PROFILES = ("visual_studio_code@v1.65.2", "neovim@v0.11.0")
CONFIG = ClientServerConfig(
    server_command=[sys.executable, "-W", "error", "-m", "workflow_ls", "serve"],
    client_factory=make_client,
    server_env={**os.environ, "PYTHONPATH": str(ROOT)},
)


@pytest.fixture
def monorepo(tmp_path: Path) -> Path:
    """A copy of the example."""
    return Path(shutil.copytree(ROOT / "examples" / "monorepo", tmp_path / "monorepo"))


@pytest_lsp.fixture(config=CONFIG, params=PROFILES)
async def client(lsp_client: Client, request: pytest.FixtureRequest, monorepo: Path) -> AsyncIterator[None]:
    """A client of a running server, with the example open."""
    await start(lsp_client, client_capabilities(request.param), monorepo)
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def editor(client: Client, monorepo: Path) -> Editor:
    """An editor with the example open."""
    return Editor(client, monorepo)


@pytest_asyncio.fixture
async def client_of(monorepo: Path) -> AsyncIterator[Callable[[types.ClientCapabilities], Awaitable[Client]]]:
    """Starts a further server, for a client with the given capabilities."""
    started: list[Client] = []

    async def start_client(capabilities: types.ClientCapabilities) -> Client:
        further = await CONFIG.start()
        assert isinstance(further, Client)
        started.append(further)
        await start(further, capabilities, monorepo)
        return further

    yield start_client
    for further in started:
        await further.shutdown_session()
        await further.stop()


async def start(client: Client, capabilities: types.ClientCapabilities, root: Path) -> None:
    """Shake hands with the server."""
    folder = types.WorkspaceFolder(root.as_uri(), root.name)
    params = types.InitializeParams(capabilities=capabilities, root_uri=folder.uri, workspace_folders=[folder])
    client.answer = await client.initialize_session(params)
