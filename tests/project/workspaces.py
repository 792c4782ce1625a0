"""Workspaces that the mapping table says nothing about."""

from __future__ import annotations

from collections.abc import Mapping

from tests.fixture import project
from workflow_ls.config.settings import Settings
from workflow_ls.config.table import Table
from workflow_ls.config.table_records import TargetPackage
from workflow_ls.project.workspace import Workspace
from workflow_ls.vfs.files import MemoryFiles

_NOWHERE = TargetPackage("@nowhere/x", "nowhere", "src")
NO_TABLE = Table(_NOWHERE, (_NOWHERE,), (), "nowhere/legacy", None, ())


class ChangingFiles(MemoryFiles):
    """Files in memory whose symbolic links change, too."""

    def link(self, path: str, target: str) -> None:
        """Let a symbolic link lead to `target`, or add one."""
        self.unlink(path)
        self._links[path] = target
        self._count(path, 1)

    def unlink(self, path: str) -> None:
        """Remove a symbolic link."""
        if self._links.pop(path, None) is not None:
            self._count(path, -1)

    @property
    def targets(self) -> Mapping[str, str]:
        """Where the symbolic links lead."""
        return self._links


def workspace_of(
    files: Mapping[str, str] | Mapping[str, bytes | str], links: Mapping[str, str] | None = None
) -> Workspace:
    """A workspace with the given files."""
    return Workspace(MemoryFiles({**files}, links), NO_TABLE, Settings())


def open_workspace(text: str) -> Workspace:
    """A workspace written as one text."""
    written = project(text)
    return workspace_of(written.files, written.links)
