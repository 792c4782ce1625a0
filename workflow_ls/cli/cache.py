"""What the last check of a workspace printed, for a next one that would print the same.

A check is a function of its options, of the tool, and of what it sees of the files.  All three are kept beside what it
printed, and compared in full before that is printed again: nothing is taken from times, so nothing is ever stale.
What is kept lies in the user's cache directory, for the user alone, and may be deleted at any time.
"""

# Paths are strings here: pathlib takes longer to import than all of this takes to run.
# ruff: noqa: PTH103, PTH105, PTH108, PTH111, PTH117, PTH118, PTH120, PTH123, PTH208

from __future__ import annotations

import json
import os
import sys
from importlib.machinery import PathFinder
from typing import Any, NamedTuple

import workflow_ls
from workflow_ls.vfs.cached_disk import Snapshot
from workflow_ls.vfs.git import is_inside

OFF = "WORKFLOW_LS_NO_CACHE"
_ENTRIES = 40
_LIMIT = 50_000_000


class Printed(NamedTuple):
    """What a check printed, and the code it exited with."""

    text: str
    code: int


class Cache:
    """What is kept for one question about one workspace."""

    def __init__(self, directory: str, question: object) -> None:
        """`directory` holds the answers to all questions; a question is what JSON can say."""
        from hashlib import blake2b

        self._directory = directory
        self._tool = _tool()  # as it is before most of it is imported: what changes later makes no entry wrong
        self._question = json.dumps(question)
        self._path = os.path.join(directory, blake2b(self._question.encode(), digest_size=16).hexdigest() + ".json")

    def find(self, files: Snapshot) -> Printed | None:
        """What was printed for the question when the files were as they are now; None where nothing is known."""
        try:
            entry: Any = json.loads(_read(self._path))
            if entry["question"] == self._question and entry["tool"] == self._tool and files.is_as_seen(entry["seen"]):
                return Printed(str(entry["text"]), int(entry["code"]))
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return None  # nothing is there, or something else
        return None

    def keep(self, files: Snapshot, printed: Printed) -> None:
        """Keep what was printed after looking at the files; failing to does no harm."""
        entry = {"question": self._question, "tool": self._tool, "seen": files.seen(), **printed._asdict()}
        data = json.dumps(entry).encode()
        if len(data) > _LIMIT:
            return
        temporary = f"{self._path}.{os.getpid()}"
        try:
            with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(data)
            os.replace(temporary, self._path)
            _prune(self._directory)
        except OSError:
            if os.path.lexists(temporary):
                os.unlink(temporary)


def open_cache(root: str, question: object) -> Cache | None:
    """The cache for a question about the workspace at `root`; None where it is turned off, or has no safe place.

    Such a place belongs to the user, is open to nobody else, and lies outside the workspace.
    """
    if os.environ.get(OFF) or not hasattr(os, "getuid"):
        return None
    base = os.environ.get("XDG_CACHE_HOME", "")
    # XDG Base Directory Specification: a relative path is invalid, and counts as none.
    base = base if os.path.isabs(base) else os.path.expanduser("~/.cache")
    directory = os.path.join(base, "workflow-ls")
    try:
        os.makedirs(directory, mode=0o700, exist_ok=True)
        found = os.lstat(directory)
    except OSError:
        return None
    private = found.st_uid == os.getuid() and found.st_mode & 0o170077 == 0o040000
    if not private or not os.path.isabs(base) or is_inside(os.path.realpath(directory), root):
        return None
    return Cache(directory, [root, question])


def _read(path: str) -> bytes:
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        return file.read(_LIMIT)


def _prune(directory: str) -> None:
    """Leave the entries that were made last."""
    paths = [os.path.join(directory, name) for name in os.listdir(directory)]
    for path in sorted(paths, key=os.path.getmtime)[:-_ENTRIES]:
        os.unlink(path)


def _tool() -> list[object]:
    """What there is to tell one state of the tool from another, also while it is being worked on."""
    files = [*_sources(os.path.dirname(workflow_ls.__file__))]
    for name in ("tree_sitter", "tree_sitter_typescript"):
        spec = PathFinder.find_spec(name)
        files += [] if spec is None or spec.origin is None else _sources(os.path.dirname(spec.origin))
    return [workflow_ls.__version__, sys.version, *sorted(files)]


def _sources(directory: str) -> list[list[object]]:
    found: list[list[object]] = []
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                found += _sources(entry.path) if entry.name != "__pycache__" else ()
            else:
                status = entry.stat()
                found.append([entry.path, status.st_size, status.st_mtime_ns, status.st_ino])
    return found
