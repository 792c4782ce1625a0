"""The memos of a database as bytes, for a later run."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import accumulate, chain
from typing import Any

from workflow_ls.project.packed_data import UnpackableError, pack
from workflow_ls.project.queries.kept_memos import KeptMemo, MemoHolder
from workflow_ls.project.queries.nodes import DependencyNode, Input, Memo
from workflow_ls.project.queries.packed_memos import NO_VALUE, MemoGraph, MemoKeys, joined


def dump(database: MemoHolder, valueless: Collection[Callable[..., Any]] = ()) -> bytes | None:
    """The memos of a database; None where they can't be kept.  Of some queries the values are left out.

    The database is no fork, and nothing that it reads has changed since the first look-up.
    """
    memos = _ordered(database)
    if memos is None:
        return None
    nodes = dict.fromkeys(chain.from_iterable(memo.reads for memo in memos))
    inputs = [node for node in nodes if isinstance(node, Input)]
    kinds = {kind: [node for node in inputs if node.kind == kind] for kind in ("text", "listing", "search")}
    inputs = [*kinds["text"], *kinds["listing"], *kinds["search"]]
    queries_of = {node: queries for queries, node in database.files.searches()}
    numbers = _numbered(inputs, memos, nodes)
    without = {method.query for method in valueless}  # type: ignore[attr-defined]  # set by `query`
    queries = {made: number for number, made in enumerate(dict.fromkeys(memo.query for memo in memos))}
    packed, names = _Packed(), MemoKeys()
    keys, starts, reads = list[str](), array("I", [0]), array("I")
    values, arguments = array("I"), array("I")
    readers: list[list[int]] = [[] for _ in range(len(inputs) + len(memos))]
    try:
        for number, memo in enumerate(memos):
            keys.append(names.of(memo.query.name, memo.args))
            read = [numbers[node] for node in memo.reads]
            reads.extend(read)
            for each in read:
                readers[each].append(number)
            starts.append(len(reads))
            values.append(NO_VALUE if memo.query in without else packed.place_of(memo))
            arguments.append(packed.place(memo.args))
        owners = tuple((made.owner.__module__ if made.owner is not None else "", made.name) for made in queries)
        real = database.files.untracked.real
        graph = MemoGraph(
            owners,
            tuple((node.path, real(node.path) or node.path) for node in kinds["text"]),
            tuple(node.path for node in kinds["listing"]),
            tuple((queries_of[node], tuple(sorted(node.seen))) for node in kinds["search"]),  # type: ignore[call-overload]  # what it found
            "\n".join(keys),
            array("H", (queries[memo.query] for memo in memos)).tobytes(),
            starts.tobytes(),
            reads.tobytes(),
            array("I", accumulate(map(len, readers), initial=0)).tobytes(),
            array("I", chain.from_iterable(readers)).tobytes(),
            values.tobytes(),
            arguments.tobytes(),
            packed.places.tobytes(),
        )
        return joined(graph, packed.data)
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
        """The number of the value of a memo; `NO_VALUE` for one that is no plain data."""
        if isinstance(memo, KeptMemo):
            data = memo.packed()
            return NO_VALUE if data is None else self._place(data)
        try:
            return self.place(memo.value)
        except UnpackableError:
            return NO_VALUE

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


def _numbered(
    inputs: Sequence[Input], memos: Sequence[Memo], nodes: Iterable[DependencyNode]
) -> dict[DependencyNode, int]:
    """The numbers of all nodes; what was kept and computed anew has the number of what took its place."""
    numbers: dict[DependencyNode, int] = {node: number for number, node in enumerate((*inputs, *memos))}
    replaced = [node for node in nodes if isinstance(node, Memo) and node not in numbers]
    by_key = {(memo.query, memo.args): numbers[memo] for memo in memos} if replaced else {}
    numbers.update((node, by_key[node.query, node.args]) for node in replaced)
    return numbers


def _ordered(database: MemoHolder) -> list[Memo] | None:
    """The memos, each behind those that it read; None where one read itself by way of others."""
    order, done, entered = list[Memo](), set[DependencyNode](), set[Memo]()
    for memos in list(database.memos.values()):
        for first in list(memos.values()):
            todo = [(first, iter(first.reads))] if first not in done else []
            entered.add(first)
            while todo:
                memo, reads = todo[-1]
                for read in reads:
                    if read in done or not isinstance(read, Memo):
                        continue
                    # What was computed anew takes the place of what was kept.
                    current = database.memos[read.query].get(read.args, read)
                    if current not in done:
                        if current in entered:
                            return None
                        entered.add(current)
                        todo.append((current, iter(current.reads)))
                        break
                else:
                    done.add(memo)
                    order.append(memo)
                    todo.pop()
    return order
