"""The workspace root of a command line, and its paths relative to that root."""

# Paths are strings here: pathlib takes longer to import than all of this takes to run.
# ruff: noqa: PTH110, PTH112, PTH113, PTH118, PTH206, PTH208

from __future__ import annotations

import os
from collections.abc import Sequence

from workflow_ls.cli.errors import UsageError
from workflow_ls.vfs.access import failure
from workflow_ls.vfs.git.git_process import is_inside
from workflow_ls.vfs.git.linked_worktrees import linked_worktree_above
from workflow_ls.vfs.root import find_root, is_too_wide


def locate(paths: Sequence[str], root: str | None) -> tuple[str, tuple[str, ...]]:
    """The real path of the root, and the paths relative to it.

    Without `root`, the root is found from the first path.  Raises UsageError for a path that does not exist or lies
    outside the root, or in a linked work tree below it.
    """
    given = paths or ["."]
    if root is not None and not os.path.isdir(root):
        raise UsageError(f"{root}: not a directory")
    for path in given:
        _refuse_absent(path)
    base = root if root is not None else find_root(given[0])
    if not os.path.isdir(base):
        raise UsageError(f"{base}: not a directory")
    if root is None and os.path.isfile(given[0]) and is_too_wide(base):
        raise UsageError(f"{given[0]}: {base} holds much more than a project. Use --root {base} to search all of it.")
    base = as_listed(os.path.realpath(base))
    if _is_bare_repository(base):
        raise UsageError(f"{base}: a bare repository, which has no files to check. Run workflow-ls in a clone of it.")
    relative = tuple(below(base, path) for path in given)
    for path, named in zip(given, relative):
        tree = linked_worktree_above(os.path.join(base, named, ""), base)
        if tree is not None:
            raise UsageError(f"{path}: in another work tree of git, {tree}. Run workflow-ls there.")
    return base, relative


def _is_bare_repository(directory: str) -> bool:
    """Whether a directory is a repository of git without a work tree: it has what git keeps in `.git`."""
    return all(os.path.exists(os.path.join(directory, name)) for name in ("HEAD", "objects", "refs", "config"))


def _refuse_absent(path: str) -> None:
    try:
        os.lstat(path)
    except OSError as error:
        reason = failure(error)
        what = "no such file or directory" if reason is None else f"can't be read: {reason}"
        raise UsageError(f"{path}: {what}") from error


def below(root: str, path: str) -> str:
    """`path` relative to the root, with `/`; raises UsageError where it lies outside.

    The last part is not followed if it is a link: the user named the link.
    """
    parent, name = os.path.split(path.rstrip("/") or path)
    absolute = as_listed(os.path.realpath(path))
    if name not in ("", ".", ".."):
        named = as_listed(os.path.join(os.path.realpath(parent), name))
        absolute = named if is_inside(named, root) else absolute  # else it is a link that leads into the root
    if not is_inside(absolute, root):
        raise UsageError(f"{path}: outside the workspace root {root}")
    relative = os.path.relpath(absolute, root).replace(os.sep, "/")
    return "" if relative == "." else relative


def as_listed(path: str) -> str:
    """An absolute path in the letter case in which directories list it: some file systems take any.

    A search finds files as they are listed, so that a path in another case would be none of them.
    """
    found, rest = os.path.splitdrive(path)
    for name in filter(None, rest.split(os.sep)):
        parent = found + os.sep
        found = parent + _listed_name(parent, name)
    return found or path


def _listed_name(parent: str, name: str) -> str:
    other = name.swapcase()
    try:
        status = os.lstat(parent + name)
        if other == name or not os.path.samestat(status, os.lstat(parent + other)):
            return name
        listed = os.listdir(parent)
    except OSError:
        return name
    if name in listed:
        return name
    return next((each for each in listed if each.casefold() == name.casefold()), name)
