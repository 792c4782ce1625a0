"""A spawned server over a copy of the example monorepo, as two clients see it.

VS Code names no encoding, hence UTF-16, and has diagnostics pushed; Neovim takes UTF-8 and pulls them.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
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
    folder = types.WorkspaceFolder(monorepo.as_uri(), "monorepo")
    capabilities = client_capabilities(request.param)
    params = types.InitializeParams(capabilities=capabilities, root_uri=folder.uri, workspace_folders=[folder])
    lsp_client.answer = await lsp_client.initialize_session(params)
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def editor(client: Client, monorepo: Path) -> Editor:
    """An editor with the example open."""
    return Editor(client, monorepo)
