"""Linked work trees of git (`git worktree add`) inside a workspace: other checkouts, and no part of it.

A linked work tree is a second checkout of the same files, often in a directory of the first (`.worktrees/x`).  It has a
file `.git`, as a submodule has; but the directory that this file names lies in the `worktrees` of a git directory, or
has a file `commondir` (gitrepository-layout(5)).
"""

# Paths are strings here: these lines run for each directory with a finding.
# ruff: noqa: PTH113, PTH118, PTH119, PTH120, PTH208

from __future__ import annotations

import os
from collections.abc import Iterator

from workflow_ls.vfs.git.git_process import first_line, is_inside, repository_of


def is_linked_worktree(directory: str) -> bool:
    """Whether an absolute directory is a linked work tree, also if git has forgotten it."""
    pointer = first_line(os.path.join(directory, ".git"))
    if not pointer.startswith("gitdir: "):
        return False
    named = os.path.join(directory, pointer[len("gitdir: ") :].strip())
    return os.path.basename(os.path.dirname(os.path.normpath(named))) == "worktrees" or os.path.isfile(
        os.path.join(named, "commondir")
    )


def linked_worktree_above(path: str, root: str) -> str | None:
    """The linked work tree below the directory `root` that contains `path`; None if there is none.

    Both are absolute.  `root` itself does not count: a linked work tree may be opened, too.
    """
    found = None
    directory = os.path.dirname(path)
    while directory != root and is_inside(directory, root):
        if is_linked_worktree(directory):
            found = directory
        directory = os.path.dirname(directory)
    return found


def known_worktrees(root: str) -> Iterator[str]:
    """The linked work trees below the directory `root` that the repository around it knows, as absolute paths."""
    top = repository_of(root)
    if top is None:
        return
    listed = os.path.join(top, ".git", "worktrees")
    try:
        names = sorted(os.listdir(listed))
    except OSError:
        return  # it has none, or is a linked work tree or a submodule itself
    for name in names:
        entry = os.path.join(listed, name)
        directory = os.path.dirname(os.path.realpath(os.path.join(entry, first_line(os.path.join(entry, "gitdir")))))
        if directory != root and is_inside(directory, root) and is_linked_worktree(directory):
            yield directory
