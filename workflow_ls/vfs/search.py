"""The search for candidate files in a directory tree: `git grep` if git is installed, otherwise a walk in Python.

Both find the same files.  A file counts if it is a regular file with a UTF-8 path, outside `node_modules` and `.git`,
and not excluded by a `.gitignore` from the top of its repository down, or by the repository's `info/exclude`.
A tracked file that is ignored is skipped too, as in ripgrep and Ruff.  The user's own ignore file is not read, so that
a check has the same result on every machine.  Symbolic links are not followed, since a target in the tree is found at
its own path.  Submodules and nested repositories are searched like other directories.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from select import select
from typing import NamedTuple

from workflow_ls.vfs.files import Query
from workflow_ls.vfs.git_process import environment, exclude_file, find_git, is_utf8, repository_of
from workflow_ls.vfs.interruption import POLL_SECONDS, checkpoint

TIMEOUT_SECONDS = 60.0  # without output of git, which reads some hundred thousand files in that time


def search(root: str, queries: Sequence[Query]) -> list[str]:
    """The files below `root` that match any of the queries: sorted paths relative to it, with `/`."""
    return start(root, queries).result()


def start(root: str, queries: Sequence[Query]) -> Search:
    """Start a search in the background, in other processes."""
    root = os.path.realpath(root)
    queries = [query for query in queries if query.endings]
    # Without posix_spawn (on Windows) the walk does the search: importing `subprocess` takes a fifth of its time.
    git = find_git(root) if hasattr(os, "posix_spawn") else None
    if git is None:
        return Search(root, "", [(query, None) for query in queries])
    top, prefix = _ignore_top(root)
    return Search(root, prefix, [(query, _spawn(git, top, prefix, query)) for query in queries])


class Grep(NamedTuple):
    """A running `git grep`: its process id, and the pipe with its output."""

    process: int
    pipe: int


class Search:
    """A running search; it ends with the first call of `result` or `cancel`."""

    def __init__(self, root: str, prefix: str, greps: Sequence[tuple[Query, Grep | None]]) -> None:
        """`greps` pairs each query with its process, whose paths start with `prefix`; None for a query for the walk."""
        self._root = root
        self._prefix = prefix
        self._greps = greps

    def result(self, on_found: Callable[[str], object] | None = None) -> list[str]:
        """The paths that match, sorted; a walk runs the queries that git could not.

        `on_found` is called with the paths that git finds, in any order, while the search continues.
        """
        found: set[str] = set()
        unanswered: list[Query] = []
        greps, self._greps = self._greps, ()
        running = [grep for _, grep in greps if grep]
        try:
            for query, grep in greps:
                paths = _finish(grep, self._prefix, on_found) if grep else None
                if grep:
                    running.remove(grep)
                if paths is None:
                    unanswered.append(query)
                else:
                    found.update(paths)
        except BaseException:  # the work of this thread is interrupted
            for grep in running:
                _kill(grep)
            raise
        if unanswered:
            from workflow_ls.vfs.walk import walk

            found.update(walk(self._root, unanswered))
        return sorted(found)

    def cancel(self) -> None:
        """Kill the processes of the search, whose result is not needed any more."""
        greps, self._greps = self._greps, ()
        for _, grep in greps:
            if grep:
                _kill(grep)


def _ignore_top(root: str) -> tuple[str, str]:
    """The directory to run git in, and the prefix of paths below `root` in its output."""
    if repository_of(root) in (None, root):
        return root, ""
    from workflow_ls.vfs.walk import ignore_top, prefix_below

    top = ignore_top(root)
    return top, prefix_below(top, root)


def _spawn(git: str, top: str, prefix: str, query: Query) -> Grep | None:
    # A line break would split a pattern in two, and an argument cannot contain a NUL.
    if any("\n" in text or "\0" in text for text in (*query.needles, *query.endings, query.under)):
        return None
    # Without a repository and configuration, git runs no other program, and does not check the owner of the files.
    isolated = {
        "GIT_DIR": os.devnull,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_COUNT": "0",
    }
    reading, writing = os.pipe()
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_DUP2, writing, 1),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
    ]
    try:
        process = os.posix_spawn(git, _arguments(top, prefix, query), environment() | isolated, file_actions=actions)
    except OSError:
        os.close(reading)
        return None
    finally:
        os.close(writing)
    return Grep(process, reading)


def _arguments(top: str, prefix: str, query: Query) -> list[bytes]:
    """The `git grep` for a query.

    The repository's `info/exclude` replaces the user's ignore file.  `--text` also searches files that contain a NUL.
    Without needles, it lists the files without a line that both contains and does not contain "x".  A plain pathspec,
    in which `*` matches slashes, takes git half of the time of `:(glob)`.
    """
    # Passing a file to a thread takes longer than reading it, which only pays with more than one idle core.
    threads = ["--threads=1"] if (os.cpu_count() or 1) <= 2 else []
    if query.needles and all(query.needles):
        patterns = ["--files-with-matches", *(part for needle in query.needles for part in ("-e", needle))]
    else:
        patterns = ["--files-without-match", "-e", "x", "--and", "--not", "-e", "x"]
    below = _escaped(prefix + (query.under + "/" if query.under else ""))
    command = [
        *("git", "-C", top, "--no-pager", "-c", f"core.excludesFile={exclude_file(top) or ''}"),
        *("grep", "--no-index", "--exclude-standard", "--no-recurse-submodules", "--no-textconv"),
        *("--text", "--null", "--no-color", "--fixed-strings", *threads),
        *patterns,
        "--",
        *(f":(top){below}*{_escaped(ending)}" for ending in query.endings),
        *(f":(top,exclude){_escaped(prefix)}{parent}node_modules/*" for parent in ("", "*/")),
    ]
    return [os.fsencode(part) for part in command]


def _escaped(text: str) -> str:
    return "".join(f"\\{character}" if character in "*?[\\" else character for character in text)


def _read(grep: Grep) -> bytes:
    """The next output; empty at the end, and after a timeout, which kills git (a pipe named .gitignore blocks it)."""
    checkpoint()
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not (ready := select([grep.pipe], (), (), POLL_SECONDS)[0]) and time.monotonic() < deadline:
        checkpoint()
    if not ready:
        os.kill(grep.process, 9)
        return b""
    return os.read(grep.pipe, 1 << 16)


def _kill(grep: Grep) -> None:
    """End a process whose output is not needed any more."""
    os.close(grep.pipe)
    try:
        os.kill(grep.process, 9)
        os.waitpid(grep.process, 0)
    except OSError:
        pass  # it has ended by itself, or this process leaves its children to the system


def _finish(grep: Grep, prefix: str, on_found: Callable[[str], object] | None = None) -> list[str] | None:
    """The paths that the process wrote, without the prefix; None if it failed."""
    found: list[str] = []
    rest = b""
    try:
        while piece := _read(grep):
            *names, rest = (rest + piece).split(b"\0")
            paths = [path[len(prefix) :] for path in map(os.fsdecode, names) if is_utf8(path)]
            found += paths
            if on_found is not None:
                for path in paths:
                    on_found(path)
        _, status = os.waitpid(grep.process, 0)
    except OSError:
        os.close(grep.pipe)
        return None
    os.close(grep.pipe)
    # The exit code 1 means no match.
    return found if os.waitstatus_to_exitcode(status) in (0, 1) else None
