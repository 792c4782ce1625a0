"""The nodes of the graph of dependencies: inputs and memos, and the record of what a computation reads."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any, Literal

InputKind = Literal["text", "listing", "search"]

CLEAN, CHECK, DIRTY = 0, 1, 2
"""States of a memo: up to date; something that it read may have changed; something that it read has changed."""

NO_READERS: set[Memo] = set()  # shared, so that a workspace which never changes makes no sets; nothing is added to it


class DependencyNode:
    """Something that a memo can read: an input, or another memo.

    `level` says which database it belongs to: 0 for the workspace's own, 1 for a fork of it, and so on.  `readers` are
    the memos that read it, kept at level 0 only, and from the first change on.
    """

    __slots__ = ("level", "readers")

    def __init__(self, level: int) -> None:
        self.level = level
        self.readers: set[Memo] = NO_READERS

    def add_reader(self, reader: Memo) -> None:
        """Take note that a memo reads it."""
        if self.readers is NO_READERS:
            self.readers = set()
        self.readers.add(reader)

    def nodes_beneath(self) -> tuple[DependencyNode, ...]:
        """What it depends on of the databases below its own."""
        raise NotImplementedError


class QueryNode:
    """A memoised method: its class, and the function that computes it."""

    __slots__ = ("compute", "name", "owner")

    def __init__(self, compute: Callable[..., Any]) -> None:
        self.compute = compute
        self.name = compute.__qualname__
        self.owner: type[Any] | None = None

    def __repr__(self) -> str:
        return f"QueryNode({self.name})"


class Memo(DependencyNode):
    """The value of a query for some arguments, and what it read to compute it.

    `state` is clean, dirty (something that it read has changed), or to be checked (something that it read may have).
    `is_wanted` marks one that was looked up by itself, and not by a query.  `depth` is 0 until it is measured.
    """

    __slots__ = ("args", "beneath", "depth", "is_wanted", "query", "reads", "state", "value")

    def __init__(
        self, query: QueryNode, args: tuple[Any, ...], value: Any, reads: tuple[DependencyNode, ...], level: int
    ) -> None:
        self.level = level  # not by `super()`, which takes longer than all else here
        self.readers = NO_READERS
        self.query = query
        self.args = args
        self.value = value
        self.reads = reads
        self.state = CLEAN
        self.is_wanted = False
        self.beneath: tuple[DependencyNode, ...] | None = None
        self.depth = 0

    def nodes_beneath(self) -> tuple[DependencyNode, ...]:
        if self.beneath is None:
            found, seen, todo = dict[DependencyNode, None](), {self}, [self]
            while todo:
                for read in todo.pop().reads:
                    if read.level < self.level:
                        found[read] = None
                    elif not isinstance(read, Memo):
                        found.update(dict.fromkeys(read.nodes_beneath()))
                    elif read not in seen:
                        seen.add(read)
                        todo.append(read)
            self.beneath = tuple(found)
        return self.beneath


def depth(memo: Memo) -> int:
    """How many memos lie on the longest way from a memo to an input."""
    todo = [memo]
    while todo:
        current = todo[-1]
        unknown = [] if current.depth else [r for r in current.reads if isinstance(r, Memo) and not r.depth]
        if not unknown:
            todo.pop()
            depths = (read.depth for read in current.reads if isinstance(read, Memo))
            current.depth = current.depth or 1 + max(depths, default=0)
        todo += unknown
    return memo.depth


class Input(DependencyNode):
    """A text, a listing or a search, as a memo read it.

    `path` is that of the file or directory, and `real` the same with symbolic links resolved.  `below` is the input
    of the base that an input of a fork takes the place of.  `seen` is what the listing or the search said.
    """

    __slots__ = ("below", "kind", "path", "real", "seen")

    def __init__(self, kind: InputKind, path: str, level: int = 0, below: Input | None = None) -> None:
        super().__init__(level)
        self.kind = kind
        self.path = path
        self.real = path
        self.below = below
        self.seen: object = None

    def nodes_beneath(self) -> tuple[DependencyNode, ...]:
        return () if self.below is None else (self.below,)


class Recorder:
    """What the memo that is being computed has read so far, and the level of the database that computes it.

    `frame` is None where no memo is being computed.  `typed` are the memos of a file that somebody types in which are
    to be computed anew before the next look-up.  A database and its forks share one.
    """

    __slots__ = ("frame", "level", "typed")

    def __init__(self) -> None:
        self.frame: dict[DependencyNode, None] | None = None
        self.level = 0
        self.typed: dict[Memo, None] = {}

    def count(self) -> int:
        """How many nodes were read so far."""
        return 0 if self.frame is None else len(self.frame)

    def forget(self, count: int) -> None:
        """Take it that nothing was read after `count` nodes: what follows reads all that decides."""
        if self.frame is not None:
            for node in list(islice(self.frame, count, None)):
                del self.frame[node]

    def record(self, node: DependencyNode) -> None:
        """Record what was read."""
        if self.frame is not None:
            if node.level <= self.level:
                self.frame[node] = None
            else:
                self.record_beneath(node)

    def record_beneath(self, node: DependencyNode) -> None:
        """Record what a node of a fork depends on, in a memo of a database below that fork."""
        todo: list[DependencyNode] = [node]
        while todo and self.frame is not None:
            current = todo.pop()
            if current.level <= self.level:
                self.frame[current] = None
            else:
                todo += current.nodes_beneath()
