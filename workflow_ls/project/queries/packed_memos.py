"""The memos of a run as bytes: what each of them is, what it read, and its value."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import compress
from typing import Any, NamedTuple

from workflow_ls.project.packed_data import canonical, pack, unpack
from workflow_ls.project.queries.nodes import QueryNode
from workflow_ls.vfs.files import Query

Searches = Mapping[tuple[Query, ...], Sequence[str]]
NO_VALUE = 0xFFFFFFFF
_SIMPLE = (str, int, bool, type(None))
_PACKAGE = __name__.partition(".")[0]
_MOST_ARGUMENTS = 1000
_SMALL = 4  # bytes: an empty tuple, a truth value, or None
_LENGTH = 8  # bytes: how long the packed graph is
_UNKNOWN = object()


class MemoGraph(NamedTuple):
    """All memos: those that a memo read come before it.

    What a memo read are numbers from `starts` on in `reads`: of inputs first, then of memos.  `readers` has the memos
    that read each of these, from `reader_starts` on.  Of a value and of the arguments there is the place behind
    the graph.
    """

    queries: tuple[tuple[str, str], ...]  # their modules and names
    texts: tuple[tuple[str, str], ...]  # the paths, and the real ones
    listings: tuple[str, ...]
    searches: tuple[tuple[tuple[Query, ...], tuple[str, ...]], ...]
    keys: str
    query_numbers: bytes
    starts: bytes
    reads: bytes
    reader_starts: bytes
    readers: bytes
    values: bytes
    arguments: bytes
    places: bytes


def joined(graph: MemoGraph, data: Iterable[bytes]) -> bytes:
    """The memos as bytes: their graph, and behind it the values and arguments, which are not looked at as a whole."""
    packed = pack(tuple(graph))
    return b"".join((len(packed).to_bytes(_LENGTH, "little"), packed, *data))


class MemoKeys:
    """Texts that name memos: the same ones in every process."""

    def __init__(self) -> None:
        self._canonical: dict[int, tuple[object, str]] = {}  # by identity, with the object, which keeps it alive

    def of(self, name: str, args: tuple[Any, ...]) -> str:
        """The key of a query with arguments; raises UnpackableError for one that is no plain data."""
        if all(type(each) in _SIMPLE for each in args):
            return f"{name}{args!r}"
        text = f"tuple({','.join(map(self._canonical_of, args))})"
        return f"{name}{text!r}"

    def _canonical_of(self, value: object) -> str:
        if type(value) in _SIMPLE:
            return canonical(value)
        known = self._canonical.get(id(value))
        if known is None:
            known = value, canonical(value)
            if len(self._canonical) < _MOST_ARGUMENTS:
                self._canonical[id(value)] = known
        return known[1]


class PackedMemos:
    """The memos that a run left, by their numbers; those of inputs come before them in what they read."""

    def __init__(self, data: bytes | memoryview) -> None:
        """`data` is from `joined`; raises ValueError for other data."""
        whole = memoryview(data)
        length = int.from_bytes(whole[:_LENGTH], "little")
        self._behind_graph = whole[_LENGTH + length :]
        try:
            self.graph = MemoGraph(*unpack(bytes(whole[_LENGTH : _LENGTH + length])))
            self.reads, self.starts = _numbers("I", self.graph.reads), _numbers("I", self.graph.starts)
            self._readers, self._behind = _numbers("I", self.graph.readers), _numbers("I", self.graph.reader_starts)
            self.values, self._arguments = _numbers("I", self.graph.values), _numbers("I", self.graph.arguments)
            self._places, self.made = _numbers("I", self.graph.places), _numbers("H", self.graph.query_numbers)
        except TypeError as error:
            raise ValueError(str(error)) from None
        keys = self.graph.keys.split("\n") if self.graph.keys else []
        self.by_key = dict(zip(keys, range(len(keys))))
        self.count = len(keys)
        self.inputs = len(self.graph.texts) + len(self.graph.listings) + len(self.graph.searches)
        is_whole = len(self.starts) == self.count + 1 and len(self._behind) == self.inputs + self.count + 1
        is_whole = is_whole and [*self._places[-1:]] == [len(self._behind_graph)]
        if len(self.by_key) != self.count or not is_whole:
            raise ValueError("the memos are incomplete")
        self._small: dict[bytes, Any] = {}

    def readers_of(self, number: int) -> Sequence[int]:
        """The memos that read another one."""
        return self._readers_at(self.inputs + number)

    def behind(self, inputs: Collection[int]) -> set[int]:
        """The memos that read one of some inputs, at any depth."""
        found, todo = set[int](), list(inputs)
        while todo:
            for reader in self._readers_at(todo.pop()):
                if reader not in found:
                    found.add(reader)
                    todo.append(self.inputs + reader)
        return found

    def of_query(self, name: str) -> list[int]:
        """The memos of a query."""
        wanted = frozenset(index for index, (_, each) in enumerate(self.graph.queries) if each == name)
        return list(compress(range(self.count), map(wanted.__contains__, self.made)))

    def _readers_at(self, node: int) -> Sequence[int]:
        return self._readers[self._behind[node] : self._behind[node + 1]]

    def value_of(self, number: int) -> Any:
        """The value of a memo; raises ValueError where it can't be read."""
        data = self.packed(number)
        if data is None:
            raise ValueError("the value was left out")
        if len(data) > _SMALL:
            return unpack(data)
        # So many memos have such values that each is made once.
        known = self._small.get(data, _UNKNOWN)
        if known is _UNKNOWN:
            known = self._small[data] = unpack(data)
        return known

    def packed(self, number: int) -> bytes | None:
        """The value of a memo as bytes; None where it was left out."""
        return None if self.values[number] == NO_VALUE else self._data(self.values[number])

    def _data(self, number: int) -> bytes:
        return bytes(self._behind_graph[self._places[number] : self._places[number + 1]])

    def argument(self, number: int) -> tuple[Any, ...]:
        """The arguments of a memo."""
        return tuple(unpack(self._data(self._arguments[number])))

    def query(self, number: int) -> QueryNode | None:
        """The query of a memo; None if there is none of that name, or its module was not imported."""
        module, name = self.graph.queries[self.made[number]]
        if module.partition(".")[0] != _PACKAGE:
            return None
        owner, _, method = name.partition(".")
        kind = vars(sys.modules.get(module, object)).get(owner)
        made = getattr(vars(kind).get(method), "query", None) if isinstance(kind, type) else None
        return made if isinstance(made, QueryNode) and made.name == name else None


def _numbers(kind: str, data: bytes) -> array[int]:
    found = array(kind)
    found.frombytes(data)
    return found
