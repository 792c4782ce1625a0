"""A spawned server over a copy of the example monorepo, as two clients see it.

VS Code names no encoding, hence UTF-16, and has diagnostics pushed; Neovim takes UTF-8 and pulls them.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
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


@pytest_asyncio.fixture(params=PROFILES)
async def client(
    request: pytest.FixtureRequest, monorepo: Path, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Client]:
    """A client of a running server, with the example open; the server must not log an error."""
    async with running(client_capabilities(request.param), monorepo) as started:
        yield started
    logged = capsys.readouterr().err
    assert "ERROR" not in logged, logged


@pytest.fixture
def editor(client: Client, monorepo: Path) -> Editor:
    """An editor with the example open."""
    return Editor(client, monorepo)


@pytest_asyncio.fixture
async def fresh(client: Client, monorepo: Path) -> AsyncIterator[Callable[[], Awaitable[Editor]]]:
    """Starts a further server, for another client of the same kind."""
    async with AsyncExitStack() as stack:

        async def start() -> Editor:
            assert client.capabilities is not None
            further = await stack.enter_async_context(running(client.capabilities, monorepo))
            return Editor(further, monorepo)

        yield start


@asynccontextmanager
async def running(capabilities: types.ClientCapabilities, root: Path) -> AsyncIterator[Client]:
    """Start a server and shake hands; in the end, have it shut down."""
    client = await CONFIG.start()
    assert isinstance(client, Client)
    stop: Callable[[], Awaitable[None]] = client.stop
    folder = types.WorkspaceFolder(root.as_uri(), root.name)
    params = types.InitializeParams(capabilities=capabilities, root_uri=folder.uri, workspace_folders=[folder])
    try:
        client.answer = await client.initialize_session(params)
        yield client
        await client.shutdown_session()
        assert client.exit_code == 0
    finally:
        await stop()
