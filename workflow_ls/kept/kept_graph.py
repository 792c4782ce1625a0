"""What a check has computed, with the state of the workspace that it is about, so that the next one computes less.

A later run takes part of it where only texts of files are others since: `KeptMemos` computes anew what depends on them.
An entry is one file for each workspace, with a checksum, and is replaced whole.
"""

# Paths are strings here: pathlib takes longer to import than an answer takes.
# ruff: noqa: PTH108, PTH118, PTH120

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from hashlib import blake2b
from struct import Struct, error
from typing import Any, NamedTuple
from zlib import crc32

from workflow_ls.config.settings import Settings
from workflow_ls.config.table import Table
from workflow_ls.kept.cache_directory import cache_directory, prune, read_whole, replace_whole
from workflow_ls.kept.tool_state import first_tool_state
from workflow_ls.kept.tree_changes import changed_files, found_now, listing_digest
from workflow_ls.project.packed_data import UnpackableError, canonical
from workflow_ls.project.queries.database import Database
from workflow_ls.project.queries.kept_memos import KeptMemos
from workflow_ls.project.queries.memo_dump import dump
from workflow_ls.vfs.recorded_disk import RecordedDisk
from workflow_ls.vfs.tree_state import ChangedTree, Seen, TreeState, present_signatures

_MAGIC = b"wls-graph-2\n"
_HEADER = Struct("<12sIIII")  # magic, checksum of what follows, lengths of the JSON data, the paths, the signatures
LARGEST_BYTES = 200_000_000
_MOST_FILES = 20  # of workspaces
MOST_CHANGED = 40  # files; from more on, a whole check makes a new entry


class KeptGraph(NamedTuple):
    """The memos of an earlier run, what changed since, and the digests of the directories that were listed."""

    memos: KeptMemos
    tree: ChangedTree
    listings: Mapping[str, str]


class GraphFile:
    """The entry of one workspace, for a table and settings."""

    def __init__(self, path: str, key: str) -> None:
        """`key` is all that the memos depend on besides the files."""
        self._path = path
        self._key = key

    def find(self, files: RecordedDisk, seen: Seen) -> KeptGraph | None:
        """What an earlier run left, if it can be of use; `seen` are the signatures that were taken already."""
        found = _read(self._path, self._key)
        if found is None:
            return None
        state, listings, data = found
        now = present_signatures(files.root, state, seen)
        changed = None if now is None else changed_files(files.root, state, listings, now)
        if now is None or changed is None or len(changed) > MOST_CHANGED:
            return None
        try:
            memos = KeptMemos(data)
        except ValueError:
            return None
        files.know(found_now(memos.searches, files, changed))
        return None if files.unreadable() else KeptGraph(memos, ChangedTree(state, tuple(changed), now), listings)

    def keep(
        self,
        files: RecordedDisk,
        database: Database,
        state: TreeState,
        valueless: Collection[Callable[..., Any]],
        earlier: KeptGraph | None = None,
    ) -> None:
        """Keep the memos of a database, whose files are in this state; a failure is no error.

        Of some queries the values are left out; `earlier` is what the run took part of.
        """
        known = {} if earlier is None else earlier.listings
        # To keep memos lists further directories, of which the state may not be.
        listings = {**known, **{path: listing_digest(listing) for path, listing in files.listed().items()}}
        data = None if files.unreadable() else dump(database, valueless)
        if data is None:
            return
        about = {
            "key": self._key,
            "around": state.around,
            "links": state.links,
            "fresh": state.fresh,
            "listings": listings,
        }
        parts = (
            json.dumps(about).encode(),
            "\0".join(state.paths).encode("utf-8", "surrogateescape"),
            state.signatures,
        )
        body = b"".join((*parts, data))
        if len(body) < LARGEST_BYTES:
            data = _HEADER.pack(_MAGIC, crc32(body), *map(len, parts)) + body
            if replace_whole(self._path, data):
                prune(os.path.dirname(self._path), _MOST_FILES)

    def drop(self) -> None:
        """Keep nothing any more."""
        with suppress(OSError):
            os.unlink(self._path)


def open_graph(root: str, table: Table, settings: Settings) -> GraphFile | None:
    """The entry of the workspace at `root`; None where nothing may be kept."""
    directory = cache_directory(root, "memos")
    try:
        about = canonical((table, settings))
    except UnpackableError:
        return None
    name = blake2b(os.fsencode(root), digest_size=16).hexdigest()
    key = blake2b(f"{first_tool_state()!r}{about}".encode("utf-8", "backslashreplace"), digest_size=32).hexdigest()
    return None if directory is None else GraphFile(os.path.join(directory, name), key)


def join_in(graph: KeptGraph, database: Database) -> None:
    """Let the memos of an earlier run take part in the database of a workspace that has looked nothing up yet."""
    before, now = graph.memos.searches, database.files.untracked
    assert isinstance(now, RecordedDisk)  # noqa: S101 - the caller's mistake
    found = now.found_so_far()
    others = [each for each in before if each not in found or set(found[each]) != set(before[each])]
    graph.memos.begin(database, frozenset(graph.tree.changed), others, linked=bool(graph.tree.state.links))
    database.kept = graph.memos


def _read(path: str, key: str) -> tuple[TreeState, Mapping[str, str], memoryview] | None:
    try:
        data = read_whole(path, LARGEST_BYTES + _HEADER.size)
        magic, checksum, *lengths = _HEADER.unpack_from(data)
        body = memoryview(data)[_HEADER.size :]
        if magic != _MAGIC or crc32(body) != checksum:
            return None
        about = json.loads(bytes(body[: lengths[0]]))
        if about["key"] != key:
            return None
        first, second = sum(lengths[:2]), sum(lengths)
        paths = bytes(body[lengths[0] : first]).decode("utf-8", "surrogateescape").split("\0")
        state = TreeState(
            paths, bytes(body[first:second]), str(about["around"]), dict(about["links"]), dict(about["fresh"])
        )
        return state, dict(about["listings"]), body[second:]
    except (OSError, error, ValueError, LookupError, TypeError, RecursionError):
        return None  # there is none, or it is no such file
