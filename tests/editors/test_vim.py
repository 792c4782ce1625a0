"""The recipes for Vim, in a real Vim."""

from __future__ import annotations

import os
import pty
import re
import shutil
import subprocess
import threading
from pathlib import Path

import pytest

from tests.editors.conftest import files, system
from tests.editors.neovim import ROOT
from tests.editors.plugins import clone

SCRIPT = Path(__file__).parent / "vim" / "run.vim"
RECIPE = ROOT / "editors" / "vim" / "README.md"
EVENTS = "packages/billing/src/invoice-events.ts"
EMOJI = "packages/notifications/src/emoji-before-import.ts"


def find_vim() -> str:
    """A Vim that starts processes; skips the test where there is none."""
    vim = shutil.which("vim")
    if vim is None:
        pytest.skip("Vim is not installed: apt-get install vim-nox")
    features = subprocess.run([vim, "--version"], capture_output=True, text=True, check=False).stdout
    if not re.search(r"IMproved (9|\d\d)\.", features) or "+job" not in features or "+eval" not in features:
        pytest.skip("Vim is older than 9, or built without what plugins need: apt-get install vim-nox")
    return vim


def drive(vim: str, client: str, plugin: Path, server: Path, monorepo: Path, home: Path) -> list[str]:
    """Run the recipe of a client on a file of a workspace; returns what happened."""
    text = RECIPE.read_text(encoding="utf-8")
    section = re.search(rf"^## {client}\n.*?^```vim\n(.*?)^```$", text, re.DOTALL | re.MULTILINE | re.IGNORECASE)
    assert section is not None
    home.mkdir()
    (home / "recipe.vim").write_text(section[1], encoding="utf-8")
    steps = home / "steps"
    screen, terminal = pty.openpty()
    process = subprocess.Popen(
        [vim, "-Nu", SCRIPT, "-n", EVENTS],
        cwd=monorepo,
        env={
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "TERM": "xterm",
            "PATH": os.pathsep.join(map(str, (server.parent, *system()))),
            "PLUGIN": str(plugin),
            "RECIPE": str(home / "recipe.vim"),
            "CLIENT": client.removeprefix("vim-"),
            "STEPS": str(steps),
        },
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    )
    os.close(terminal)
    # A terminal that nobody reads stops its program.
    reader = threading.Thread(target=_read, args=(screen,))
    reader.start()
    try:
        status = process.wait(120)
    finally:
        process.kill()
        reader.join()
        os.close(screen)
    lines = steps.read_text(encoding="utf-8").splitlines() if steps.exists() else []
    assert status == 0, lines
    return lines


def _read(screen: int) -> None:
    try:
        while os.read(screen, 65536):
            pass
    except OSError:
        return  # the terminal is closed


def test_ale(server: Path, monorepo: Path, tmp_path: Path) -> None:
    vim, before = find_vim(), files(monorepo)
    lines = drive(vim, "ale", clone("dense-analysis/ale", tmp_path / "ale"), server, monorepo, tmp_path / "home")
    assert lines == ["findings", "where it went", "a fix", "findings", "the place in bytes", "a fix"]
    fixes = {EVENTS: b"/workflow/bundle/sortedJson'", EMOJI: b"/workflow/streams/eventNames'"}
    wanted = {
        path: before[path].replace(b"'@shared" + end, b"'@alga-psa" + end.replace(b"workflow", b"workflows", 1))
        for path, end in fixes.items()
    }
    assert all(wanted[path] != before[path] for path in fixes)
    assert files(monorepo) == {**before, **wanted}


def test_vim_lsp(server: Path, monorepo: Path, fixed: dict[str, bytes], tmp_path: Path) -> None:
    vim, plugin = find_vim(), clone("prabirshrestha/vim-lsp", tmp_path / "vim-lsp")
    lines = drive(vim, "vim-lsp", plugin, server, monorepo, tmp_path / "home")
    assert lines == ["findings", "the fixed file", "another fixed file"]
    after = files(monorepo)
    # Vim ends each file with a newline.
    assert {path: text.rstrip() for path, text in after.items()} == {p: text.rstrip() for p, text in fixed.items()}
