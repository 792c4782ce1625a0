"""The files of the legacy tree, and new paths that differ from others in letter case only."""

from __future__ import annotations

import posixpath
from collections.abc import Collection

from workflow_ls.project.workspace import Workspace
from workflow_ls.vfs.files import Query, parents


def tree_files(workspace: Workspace) -> tuple[str, ...]:
    """All files of the legacy tree that move, documentation and assets included, without what git ignores."""
    return tuple(path for path in _files_below(workspace) if workspace.table.in_tree(path))


def staying_files(workspace: Workspace) -> tuple[str, ...]:
    """The files of the folder that stay: the table says so, or it is about another file of the folder."""
    return tuple(path for path in _files_below(workspace) if not workspace.table.in_tree(path))


def _files_below(workspace: Workspace) -> tuple[str, ...]:
    tree = workspace.table.tree
    return tuple(path for path in workspace.files.search((Query(("",), under=tree),)) if path.startswith(f"{tree}/"))


def walk_tree(workspace: Workspace, files: Collection[str]) -> tuple[list[str], list[str]]:
    """The symbolic links of the legacy tree, and what git ignores in it; `files` are those that a search found.

    What is not in the tree, since it stays, is neither.

    A directory without a found file is listed in the place of its content.
    """
    links, ignored, tree = list[str](), list[str](), workspace.table.tree
    moving = {tree, *files, *(parent for path in files for parent in parents(path))}
    todo = [tree]
    while todo:
        path = todo.pop()
        kind, is_link = workspace.files.kind(path), workspace.files.real(path) != path
        if is_link and (kind is not None or path != tree):
            links.append(path)
        elif path not in moving and _holds_files(workspace, path):
            ignored.append(path)
        elif path in moving and kind == "directory":
            todo += (posixpath.join(path, name) for name in workspace.files.entries(path))
    if any(part.is_file for part in workspace.table.parts):  # its folder is another matter
        return [path for path in links if workspace.table.in_tree(path)], []
    return sorted(links), sorted(ignored)


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


class CaseInsensitivePaths:
    """The paths in the target packages, compared as file systems do that ignore letter case."""

    def __init__(self, workspace: Workspace) -> None:
        # By case-folded path: the path, and the path in the legacy tree that moves there, "" for an existing one.
        self._known = dict[str, tuple[str, str]]()
        for package in workspace.table.packages:
            for path in workspace.files.search((Query(("",), under=package.directory),)):
                for part in (path, *parents(path)):
                    self._known.setdefault(part.casefold(), (part, ""))

    def colliding(self, old: str, new: str) -> str | None:
        """The path that differs from the new path of a file, or from a folder of it, in letter case only, or None.

        Two paths that already collide in the legacy tree do not count.
        """
        levels = list(zip((new, *parents(new)), (old, *parents(old))))
        for path, origin in levels:
            known, known_origin = self._known.get(path.casefold(), (path, origin))
            if known != path and known_origin.casefold() != origin.casefold():
                return known
        for path, origin in levels:
            self._known.setdefault(path.casefold(), (path, origin))
        return None
