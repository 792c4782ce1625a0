"""The command line and a workspace on disk, as in tests/cli, and what is parsed."""

from __future__ import annotations

import pytest

from tests.cli.conftest import cache, cli, workspace
from workflow_ls.syntax.parser import Source

__all__ = ["cache", "cli", "workspace"]


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the texts that were parsed."""
    made: list[str] = []
    tree = Source.__dict__["tree"]
    original = tree.func

    def counted(self: Source) -> object:
        made.append(self.path)
        return original(self)

    monkeypatch.setattr(tree, "func", counted)
    return made
