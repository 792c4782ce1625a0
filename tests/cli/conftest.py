"""A workspace on disk, and the command line run in this process."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.checks import SOUND
from tests.fixture import project
from workflow_ls.cli.main import run


@dataclass
class Result:
    code: int
    out: str
    err: str


Cli = Callable[..., Result]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Runs `workflow-ls` with arguments, and optionally standard input."""

    def call(*arguments: str | Path, stdin: bytes | None = None) -> Result:
        if stdin is not None:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return call


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keeps what checks leave behind away from the user's own cache."""
    home = tmp_path_factory.mktemp("user") / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(home))
    return home / "workflow-ls"


@pytest.fixture
def workspace(tmp_path: Path) -> Callable[[str], Path]:
    """Writes the base monorepo, with the files of a project text laid over it; returns its root."""

    def write(text: str = "", *, base: str = SOUND) -> Path:
        root = tmp_path / "repo"
        for name, data in {**project(base).files, **project(text).files}.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data.encode())
        return root

    return write
