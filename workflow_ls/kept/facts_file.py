"""The facts of texts in one file for each workspace, by the digest of what they were computed from.

The file is read whole, and an entry is looked at once a caller needs it: each has a checksum of its key and its
data.  It is replaced whole, so that a reader sees an old state or a new one, and so that what one process adds while
another does is lost at the most, and computed anew.  What no run has used for the longest goes first.
"""

# Paths are strings here: pathlib takes longer to import than the file takes to read.
# ruff: noqa: PTH120, PTH116, PTH118

from __future__ import annotations

import os
from struct import Struct, error
from typing import NamedTuple
from zlib import crc32

from workflow_ls.kept.cache_directory import cache_directory, prune, read_whole, replace_whole
from workflow_ls.kept.tool_state import first_tool_state, tool_state

_MAGIC = b"wls-facts-1\n"
_HEADER = Struct("<12s16sII")  # magic, state of the tool, number of entries, checksum of the table of entries
_ENTRY = Struct("<16sIIII")  # key, place of the data behind the table, its length, checksum, runs since it was used
LARGEST_BYTES = 32_000_000
_MOST_FILES = 20  # of workspaces


class _Place(NamedTuple):
    start: int
    length: int
    checksum: int
    age: int


class _Entry(NamedTuple):
    key: bytes
    age: int
    checksum: int
    data: bytes | memoryview


class FactsFile:
    """What is kept of the facts of one workspace; implements `FactsStore` of the core."""

    def __init__(self, path: str, tool: bytes) -> None:
        """`tool` is a digest, of 16 bytes, of the state of the tool: what another has written does not count."""
        self._path = path
        self.tool = tool
        self._signature: tuple[int, int, int] | None = None
        self._body = memoryview(b"")
        self._places: dict[bytes, _Place] | None = None  # until they are read
        self._used: set[bytes] = set()
        self._added: dict[bytes, bytes] = {}

    def find(self, key: bytes) -> bytes | None:
        """The data of an entry; None where there is none, or it is not what was written."""
        added = self._added.get(key)
        if added is not None:
            return added
        place = self._entries().get(key)
        data = None if place is None else self._data_at(place)
        if place is None or data is None or crc32(data, crc32(key)) != place.checksum:
            return None
        self._used.add(key)
        return bytes(data)

    def keep(self, key: bytes, data: bytes) -> None:
        """Add an entry, or replace it; `save` writes it."""
        self._added[key] = data

    def keys(self) -> list[bytes]:
        """The keys of the entries that an earlier run, or an earlier `save`, has left."""
        return [*self._entries()]

    def save(self) -> None:
        """Write what was added since the last time; a failure is ignored, since what is kept is optional."""
        if not self._added:
            return
        if digest_of(tool_state()) != self.tool:
            self._added.clear()  # an update came, and nobody knows of which state the modules are that ran
            return
        if _signature(self._path) != self._signature:
            self._places = None  # another process has added something
        places = self._entries()
        kept = [(0 if key in self._used else place.age + 1, key) for key, place in places.items()]
        written = [_Entry(key, 0, crc32(data, crc32(key)), data) for key, data in self._added.items()]
        room = LARGEST_BYTES - sum(map(_size, written))
        if room <= 0:
            written.clear()
        for age, key in sorted(kept):
            data = None if key in self._added else self._data_at(places[key])
            if data is not None:
                entry = _Entry(key, age, places[key].checksum, data)  # `find` compares it
                room -= _size(entry)
                if room < 0:
                    break
                written.append(entry)
        if replace_whole(self._path, _written(self.tool, written)):
            prune(os.path.dirname(self._path), _MOST_FILES)
        self._added.clear()
        self._places = None

    def _data_at(self, place: _Place) -> memoryview | None:
        data = self._body[place.start : place.start + place.length]
        return data if len(data) == place.length else None

    def _entries(self) -> dict[bytes, _Place]:
        if self._places is None:
            self._places = self._load()
        return self._places

    def _load(self) -> dict[bytes, _Place]:
        self._body = memoryview(b"")
        self._signature = _signature(self._path)
        try:
            data = memoryview(read_whole(self._path, LARGEST_BYTES + _HEADER.size))
            magic, tool, count, checksum = _HEADER.unpack_from(data)
            table = data[_HEADER.size : _HEADER.size + count * _ENTRY.size]
            if magic != _MAGIC or tool != self.tool or crc32(table) != checksum:
                return {}
            self._body = data[_HEADER.size + count * _ENTRY.size :]
            return {key: _Place(*place) for key, *place in _ENTRY.iter_unpack(table)}
        except (OSError, error):
            return {}  # there is none, or it is no such file


def open_facts(root: str) -> FactsFile | None:
    """What is kept of the facts of the workspace at `root`; None where nothing may be kept."""
    from hashlib import blake2b

    directory = cache_directory(root, "facts")
    if directory is None:
        return None
    name = blake2b(os.fsencode(root), digest_size=16).hexdigest()
    return FactsFile(os.path.join(directory, name), tool_digest())


def tool_digest() -> bytes:
    """A digest, of 16 bytes, of the state of the tool that this process runs."""
    return digest_of(first_tool_state())


def digest_of(state: list[object]) -> bytes:
    """A digest, of 16 bytes, of a state of the tool."""
    from hashlib import blake2b

    return blake2b(repr(state).encode(), digest_size=16).digest()


def _size(entry: _Entry) -> int:
    return _ENTRY.size + len(entry.data)


def _written(tool: bytes, entries: list[_Entry]) -> bytes:
    table, start = list[bytes](), 0
    for key, age, checksum, data in entries:
        table.append(_ENTRY.pack(key, start, len(data), checksum, min(age, 0xFFFFFFFF)))
        start += len(data)
    index = b"".join(table)
    return b"".join((_HEADER.pack(_MAGIC, tool, len(entries), crc32(index)), index, *(each.data for each in entries)))


def _signature(path: str) -> tuple[int, int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
