"""The search for candidate files in a directory tree: `git grep` if git is installed, otherwise a walk in Python.

Both find the same files.  A file counts if it is a regular file with a UTF-8 path, outside `node_modules` and `.git`,
and not excluded by a `.gitignore` from the top of its repository down, or by the repository's `info/exclude`.
A tracked file that is ignored is skipped too, as in ripgrep and Ruff.  The user's own ignore file is not read, so that
a check has the same result on every machine.  Symbolic links are not followed, since a target in the tree is found at
its own path.  Submodules and nested repositories are searched like other directories, but linked work trees are not:
each is another checkout of the same files, and a workspace of its own.

The walk also answers where git can't be trusted: it does not start, fails, hangs, complains, or finds nothing without
its own record of that search (`GIT_TRACE2_EVENT`, since 2.22): a stub, or a program around git, has none.

A needle in UTF-16 counts where the file is marked as UTF-16.  No argument of git can hold the zeros of that needle, so
the command names the mark.
"""

from __future__ import annotations

import json
import os
import select
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from workflow_ls.vfs.access import first_bytes
from workflow_ls.vfs.files import MARKS, Query, is_utf16
from workflow_ls.vfs.git.git_process import (
    NOT_UTF8,
    environment,
    exclude_file,
    find_git,
    is_utf8,
    repository_of,
    shown_path,
)
from workflow_ls.vfs.git.linked_worktrees import is_linked_worktree, known_worktrees
from workflow_ls.vfs.interruption import POLL_SECONDS, checkpoint

TIMEOUT_SECONDS = 20.0  # without output of git, which reads some ten thousand files in that time
_LONGEST_NAME = 1 << 16  # bytes of a path; systems allow less
_LONGEST_RECORD = 1 << 20  # bytes of a line, in which git repeats its arguments
_BEGINNING = 1 << 13  # bytes
_EVENT = b'{"event":"'  # how a line begins in which git says what it does


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
    """A running `git grep`: its process id, the pipes with its output and its complaints, and its arguments.

    `record` gets the lines in which git says what it does.
    """

    process: int
    pipe: int
    complaints: int
    arguments: Sequence[bytes]
    record: list[bytes]


class Search:
    """A running search; it ends with the first call of `result` or `cancel`.

    `unreadable` has what could not be looked at, once there is a result: paths ("." for the root), each with the
    reason.
    """

    def __init__(self, root: str, prefix: str, greps: Sequence[tuple[Query, Grep | None]]) -> None:
        """`greps` pairs each query with its process, whose paths start with `prefix`; None for a query for the walk."""
        self._root = root
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
                _end(grep, kill=True)  # git would fail again, or hang for as long
            paths = None if grep is None or has_failed else self._finish(grep, query, on_found)
            has_failed |= grep is not None and paths is None
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
                _end(grep, kill=True)

    def _finish(self, grep: Grep, query: Query, on_found: Callable[[str], object] | None) -> Collection[str] | None:
        """The paths that the process wrote, without the prefix; None if it failed, or wrote anything else."""
        found = dict[str, None]()
        rest, skipped, is_strange, is_silent = b"", len(self._prefix), False, True
        for piece in self._pieces_of(grep):
            *names, rest = (rest + (piece or b"")).split(b"\0")
            decoded = [*map(os.fsdecode, names)]
            is_silent &= not names
            if piece is None or len(rest) > _LONGEST_NAME or not all(name.endswith(query.endings) for name in decoded):
                _end(grep, kill=True)
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
        code = _end(grep)
        # The exit code 1 means no match.
        if rest or (is_strange and not found) or code != int(is_silent) or (is_silent and not _has_searched(grep)):
            return None
        return found

    def _is_hit(self, path: str, query: Query) -> bool:
        """Whether a file that git found has a needle, and not only the bytes that mark a text in UTF-16."""
        if not _has_needles(query):
            return True
        absolute = f"{self._root}/{path}"
        # Most files import at their beginning.  The bytes of the mark may be anywhere in an image, or in a video (.ts).
        beginning = first_bytes(absolute, _BEGINNING)
        if not is_utf16(beginning) and any(os.fsencode(needle) in beginning for needle in query.needles):
            return True
        from workflow_ls.vfs.searching.walk import file_holds_any

        try:
            return file_holds_any(absolute, query.needles)
        except OSError:
            return True  # the reader of the file reports that

    def _pieces_of(self, grep: Grep) -> Iterator[bytes | None]:
        """As `_pieces`; where the work of this thread is interrupted, all processes of the search end."""
        try:
            yield from _pieces(grep)
        except GeneratorExit:
            raise
        except BaseException:
            _end(grep, kill=True)
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
        "GIT_TRACE2_EVENT": "2",  # to standard error
    }
    descriptors = list[int]()
    try:
        descriptors += (*os.pipe(), *os.pipe())
        os.close(os.dup(descriptors[0]))  # one has to be left for the files that are read meanwhile
        reading, writing, complaints, complaining = descriptors
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_DUP2, writing, 1),
            (os.POSIX_SPAWN_DUP2, complaining, 2),
        ]
        arguments = _arguments(top, prefix, query)
        process = os.posix_spawn(git, arguments, environment() | isolated, file_actions=actions)
    except OSError:  # git does not start, or there are too many open files, or too long a command
        for descriptor in descriptors:
            os.close(descriptor)
        return None
    os.close(writing)
    os.close(complaining)
    return Grep(process, reading, complaints, arguments, [])


def _arguments(top: str, prefix: str, query: Query) -> list[bytes]:
    """The `git grep` for a query.

    The repository's `info/exclude` replaces the user's ignore file.  `--text` also searches files that contain a NUL.
    Without needles, it lists the files without a line that both contains and does not contain "x".  A plain pathspec,
    in which `*` matches slashes, takes git half of the time of `:(glob)`.
    """
    # Passing a file to a thread takes longer than reading it, which only pays with more than one idle core.
    threads = ["--threads=1"] if (os.cpu_count() or 1) <= 2 else []
    if _has_needles(query):
        needles = (*query.needles, *map(os.fsdecode, MARKS))
        patterns = ["--files-with-matches", *(part for needle in needles for part in ("-e", needle))]
    else:
        patterns = ["--files-without-match", "-e", "x", "--and", "--not", "-e", "x"]
    below = _escaped(prefix + (query.under + "/" if query.under else ""))
    command = [
        *("git", "-C", top, "--no-pager", "-c", f"core.excludesFile={exclude_file(top) or ''}"),
        *("-c", "core.attributesFile="),
        *("grep", "--no-index", "--exclude-standard", "--no-recurse-submodules", "--no-textconv"),
        *("--text", "--null", "--no-color", "--fixed-strings", *threads),
        *patterns,
        "--",
        *(f":(top){below}*{_escaped(ending)}" for ending in query.endings),
        *(f":(top,exclude){_escaped(prefix)}{parent}node_modules/*" for parent in ("", "*/")),
        *(f":(top,exclude){_escaped(tree)}/*" for tree in _worktrees_to_skip(top, prefix)),
    ]
    return [os.fsencode(part) for part in command]


def _has_needles(query: Query) -> bool:
    return bool(query.needles) and all(query.needles)


def _escaped(text: str) -> str:
    return "".join(f"\\{character}" if character in "*?[\\" else character for character in text)


def _worktrees_to_skip(top: str, prefix: str) -> list[str]:
    """The linked work trees below the root, relative to the top: copies of the repository, whose search takes long."""
    root = f"{top}/{prefix}".rstrip("/")
    return [os.path.relpath(tree, top).replace(os.sep, "/") for tree in known_worktrees(root)]


def _pieces(grep: Grep) -> Iterator[bytes | None]:
    """The output of git until its end.

    The last piece is None where git writes nothing for too long (a pipe named .gitignore blocks it), or complains: it
    has not read everything then.
    """
    poll = select.poll()  # `select` takes no descriptor above 1023
    for pipe in (grep.pipe, grep.complaints):
        poll.register(pipe, select.POLLIN | select.POLLHUP)
    still_open, complaint = 2, b""
    while still_open:
        deadline = time.monotonic() + TIMEOUT_SECONDS
        checkpoint()
        while not (ready := [pipe for pipe, _ in poll.poll(POLL_SECONDS * 1000)]) and time.monotonic() < deadline:
            checkpoint()
        if not ready:
            yield None
        for pipe in ready:
            piece = os.read(pipe, 1 << 16)
            if not piece:
                poll.unregister(pipe)
                still_open -= 1
            elif pipe == grep.pipe:
                yield piece
            else:
                *lines, complaint = (complaint + piece).split(b"\n")
                grep.record.extend(line for line in lines if line.startswith(_EVENT))
                if len(complaint) > _LONGEST_RECORD or not all(_is_harmless(line) for line in lines):
                    yield None
    if complaint:
        yield None


def _has_searched(grep: Grep) -> bool:
    """Whether git itself has run the search, by its own record; it may have found nothing then."""
    try:
        events = [json.loads(line.decode("utf-8", "surrogateescape")) for line in grep.record]
        started = [[os.fsencode(each) for each in event["argv"]] for event in events if event["event"] == "start"]
        codes = [event["code"] for event in events if event["event"] == "exit"]
    except (ValueError, LookupError, TypeError):
        return False
    return [*grep.arguments[1:]] in [arguments[1:] for arguments in started] and 1 in codes


def _is_harmless(complaint: bytes) -> bool:
    """Whether git only says what it does, or that it does not follow a link named .gitignore, as nothing else does."""
    if complaint.startswith(_EVENT):
        return True
    return complaint.endswith(b": Too many levels of symbolic links") and b".gitignore'" in complaint


def _end(grep: Grep, *, kill: bool = False) -> int:
    """Wait for the end of a process, whose pipes are closed; returns its exit code.

    One that goes on although it has closed its output is killed.
    """
    os.close(grep.pipe)
    os.close(grep.complaints)
    deadline, pause = time.monotonic() + (0 if kill else TIMEOUT_SECONDS), 0.0001
    try:
        while True:
            process, status = os.waitpid(grep.process, os.WNOHANG)
            if process:
                return os.waitstatus_to_exitcode(status)
            if time.monotonic() >= deadline:
                os.kill(grep.process, 9)
            time.sleep(pause)
            pause = min(2 * pause, 0.05)
    except OSError:
        return -1  # this process leaves its children to the system
