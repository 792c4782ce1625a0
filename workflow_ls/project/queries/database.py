"""Memoised queries with recorded dependencies.

A query is a method of a `Component`, marked `@query`: a pure function of its arguments, of the workspace's table and
settings, and of what it reads.  All reading goes through other queries and through `Database.files`, so that each memo
records what it read, and nobody declares a dependency or drops a memo by hand.

`Database.changed` marks what may depend on changed files (push), and a look-up recomputes only what does depend on
them (pull).  A memo whose new value equals the old one stops the change: what read it stays as it is.
`Database.fork` gives the database of the workspace after edits, which takes over every memo whose reads are the same.

The design is that of salsa (red and green memos, early cut-off) with eager marks in the place of revision numbers,
since a look-up of a clean memo must cost no more than a dictionary's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import wraps
from heapq import heappop, heappush
from itertools import count, islice, takewhile
from typing import Any, TypeVar, cast

from workflow_ls.project.queries.fork_edits import Edits
from workflow_ls.project.queries.kept_memos import KeptMemo, KeptMemos
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
from workflow_ls.project.queries.tracked_files import TrackedFiles
from workflow_ls.project.queries.workspace_context import WorkspaceContext
from workflow_ls.vfs.files import Files
from workflow_ls.vfs.interruption import is_interruption

_MANY = 64  # reads; to look at so many costs little

C = TypeVar("C", bound="Component")
F = TypeVar("F", bound=Callable[..., Any])


class Component:
    """A part of a workspace whose methods may be queries; it has no other state that depends on files.

    There is one of each class in a database, and another in each of its forks.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.files: TrackedFiles = database.files
        self.context = database.context
        self.table = database.context.table
        self.settings = database.context.settings

    def __init_subclass__(cls) -> None:
        for member in vars(cls).values():
            made = getattr(member, "query", None)
            if isinstance(made, QueryNode):
                made.owner = cls


def query(compute: F) -> F:
    """Memoise a method of a `Component`.

    The arguments are hashable and given by position; the value is never changed, and compares by what it says.
    """
    made = QueryNode(compute)

    @wraps(compute)
    def look_up(self: Component, *args: Any) -> Any:
        database = self.database
        recorder = database.recorder
        if recorder.frame is None and recorder.typed:
            database.root.settle()
        memo = database.memos[made].get(args)
        if memo is None or memo.state:
            memo = database.bring_up_to_date(made, args)
        if recorder.frame is None:
            memo.is_wanted = True
        elif memo.level <= recorder.level:
            recorder.frame[memo] = None
        else:
            recorder.record_beneath(memo)
        return memo.value

    look_up.query = made  # type: ignore[attr-defined]  # `Component` finds the query by it
    return cast("F", look_up)


class Database:
    """The memos of one workspace, or of a fork of it.  One thread at a time may use it and its forks.

    `files` is the only way to read the workspace.
    """

    def __init__(
        self, files: Files, context: WorkspaceContext, base: Database | None = None, edits: Edits | None = None
    ) -> None:
        """`files` are those of the workspace as it is here; `edits` is how they differ from those of `base`."""
        self.base = base
        self.context = context
        self.level: int = 0 if base is None else base.level + 1
        self.recorder: Recorder = Recorder() if base is None else base.recorder
        self.files: TrackedFiles = TrackedFiles(
            files, self.recorder, self.level, None if base is None else base.files, edits
        )
        self.memos: dict[QueryNode, dict[tuple[Any, ...], Memo]] = defaultdict(dict)
        self.root: Database = self if base is None else base.root
        self.version: int = 0 if base is None else base.version  # how many changes there were; of a fork, at its start
        self._unread: dict[Memo, None] = {}  # what the last reader has left since the last change
        self._has_readers = False
        self._suspects: dict[Memo, dict[DependencyNode, None]] = {}  # of memos that read much: what may have changed
        self._marked_late = 0  # how often memos were marked after they may have been taken for up to date
        self._renewed: Counter[QueryNode] = Counter()
        self._components: dict[type[Component], Component] = {}
        self._still: Collection[int] | None = None  # of a fork: which memos of an earlier run hold in it
        self.kept: KeptMemos | None = None  # of an earlier run; only of a database that is no fork, and never changes

    def component(self, kind: type[C]) -> C:
        """The component of a class, which is made when it is first needed."""
        found = self._components.get(kind)
        if found is None:
            found = self._components[kind] = kind(self)
        return cast("C", found)

    def values(self, method: Callable[..., Any]) -> Iterator[Any]:
        """The values, up to date, that a query has been looked up for so far, but for those that nothing reads now."""
        made: QueryNode = method.query  # type: ignore[attr-defined]  # set by `query`
        self.root.settle()
        for args in self.kept.arguments_read(made) if self.kept is not None else ():
            self.bring_up_to_date(made, args)
        memos = [
            self.bring_up_to_date(made, args) if memo.state else memo for args, memo in list(self.memos[made].items())
        ]
        unread = self.root._find_unread()
        return (memo.value for memo in memos if memo not in unread)

    def latest(self, method: Callable[..., Any], known: int) -> list[Any]:
        """The values of a query, up to date, that were looked up since it had `known` ones, if nothing has changed."""
        memos = self.memos[method.query]  # type: ignore[attr-defined]  # set by `query`
        new = list(islice(reversed(memos.items()), max(0, len(memos) - known)))
        made: QueryNode = method.query  # type: ignore[attr-defined]  # set by `query`
        return [(self.bring_up_to_date(made, args) if memo.state else memo).value for args, memo in reversed(new)]

    def count(self, method: Callable[..., Any]) -> int:
        """How many values of a query are kept."""
        return len(self.memos[method.query])  # type: ignore[attr-defined]  # set by `query`

    def count_computed(self) -> int:
        """How many values are kept that no earlier run has computed."""
        return sum(not isinstance(memo, KeptMemo) for memos in self.memos.values() for memo in memos.values())

    def keeps(self, method: Callable[..., Any], args: tuple[Any, ...]) -> bool:
        """Whether a value of a query is kept here, up to date or not."""
        return args in self.memos[method.query]  # type: ignore[attr-defined]  # set by `query`

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

    def count_renewed(self, method: Callable[..., Any]) -> int:
        """How often a look-up of a query gave another value than the look-up before, for the same arguments."""
        return self._renewed[method.query]  # type: ignore[attr-defined]  # set by `query`

    def discard(self, method: Callable[..., Any], args: tuple[Any, ...]) -> None:
        """Keep the value of a query no longer.  Only of a query that no other one reads."""
        memo = self.memos[method.query].pop(args, None)  # type: ignore[attr-defined]  # set by `query`
        if memo is not None and self._has_readers:
            self.root._suspects.pop(memo, None)
            for read in memo.reads:
                self._stop_reading(memo, read)

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

    def bring_up_to_date(self, made: QueryNode, args: tuple[Any, ...]) -> Memo:
        """The memo of a query, computed or checked where it must be."""
        if self.base is not None:
            return self._taken_over(self.base, made, args)
        memo = self.memos[made].get(args)
        if memo is None and self.kept is not None:
            return self._from_kept(self.kept, made, args)
        if memo is None:
            marked_late = self._marked_late
            memo = self._keep(Memo(made, args, *self._compute(made, args), 0))
            if marked_late != self._marked_late:
                self._check_reads(memo)
        else:
            self._refresh(memo)
        return memo

    def _from_kept(self, kept: KeptMemos, made: QueryNode, args: tuple[Any, ...]) -> Memo:
        """The memo of a query as an earlier run left it, or else computed."""
        found = kept.find(made, args)
        # To see whether it holds may have computed it.
        memo = self.memos[made].get(args)
        if memo is None and found is not None:
            memo = self.memos[made][args] = found
        if memo is None:
            entered = kept.entered(made, args)
            try:
                memo = self._keep(Memo(made, args, *self._compute(made, args), 0))
            finally:
                kept.left(entered)
        return memo

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

    def _keep(self, memo: Memo) -> Memo:
        """Keep a memo that reads nothing of a fork."""
        self.memos[memo.query][memo.args] = memo
        if self._has_readers:
            for read in memo.reads:
                read.add_reader(memo)
        return memo

    def _compute(self, made: QueryNode, args: tuple[Any, ...]) -> tuple[Any, tuple[DependencyNode, ...]]:
        recorder = self.recorder
        before = recorder.frame, recorder.level
        frame = recorder.frame = {}
        recorder.level = self.level
        try:
            owner = made.owner
            if owner is None:
                raise TypeError(f"{made} is no method of a Component")
            return made.compute(self._components.get(owner) or self.component(owner), *args), tuple(frame)
        except Exception:
            # Who catches it has read all that this one read: without it, it may get a value.
            recorder.frame, recorder.level = before
            for read in frame:
                recorder.record(read)
            raise
        finally:
            recorder.frame, recorder.level = before

    def _taken_over(self, base: Database, made: QueryNode, args: tuple[Any, ...]) -> Memo:
        """The memo of a fork: that of its base where all that it read is the same here."""
        if self.root.version != self.version:
            raise RuntimeError("the workspace changed, and this fork of it is of no use any more")
        known = base.find(made, args)
        if known is not None and self._holds(known):
            self.memos[made][args] = known
            return known
        value, reads = self._compute(made, args)
        kept = self.memos[made].get(args)
        if kept is not None:
            # In a circle, what it read looked this up, too, and the base had a memo by then.  A second one would read
            # what reads the first: who checks it would come back to it for ever.
            return kept
        level = max((read.level for read in reads), default=0)
        memo = Memo(made, args, value, reads, level)
        self.memos[made][args] = memo
        below: Database | None = base
        while below is not None and below.level >= level:
            below._keep(memo)
            below = below.base
        return memo

    def find(self, made: QueryNode, args: tuple[Any, ...]) -> Memo | None:
        """The memo of a query, up to date, where one is kept here or below and holds here."""
        memo = self.memos[made].get(args)
        if memo is not None:
            if memo.state:
                self._refresh(memo)
            return memo
        if self.kept is not None and (found := self.kept.find(made, args)) is not None:
            memo = self.memos[made][args] = self.memos[made].get(args) or found
            return memo
        known = None if self.base is None else self.base.find(made, args)
        if known is None or not self._holds(known):
            return None
        self.memos[made][args] = known
        return known

    def _holds(self, memo: Memo) -> bool:
        """Whether all that a memo of the base read is the same in this fork."""
        if isinstance(memo, KeptMemo) and memo.number in self._untouched():
            return True
        for read in memo.reads:
            if isinstance(read, Memo):
                found = self.memos[read.query].get(read.args) or self.bring_up_to_date(read.query, read.args)
                if found is not read and found.value != read.value:
                    return False
            elif self.files.touches(read):
                return False
        return True

    def _untouched(self) -> Collection[int]:
        """The memos of an earlier run that hold in this fork, and in those below, by what they read in that run."""
        if self._still is None:
            kept, base = self.root.kept, self.base
            below = None if base is None or base.base is None else base._untouched()
            still = () if kept is None else kept.untouched(self.files)
            self._still = still if below is None else frozenset(still).intersection(below)
        return self._still
