"""Node, the TypeScript compiler and a corpus of sources for the conformance tests, installed when first needed."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest

PROJECT = Path(__file__).parent
_MODULES = PROJECT / "node_modules"
_CORPUS = _MODULES / ".corpus"
_BATCH = 20
_INSTALL = ("install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock")


def run_node(script: str, stdin: object) -> Any:
    """What a script beside this file answers, as JSON, to a question, as JSON."""
    node = find_program("node")
    result = subprocess.run(
        [node, str(PROJECT / script)], input=json.dumps(stdin).encode(), capture_output=True, check=False, cwd=PROJECT
    )
    assert result.returncode == 0, result.stderr.decode()
    return json.loads(result.stdout)


def install(project: Path = PROJECT, *options: str) -> Path:
    """A directory, this one if none is given, with the dependencies that its `package.json` lists.

    `options` are further options of `npm install`.
    """
    wanted = json.loads((project / "package.json").read_text())["dependencies"]
    stamp = project / "node_modules/.workflow-ls.json"
    with _alone():
        if not stamp.exists() or json.loads(stamp.read_text()) != wanted:
            _npm(*_INSTALL, *options, cwd=project)
            stamp.write_text(json.dumps(wanted))
    return project


def packages(*lists: str) -> list[str]:
    """The packages of these lists of the corpus, as `name@version`: "corpus" is for each test run, the others say."""
    manifest = json.loads((PROJECT / "package.json").read_text())
    return sorted(package for each in lists for package in manifest[each])


def corpus(*lists: str) -> Path:
    """A directory with the packages of these lists: `name@version` is the content of one, without dependencies."""
    with _alone():
        _fetch([package for package in packages(*lists) if not (_CORPUS / package).exists()])
    return _CORPUS


def _fetch(missing: list[str]) -> None:
    while missing:
        batch, missing = missing[:_BATCH], missing[_BATCH:]
        _CORPUS.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=_CORPUS) as scratch:
            for packed in json.loads(_npm("pack", "--json", *batch, cwd=Path(scratch))):
                with tarfile.open(Path(scratch) / packed["filename"]) as archive:
                    unpacked = Path(scratch) / packed["shasum"]
                    archive.extractall(unpacked, filter="data")
                target = _CORPUS / f"{packed['name']}@{packed['version']}"
                target.parent.mkdir(exist_ok=True)
                # The one directory in an archive is mostly called "package", but not always.
                next(unpacked.iterdir()).rename(target)


@contextmanager
def _alone() -> Iterator[None]:
    """Keeps the other processes of the same test run from installing at the same time."""
    _MODULES.mkdir(exist_ok=True)
    with (_MODULES / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _npm(*arguments: str, cwd: Path) -> str:
    # A log level above warnings: npm's notices about itself are no part of an answer.
    command = [find_program("npm"), *arguments, "--loglevel=error"]
    result = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        _give_up(f"npm {arguments[0]} failed: {result.stderr.strip()[-500:]}")
    return result.stdout


def find_program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        _give_up(f"{name} is not installed")
    return path


def _give_up(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
