"""The facts of candidates, found by a second process while the check looks at others.

The process starts once the check has parsed so much that it pays, where a second core may run it.  It gets no more
than it can do soon, so that a slow one leaves all to the check.  Nothing depends on it: what it does not answer in
time, or at all, the check finds itself, and says the same.
"""

# Paths are strings here, as the files of a workspace are.
# ruff: noqa: PTH100, PTH117, PTH118, PTH120

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import workflow_ls
from workflow_ls.cli.beside import BESIDE
from workflow_ls.cli.beside.cores import count_cores
from workflow_ls.cli.beside.facts_worker import WORKSPACE
from workflow_ls.cli.beside.frames import Answer, Frames, Question, Shared, framed
from workflow_ls.kept.facts_file import FactsFile
from workflow_ls.project.packed_data import UnpackableError
from workflow_ls.project.runtime.asked_facts import AskedFile, AskedFiles
from workflow_ls.project.workspace import Workspace

KEY_BYTES = 16
PAYS = 600_000  # bytes that were parsed; to start Python and its modules takes as long
MOST_WAITING = 1_000_000  # bytes of texts whose facts are still to come
PATIENCE = 3.0  # seconds without any answer
_PIPE = 1 << 20  # bytes of a pipe, where it can be made larger, so that neither process has to wait
_START = "import sys; sys.path[:] = sys.argv[1:]; from workflow_ls.cli.beside.facts_worker import serve; serve(0, 1)"


class FactsBeside:
    """A second process, which may run or not; implements `FactsElsewhere` of the core."""

    def __init__(self, workspace: Workspace, root: str) -> None:
        self._asked = workspace.component(AskedFiles)
        self._workspace = workspace
        self._kept = workspace.context.parsed.kept
        self._store = None if self._kept is None else self._kept.store
        self._root = root
        self._process: _Process | None = None
        self._is_possible = isinstance(self._store, FactsFile) and can_run_beside()
        self._numbers: dict[int, tuple[int, object]] = {}  # of what questions share, by identity, with what it is
        self._waiting: dict[int, tuple[str, int]] = {}  # the path, and the size of the text
        self._places: dict[str, int] = {}
        self._waiting_bytes = self._count = 0

    @property
    def is_running(self) -> bool:
        """Whether there is a second process."""
        return self._process is not None

    def take(self, path: str) -> bool:
        """Whether the second process finds the facts of a file; if not, the caller does."""
        if not self._is_possible or self._kept is None:
            return False
        if self._process is None:
            if self._kept.parsed_bytes < PAYS or not self._start():
                return False
            self._kept.elsewhere = self
        self._pump(0)
        asked = self._asked.of_file(path)
        text = None if asked is None else self._workspace.files.read(path)
        real = self._workspace.files.real(path)
        if self._process is None or asked is None or text is None or real is None or path in self._places:
            return False
        if self._waiting_bytes + len(text) > MOST_WAITING or self._asked.is_known(asked, text):
            return False
        return self._ask(asked, os.path.join(self._root, real), len(text))

    def wait_for(self, path: str) -> bool:
        """Wait for the answer about a file, if one is due; returns whether the store may have new facts."""
        number = self._places.get(path)
        if number is None:
            return False
        deadline = time.monotonic() + PATIENCE
        while self._process is not None and number in self._waiting:
            left = deadline - time.monotonic()
            if left <= 0:
                self.end()
            elif self._pump(left):
                deadline = time.monotonic() + PATIENCE
        return True

    def end(self) -> None:
        """End the second process, whose answers are needed no more."""
        process, self._process = self._process, None
        self._is_possible = False
        self._waiting.clear()
        self._places.clear()
        if process is not None:
            process.end()

    def _start(self) -> bool:
        table, callees = self._workspace.table, self._workspace.settings.callees
        try:
            self._process = _Process()
            self._process.send(framed(Shared(WORKSPACE, (table, callees))))
        except (OSError, UnpackableError):
            self.end()
        return self._process is not None

    def _ask(self, asked: AskedFile, place: str, size: int) -> bool:
        if self._process is None:
            return False
        try:
            aliases = self._number_of(asked.aliases)
            self._count += 1
            question = Question(
                self._count, os.fsencode(place), size, asked.path, aliases, asked.keeps_types, asked.is_moving
            )
            self._process.send(framed(question))
        except (OSError, UnpackableError):
            self.end()
            return False
        self._waiting[self._count] = asked.path, size
        self._places[asked.path] = self._count
        self._waiting_bytes += size
        return True

    def _number_of(self, value: object) -> int:
        known = self._numbers.get(id(value))
        if known is None:
            known = self._numbers[id(value)] = len(self._numbers) + 1, value
            if self._process is not None:
                self._process.send(framed(Shared(*known)))
        return known[0]

    def _pump(self, seconds: float) -> bool:
        """Take what was answered, and wait for so long if nothing was; returns whether there was anything."""
        if self._process is None:
            return False
        is_any = False
        try:
            for message in self._process.receive(seconds):
                is_any = True
                if isinstance(message, Answer):
                    self._take_answer(message)
                elif not isinstance(self._store, FactsFile) or message != self._store.tool:
                    raise ValueError("another state of the tool")
        except (OSError, ValueError, LookupError, TypeError):
            self.end()
        return is_any

    def _take_answer(self, answer: Answer) -> None:
        _, size = self._waiting.pop(answer.number)
        self._waiting_bytes -= size
        for key, data in answer.facts:
            if not isinstance(key, bytes) or not isinstance(data, bytes) or len(key) != KEY_BYTES:
                raise ValueError("no fact")
            if self._store is not None:
                self._store.keep(key, data)


class _Process:
    """A process with pipes to its standard input and from its standard output."""

    def __init__(self) -> None:
        """Start it; raises OSError."""
        descriptors = list[int]()
        try:
            descriptors += (*os.pipe(), *os.pipe())
            reading, self._writing, self._reading, writing = descriptors
            actions = [
                (os.POSIX_SPAWN_DUP2, reading, 0),
                (os.POSIX_SPAWN_DUP2, writing, 1),
                (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
            ]
            self._id = os.posix_spawn(sys.executable, _command(), os.environ, file_actions=actions)
        except OSError:
            for descriptor in descriptors:
                os.close(descriptor)
            raise
        os.close(reading)
        os.close(writing)
        os.set_blocking(self._writing, False)
        os.set_blocking(self._reading, False)
        for descriptor in (self._writing, self._reading):
            _enlarge(descriptor)
        self._frames = Frames()
        self._unsent = bytearray()

    def send(self, data: bytes) -> None:
        """Send data, now or with a later call of `receive`; raises OSError where the process reads no more."""
        self._unsent += data
        self._flush()

    def receive(self, seconds: float) -> Iterator[object]:
        """What came from it, after a wait for so many seconds where there is nothing.

        Raises OSError where the process has ended, and ValueError where it says what is no message.
        """
        self._flush()
        poll = select.poll()  # `select` takes no descriptor above 1023
        poll.register(self._reading, select.POLLIN | select.POLLHUP)
        if self._unsent:
            poll.register(self._writing, select.POLLOUT)
        if not poll.poll(seconds * 1000):
            return
        while True:
            try:
                piece = os.read(self._reading, _PIPE)
            except BlockingIOError:
                return
            if not piece:
                raise OSError("it has ended")
            yield from self._frames.of(piece)

    def end(self) -> None:
        """Kill it, and wait until it is gone."""
        os.close(self._writing)
        os.close(self._reading)
        with suppress(OSError):
            os.kill(self._id, 9)
        with suppress(OSError):  # the system may have taken it
            os.waitpid(self._id, 0)

    def _flush(self) -> None:
        with suppress(BlockingIOError):
            while self._unsent:
                del self._unsent[: os.write(self._writing, self._unsent)]


@contextmanager
def facts_beside(workspace: Workspace, root: str) -> Iterator[FactsBeside]:
    """Let a second process find facts for the check of a workspace; at the end there is none any more."""
    beside = FactsBeside(workspace, root)
    try:
        yield beside
    finally:
        beside.end()


def can_run_beside() -> bool:
    """Whether this process can start another one that runs at the same time."""
    return hasattr(os, "posix_spawn") and bool(sys.executable) and count_cores() > 1


def _command() -> list[str]:
    if hasattr(sys, "frozen"):
        return [sys.executable, BESIDE]
    # Nothing of the current directory is imported, nor of the user's own customization: what this process imports.
    here = os.path.dirname(os.path.dirname(os.path.abspath(workflow_ls.__file__)))
    paths = [here, *(path for path in sys.path if os.path.isabs(path))]
    return [sys.executable, *(["-B"] if sys.dont_write_bytecode else []), "-I", "-S", "-c", _START, *paths]


def _enlarge(descriptor: int) -> None:
    with suppress(ImportError, AttributeError, OSError):  # Linux only
        from fcntl import F_SETPIPE_SZ, fcntl

        fcntl(descriptor, F_SETPIPE_SZ, _PIPE)
