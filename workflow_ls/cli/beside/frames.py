"""What a check and the process beside it say to each other: plain data, each with its length and a checksum."""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct
from typing import Any, NamedTuple
from zlib import crc32

from workflow_ls.project.packed_data import pack, unpack

_HEADER = Struct("<4sII")  # magic, length, checksum
_MAGIC = b"wlsf"
_LONGEST = 1 << 28


class Shared(NamedTuple):
    """Something that questions are about, which they name by its number."""

    number: int
    value: Any


class Question(NamedTuple):
    """A file to find facts of: the place and the length of its text, and the parts of an `AskedFile`."""

    number: int
    place: bytes
    size: int
    path: str
    aliases: int
    keeps_types: bool
    is_moving: bool


class Answer(NamedTuple):
    """What was found for a question, by the keys of the store."""

    number: int
    facts: tuple[tuple[bytes, bytes], ...]


def framed(value: object) -> bytes:
    """The bytes of plain data; raises UnpackableError for other data."""
    data = pack(value)
    return _HEADER.pack(_MAGIC, len(data), crc32(data)) + data


class Frames:
    """The data in a stream of bytes."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def of(self, piece: bytes) -> Iterator[Any]:
        """What is complete with the next piece of the stream; raises ValueError for a stream of something else."""
        self._rest += piece
        while len(self._rest) >= _HEADER.size:
            magic, length, checksum = _HEADER.unpack_from(self._rest)
            if magic != _MAGIC or length > _LONGEST:
                raise ValueError("no frame")
            end = _HEADER.size + length
            if len(self._rest) < end:
                return
            data = bytes(self._rest[_HEADER.size : end])
            del self._rest[:end]
            if crc32(data) != checksum:
                raise ValueError("a broken frame")
            yield unpack(data)
