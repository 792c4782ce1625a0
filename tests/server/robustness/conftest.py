"""A server that its clients can't harm: one for many tests, and one for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.places import write
from tests.server.processes import spawn
from tests.server.raw import PUSH, RawClient

LEGACY = "import { client } from '@shared/workflow/runtime/client';\n"

FILE = "packages/a/src/a.ts"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path)


@pytest.fixture(scope="module")
def steady(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RawClient]:
    """A server that goes through many tests, since none of them may harm it."""
    with RawClient() as raw:
        raw.initialize(PUSH, write(tmp_path_factory.mktemp("steady")))
        yield raw


@pytest.fixture
def client(root: Path) -> Iterator[RawClient]:
    with RawClient() as raw:
        raw.initialize(PUSH, root)
        yield raw


@pytest.fixture
def spawned(root: Path) -> Iterator[RawClient]:
    """A client of a server in a process of its own."""
    with RawClient(spawn()) as raw:
        raw.initialize(PUSH, root)
        yield raw


def code_of(answer: dict[str, object]) -> object:
    error = answer["error"]
    assert isinstance(error, dict)
    return error["code"]
