"""The recipes for Emacs, in a real Emacs with eglot, and with lsp-mode."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.editors.conftest import files
from tests.editors.neovim import ROOT

SCRIPTS = Path(__file__).parent / "emacs"
RECIPE = ROOT / "editors" / "emacs" / "README.md"
RENDER = ROOT.parent / "shared" / "monorepo" / "render.py"
EVENTS = "packages/billing/src/invoice-events.ts"


def find_emacs(library: str) -> str:
    """An Emacs with a library; skips the test where there is none."""
    emacs = shutil.which("emacs")
    if emacs is None:
        pytest.skip("Emacs is not installed: apt-get install emacs-nox elpa-eglot elpa-lsp-mode")
    installed = '(add-to-list (quote package-directory-list) "/usr/share/emacs/site-lisp/elpa")'
    command = [emacs, "-Q", "--batch", "--eval", installed, "-f", "package-initialize", "-l", library]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip(f"Emacs has no {library}: apt-get install elpa-{library}")
    return emacs


def drive(library: str, script: str, file: Path, server: Path, home: Path) -> str:
    """Run the recipe of a library on a file; returns what was said."""
    emacs = find_emacs(library)
    snippets = re.findall(r"^```elisp\n(.*?)^```$", RECIPE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    (recipe,) = (snippet for snippet in snippets if f"with-eval-after-load '{library}" in snippet)
    home.mkdir()
    (home / "recipe.el").write_text(recipe, encoding="utf-8")
    done = subprocess.run(
        [emacs, "-Q", "--batch", "-l", SCRIPTS / script],
        env={
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "PATH": os.pathsep.join((str(server.parent), os.environ["PATH"])),
            "RECIPE": str(home / "recipe.el"),
            "FILE": str(file),
        },
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.mark.parametrize(("library", "script"), [("eglot", "eglot.el"), ("lsp-mode", "lsp_mode.el")])
def test_the_example(
    library: str, script: str, server: Path, monorepo: Path, fixed: dict[str, bytes], tmp_path: Path
) -> None:
    (monorepo / ".git").mkdir()
    drive(library, script, monorepo / EVENTS, server, tmp_path / "home")
    assert files(monorepo) == fixed


def test_a_monorepo_of_real_size(server: Path, tmp_path: Path) -> None:
    if not RENDER.is_file():
        pytest.skip("the recorded monorepo is not beside the project (../shared/monorepo)")
    monorepo = tmp_path / "monorepo"
    subprocess.run([sys.executable, RENDER, monorepo, "--state", "surface", "--full"], check=True, capture_output=True)
    subprocess.run(["git", "init", "--quiet", monorepo], check=True)
    before = files(monorepo)
    wanted = shutil.copytree(monorepo, tmp_path / "wanted")
    subprocess.run([server, "fix", "--allow-dirty", "--root", wanted, wanted], check=False, capture_output=True)
    file = next(path for path in sorted(monorepo.rglob("*.ts")) if b"'@shared/workflow/" in path.read_bytes())
    output = drive("eglot", "eglot_monorepo.el", file, server, tmp_path / "home")
    after = files(monorepo)
    assert sum(after[path] != before[path] for path in before) > 100
    assert after == files(wanted), output
