"""Workspaces on disk for the server's tests, written as text (see `tests/fixture.py`)."""

from __future__ import annotations

from pathlib import Path

from tests.checks import MONOREPO
from tests.fixture import project


def write(root: Path, text: str = "", *, base: str = MONOREPO) -> Path:
    """Write the base project, and the files of `text` over it, below `root`."""
    for name, data in {**project(base).files, **project(text).files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode())
    return root


def uri(root: Path, name: str) -> str:
    return (root / name).as_uri()
