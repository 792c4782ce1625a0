"""The memos of an earlier run, as bytes, and which of them hold still.

They are what `Database` has after a run: each memo with what it read.  A later run takes the value of a memo where
nothing that it read has another value now, and computes it anew else.  As in a database that sees a change, a memo
that was computed anew and has its old value stops the change.  What is checked is checked in the order in which it was
read, up to the first that differs: what was read behind that may make no sense any more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Protocol

from workflow_ls.project.packed_data import UnpackableError
from workflow_ls.project.queries.nodes import DependencyNode, Input, InputKind, Memo, QueryNode
from workflow_ls.project.queries.packed_memos import NO_VALUE, MemoKeys, PackedMemos, Searches
from workflow_ls.project.queries.tracked_files import TrackedFiles
from workflow_ls.project.queries.untouched_memos import UntouchedMemos
from workflow_ls.vfs.files import Query
from workflow_ls.vfs.interruption import is_interruption

_UNKNOWN, _SAME, _DIFFERENT = 0, 1, 2


class MemoHolder(Protocol):
    """What has memos: a `Database` that is no fork."""

    memos: dict[QueryNode, dict[tuple[Any, ...], Memo]]
    files: TrackedFiles

    def bring_up_to_date(self, made: QueryNode, args: tuple[Any, ...]) -> Memo:
        """The memo of a query, computed or checked where it must be."""


class KeptMemos:
    """The memos of an earlier run, for the database of a workspace that may have changed since."""

    def __init__(self, data: bytes | memoryview) -> None:
        """`data` is from `memo_dump.dump`; raises ValueError for other data."""
        packed = self._packed = PackedMemos(data)
        self._graph, self._inputs = packed.graph, packed.inputs
        self._reads, self._starts, self._values = packed.reads, packed.starts, packed.values
        self._keys = MemoKeys()
        self._changed = frozenset[int]()
        self._linked = True
        self._states = bytearray([_SAME]) * packed.count
        self._behind_changes = bytearray(packed.count)
        self._renewed: dict[int, bool] = {}
        self._nodes: dict[int, Memo] = {}
        self._queries: dict[QueryNode, str] = {}
        self._pending = set[int]()
        self._read_so_far = set[int]()
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
        for number in self._packed.behind(self._changed):
            self._states[number] = _UNKNOWN
            self._behind_changes[number] = True

    def untouched(self, fork: TrackedFiles) -> UntouchedMemos:
        """The memos that read nothing, at any depth, that changed since, or that is another in a fork with these files.

        What they read is what they read in the earlier run, so that none counts that was computed anew, even if it has
        its old value.
        """
        texts, listings, searches = self._graph.texts, self._graph.listings, self._graph.searches
        linked = self._linked or any(path != real for path, real in texts)

        def is_touched(number: int) -> bool:
            if number < len(texts):
                return fork.touches(_input("text", *texts[number]))
            place = number - len(texts)
            if place < len(listings):
                path = listings[place]
                return fork.touches(self._read(number) if linked else _input("listing", path, path))
            return fork.finds_others(searches[place - len(listings)][0])

        return UntouchedMemos(self._packed, is_touched, self._behind_changes)

    def find(self, made: QueryNode, args: tuple[Any, ...]) -> Memo | None:
        """The memo of a query, if it was kept and holds still."""
        try:
            number = self._packed.by_key.get(self._keys.of(made.name, args))
        except UnpackableError:
            return None
        if number is None or number in self._pending or self._values[number] == NO_VALUE:
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
            number = self._packed.by_key.get(self._keys.of(made.name, args))
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
        missed = set[int]()
        return [self._packed.argument(each) for each in self._packed.of_query(made.name) if self._is_read(each, missed)]

    def _is_read(self, memo: int, missed: set[int]) -> bool:
        """Whether what was looked up so far has read a memo, at any depth; `missed` are some that it has not."""
        # The last readers of a memo are the nearest to what is looked up.
        known, nodes, todo, by = self._read_so_far, self._nodes, [memo], dict[int, int]()
        while todo:
            number = todo.pop()
            if number in known or number in nodes:
                known.add(number)
                while number != memo:
                    number = by[number]
                    known.add(number)
                return True
            for reader in self._packed.readers_of(number):
                # What was computed anew may have its old value and read something else; that was looked up then.
                if self._states[reader] == _SAME and reader not in by and reader not in missed:
                    by[reader] = number
                    todo.append(reader)
        missed.update(by, (memo,))
        return False

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
        if number in self._pending or self._database is None or self._values[number] == NO_VALUE:
            return False
        made = self._packed.query(number)
        if made is None:
            return False
        try:
            memo = self._database.bring_up_to_date(made, self._packed.argument(number))
            same = bool(memo.value == self._packed.value_of(number))
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
            made = self._packed.query(number) if made is None else made
            if made is None:
                raise ValueError("there is no such query")
            args = self._packed.argument(number) if args is None else args
            found = self._nodes[number] = KeptMemo(self, number, made, args)
        return found

    def reads_of(self, number: int) -> tuple[DependencyNode, ...]:
        """What a memo read."""
        return tuple(map(self._read, self._reads[self._starts[number] : self._starts[number + 1]]))

    def value_of(self, number: int) -> Any:
        """The value of a memo; raises ValueError where it can't be read."""
        return self._packed.value_of(number)

    def packed_value(self, number: int) -> bytes | None:
        """The value of a memo as bytes; None where it was left out."""
        return self._packed.packed(number)

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
        return self._kept.packed_value(self._number)

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
