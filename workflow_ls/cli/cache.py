"""A cache of the reports that `check` printed.

A report is a function of the options, of the tool, and of what the check saw of the files.  An entry holds all three
beside the report, and is used only if all are equal: no entry expires by time, and none is stale.
The entries are in the user's cache directory, readable by the user only, and may be deleted at any time.
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
from workflow_ls.vfs.git_process import is_inside, repository_of
from workflow_ls.vfs.recorded_disk import RecordedDisk

DISABLING_VARIABLE = "WORKFLOW_LS_NO_CACHE"
_MAX_ENTRIES = 40
_MAX_ENTRY_BYTES = 50_000_000


class Printed(NamedTuple):
    """A report as it was printed, and the exit code."""

    text: str
    code: int


class Cache:
    """The entry for one workspace and one set of options."""

    def __init__(self, directory: str, key: object) -> None:
        """`directory` holds all entries; `key` identifies this one, and is JSON data."""
        from hashlib import blake2b

        self._directory = directory
        self._tool = tool_state()  # taken before most of the tool is imported, in case its files change meanwhile
        self._key = json.dumps(key)
        self._path = os.path.join(directory, blake2b(self._key.encode(), digest_size=16).hexdigest() + ".json")

    def find(self, files: RecordedDisk) -> Printed | None:
        """The report for files that are as they are now; None without such an entry."""
        try:
            entry = read_entry(self._path)
            if entry["key"] == self._key and entry["tool"] == self._tool and files.matches(entry["seen"]):
                return Printed(str(entry["text"]), int(entry["code"]))
        except (ValueError, LookupError, TypeError, AttributeError):
            return None  # there is no entry, or it is not valid
        return None

    def keep(self, files: RecordedDisk, printed: Printed) -> None:
        """Store the report of a check that saw `files`; a failure is ignored, since the cache is optional.

        A report is not kept if something could not be read, which leaves no trace in what was seen.
        """
        if files.unreadable():
            return
        entry = {"key": self._key, "tool": self._tool, "seen": files.fingerprint(), **printed._asdict()}
        write_entry(self._path, entry)


def read_entry(path: str) -> Any:
    """The JSON data of an entry; None where there is none, or it is not valid."""
    try:
        return json.loads(_read(path))
    except (OSError, ValueError, RecursionError):
        return None


def write_entry(path: str, entry: object) -> None:
    """Store the JSON data of an entry; a failure is ignored, since the cache is optional."""
    data = json.dumps(entry).encode()
    if len(data) > _MAX_ENTRY_BYTES:
        return
    temporary = f"{path}.{os.getpid()}"
    try:
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
        os.replace(temporary, path)
        _prune(os.path.dirname(path))
    except OSError:
        if os.path.lexists(temporary):
            os.unlink(temporary)


def open_cache(root: str, key: object) -> Cache | None:
    """The entry of the workspace at `root` for `key`; None if the cache is disabled, or its directory is unsafe."""
    directory = cache_directory(root)
    return None if directory is None else Cache(directory, [root, key])


def cache_directory(root: str) -> str | None:
    """The directory of the cache of a workspace, which exists; None if the cache is disabled, or it is unsafe.

    A safe directory belongs to the user, is accessible to nobody else, and lies outside the workspace and of the
    repository around it: nothing is created there.
    """
    if os.environ.get(DISABLING_VARIABLE) or not hasattr(os, "getuid"):
        return None
    base = os.environ.get("XDG_CACHE_HOME", "")
    # XDG Base Directory Specification: a relative path is invalid, and is ignored.
    base = base if os.path.isabs(base) else os.path.expanduser("~/.cache")
    directory = os.path.join(base, "workflow-ls")
    # Without a home directory, `~` stays as it is, or is relative.
    if not os.path.isabs(base) or is_inside(os.path.realpath(directory), repository_of(root) or root):
        return None
    try:
        os.makedirs(directory, mode=0o700, exist_ok=True)
        status = os.lstat(directory)
    except OSError:
        return None
    if status.st_uid != os.getuid() or status.st_mode & 0o170077 != 0o040000:
        return None
    return directory


def _read(path: str) -> bytes:
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        return file.read(_MAX_ENTRY_BYTES)


def _prune(directory: str) -> None:
    """Delete all but the newest entries."""
    paths = [os.path.join(directory, name) for name in os.listdir(directory)]
    for path in sorted(paths, key=os.path.getmtime)[:-_MAX_ENTRIES]:
        os.unlink(path)


def tool_state() -> list[object]:
    """What identifies the state of the tool, also during its development: its version, Python's, and its files."""
    if hasattr(sys, "frozen"):  # the program whole holds all modules
        status = os.stat(sys.executable)  # noqa: PTH116 - importing pathlib takes longer than a run
        return [workflow_ls.__version__, sys.version, _state(sys.executable, status)]
    files = [*_sources(os.path.dirname(workflow_ls.__file__))]
    for name in ("tree_sitter", "tree_sitter_typescript"):
        spec = PathFinder.find_spec(name)
        files += [] if spec is None or spec.origin is None else _sources(os.path.dirname(spec.origin))
    return [workflow_ls.__version__, sys.version, *sorted(files)]


def _sources(directory: str) -> list[list[object]]:
    sources: list[list[object]] = []
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                sources += _sources(entry.path) if entry.name != "__pycache__" else ()
            else:
                sources.append(_state(entry.path, entry.stat()))
    return sources


def _state(path: str, status: os.stat_result) -> list[object]:
    return [path, status.st_size, status.st_mtime_ns, status.st_ino]
