"""A server over a copy of the example monorepo, as two clients see it: in this process, and spawned.

VS Code names no encoding, hence UTF-16, and has diagnostics pushed; Neovim takes UTF-8 and pulls them.
Each test runs in this process in both profiles; those marked `spawned`, at least one for each feature, also run with a
server in a process of its own; at night, in both profiles.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_asyncio
from lsprotocol import types
from pytest_lsp import client_capabilities

from tests.e2e.editor import Client, Editor, make_client
from tests.strategies import at_night

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "monorepo"
PROFILES = ("visual_studio_code@v1.65.2", "neovim@v0.11.0")
COMMAND = (sys.executable, "-W", "error", "-m", "workflow_ls", "serve")


capabilities_of = cache(client_capabilities)


class Way(NamedTuple):
    """How a client and its server are run."""

    profile: str
    is_spawned: bool


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "client" in metafunc.fixturenames:
        ways = [pytest.param(Way(profile, False), id=profile) for profile in PROFILES]
        if metafunc.definition.get_closest_marker("spawned"):
            first, second = PROFILES
            ways.append(pytest.param(Way(first, True), id=f"{first}-spawned", marks=pytest.mark.slow))
            ways += at_night(Way(second, True), name=f"{second}-spawned")
        metafunc.parametrize("client", ways, indirect=True)


@pytest.fixture
def monorepo(tmp_path: Path) -> Path:
    """A copy of the example."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "monorepo"))


@pytest_asyncio.fixture
async def client(
    request: pytest.FixtureRequest, monorepo: Path, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Client]:
    """A client of a running server, with the example open; the server must not log an error."""
    way: Way = request.param
    async with running(capabilities_of(way.profile), monorepo, is_spawned=way.is_spawned) as started:
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
            further = await stack.enter_async_context(running(client.capabilities, monorepo, is_spawned=False))
            return Editor(further, monorepo)

        yield start


@asynccontextmanager
async def running(capabilities: types.ClientCapabilities, root: Path, *, is_spawned: bool) -> AsyncIterator[Client]:
    """Start a server and shake hands; in the end, have it shut down."""
    client = make_client()
    if is_spawned:
        await client.start_io(*COMMAND, env={**os.environ, "PYTHONPATH": str(ROOT)})
    else:
        await client.start_in_process()
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
