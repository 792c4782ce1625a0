"""What a user of Neovim sees, in a real terminal; makes the pictures of the plugin's README.

With WORKFLOW_LS_PICTURES set, they are written into editors/nvim.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editors.neovim import PLUGIN, Neovim
from tests.editors.terminal import Terminal, picture, terminal

INIT = """
vim.lsp.enable('workflow_ls')
vim.o.termguicolors = true
vim.o.background = 'dark'
vim.o.number = true
vim.o.winborder = 'rounded'
"""


MADE = "WORKFLOW_LS_PICTURES" in os.environ


def lacking(what: str) -> None:
    """Skip the test; but a picture that is wanted and not made is a failure, or the old one would stay unnoticed."""
    (pytest.fail if MADE else pytest.skip)(what)


@pytest.fixture
def shown(nvim: Path, server: Path, monorepo: Path, tmp_path: Path) -> Iterator[Terminal]:
    """Neovim in a terminal, with a file of the example."""
    if shutil.which("tmux") is None:
        lacking("tmux is not installed")
    neovim = Neovim(nvim, tmp_path / "home", INIT, [server.parent, Path("/usr/bin"), Path("/bin")])
    command = [str(nvim), "packages/billing/src/invoice-events.ts"]
    with terminal(command, monorepo, neovim.environment, tmp_path / "tmux") as shown:
        yield shown


def save(screen: Terminal, name: str, title: str) -> None:
    if importlib.util.find_spec("rich") is None:
        lacking("the picture needs rich: pip install rich")
    svg = picture(screen.screen(colours=True), title)
    assert "line-through" in svg or name != "hover", "nothing is struck through"
    assert "http" not in svg.replace("http://www.w3.org", "").replace("https://www.textualize.io", "")
    if MADE:
        (PLUGIN / f"{name}.svg").write_text(svg, encoding="utf-8")


def test_hover(shown: Terminal) -> None:
    shown.wait("openTasks", "W ")
    shown.type(":8", "Enter", "f@", "K")
    shown.wait("verified", "@alga-psa/workflows/persistence", "Imports")
    save(shown, "hover", "K: where it went")


def test_status(shown: Terminal) -> None:
    shown.wait("openTasks", "W ")
    shown.type(":WorkflowFixWorkspace", "Enter")
    shown.wait("(:wall saves)")
    shown.type(":WorkflowStatus", "Enter")
    shown.wait("Workflow imports: ")
    shown.type("4G", "zt")  # errors come first, and fill the window
    shown.wait("can't be rewritten yet")
    save(shown, "status", ":WorkflowStatus")


def test_fix_workspace(shown: Terminal) -> None:
    shown.wait("openTasks", "W ")
    shown.type(":WorkflowFixWorkspace", "Enter")
    shown.wait("(:wall saves)", "'@alga-psa/workflows/persistence'")
    assert "Press ENTER" not in shown.screen()
