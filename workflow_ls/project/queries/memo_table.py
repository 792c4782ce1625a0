"""The memos of one workspace, what changes mark among them, and what a look-up of a marked one computes anew."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from heapq import heappop, heappush
from itertools import count, takewhile
from typing import Any

from workflow_ls.project.queries.nodes import (
    CHECK,
    CLEAN,
    DIRTY,
    DependencyNode,
    Input,
    Memo,
    QueryNode,
    Recorder,
    depth,
)
from workflow_ls.vfs.interruption import is_interruption

_MANY = 64  # reads; to look at so many costs little


class MemoTable:
    """The memos of one workspace, or of a fork of it, which has none that a change marks.

    A change marks what may depend on it (push); a look-up of a marked memo brings it up to date (pull).
    """

    def __init__(self, recorder: Recorder, base: MemoTable | None) -> None:
        """`base` is the table that a fork takes memos over from."""
        self.recorder = recorder
        self.memos: dict[QueryNode, dict[tuple[Any, ...], Memo]] = defaultdict(dict)
        self.root: MemoTable = self if base is None else base.root
        self.version: int = 0 if base is None else base.version  # how many changes there were; of a fork, at its start
        self._unread: dict[Memo, None] = {}  # what the last reader has left since the last change
        self._has_readers = False
        self._suspects: dict[Memo, dict[DependencyNode, None]] = {}  # of memos that read much: what may have changed
        self._marked_late = 0  # how often memos were marked after they may have been taken for up to date
        self._renewed: Counter[QueryNode] = Counter()

    def _compute(self, made: QueryNode, args: tuple[Any, ...]) -> tuple[Any, tuple[DependencyNode, ...]]:
        """The value of a query, and what it read."""
        raise NotImplementedError

    def count_renewed(self, method: Callable[..., Any]) -> int:
        """How often a look-up of a query gave another value than the look-up before, for the same arguments."""
        return self._renewed[method.query]  # type: ignore[attr-defined]  # set by `query`

    def changed(self, touched: Iterable[Input]) -> None:
        """Mark what may depend on inputs that changed.  Only of a database that is no fork."""
        self.version += 1
        self._record_readers()
        self._drop_unread()
        todo = list[Memo]()
        for reader in (reader for node in touched for reader in node.readers):
            if reader.state == CLEAN:
                todo.append(reader)
            reader.state = DIRTY
        self._mark_behind(todo)

    def typed(self, touched: Collection[Input]) -> None:
        """As `changed`, for the text of a file that somebody types in, and searches that it may be found by.

        What reads the text, or concerns this file alone, is computed anew before the next look-up; what reads that is
        only marked where it has another value then.  Else each key would mark, and then verify, most of what is known
        of the workspace.
        """
        texts = [node for node in touched if node.kind == "text"]
        self.changed(node for node in touched if node.kind != "text" or len(node.readers) > _MANY)
        for reader in (reader for node in texts if len(node.readers) <= _MANY for reader in node.readers):
            self._reach(reader, reader.args[:1])

    def settle(self) -> None:
        """Compute anew what concerns the files that somebody typed in.  Only of a database that is no fork."""
        waiting, queue, queued, number = self.recorder.typed, list[tuple[int, int, Memo]](), set[Memo](), count()
        while waiting:
            # What lies deeper first, so that nothing is computed from what is out of date.
            for late in reversed([*takewhile(lambda each: each not in queued, reversed(waiting))]):
                queued.add(late)
                heappush(queue, (depth(late), next(number), late))
            memo = heappop(queue)[2]
            if self.memos[memo.query].get(memo.args) is memo:
                try:
                    self._refresh(memo)
                except Exception as error:
                    if is_interruption(error):
                        raise
                    memo.state = DIRTY  # who looks it up gets the exception
                if memo.state:
                    self._mark_behind([memo])
            del waiting[memo]
            queued.discard(memo)

    def take_stale(self, method: Callable[..., Any]) -> list[tuple[Any, ...]]:
        """The arguments for which a query may give another value than before; the values are kept no longer.

        Only of a database that is no fork, and of a query that no other one reads.
        """
        made: QueryNode = method.query  # type: ignore[attr-defined]  # set by `query`
        self.settle()
        stale = [args for args, memo in list(self.memos[made].items()) if memo.state and self._differs(memo)]
        for args in stale:
            self.discard(method, args)
        return stale

    def discard(self, method: Callable[..., Any], args: tuple[Any, ...]) -> None:
        """Keep the value of a query no longer.  Only of a query that no other one reads."""
        memo = self.memos[method.query].pop(args, None)  # type: ignore[attr-defined]  # set by `query`
        if memo is not None and self._has_readers:
            self.root._suspects.pop(memo, None)
            for read in memo.reads:
                self._stop_reading(memo, read)

    def _reach(self, reader: Memo, of_file: tuple[Any, ...]) -> None:
        """Mark a memo, since something that it read has another value; `of_file` are the arguments of its file."""
        if reader.state == CLEAN:
            reader.state = DIRTY
            self._marked_late += 1
            if reader.args[:1] == of_file:
                self.recorder.typed[reader] = None
            else:
                self._mark_behind([reader])
        reader.state = DIRTY

    def _mark_behind(self, todo: list[Memo]) -> None:
        """Mark all that depends on some memos."""
        suspects = self.root._suspects
        while todo:
            node = todo.pop()
            for reader in node.readers:
                if reader.state == CLEAN:
                    reader.state = CHECK
                    todo.append(reader)
                if len(reader.reads) > _MANY:
                    suspects.setdefault(reader, {})[node] = None

    def _record_readers(self) -> None:
        """From the first change on, know what reads what; before, nobody needs it."""
        if not self._has_readers:
            self._has_readers = True
            for memos in self.memos.values():
                for memo in memos.values():
                    for read in memo.reads:
                        read.add_reader(memo)

    def _differs(self, memo: Memo) -> bool:
        """Whether something that a memo read has changed."""
        # No call for each memo behind another one: a chain of them may be longer than Python's stack.
        todo = [(memo, iter(self._suspected(memo)), self._marked_late)]
        while todo:
            current, reads, marked_late = todo[-1]
            if current.state == CHECK:
                behind = next((read for read in reads if isinstance(read, Memo) and read.state), None)
                if behind is not None:
                    todo.append((behind, iter(self._suspected(behind)), self._marked_late))
                    continue
                if marked_late != self._marked_late:
                    todo[-1] = current, iter(self._suspected(current)), self._marked_late
                    continue
                if current.state == CHECK:
                    current.state = CLEAN
                    self.root._suspects.pop(current, None)
            todo.pop()
            if current.state == DIRTY and current is not memo:
                self._renew(current)
        return memo.state == DIRTY

    def _suspected(self, memo: Memo) -> Collection[DependencyNode]:
        """What a memo read and may have changed, and maybe more."""
        if len(memo.reads) <= _MANY:
            return memo.reads  # in the order in which they were read, so that nothing is computed for nothing
        return tuple(self.root._suspects.get(memo, ()))

    def _refresh(self, memo: Memo) -> None:
        if self._differs(memo):
            self._renew(memo)

    def _renew(self, memo: Memo) -> None:
        """Compute a memo anew."""
        marked_late = self._marked_late
        value, reads = self._compute(memo.query, memo.args)
        before, memo.reads, memo.depth = memo.reads, reads, 0
        for read in reads:
            read.add_reader(memo)
        for read in set(before).difference(reads):
            self._stop_reading(memo, read)
        memo.state = CLEAN
        self.root._suspects.pop(memo, None)
        if value is not memo.value and value != memo.value:
            memo.value = value
            self._renewed[memo.query] += 1
            for reader in tuple(memo.readers):
                self._reach(reader, memo.args[:1])
        if marked_late != self._marked_late:
            self._check_reads(memo)

    def _check_reads(self, memo: Memo) -> None:
        """Mark a memo, and what depends on it, where something that it read was marked since."""
        late = [read for read in memo.reads if isinstance(read, Memo) and read.state]
        if late and memo.state == CLEAN:
            memo.state = CHECK
            if len(memo.reads) > _MANY:
                self.root._suspects.setdefault(memo, {}).update(dict.fromkeys(late))
            self._mark_behind([memo])

    def _keep(self, memo: Memo) -> Memo:
        """Keep a memo that reads nothing of a fork."""
        self.memos[memo.query][memo.args] = memo
        if self._has_readers:
            for read in memo.reads:
                read.add_reader(memo)
        return memo

    def _stop_reading(self, reader: Memo, node: DependencyNode) -> None:
        """Take note that a memo reads a node no more."""
        node.readers.discard(reader)
        if isinstance(node, Memo) and not node.readers:
            self._unread[node] = None

    def _find_unread(self) -> set[Memo]:
        """The memos that nothing reads any more, but for each other."""
        found, todo = set[Memo](), list(self._unread)
        while todo:
            memo = todo.pop()
            if not memo.is_wanted and memo not in found and memo.readers <= found:
                found.add(memo)
                todo += (read for read in memo.reads if isinstance(read, Memo))
        return found

    def _drop_unread(self) -> None:
        """Drop the memos that nothing reads any more.

        Between two changes they may be read anew: by a query that is being computed, or by a fork.
        """
        for memo in self._find_unread():
            self.root._suspects.pop(memo, None)
            if self.memos[memo.query].get(memo.args) is memo:
                del self.memos[memo.query][memo.args]
            for read in memo.reads:
                read.readers.discard(memo)
        self._unread.clear()
