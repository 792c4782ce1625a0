"""The search for candidate files in a directory tree: `git grep` if git is installed, otherwise a walk in Python.

Both find the same files.  A file counts if it is a regular file with a UTF-8 path, outside `node_modules` and `.git`,
and not excluded by a `.gitignore` from the top of its repository down, or by the repository's `info/exclude`.
A tracked file that is ignored is skipped too, as in ripgrep and Ruff.  The user's own ignore file is not read, so that
a check has the same result on every machine.  Symbolic links are not followed, since a target in the tree is found at
its own path.  Submodules and nested repositories are searched like other directories, but linked work trees are not:
each is another checkout of the same files, and a workspace of its own.

The walk also answers where git can't be trusted: it does not start, fails, hangs, complains, or finds nothing without
its own record of that search (`GIT_TRACE2_EVENT`, since 2.22): a stub, or a program around git, has none.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterator, Sequence

from workflow_ls.vfs.access import first_bytes
from workflow_ls.vfs.files import MARKS, Query, encoded_needles
from workflow_ls.vfs.git.git_process import NOT_UTF8, find_git, is_utf8, repository_of, shown_path
from workflow_ls.vfs.git.linked_worktrees import is_linked_worktree
from workflow_ls.vfs.searching.git_grep import GitGrep, has_needles, start_grep

_LONGEST_NAME = 1 << 16  # bytes of a path; systems allow less
_BEGINNING = 1 << 20  # bytes
_PAUSE_SECONDS = 600.0  # without git in a directory where it hung

_hung = dict[tuple[str, str], float]()
"""When git may be tried again in a directory where it hung: each further search would wait as long for nothing."""


def search(root: str, queries: Sequence[Query]) -> list[str]:
    """The files below `root` that match any of the queries: sorted paths relative to it, with `/`."""
    return start(root, queries).result()


def start(root: str, queries: Sequence[Query]) -> Search:
    """Start a search in the background, in other processes."""
    root = os.path.realpath(root)
    queries = [query for query in queries if query.endings]
    # Without posix_spawn (on Windows) the walk does the search: importing `subprocess` takes a fifth of its time.
    git = find_git(root) if hasattr(os, "posix_spawn") else None
    if git is None or time.monotonic() < _hung.get((git, root), 0):
        return Search(root, "", "", [(query, None) for query in queries])
    top, prefix = _ignore_top(root)
    return Search(root, git, prefix, [(query, start_grep(git, top, prefix, query)) for query in queries])


class Search:
    """A running search; it ends with the first call of `result` or `cancel`.

    `unreadable` has what could not be looked at, once there is a result: paths ("." for the root), each with the
    reason.
    """

    def __init__(self, root: str, git: str, prefix: str, greps: Sequence[tuple[Query, GitGrep | None]]) -> None:
        """`greps` pairs each query with its `git`, whose paths start with `prefix`; None for a query for the walk."""
        self._root = root
        self._git = git
        self._prefix = prefix
        self._greps = greps
        self._elsewhere: dict[str, bool] = {"": False}  # whether each directory lies in a linked work tree
        self.unreadable: dict[str, str] = {}

    def result(self, on_found: Callable[[str], object] | None = None) -> list[str]:
        """The paths that match, sorted; a walk runs the queries that git could not.

        `on_found` is called with the paths that git finds, in any order, while the search continues.
        """
        found: set[str] = set()
        unanswered: list[Query] = []
        has_failed = False
        while self._greps:
            (query, grep), *self._greps = self._greps
            if grep is not None and has_failed:
                grep.end(kill=True)  # git would fail again, or hang for as long
            paths = None if grep is None or has_failed else self._finish(grep, query, on_found)
            has_failed |= grep is not None and paths is None
            if grep is not None and grep.hung:
                _hung[self._git, self._root] = time.monotonic() + _PAUSE_SECONDS
            if paths is None:
                unanswered.append(query)
            else:
                found.update(paths)
        if unanswered:
            from workflow_ls.vfs.searching.walk import walk

            found.update(walk(self._root, unanswered, self.unreadable))
        return sorted(found)

    def cancel(self) -> None:
        """Kill the processes of the search, whose result is not needed any more."""
        greps, self._greps = self._greps, ()
        for _, grep in greps:
            if grep:
                grep.end(kill=True)

    def _finish(self, grep: GitGrep, query: Query, on_found: Callable[[str], object] | None) -> Collection[str] | None:
        """The paths that the process wrote, without the prefix; None if it failed, or wrote anything else."""
        found = dict[str, None]()
        rest, skipped, is_strange, is_silent = b"", len(self._prefix), False, True
        for piece in self._pieces_of(grep):
            *names, rest = (rest + (piece or b"")).split(b"\0")
            decoded = [*map(os.fsdecode, names)]
            is_silent &= not names
            if piece is None or len(rest) > _LONGEST_NAME or not all(name.endswith(query.endings) for name in decoded):
                grep.end(kill=True)
                return None
            for path in (name[skipped:] for name in decoded):
                if not is_utf8(path):
                    self.unreadable[shown_path(path)] = NOT_UTF8
                elif not os.path.lexists(f"{self._root}/{path}"):
                    is_strange = True  # unless it was deleted meanwhile
                elif path not in found and not self._is_elsewhere(path) and self._is_hit(path, query):
                    found[path] = None
                    if on_found is not None:
                        on_found(path)
        code = grep.end()
        # The exit code 1 means no match.
        if rest or (is_strange and not found) or code != int(is_silent) or (is_silent and not grep.has_searched()):
            return None
        return found

    def _is_hit(self, path: str, query: Query) -> bool:
        """Whether a file that git found has a needle, and not only the bytes that mark a text in UTF-16."""
        if not has_needles(query):
            return True
        absolute = f"{self._root}/{path}"
        # The bytes of the mark may be anywhere in an image, or in a video (.ts).  What lacks them has a needle.
        beginning = first_bytes(absolute, _BEGINNING)
        is_plain, is_whole = not any(mark in beginning for mark in MARKS), len(beginning) < _BEGINNING
        if is_plain and (is_whole or any(each in beginning for each in encoded_needles(query.needles, b""))):
            return True
        from workflow_ls.vfs.searching.walk import file_holds_any

        try:
            return file_holds_any(absolute, query.needles)
        except OSError:
            return True  # the reader of the file reports that

    def _pieces_of(self, grep: GitGrep) -> Iterator[bytes | None]:
        """The output of git; where the work of this thread is interrupted, all processes of the search end."""
        try:
            yield from grep.pieces()
        except GeneratorExit:
            raise
        except BaseException:
            grep.end(kill=True)
            self.cancel()
            raise

    def _is_elsewhere(self, path: str) -> bool:
        """Whether a file lies in a linked work tree."""
        directory = path.rpartition("/")[0]
        known, elsewhere = directory, self._elsewhere
        unknown = list[str]()
        while known not in elsewhere:
            unknown.append(known)
            known = known.rpartition("/")[0]
        for below in reversed(unknown):
            elsewhere[below] = elsewhere[known] or is_linked_worktree(f"{self._root}/{below}")
            known = below
        return elsewhere[directory]


def _ignore_top(root: str) -> tuple[str, str]:
    """The directory to run git in, and the prefix of paths below `root` in its output."""
    if repository_of(root) in (None, root):
        return root, ""
    from workflow_ls.vfs.searching.walk import ignore_top, prefix_below

    top = ignore_top(root)
    return top, prefix_below(top, root)
