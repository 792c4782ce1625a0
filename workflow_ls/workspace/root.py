"""Where a workspace starts on disk."""

from __future__ import annotations

import json
import os
from pathlib import Path

from workflow_ls.config import CONFIG_FILE


def find_root(path: Path) -> Path:
    """The workspace that a path belongs to: the nearest directory with workflow-ls.json, `.git`, or workspaces.

    Without any of them, the path itself, or the directory of a file.
    """
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links that the user named
    start = absolute if absolute.is_dir() else absolute.parent
    for directory in (start, *start.parents):
        if (directory / CONFIG_FILE).is_file() or (directory / ".git").exists() or _has_workspaces(directory):
            return directory
    return start


def _has_workspaces(directory: Path) -> bool:
    if (directory / "pnpm-workspace.yaml").is_file():
        return True
    try:
        data = json.loads((directory / "package.json").read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(data, dict) and "workspaces" in data
