"""From options to a workspace: its root, its table and settings, and the rules to run."""

# Paths are strings here: pathlib takes longer to import than all of this takes to run.
# ruff: noqa: PTH112, PTH118

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from workflow_ls.cli.errors import UsageError, unknown
from workflow_ls.config import CONFIG_FILE, Settings, load_config
from workflow_ls.mapping.table import Table, builtin_table
from workflow_ls.records import dataclass
from workflow_ls.text import LineIndex
from workflow_ls.workspace.candidates import candidate_queries
from workflow_ls.workspace.disk import DiskFiles
from workflow_ls.workspace.git import is_inside
from workflow_ls.workspace.root import find_root

if TYPE_CHECKING:
    from workflow_ls.workspace.files import Files


@dataclass(frozen=True)
class Setting:
    """What a command works on: the root, its files, and the paths asked for, relative to the root."""

    root: str
    files: DiskFiles
    table: Table
    settings: Settings
    within: tuple[str, ...]


def open_workspace(paths: Sequence[str], root: str | None, *, search: bool = True) -> Setting:
    """Find the root and load its table; `search` starts the search for candidates at once, in the background.

    Raises UsageError for a path that is not there or lies outside the root, and for a broken workflow-ls.json.
    """
    base, within = locate(paths, root)
    files = DiskFiles(base)
    table, settings = _load(files)
    if search:
        files.prefetch(candidate_queries(table))
    return Setting(base, files, table, settings, within)


def locate(paths: Sequence[str], root: str | None) -> tuple[str, tuple[str, ...]]:
    """The root's real path, and the paths relative to it; raises UsageError where one is not there, or not in it."""
    given = paths or ["."]
    for path in given:
        if not os.path.lexists(path):
            raise UsageError(f"{path}: no such file or directory")
    base = root if root is not None else find_root(given[0])
    if not os.path.isdir(base):
        raise UsageError(f"{base}: not a directory")
    base = os.path.realpath(base)
    return base, tuple(below(base, path) for path in given)


def below(root: str, path: str) -> str:
    """`path` relative to the root, with `/`; raises UsageError where it lies outside.

    The last part is not followed if it is a link: the user named the link.
    """
    parent, name = os.path.split(path.rstrip("/") or path)
    absolute = os.path.realpath(path)
    if name not in ("", ".", ".."):
        named = os.path.join(os.path.realpath(parent), name)
        absolute = named if is_inside(named, root) else absolute  # else it is a link to the root, or into it
    if not is_inside(absolute, root):
        raise UsageError(f"{path}: outside the workspace root {root}")
    relative = os.path.relpath(absolute, root).replace(os.sep, "/")
    return "" if relative == "." else relative


def _load(files: Files) -> tuple[Table, Settings]:
    table = builtin_table()
    text = files.read(CONFIG_FILE)
    if text is None:
        return table, Settings()
    from workflow_ls.rules import CODES

    config = load_config(text, base=table, rules=CODES)
    if config.problems:
        first = config.problems[0]
        line = LineIndex(text).position(first.span.start, "utf-8").line + 1
        more = f" (and {len(config.problems) - 1} more)" if config.problems[1:] else ""
        raise UsageError(f"{CONFIG_FILE}:{line}: {first.message}{more}")
    return config.table, config.settings


def selected_rules(select: Sequence[str], ignore: Sequence[str]) -> frozenset[str] | None:
    """The codes of the rules to run, from `--select` and `--ignore`; None for all.  Raises UsageError."""
    from workflow_ls.rules import CODES

    wanted, unwanted = _codes(select), _codes(ignore)
    for code in (*wanted, *unwanted):
        if code not in CODES:
            raise unknown("rule", code, CODES)
    if not wanted and not unwanted:
        return None
    return frozenset(wanted or CODES).difference(unwanted)


def _codes(options: Sequence[str]) -> list[str]:
    return [code.strip() for option in options for code in option.split(",") if code.strip()]
