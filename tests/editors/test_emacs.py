"""The recipe for Emacs, in a real Emacs with eglot."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.editors.conftest import files
from tests.editors.neovim import ROOT

SCRIPT = Path(__file__).parent / "emacs" / "eglot.el"
RECIPE = ROOT / "editors" / "emacs" / "README.md"


def test_eglot(server: Path, monorepo: Path, fixed: dict[str, bytes], tmp_path: Path) -> None:
    emacs = shutil.which("emacs")
    if emacs is None:
        pytest.skip("Emacs is not installed: apt-get install emacs-nox elpa-eglot")
    found = [
        emacs,
        "-Q",
        "--batch",
        "--eval",
        '(add-to-list (quote package-directory-list) "/usr/share/emacs/site-lisp/elpa")',
    ]
    has_eglot = subprocess.run([*found, "-f", "package-initialize", "-l", "eglot"], capture_output=True, check=False)
    if has_eglot.returncode != 0:
        pytest.skip("Emacs has no eglot: apt-get install elpa-eglot")
    snippet = re.search(r"^```elisp\n(.*?)^```$", RECIPE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert snippet is not None
    (tmp_path / "recipe.el").write_text(snippet[1], encoding="utf-8")
    (monorepo / ".git").mkdir()
    done = subprocess.run(
        [emacs, "-Q", "--batch", "-l", SCRIPT],
        env={
            "HOME": str(tmp_path),
            "LANG": "C.UTF-8",
            "PATH": os.pathsep.join((str(server.parent), os.environ["PATH"])),
            "RECIPE": str(tmp_path / "recipe.el"),
            "FILE": str(monorepo / "packages/billing/src/invoice-events.ts"),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert files(monorepo) == fixed
