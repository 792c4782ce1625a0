"""What identifies the state of the tool: what one state has kept, another does not believe."""

# Paths are strings here: pathlib takes longer to import than an answer from the cache takes.
# ruff: noqa: PTH116, PTH120

from __future__ import annotations

import os
import sys
from functools import cache
from importlib.machinery import PathFinder

import workflow_ls


def tool_state() -> list[object]:
    """What identifies the state of the tool, also during its development: its version, Python's, and its files."""
    if hasattr(sys, "frozen"):  # the program whole holds all modules
        return [workflow_ls.__version__, sys.version, _state(sys.executable, os.stat(sys.executable))]
    files = [*_sources(os.path.dirname(workflow_ls.__file__))]
    for name in ("tree_sitter", "tree_sitter_typescript"):
        spec = PathFinder.find_spec(name)
        files += [] if spec is None or spec.origin is None else _sources(os.path.dirname(spec.origin))
    return [workflow_ls.__version__, sys.version, *sorted(files)]


@cache
def first_tool_state() -> list[object]:
    """The state of the tool when this process looked first, before most of its modules were imported.

    It is that of what runs: an update of the files of a process that runs changes nothing that it does.
    """
    return tool_state()


def _sources(directory: str) -> list[list[object]]:
    sources: list[list[object]] = []
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                sources += _sources(entry.path) if entry.name != "__pycache__" else ()
            else:
                sources.append(_state(entry.path, entry.stat()))
    return sources


def _state(path: str, status: os.stat_result) -> list[object]:
    return [path, status.st_size, status.st_mtime_ns, status.st_ino]
