"""What a sparse checkout leaves out: files that are in git's index, and not in the tree, so that nothing is known."""

# Paths are strings here: a check from the cache imports this module.
# ruff: noqa: PTH113, PTH118

from __future__ import annotations

import os
from collections.abc import Sequence

from workflow_ls.diagnostics import Notice
from workflow_ls.vfs.git_process import first_line, git_directory, repository_of


def may_be_sparse(root: str) -> bool:
    """Whether the repository around a directory has had a sparse checkout (git-sparse-checkout(1)): it has its list.

    Nothing is opened: the `.git` of a workspace may lead anywhere.
    """
    top = repository_of(root)
    if top is None:
        return False
    own = first_line(os.path.join(top, ".git")).removeprefix("gitdir: ")  # of a linked work tree
    directories = [git_directory(top), *([os.path.join(top, own)] if own else [])]
    return any(os.path.isfile(os.path.join(directory, "info", "sparse-checkout")) for directory in directories)


def absent_files(root: str, paths: Sequence[str]) -> tuple[str, ...]:
    """The sources and configurations at or below the paths that a sparse checkout leaves out.

    It is "." alone where git does not list them.
    """
    if not may_be_sparse(root):
        return ()
    from workflow_ls.cli.errors import UsageError
    from workflow_ls.cli.transaction.git_status import conflicted_and_absent_files
    from workflow_ls.project.candidate_search import is_candidate
    from workflow_ls.vfs.files import is_within

    try:
        _, absent = conflicted_and_absent_files(root)
    except UsageError:
        return (".",)
    return tuple(path for path in absent if is_candidate(path) and any(is_within(path, named) for named in paths))


def absence_notice(absent: Sequence[str]) -> tuple[Notice, ...]:
    """One notice about all files that are left out; none without any."""
    from workflow_ls.printable import counted, listed

    if not absent:
        return ()
    if "." in absent:
        message = "a sparse checkout may leave files out, and git does not list them"
    else:
        message = f"a sparse checkout leaves {counted(len(absent), 'file')} out, which is not checked: {listed(absent)}"
        message = message.replace("which is", "which are") if absent[1:] else message
    return (Notice(".", f"{message}. Run `git sparse-checkout disable` to have all of them.", skips=True),)
