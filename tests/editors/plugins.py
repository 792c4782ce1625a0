"""Plugins of editors, as their users get them: from their repositories."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

VARIABLE = "WORKFLOW_LS_EDITOR_PLUGINS"
SECONDS = 30
_late: list[str] = []


def clone(name: str, directory: Path) -> Path:
    """A checkout of `owner/name` of GitHub in a new directory; skips the test, and says why, where there is none.

    $WORKFLOW_LS_EDITOR_PLUGINS may name a folder of repositories, each in `owner+name`.
    """
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    mirror = os.environ.get(VARIABLE)
    found = next(Path(mirror, name.replace("/", "+")).glob("**/HEAD"), None) if mirror else None
    source = f"https://github.com/{name}" if found is None else str(found.parent)
    command = ["git", "clone", "--quiet", "--depth", "1", source, str(directory)]
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
    if found is None and _late:
        pytest.skip(_late[0])  # it would not answer this time either
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=SECONDS, env=environment)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"{name} can't be had: {error.stderr.strip().splitlines()[-1]}; ${VARIABLE} may name a copy")
    except subprocess.TimeoutExpired:
        _late.append(f"{name} can't be had: no answer in {SECONDS} s; ${VARIABLE} may name a copy")
        pytest.skip(_late[-1])
    return directory
