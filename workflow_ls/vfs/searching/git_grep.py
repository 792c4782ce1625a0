"""`git grep` in another process, as one query of the search for candidate files.

A needle in UTF-16 counts where the file is marked as UTF-16.  No argument of git can hold the zeros of that needle, so
the command names the mark.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import time
from collections.abc import Iterator, Sequence

from workflow_ls.vfs.files import MARKS, Query
from workflow_ls.vfs.git.git_process import environment, exclude_file
from workflow_ls.vfs.git.linked_worktrees import known_worktrees
from workflow_ls.vfs.interruption import POLL_SECONDS, checkpoint

TIMEOUT_SECONDS = 20.0  # without output of git, which reads some ten thousand files in that time
_LONGEST_RECORD = 1 << 20  # bytes of a line, in which git repeats its arguments
_EVENT = b'{"event":"'  # how a line begins in which git says what it does


_running = set[int]()
"""The processes that are under way; no later process has the number of one of them, since it was not waited for."""


@atexit.register
def end_all() -> None:
    """Kill the processes that are under way, before this process ends: nobody reads what they find."""
    for process in tuple(_running):
        with contextlib.suppress(OSError):
            os.kill(process, 9)


class GitGrep:
    """A running `git grep`, which `end` ends."""

    def __init__(self, process: int, output: int, complaints: int, arguments: Sequence[bytes]) -> None:
        """`output` and `complaints` are the pipes of the process, and `arguments` its command line."""
        self._process = process
        _running.add(process)
        self._output = output
        self._complaints = complaints
        self._arguments = arguments
        self._record = list[bytes]()  # the lines in which git says what it does
        self.hung = False  # whether git has written nothing, or stayed, for too long

    def pieces(self) -> Iterator[bytes | None]:
        """The output of git until its end.

        The last piece is None where git writes nothing for too long (a pipe named .gitignore blocks it), or complains:
        it has not read everything then.
        """
        poll = select.poll()  # `select` takes no descriptor above 1023
        for pipe in (self._output, self._complaints):
            poll.register(pipe, select.POLLIN | select.POLLHUP)
        still_open, complaint = 2, b""
        while still_open:
            deadline = time.monotonic() + TIMEOUT_SECONDS
            checkpoint()
            while not (ready := [pipe for pipe, _ in poll.poll(POLL_SECONDS * 1000)]) and time.monotonic() < deadline:
                checkpoint()
            if not ready:
                self.hung = True
                yield None
            for pipe in ready:
                piece = os.read(pipe, 1 << 16)
                if not piece:
                    poll.unregister(pipe)
                    still_open -= 1
                elif pipe == self._output:
                    yield piece
                else:
                    *lines, complaint = (complaint + piece).split(b"\n")
                    self._record.extend(line for line in lines if line.startswith(_EVENT))
                    if len(complaint) > _LONGEST_RECORD or not all(_is_harmless(line) for line in lines):
                        yield None
        if complaint:
            yield None

    def has_searched(self) -> bool:
        """Whether git itself has run the search, by its own record; it may have found nothing then."""
        try:
            events = [json.loads(line.decode("utf-8", "surrogateescape")) for line in self._record]
            started = [[os.fsencode(each) for each in event["argv"]] for event in events if event["event"] == "start"]
            codes = [event["code"] for event in events if event["event"] == "exit"]
        except (ValueError, LookupError, TypeError):
            return False
        return [*self._arguments[1:]] in [arguments[1:] for arguments in started] and 1 in codes

    def end(self, *, kill: bool = False) -> int:
        """Wait for the end of a process, whose pipes are closed; returns its exit code.

        One that goes on although it has closed its output is killed.
        """
        os.close(self._output)
        os.close(self._complaints)
        deadline, pause = time.monotonic() + (0 if kill else TIMEOUT_SECONDS), 0.0001
        try:
            while True:
                process, status = os.waitpid(self._process, os.WNOHANG)
                if process:
                    return os.waitstatus_to_exitcode(status)
                if time.monotonic() >= deadline:
                    self.hung |= not kill
                    os.kill(self._process, 9)
                time.sleep(pause)
                pause = min(2 * pause, 0.05)
        except OSError:
            return -1  # this process leaves its children to the system
        finally:
            _running.discard(self._process)


def start_grep(git: str, top: str, prefix: str, query: Query) -> GitGrep | None:
    """Start `git` for a query, in the directory `top`, of whose paths only those count that start with `prefix`.

    None where it does not start, or where no command line can say what to look for.
    """
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
    return GitGrep(process, reading, complaints, arguments)


def _arguments(top: str, prefix: str, query: Query) -> list[bytes]:
    """The `git grep` for a query.

    The repository's `info/exclude` replaces the user's ignore file.  `--text` also searches files that contain a NUL.
    Without needles, it lists the files without a line that both contains and does not contain "x".  A plain pathspec,
    in which `*` matches slashes, takes git half of the time of `:(glob)`.
    """
    # Passing a file to a thread takes longer than reading it, which only pays with more than one idle core.
    threads = ["--threads=1"] if (os.cpu_count() or 1) <= 2 else []
    if has_needles(query):
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


def has_needles(query: Query) -> bool:
    """Whether a query looks for texts; without any, it finds all files by their endings."""
    return bool(query.needles) and all(query.needles)


def _escaped(text: str) -> str:
    return "".join(f"\\{character}" if character in "*?[\\" else character for character in text)


def _worktrees_to_skip(top: str, prefix: str) -> list[str]:
    """The linked work trees below the root, relative to the top: copies of the repository, whose search takes long."""
    root = f"{top}/{prefix}".rstrip("/")
    return [os.path.relpath(tree, top).replace(os.sep, "/") for tree in known_worktrees(root)]


def _is_harmless(complaint: bytes) -> bool:
    """Whether git only says what it does, or that it does not follow a link named .gitignore, as nothing else does."""
    if complaint.startswith(_EVENT):
        return True
    return complaint.endswith(b": Too many levels of symbolic links") and b".gitignore'" in complaint
