"""The steps of the plugin's README, word for word, with lazy.nvim itself."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.editors.conftest import directory_of, system
from tests.editors.neovim import PLUGIN, Neovim
from tests.editors.plugins import clone

README = (PLUGIN / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def lazy(nvim: Path, server: Path, tmp_path: Path) -> Neovim:
    """Neovim of a user who followed the README with lazy.nvim, and has another plugin in a folder called nvim."""
    [recipe] = re.findall(r"^\{.*dir = .*\}$", README, re.MULTILINE)
    [enable] = re.findall(r"^\*\*3\. In `init\.lua`:\*\*\n\n```lua\n(.*?)```", README, re.DOTALL | re.MULTILINE)
    manager = clone("folke/lazy.nvim", tmp_path / "lazy.nvim")
    other = tmp_path / "other" / "nvim"
    (other / "plugin").mkdir(parents=True)
    (other / "plugin" / "other.lua").write_text("vim.g.other_plugin = true\n")
    shutil.copytree(PLUGIN, tmp_path / "home" / "src" / "workflow-ls" / "editors" / "nvim")
    init = (
        f"vim.opt.rtp:prepend('{manager}')\n"
        "require('lazy').setup({\n"
        f"  {recipe},\n"
        f"  {{ dir = '{other}', lazy = false }},\n"
        "}, { rocks = { enabled = false }, change_detection = { enabled = false } })\n"
        f"{enable}"
    )
    return Neovim(nvim, tmp_path / "home", init, [directory_of(server, tmp_path), *system()], package=False)


@pytest.mark.parametrize("scenario", ["findings", "fix_file", "help"])
def test_as_the_readme_says(lazy: Neovim, monorepo: Path, scenario: str) -> None:
    lazy.run(scenario, monorepo)


def test_neither_plugin_takes_the_place_of_the_other(lazy: Neovim, monorepo: Path) -> None:
    lazy.run("lazy", monorepo)
