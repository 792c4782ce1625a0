from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance import node
from tests.conformance.node import run_node
from tests.strategies import NIGHTLY

__all__ = ["corpus", "node_project", "run_node"]


@pytest.fixture(scope="session")
def node_project() -> Path:
    """This directory, with the TypeScript compiler installed beside its scripts."""
    return node.install()


@pytest.fixture(scope="session")
def corpus(node_project: Path) -> Path:  # noqa: ARG001
    """A directory of sources that packages ship."""
    return node.corpus("corpus", *(["nightly"] if NIGHTLY else []))
