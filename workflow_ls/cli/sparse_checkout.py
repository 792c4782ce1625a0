"""What is in git's index and not in the tree, so that nothing is known of it.

A sparse checkout leaves files out, and a plain clone the files of submodules.
"""

# Paths are strings here: a check from the cache imports this module.
# ruff: noqa: PTH113, PTH118

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence

from workflow_ls.diagnostics import Notice
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.vfs.git.git_process import first_line, git_directory, read_plain, repository_of

_SUBMODULE = compile_on_use(rb"^[ \t]*path[ \t]*=[ \t]*\"?(?P<path>[^\"\r\n]*[^\"\s])\"?[ \t\r]*$", re.MULTILINE)
_LARGEST = 1_000_000  # bytes of a .gitmodules
_DEEPEST = 8  # submodules in submodules


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


def may_lack_files(root: str) -> bool:
    """Whether a sparse checkout or a submodule that is not checked out may leave files of a workspace out."""
    return may_be_sparse(root) or any(True for _ in _empty_submodules(root))


def _empty_submodules(root: str) -> Iterator[str]:
    """The directories of submodules at or below a directory, relative to it, in which there is nothing.

    These are the paths of .gitmodules, which may name some that are gone from the index.
    """
    directories = [(repository_of(root), 0)]
    while directories:
        top, depth = directories.pop()
        listed = None if top is None else read_plain(os.path.join(top, ".gitmodules"), _LARGEST)
        for match in _SUBMODULE.finditer(listed or b""):
            directory = os.path.normpath(os.path.join(top or "", os.fsdecode(match["path"])))
            relative = os.path.relpath(directory, root).replace(os.sep, "/")
            if relative.startswith("../") or relative in (".", ".."):
                continue
            if is_empty(directory):
                yield relative
            elif depth < _DEEPEST:
                directories.append((directory, depth + 1))


def is_empty(directory: str) -> bool:
    """Whether there is nothing in a directory, or no directory."""
    try:
        with os.scandir(directory) as entries:
            return next(entries, None) is None
    except NotADirectoryError:
        return False
    except OSError:
        return not os.path.lexists(directory)


def absent_files(root: str, paths: Sequence[str]) -> tuple[str, ...]:
    """The sources and configurations at or below the paths that a sparse checkout leaves out, and absent submodules.

    A submodule is the path of its directory, with a slash at its end.  The first path is "." where git lists no files.
    """
    from workflow_ls.vfs.files import is_within

    submodules = (
        f"{path}/"
        for path in absent_submodules(root)
        if any(is_within(path, named) or is_within(named, path) for named in paths)
    )
    return (*_left_out(root, paths), *submodules)


def absent_submodules(root: str) -> tuple[str, ...]:
    """The directories of submodules at or below a directory, relative to it, that are in the index and have no files.

    Where git lists no index, these are all that .gitmodules names.
    """
    empty = tuple(dict.fromkeys(_empty_submodules(root)))
    if not empty:
        return ()
    from workflow_ls.cli.transaction.git_status import linked_commits

    linked = linked_commits(root)
    # What lies in another submodule is in the index of that.
    return tuple(
        path
        for path in empty
        if linked is None or path in linked or any(path.startswith(f"{other}/") for other in linked)
    )


def _left_out(root: str, paths: Sequence[str]) -> tuple[str, ...]:
    """What a sparse checkout leaves out; "." alone where git does not list it."""
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
    """One notice about all files that are left out, and one about all submodules; none without any."""
    files = [path for path in absent if not path.endswith("/")]
    submodules = [path for path in absent if path.endswith("/")]
    return (*_sparse_notice(files), *_submodule_notice(submodules))


def _submodule_notice(absent: Sequence[str]) -> tuple[Notice, ...]:
    from workflow_ls.printable import counted, listed

    if not absent:
        return ()
    is_, it = ("are", "them") if absent[1:] else ("is", "it")
    names = listed([path.rstrip("/") for path in absent])
    message = f"{counted(len(absent), 'submodule')} {is_} not checked out, so nothing of {it} was looked at: {names}"
    return (Notice(".", f"{message}. Run `git submodule update --init --recursive` to have all files.", skips=True),)


def _sparse_notice(absent: Sequence[str]) -> tuple[Notice, ...]:
    from workflow_ls.printable import counted, listed

    if not absent:
        return ()
    if "." in absent:
        message = "a sparse checkout may leave files out, and git does not list them"
    else:
        message = f"a sparse checkout leaves {counted(len(absent), 'file')} out, which is not checked: {listed(absent)}"
        message = message.replace("which is", "which are") if absent[1:] else message
    return (Notice(".", f"{message}. Run `git sparse-checkout disable` to have all of them.", skips=True),)
