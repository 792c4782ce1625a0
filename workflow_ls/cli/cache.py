"""A cache of the reports that `check` printed.

A report is a function of the options, of the tool, and of what the check saw of the files.  An entry holds all three
beside the report, and is used only if all are equal: no entry expires by time, and none is stale.
The entries are in the user's cache directory, readable by the user only, and may be deleted at any time.
"""

# Paths are strings here: pathlib takes longer to import than all of this takes to run.
# ruff: noqa: PTH118, PTH120

from __future__ import annotations

import json
import os
from typing import Any, NamedTuple
from zlib import crc32

from workflow_ls.kept.cache_directory import cache_directory, prune, read_whole, replace_whole
from workflow_ls.kept.signed_reports import find_report, keep_report, state_path
from workflow_ls.kept.tool_state import first_tool_state
from workflow_ls.vfs.recorded_disk import RecordedDisk
from workflow_ls.vfs.tree_state import Beginning, ChangedTree, Seen, TreeState, begin, is_as_in, state_after, take_state

_MAX_ENTRIES = 40
_MAX_ENTRY_BYTES = 50_000_000


class Printed(NamedTuple):
    """A report as it was printed, and the exit code; `reports` are further ones, each with the file that gets it."""

    text: str
    code: int
    reports: tuple[tuple[str, str], ...] = ()


class Cache:
    """The entry for one workspace and one set of options."""

    def __init__(self, directory: str, key: object, beginning: Beginning | None = None) -> None:
        """`directory` holds all entries; `key` identifies this one, and is JSON data.

        Without the `beginning` of the look at the workspace, its state is not kept with the report.
        """
        from hashlib import blake2b

        self._beginning = beginning
        self.seen: Seen = {}
        self._tool = first_tool_state()
        self._key = json.dumps(key)
        name = blake2b(self._key.encode(), digest_size=16).hexdigest()
        self._path = os.path.join(directory, name + ".json")
        self._state = state_path(directory, name)

    def find_signed(self, files: RecordedDisk) -> Printed | None:
        """The report for files whose signatures are as they are now; None without such an entry."""
        signed = find_report(self._state, self._whole_key())
        return Printed(*signed[:2]) if signed is not None and is_as_in(files.root, signed[2], self.seen) else None

    def find(self, files: RecordedDisk) -> Printed | None:
        """The report for files whose contents are as they are now; None without such an entry."""
        try:
            entry = read_entry(self._path)
            if entry["key"] == self._key and entry["tool"] == self._tool and files.matches(entry["seen"]):
                printed = Printed(str(entry["text"]), int(entry["code"]))
                self._sign(printed, self.state_of(files))
                return printed
        except (ValueError, LookupError, TypeError, AttributeError):
            return None  # there is no entry, or it is not valid
        return None

    def state_of(self, files: RecordedDisk, graph: ChangedTree | None = None) -> TreeState | None:
        """The state of the workspace that a check saw; None if it is not sure.

        With the tree of an earlier run, of which the check took part, what it saw is all of that as well.
        """
        if self._beginning is None or files.unreadable():
            return None
        read = files.looked_at(), files.links(), self._beginning, files.text_read
        state = take_state(files.root, *read) if graph is None else state_after(files.root, graph, *read)
        # The clock of a file server may be behind, so that what was written meanwhile looks old.
        return None if state is None or files.has_moved_on() else state

    def keep(
        self, files: RecordedDisk, printed: Printed, state: TreeState | None, graph: ChangedTree | None = None
    ) -> None:
        """Store the report of a check that saw `files`; a failure is ignored, since the cache is optional.

        `state` and `graph` are those of `state_of`.  A report is not kept if something could not be read, which leaves
        no trace in what was seen.
        """
        if files.unreadable():
            return
        if graph is None:
            seen = {"key": self._key, "tool": self._tool, "seen": files.fingerprint()}
            write_entry(self._path, {**seen, "text": printed.text, "code": printed.code})
        self._sign(printed, state)
        # Of these options there may be no other file, so that no entry of contents makes room for it.
        if state is not None and graph is not None:
            prune(os.path.dirname(self._state), _MAX_ENTRIES)

    def _sign(self, printed: Printed, state: TreeState | None) -> None:
        """Keep the report with the signatures of what it is about, so that the next look need not read it again."""
        if state is not None:
            keep_report(self._state, self._whole_key(), printed[:2], state)

    def _whole_key(self) -> str:
        return json.dumps([self._key, self._tool])


def read_entry(path: str) -> Any:
    """The JSON data of an entry; None where there is none, or it is not what was written."""
    try:
        checksum, _, data = read_whole(path, _MAX_ENTRY_BYTES).partition(b"\n")
        return json.loads(data) if int(checksum, 16) == crc32(data) else None
    except (OSError, ValueError, RecursionError):
        return None


def write_entry(path: str, entry: object) -> None:
    """Store the JSON data of an entry; a failure is ignored, since the cache is optional."""
    data = json.dumps(entry).encode()
    data = b"%08x\n%s" % (crc32(data), data)
    if len(data) > _MAX_ENTRY_BYTES:
        return
    if replace_whole(path, data):
        prune(os.path.dirname(path), _MAX_ENTRIES)


def open_cache(root: str, key: object) -> Cache | None:
    """The entry of the workspace at `root` for `key`; None if the cache is disabled, or its directory is unsafe."""
    directory = cache_directory(root)
    return None if directory is None else Cache(directory, [root, key], begin(os.path.realpath(root)))
