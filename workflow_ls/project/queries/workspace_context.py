"""What a workspace is looked at with: the mapping table, the settings, and the syntax trees that are kept."""

from __future__ import annotations

from workflow_ls.config.settings import Settings
from workflow_ls.config.table import Table
from workflow_ls.project.parsed_sources import ParsedSources


class WorkspaceContext:
    """What the queries of a workspace and of its forks share, and what no change of a file changes."""

    def __init__(self, table: Table, settings: Settings, parsed: ParsedSources) -> None:
        self.table = table
        self.settings = settings
        self.parsed = parsed
        self._exempt: dict[str, bool] = {}

    def is_exempt(self, path: str) -> bool:
        """Whether the table counts a file as documentation, or the settings ignore it."""
        if path not in self._exempt:
            self._exempt[path] = self.table.is_doc(path) or self.settings.ignores(path)
        return self._exempt[path]
