"""The notices of each manifest and configuration, of which a look at one reads more and more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from workflow_ls.diagnostics import Notice

if TYPE_CHECKING:
    from workflow_ls.project.queries.database import Database
    from workflow_ls.project.workspace import Workspace


class NoticesByPath:
    """The notices of one workspace by path; only what was read since the last look is looked at."""

    def __init__(self) -> None:
        self._database: Database | None = None
        self._version = -1
        self._known: tuple[int, ...] = ()
        self._found: dict[str, dict[Notice, None]] = {}

    def of(self, workspace: Workspace, path: str) -> Iterable[Notice]:
        """The notices of a file, as far as manifests and configurations were read."""
        database, packages = workspace.database, workspace.packages
        if database is not self._database or database.version != self._version:
            self._database, self._version = database, database.version
            self._known, self._found = packages.count_read(), {}
            self._add(packages.notices())
        elif self._known != packages.count_read():
            known, self._known = self._known, packages.count_read()
            self._add(packages.notices_since(known))
        return sorted(self._found.get(path, ()), key=packages.order_of)

    def _add(self, notices: Iterable[Notice]) -> None:
        for notice in notices:
            self._found.setdefault(notice.path, {})[notice] = None
