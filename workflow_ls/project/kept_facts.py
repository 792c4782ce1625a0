"""The facts of texts, computed once: what a store has of an earlier run is taken from it.

What is kept under is a digest of all that a fact is computed from: the function, the path, the text, and its further
arguments.  So nothing goes stale, and a change back finds what was known before.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from workflow_ls.project.packed_data import UnpackableError, canonical, pack, unpack
from workflow_ls.syntax.parser import Source

T = TypeVar("T")
P = ParamSpec("P")
_SIMPLE = (str, bool, int, type(None))
_MOST_ARGUMENTS = 1000


class FactsStore(Protocol):
    """Where bytes are kept between runs, by a key of 16 bytes; never fails."""

    def find(self, key: bytes) -> bytes | None:
        """The bytes that were kept under a key, by this run or an earlier one; None where there are none.

        Bytes that differ from what was kept, since something damaged them, are none: they may still be a value.
        """

    def keep(self, key: bytes, data: bytes) -> None:
        """Keep bytes under a key."""


class FactsElsewhere(Protocol):
    """Somebody who finds facts beside this process, and keeps them in its store."""

    def wait_for(self, path: str) -> bool:
        """Wait for the answer about a file, if one is due; returns whether the store may have new facts."""


class KeptFacts:
    """The facts of texts, by way of a store."""

    def __init__(self, store: FactsStore) -> None:
        self.store = store
        self.elsewhere: FactsElsewhere | None = None
        self.parsed_bytes = 0  # of the texts that facts were computed from
        self._hash = _blake2b()
        self._text: tuple[bytes, bytes] = b"", b""
        self._arguments: dict[int, tuple[object, bytes]] = {}  # by identity, with the object, which keeps it alive

    def of(
        self,
        find: Callable[Concatenate[Source, P], T],
        path: str,
        text: bytes,
        parse: Callable[[], Source],
        *args: P.args,
        **named: P.kwargs,
    ) -> T:
        """What `find` says of the source file that `parse` gives: plain data, and a function of nothing else."""
        try:
            key = self._key(find, path, text, *args, *named.items())
        except UnpackableError:
            return find(parse(), *args, **named)
        data = self.store.find(key)
        if data is None and self.elsewhere is not None and self.elsewhere.wait_for(path):
            data = self.store.find(key)
        if data is not None:
            try:
                return unpack(data)  # type: ignore[no-any-return]  # a file says what it is
            except ValueError:
                pass  # it is made anew
        self.parsed_bytes += len(text)
        found = find(parse(), *args, **named)
        self.store.keep(key, pack(found))
        return found

    def knows(self, find: Callable[..., object], path: str, text: bytes, *args: object, **named: object) -> bool:
        """Whether the store has the fact that `of` would give."""
        try:
            return self.store.find(self._key(find, path, text, *args, *named.items())) is not None
        except UnpackableError:
            return False

    def _key(self, find: Callable[..., object], path: str, text: bytes, *args: object) -> bytes:
        last = self._text  # one look: another thread may put its own text there
        if last[0] is not text:
            last = self._text = text, self._hash(text, digest_size=32).digest()
        digest = self._hash(last[1], digest_size=16)
        name = f"{find.__module__}.{find.__qualname__}\0{path}\0"
        digest.update(name.encode("utf-8", "surrogatepass"))
        for each in args:
            digest.update(self._argument(each))
        key: bytes = digest.digest()
        return key

    def _argument(self, value: object) -> bytes:
        if isinstance(value, _SIMPLE):
            return f"{value!r}\0".encode("utf-8", "backslashreplace")
        known = self._arguments.get(id(value))
        if known is None:
            text = canonical(value).encode("utf-8", "backslashreplace")
            known = value, self._hash(text, digest_size=32).digest()
            if len(self._arguments) < _MOST_ARGUMENTS:
                self._arguments[id(value)] = known
        return known[1]


@cache
def _blake2b() -> Any:
    from hashlib import blake2b  # a run without anything kept takes no digests

    return blake2b
