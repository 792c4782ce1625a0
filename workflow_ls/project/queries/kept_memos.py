"""The memos of an earlier run, as bytes, and which of them hold still.

They are what `Database` has after a run: each memo with what it read.  A later run takes the value of a memo where
nothing that it read has another value now, and computes it anew else.  As in a database that sees a change, a memo
that was computed anew and has its old value stops the change.  What is checked is checked in the order in which it was
read, up to the first that differs: what was read behind that may make no sense any more.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from workflow_ls.project.packed_data import UnpackableError, canonical, pack, unpack
from workflow_ls.project.queries.nodes import DependencyNode, Input, InputKind, Memo, QueryNode
from workflow_ls.project.queries.tracked_files import TrackedFiles
from workflow_ls.vfs.files import Query
from workflow_ls.vfs.interruption import is_interruption

Searches = Mapping[tuple[Query, ...], Sequence[str]]
_SIMPLE = (str, int, bool, type(None))
_PACKAGE = __name__.partition(".")[0]
_UNKNOWN, _SAME, _DIFFERENT = 0, 1, 2
_NO_VALUE = 0xFFFFFFFF


class MemoHolder(Protocol):
    """What has memos: a `Database` that is no fork."""

    memos: dict[QueryNode, dict[tuple[Any, ...], Memo]]
    files: TrackedFiles

    def bring_up_to_date(self, made: QueryNode, args: tuple[Any, ...]) -> Memo:
        """The memo of a query, computed or checked where it must be."""


class _Graph(NamedTuple):
    """All memos: those that a memo read come before it.

    What a memo read are numbers from `starts` on in `reads`: of inputs first, then of memos.  Of a value and of the
    arguments there is the place in `data`.
    """

    queries: tuple[tuple[str, str], ...]  # their modules and names
    texts: tuple[tuple[str, str], ...]  # the paths, and the real ones
    listings: tuple[str, ...]
    searches: tuple[tuple[tuple[Query, ...], tuple[str, ...]], ...]
    keys: str
    query_numbers: bytes
    starts: bytes
    reads: bytes
    values: bytes
    arguments: bytes
    places: bytes
    data: bytes


def dump(database: MemoHolder, valueless: Collection[Callable[..., Any]] = ()) -> bytes | None:
    """The memos of a database; None where they can't be kept.  Of some queries the values are left out.

    The database is no fork, and nothing that it reads has changed since the first look-up.
    """
    memos = _ordered(database)
    if memos is None:
        return None
    inputs = list(dict.fromkeys(read for memo in memos for read in memo.reads if isinstance(read, Input)))
    kinds = {kind: [node for node in inputs if node.kind == kind] for kind in ("text", "listing", "search")}
    inputs = [*kinds["text"], *kinds["listing"], *kinds["search"]]
    queries_of = {node: queries for queries, node in database.files.searches()}
    numbers: dict[DependencyNode, int] = {node: number for number, node in enumerate(inputs)}
    by_key = {(memo.query, memo.args): len(inputs) + number for number, memo in enumerate(memos)}
    without = {method.query for method in valueless}  # type: ignore[attr-defined]  # set by `query`
    queries = {made: number for number, made in enumerate(dict.fromkeys(memo.query for memo in memos))}
    packed = _Packed()
    keys, starts, reads = list[str](), array("I", [0]), array("I")
    values, arguments = array("I"), array("I")
    try:
        for memo in memos:
            keys.append(_key(memo.query.name, memo.args))
            for read in memo.reads:
                reads.append(by_key[read.query, read.args] if isinstance(read, Memo) else numbers[read])
            starts.append(len(reads))
            values.append(_NO_VALUE if memo.query in without else packed.place_of(memo))
            arguments.append(packed.place(memo.args))
        owners = tuple((made.owner.__module__ if made.owner is not None else "", made.name) for made in queries)
        real = database.files.untracked.real
        graph = _Graph(
            owners,
            tuple((node.path, real(node.path) or node.path) for node in kinds["text"]),
            tuple(node.path for node in kinds["listing"]),
            tuple((queries_of[node], tuple(sorted(node.seen))) for node in kinds["search"]),  # type: ignore[call-overload]  # what it found
            "\n".join(keys),
            array("H", (queries[memo.query] for memo in memos)).tobytes(),
            starts.tobytes(),
            reads.tobytes(),
            values.tobytes(),
            arguments.tobytes(),
            packed.places.tobytes(),
            b"".join(packed.data),
        )
        return pack(tuple(graph))
    except (UnpackableError, LookupError, OverflowError):
        return None


class _Packed:
    """Values as bytes, each once."""

    def __init__(self) -> None:
        self.data: list[bytes] = []
        self.places = array("I", [0])
        self._known: dict[int, int] = {}  # by identity: a memo keeps what it has alive
        self._numbers: dict[bytes, int] = {}

    def place_of(self, memo: Memo) -> int:
        """The number of the value of a memo; `_NO_VALUE` for one that is no plain data."""
        if isinstance(memo, KeptMemo):
            data = memo.packed()
            return _NO_VALUE if data is None else self._place(data)
        try:
            return self.place(memo.value)
        except UnpackableError:
            return _NO_VALUE

    def place(self, value: object) -> int:
        """The number of a value; raises UnpackableError for one that is no plain data."""
        known = self._known.get(id(value))
        if known is None:
            known = self._known[id(value)] = self._place(pack(value))
        return known

    def _place(self, data: bytes) -> int:
        known = self._numbers.get(data)
        if known is None:
            known = self._numbers[data] = len(self.data)
            self.data.append(data)
            self.places.append(self.places[-1] + len(data))
        return known


def _ordered(database: MemoHolder) -> list[Memo] | None:
    """The memos, each behind those that it read; None where one read itself by way of others."""
    order, done, entered = list[Memo](), set[tuple[QueryNode, tuple[Any, ...]]](), set[Memo]()
    for memos in list(database.memos.values()):
        for first in list(memos.values()):
            todo = [(first, iter(first.reads))]
            while todo:
                memo, reads = todo[-1]
                key = memo.query, memo.args
                if key in done:
                    todo.pop()
                    continue
                entered.add(memo)
                for read in reads:
                    if isinstance(read, Memo) and (read.query, read.args) not in done:
                        # What was computed anew takes the place of what was kept.
                        current = database.memos[read.query].get(read.args, read)
                        if current in entered:
                            return None
                        todo.append((current, iter(current.reads)))
                        break
                else:
                    done.add(key)
                    order.append(memo)
                    todo.pop()
    return order


def _key(name: str, args: tuple[Any, ...]) -> str:
    simple = all(type(each) in _SIMPLE for each in args)
    return f"{name}{args!r}" if simple else f"{name}{canonical(args)!r}"


class KeptMemos:
    """The memos of an earlier run, for the database of a workspace that may have changed since."""

    def __init__(self, data: bytes) -> None:
        """`data` is from `dump`; raises ValueError for other data."""
        try:
            self._graph = _Graph(*unpack(data))
            self._reads, self._starts = _numbers("I", self._graph.reads), _numbers("I", self._graph.starts)
            self._values, self._arguments = _numbers("I", self._graph.values), _numbers("I", self._graph.arguments)
            self._places, self._made = _numbers("I", self._graph.places), _numbers("H", self._graph.query_numbers)
        except TypeError as error:
            raise ValueError(str(error)) from None
        keys = self._graph.keys.split("\n") if self._graph.keys else []
        self._by_key = dict(zip(keys, range(len(keys))))
        self._count = len(keys)
        if len(self._by_key) != self._count or len(self._starts) != self._count + 1:
            raise ValueError("the memos are incomplete")
        self._inputs = len(self._graph.texts) + len(self._graph.listings) + len(self._graph.searches)
        self._changed = frozenset[int]()
        self._linked = True
        self._states = bytearray(self._count)
        self._renewed: dict[int, bool] = {}
        self._nodes: dict[int, Memo] = {}
        self._queries: dict[QueryNode, str] = {}
        self._pending = set[int]()
        self._counted, self._read_so_far = -1, bytearray()
        self._database: MemoHolder | None = None

    @property
    def searches(self) -> Searches:
        """What each search found."""
        return dict(self._graph.searches)

    def begin(
        self,
        database: MemoHolder,
        texts: Collection[str],
        searches: Collection[tuple[Query, ...]],
        *,
        linked: bool = True,
    ) -> None:
        """Take part in a database: the texts at these real paths, and what these searches find, are others now.

        `linked`: a path that was read may lead through a symbolic link.
        """
        self._linked = linked
        listed = len(self._graph.texts) + len(self._graph.listings)
        changed = {number for number, (_, real) in enumerate(self._graph.texts) if real in texts}
        changed |= {listed + number for number, (each, _) in enumerate(self._graph.searches) if each in searches}
        self._changed = frozenset(changed)
        self._database = database
        for number in self._apart_from(self._changed):
            self._states[number] = _SAME

    def _apart_from(self, inputs: Collection[int]) -> Iterator[int]:
        """The memos that read none of some inputs, at any depth."""
        unsure, reads, starts, first = set(inputs), self._reads, self._starts, self._inputs
        for number in range(self._count):
            if unsure.isdisjoint(reads[starts[number] : starts[number + 1]]):
                yield number
            else:
                unsure.add(first + number)

    def untouched(self, fork: TrackedFiles) -> Collection[int]:
        """The memos that read nothing, at any depth, that changed since, or that is another in a fork with these files.

        What they read is what they read in the earlier run, so that none counts that was computed anew, even if it has
        its old value.
        """
        texts, listings, searches = self._graph.texts, self._graph.listings, self._graph.searches
        linked = self._linked or any(path != real for path, real in texts)
        inputs = [
            *(_input("text", *each) for each in texts),
            *(self._read(len(texts) + n) if linked else _input("listing", p, p) for n, p in enumerate(listings)),
        ]
        touched = {number for number, node in enumerate(inputs) if fork.touches(node)}
        known = (n for n in range(len(inputs), self._inputs) if n not in self._changed)
        touched.update(n for n in known if fork.finds_others(searches[n - len(inputs)][0]))
        return frozenset(self._apart_from(touched | self._changed))

    def find(self, made: QueryNode, args: tuple[Any, ...]) -> Memo | None:
        """The memo of a query, if it was kept and holds still."""
        try:
            number = self._by_key.get(_key(made.name, args))
        except UnpackableError:
            return None
        if number is None or number in self._pending or self._values[number] == _NO_VALUE:
            return None
        if self._states[number] != _SAME and not self._holds(number):
            return None
        memo = self.node(number, made, args)
        if isinstance(memo, KeptMemo) and memo.is_readable():
            return memo
        del self._nodes[number]
        return None

    def entered(self, made: QueryNode, args: tuple[Any, ...]) -> int | None:
        """Take note that a query is being computed; returns what `left` needs."""
        try:
            number = self._by_key.get(_key(made.name, args))
        except UnpackableError:
            return None
        if number is None or number in self._pending:
            return None
        self._pending.add(number)
        return number

    def left(self, number: int | None) -> None:
        """Take note that it is computed, or failed."""
        if number is not None:
            self._pending.discard(number)

    def arguments_read(self, made: QueryNode) -> Iterable[tuple[Any, ...]]:
        """The arguments of the memos of a query that what was looked up so far has read, at any depth."""
        wanted = [index for index, (_, name) in enumerate(self._graph.queries) if name == made.name]
        needed = self._needed()
        numbers = (number for number, each in enumerate(self._made) if each in wanted and needed[number])
        return [self._argument(number) for number in numbers]

    def _needed(self) -> bytearray:
        """Of each memo, whether what was looked up so far has read it, at any depth."""
        if self._counted != len(self._nodes):
            self._counted, needed = len(self._nodes), bytearray(self._count)
            for number in self._nodes:
                needed[number] = 1
            reads, starts, inputs = self._reads, self._starts, self._inputs
            for number in range(self._count - 1, -1, -1):
                # What was computed anew may have its old value and read something else; that was looked up then.
                if needed[number] and self._states[number] == _SAME:
                    for read in reads[starts[number] : starts[number + 1]]:
                        if read >= inputs:
                            needed[read - inputs] = 1
            self._read_so_far = needed
        return self._read_so_far

    def _holds(self, first: int) -> bool:
        """Whether nothing that a memo read has another value now."""
        states, reads, inputs = self._states, self._reads, self._inputs
        todo = [(first, self._starts[first])]
        while todo:
            number, place = todo.pop()
            if states[number] != _UNKNOWN:
                continue
            end = self._starts[number + 1]
            while place < end:
                read = reads[place]
                if read < inputs:
                    if read in self._changed:
                        states[number] = _DIFFERENT
                        break
                elif states[read - inputs] == _UNKNOWN:
                    todo += ((number, place), (read - inputs, self._starts[read - inputs]))
                    break
                elif states[read - inputs] == _DIFFERENT and not self._is_as_before(read - inputs):
                    states[number] = _DIFFERENT
                    break
                place += 1
            else:
                states[number] = _SAME
        return states[first] == _SAME

    def _is_as_before(self, number: int) -> bool:
        """Whether a memo has its old value after it was computed anew."""
        known = self._renewed.get(number)
        if known is not None:
            return known
        if number in self._pending or self._database is None or self._values[number] == _NO_VALUE:
            return False
        made = self._query(number)
        if made is None:
            return False
        try:
            memo = self._database.bring_up_to_date(made, self._argument(number))
            same = bool(memo.value == self.value_of(number))
        except Exception as error:
            if is_interruption(error):
                raise
            return False  # who looks it up gets the exception
        self._renewed[number] = same
        return same

    def node(self, number: int, made: QueryNode | None = None, args: tuple[Any, ...] | None = None) -> Memo:
        """The memo of a number."""
        found = self._nodes.get(number)
        if found is None:
            made = self._query(number) if made is None else made
            if made is None:
                raise ValueError("there is no such query")
            args = self._argument(number) if args is None else args
            found = self._nodes[number] = KeptMemo(self, number, made, args)
        return found

    def reads_of(self, number: int) -> tuple[DependencyNode, ...]:
        """What a memo read."""
        return tuple(map(self._read, self._reads[self._starts[number] : self._starts[number + 1]]))

    def value_of(self, number: int) -> Any:
        """The value of a memo; raises ValueError where it can't be read."""
        data = self.packed(number)
        if data is None:
            raise ValueError("the value was left out")
        return unpack(data)

    def packed(self, number: int) -> bytes | None:
        """The value of a memo as bytes; None where it was left out."""
        return None if self._values[number] == _NO_VALUE else self._data(self._values[number])

    def _read(self, number: int) -> DependencyNode:
        if number >= self._inputs:
            return self.node(number - self._inputs)
        if self._database is None:
            raise ValueError("the memos take no part in a database")
        files, texts, listings = self._database.files, self._graph.texts, self._graph.listings
        if number < len(texts):
            return files.input("text", texts[number][0])
        number -= len(texts)
        if number < len(listings):
            return files.input("listing", listings[number])
        return files.search_input(*self._graph.searches[number - len(listings)])

    def _data(self, number: int) -> bytes:
        return self._graph.data[self._places[number] : self._places[number + 1]]

    def _argument(self, number: int) -> tuple[Any, ...]:
        return tuple(unpack(self._data(self._arguments[number])))

    def _query(self, number: int) -> QueryNode | None:
        """The query of a memo; None if there is none of that name, or its module was not imported."""
        module, name = self._graph.queries[self._made[number]]
        if module.partition(".")[0] != _PACKAGE:
            return None
        owner, _, method = name.partition(".")
        kind = vars(sys.modules.get(module, object)).get(owner)
        made = getattr(vars(kind).get(method), "query", None) if isinstance(kind, type) else None
        return made if isinstance(made, QueryNode) and made.name == name else None


class KeptMemo(Memo):
    """A memo whose value and reads are made at the first look at them."""

    __slots__ = ("_found", "_kept", "_number", "_read")

    def __init__(self, kept: KeptMemos, number: int, made: QueryNode, args: tuple[Any, ...]) -> None:
        super().__init__(made, args, None, (), 0)
        self._kept = kept
        self._number = number
        self._found: list[Any] = []
        self._read: tuple[DependencyNode, ...] | None = None

    @property
    def number(self) -> int:
        """Its number among the memos of the run."""
        return self._number

    def packed(self) -> bytes | None:
        """The value as bytes; None where it was left out."""
        return self._kept.packed(self._number)

    def is_readable(self) -> bool:
        """Whether there is a value."""
        return self.value is not _UNREADABLE

    def _get_value(self) -> Any:
        if not self._found:
            try:
                self._found.append(self._kept.value_of(self._number))
            except ValueError:
                self._found.append(_UNREADABLE)
        return self._found[0]

    def _get_reads(self) -> tuple[DependencyNode, ...]:
        if self._read is None:
            self._read = self._kept.reads_of(self._number)
        return self._read

    def _ignore(self, _: object) -> None:
        """What `Memo` sets is not at hand yet."""

    value = property(_get_value, _ignore)
    reads = property(_get_reads, _ignore)


_UNREADABLE = object()  # equal to no value


def _input(kind: InputKind, path: str, real: str) -> Input:
    made = Input(kind, path)
    made.real = real
    return made


def _numbers(kind: str, data: bytes) -> array[int]:
    found = array(kind)
    found.frombytes(data)
    return found
