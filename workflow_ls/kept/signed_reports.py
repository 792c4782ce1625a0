"""Reports with the state of the workspace that they are about, so that they are printed again without reading a file.

An entry is one file, which is replaced whole, with a checksum: the report and the state never come from two runs.
"""

# Paths are strings here: pathlib takes longer to import than an answer takes.
# ruff: noqa: PTH118

from __future__ import annotations

import json
import os
from struct import Struct, error
from zlib import crc32

from workflow_ls.kept.cache_directory import read_whole, replace_whole
from workflow_ls.vfs.tree_state import TreeState

_MAGIC = b"wls-state-1\n"
_HEADER = Struct("<12sIII")  # magic, checksum of what follows, lengths of the JSON data and of the paths
_LARGEST = 100_000_000


def find_report(path: str, key: str) -> tuple[str, int, TreeState] | None:
    """The report and exit code in the entry at `path`, with the state of the workspace; None where there is none.

    `key` is what else the report depends on.
    """
    try:
        data = read_whole(path, _LARGEST)
        magic, checksum, length, length_of_paths = _HEADER.unpack_from(data)
        body = memoryview(data)[_HEADER.size :]
        if magic != _MAGIC or crc32(body) != checksum:
            return None
        found = json.loads(bytes(body[:length]))
        if found["key"] != key:
            return None
        paths = bytes(body[length : length + length_of_paths]).decode("utf-8", "surrogateescape").split("\0")
        signatures = bytes(body[length + length_of_paths :])
        state = TreeState(paths, signatures, str(found["around"]), dict(found["links"]), dict(found["fresh"]))
        return str(found["text"]), int(found["code"]), state
    except (OSError, error, ValueError, LookupError, TypeError, RecursionError):
        return None  # there is none, or it is no such file


def keep_report(path: str, key: str, report: tuple[str, int], state: TreeState) -> bool:
    """Put a report into the entry at `path`; returns whether it is there: what is kept is optional."""
    text, code = report
    found = {"key": key, "text": text, "code": code, "around": state.around, "links": state.links, "fresh": state.fresh}
    parts = json.dumps(found).encode(), "\0".join(state.paths).encode("utf-8", "surrogateescape")
    body = b"".join((*parts, state.signatures))
    if len(body) < _LARGEST:
        return replace_whole(path, _HEADER.pack(_MAGIC, crc32(body), *map(len, parts)) + body)
    return False


def state_path(directory: str, name: str) -> str:
    """Where the entry of a name lies."""
    return os.path.join(directory, f"{name}.state")
