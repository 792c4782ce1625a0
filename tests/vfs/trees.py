"""Directory trees for the tests that read a disk."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

GIT = shutil.which("git")
needs_git = pytest.mark.skipif(GIT is None, reason="git is not installed")


def lay_out(root: Path, files: Mapping[str, bytes | str], links: Mapping[str, str] | None = None) -> Path:
    """Write files and symbolic links below `root`; a path that ends in `/` is an empty directory."""
    root.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        if path.endswith("/"):
            (root / path).mkdir(parents=True, exist_ok=True)
        else:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content.encode() if isinstance(content, str) else content)
    for path, target in (links or {}).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).symlink_to(target)
    return root


def git(directory: Path, *arguments: str) -> str:
    """Run git with neutral settings; returns what it prints."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"]
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(
        ["git", *identity, "-C", directory, *arguments], env=kept | settings, check=True, capture_output=True, text=True
    ).stdout


def executable(path: Path, script: str) -> Path:
    """Write a shell script that can be run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def record_spawned(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A list that gets the id of each process that a search starts."""
    started: list[int] = []
    spawn = os.posix_spawn

    def spawn_recorded(*arguments: Any, **options: Any) -> int:
        started.append(spawn(*arguments, **options))
        return started[-1]

    monkeypatch.setattr(os, "posix_spawn", spawn_recorded)
    return started


def assert_reaped(processes: list[int]) -> None:
    """None of these is a child of this process, not even one that has ended."""
    for process in processes:
        with pytest.raises(ChildProcessError):
            os.waitpid(process, os.WNOHANG)
