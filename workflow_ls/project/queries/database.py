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

from collections.abc import Callable, Iterator
from functools import wraps
from itertools import islice
from typing import Any, TypeVar, cast

from workflow_ls.project.queries.fork_edits import Edits
from workflow_ls.project.queries.kept_memos import KeptMemo, KeptMemos
from workflow_ls.project.queries.memo_table import MemoTable
from workflow_ls.project.queries.nodes import (
    DependencyNode,
    Memo,
    QueryNode,
    Recorder,
)
from workflow_ls.project.queries.tracked_files import TrackedFiles
from workflow_ls.project.queries.untouched_memos import UntouchedMemos
from workflow_ls.project.queries.workspace_context import WorkspaceContext
from workflow_ls.vfs.files import Files

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


class Database(MemoTable):
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
        super().__init__(Recorder() if base is None else base.recorder, base)
        self.root: Database = self if base is None else base.root
        self.files: TrackedFiles = TrackedFiles(
            files, self.recorder, self.level, None if base is None else base.files, edits
        )
        self._components: dict[type[Component], Component] = {}
        self._untouched: UntouchedMemos | None = None  # of a fork: which memos of an earlier run hold in it
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
        if isinstance(memo, KeptMemo) and self._is_untouched(memo):
            return True
        for read in memo.reads:
            if isinstance(read, Memo):
                found = self.memos[read.query].get(read.args) or self.bring_up_to_date(read.query, read.args)
                if found is not read and found.value != read.value:
                    return False
            elif self.files.touches(read):
                return False
        return True

    def _is_untouched(self, memo: KeptMemo) -> bool:
        """Whether a memo of an earlier run holds in this fork, and in those below, by what it read in that run."""
        kept = self.root.kept
        if kept is None or self.base is None:
            return kept is not None
        if self._untouched is None:
            self._untouched = kept.untouched(self.files)
        return memo.number in self._untouched and self.base._is_untouched(memo)
