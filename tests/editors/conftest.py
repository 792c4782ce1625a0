"""The example monorepo, and editors."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.editors.neovim import ROOT, Neovim, find_nvim


@pytest.fixture
def monorepo(tmp_path: Path) -> Path:
    """A copy of the example."""
    return Path(shutil.copytree(ROOT / "examples" / "monorepo", tmp_path / "monorepo"))


@pytest.fixture(scope="session")
def server() -> Path:
    """The server of this environment."""
    found = shutil.which("workflow-ls", path=sysconfig.get_path("scripts"))
    if found is None:
        pytest.skip("workflow-ls is not installed in this environment: pip install --editable .")
    return Path(found)


@pytest.fixture
def fixed(monorepo: Path, server: Path, tmp_path: Path) -> dict[str, bytes]:
    """What the command line makes of the example."""
    copy = shutil.copytree(monorepo, tmp_path / "fixed")
    subprocess.run([server, "fix", "--root", copy, copy], check=False, capture_output=True)
    after = files(copy)
    assert after != files(monorepo)
    return after


@pytest.fixture(scope="session")
def nvim() -> Path:
    """Neovim 0.11 or newer."""
    found, why = find_nvim()
    if found is None:
        pytest.skip(why)
    return found


@pytest.fixture
def neovim(nvim: Path, server: Path, tmp_path: Path) -> Neovim:
    """Neovim with the plugin, and the server on PATH."""
    return Neovim(nvim, tmp_path / "home", path=[directory_of(server, tmp_path), *system()])


@pytest.fixture
def bare(nvim: Path, tmp_path: Path) -> Callable[..., Neovim]:
    """Makes a Neovim with the plugin, and with these programs on PATH only."""

    def make(*programs: Path, init: str = "vim.lsp.enable('workflow_ls')\n") -> Neovim:
        return Neovim(nvim, tmp_path / "home", init, [directory_of(program, tmp_path) for program in programs])

    return make


def files(directory: Path) -> dict[str, bytes]:
    """The content of all files, by path."""
    paths = (path for path in directory.rglob("*") if path.is_file())
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in paths}


def directory_of(program: Path, tmp_path: Path) -> Path:
    """A directory with a program, and nothing else of what lies beside it."""
    directory = tmp_path / "programs" / program.name
    directory.mkdir(parents=True)
    (directory / program.name).symlink_to(program)
    return directory


def system() -> list[Path]:
    """Where git is."""
    git = shutil.which("git", path=os.defpath)
    return [] if git is None else [Path(git).parent]
