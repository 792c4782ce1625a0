"""A repository for the copy of a tree: commands that look at git's history and status find the same as in the tree.

It is a repository of its own that reads the objects of the original (gitrepository-layout(5), "alternates").  Unlike a
linked work tree (`git worktree`), it leaves no entry in the original, and whatever a command does to it, such as a
commit or a stash, stays in the copy.
"""

# Paths are strings here, as in the core.
# ruff: noqa: PTH103, PTH118, PTH123

from __future__ import annotations

import os
import shutil

from workflow_ls.cli.transaction.git_status import run_git
from workflow_ls.vfs.git.git_process import exclude_file, find_git


def copy_repository(root: str, copy: str) -> None:
    """Give the copy the history, the branches and the index of HEAD of the repository at `root`, if there is one.

    There is none in the copy where git is not installed, and where it can't read the original.
    """
    git = find_git(root) if os.path.lexists(os.path.join(root, ".git")) else None
    if git is None:
        return
    try:
        _link_repository(git, root, copy)
    except _GitFailedError:
        shutil.rmtree(os.path.join(copy, ".git"), ignore_errors=True)


class _GitFailedError(Exception):
    """git answered with an error."""


def _link_repository(git: str, root: str, copy: str) -> None:
    commit = _answer(git, root, "rev-parse", "--verify", "-q", "HEAD")
    objects, shallow = (
        os.path.join(os.fsencode(root), _answer(git, root, "rev-parse", "--git-path", name))
        for name in ("objects", "shallow")
    )
    references = _answer(git, root, "for-each-ref", "--format=%(objectname) %(refname)")
    branch = run_git(git, root, ["symbolic-ref", "-q", "HEAD"]).stdout.strip()
    kind = os.fsdecode(_answer(git, root, "rev-parse", "--show-object-format"))
    # Without a template there are no hooks.
    _answer(git, copy, "init", "-q", "--template=", f"--object-format={kind}")
    own = os.path.join(copy, ".git")
    _write(own, "objects/info/alternates", objects + b"\n")
    _write(own, "packed-refs", references + b"\n" if references else b"")
    _write(own, "HEAD", b"ref: " + branch + b"\n" if branch else commit + b"\n")
    if os.path.exists(shallow):  # noqa: PTH110 - as above
        shutil.copyfile(shallow, os.path.join(os.fsencode(own), b"shallow"))
    excluded = exclude_file(root)
    if excluded is not None:
        os.makedirs(os.path.join(own, "info"), exist_ok=True)
        shutil.copyfile(excluded, os.path.join(own, "info", "exclude"))
    _answer(git, copy, "read-tree", "HEAD")


def _answer(git: str, directory: str, *arguments: str) -> bytes:
    """What git prints, without the line break at the end."""
    answer = run_git(git, directory, arguments)
    if answer.returncode != 0:
        raise _GitFailedError
    return answer.stdout.removesuffix(b"\n")


def _write(directory: str, name: str, content: bytes) -> None:
    path = os.path.join(directory, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH120 - as above
    with open(path, "wb") as file:
        file.write(content)
