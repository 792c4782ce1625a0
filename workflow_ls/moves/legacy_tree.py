"""What lies in the legacy tree, and how that is spelled in its new place."""

from __future__ import annotations

import posixpath
from collections.abc import Collection

from workflow_ls.project.workspace import Workspace
from workflow_ls.vfs.files import Query, parents


def tree_files(workspace: Workspace) -> tuple[str, ...]:
    """All files of the legacy tree, documentation and assets included, without what git ignores."""
    tree = workspace.table.tree
    return tuple(path for path in workspace.files.search((Query(("",), under=tree),)) if path.startswith(f"{tree}/"))


def walk_tree(workspace: Workspace, files: Collection[str]) -> tuple[list[str], list[str]]:
    """What is in the legacy tree beside `files`, which a search found: symbolic links, and what git ignores.

    A directory in which nothing was found stands for all that is in it.
    """
    links, left, tree = list[str](), list[str](), workspace.table.tree
    moving = {tree, *files, *(parent for path in files for parent in parents(path))}
    todo = [tree]
    while todo:
        path = todo.pop()
        kind, is_link = workspace.files.kind(path), workspace.files.real(path) != path
        if is_link and (kind is not None or path != tree):
            links.append(path)
        elif path not in moving and _holds_files(workspace, path):
            left.append(path)
        elif path in moving and kind == "directory":
            todo += (posixpath.join(path, name) for name in workspace.files.entries(path))
    return sorted(links), sorted(left)


def _holds_files(workspace: Workspace, path: str) -> bool:
    """Whether there is a file at a path or below it, links aside."""
    todo = [path]
    while todo:
        path = todo.pop()
        if workspace.files.real(path) == path:
            if workspace.files.kind(path) == "file":
                return True
            todo += (posixpath.join(path, name) for name in workspace.files.entries(path))
    return False


class Spellings:
    """The paths in the packages that legacy modules go to, as file systems see them where capitals do not count."""

    def __init__(self, workspace: Workspace) -> None:
        # Each path with the one in the legacy tree that it comes from, "" where it is there already.
        self._known = dict[str, tuple[str, str]]()
        for package in workspace.table.packages:
            for path in workspace.files.search((Query(("",), under=package.directory),)):
                for part in (path, *parents(path)):
                    self._known.setdefault(part.casefold(), (part, ""))

    def other(self, old: str, new: str) -> str | None:
        """The path that the new path of a file, or one above it, would be mixed up with; None for none.

        Two paths that differ in capitals only in the tree, too, are no news.
        """
        levels = list(zip((new, *parents(new)), (old, *parents(old))))
        for path, origin in levels:
            known, came = self._known.get(path.casefold(), (path, origin))
            if known != path and came.casefold() != origin.casefold():
                return known
        for path, origin in levels:
            self._known.setdefault(path.casefold(), (path, origin))
        return None
