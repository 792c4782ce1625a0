"""Refuses the directories of a command line in which nothing is looked at: "no findings" in them would say nothing."""

# Paths are strings here, as in the core.
# ruff: noqa: PTH114, PTH118

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from workflow_ls.cli.errors import UsageError
from workflow_ls.printable import visible_path
from workflow_ls.project.candidate_search import is_candidate
from workflow_ls.vfs.files import CODE_EXTENSIONS, Query, is_within
from workflow_ls.vfs.searching.walk import is_excluded

if TYPE_CHECKING:
    from workflow_ls.vfs.files import Files

_NEVER = {
    ".git": "git keeps its own files there, which are no sources. Name a directory of the work tree.",
    "node_modules": "installed packages are not checked. Name the sources of a package.",
}


def refuse_unsearched(files: Files, root: str, paths: Sequence[str]) -> None:
    """Raise UsageError for a directory in which no search looks; `paths` are relative to the root."""
    for path in paths:
        if path and files.kind(path) != "file":
            reason = why_unsearched(root, path)
            if reason is not None:
                raise UsageError(f"{visible_path(path)}: {reason}")


def refuse_empty(files: Files, paths: Sequence[str], checked: Collection[str]) -> None:
    """Raise UsageError for a directory that has nothing to look at; `checked` are the files that may have findings.

    The first path with such a file needs no search, as most have one.
    """
    for path in paths:
        if not path or files.kind(path) == "file" or any(file.startswith(f"{path}/") for file in checked):
            continue
        found = files.search((Query((*CODE_EXTENSIONS, "json", "swcrc"), under=path),))
        is_hidden = any(is_within(each, path) for each in files.unreadable())  # a notice says so
        if not is_hidden and not any(map(is_candidate, found)):
            raise UsageError(
                f"{visible_path(path)}: holds no source, package.json or tsconfig.json, so there is nothing to check. "
                "Name a directory that has some, or leave the path out to check the current directory."
            )


def why_unsearched(root: str, path: str) -> str | None:
    """Why no search finds what lies at `path`, relative to the root, and what to do; None if it may."""
    for name in path.split("/"):
        if name in _NEVER:
            return _NEVER[name]
    if os.path.islink(os.path.join(root, path)):
        return "links are not followed. Name what it leads to."
    if is_excluded(root, path):
        return "git ignores it, so no search looks there. To check it all the same, repeat it: --root DIR DIR."
    return None
