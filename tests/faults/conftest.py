"""The command line in this process and a workspace on disk, as for the tests of the command line."""

from __future__ import annotations

from tests.cli.conftest import cache, cli, workspace

__all__ = ["cache", "cli", "workspace"]
