"""What the value of a query was computed from, the nearest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from workflow_ls.project.queries.database import Database
from workflow_ls.project.queries.nodes import Input, Memo


def nearest_inputs(
    database: Database, method: Callable[..., Any], args: tuple[Any, ...], limit: int
) -> Sequence[Input]:
    """The texts, listings and searches behind a value that is kept: those that it read itself, then those behind them.

    At most `limit` of them, found among as many memos as that times four; none where no value is kept.
    """
    memo = database.memos[method.query].get(args)  # type: ignore[attr-defined]  # set by `query`
    found, seen, todo = list[Input](), {memo}, [] if memo is None else [memo]
    for current in todo:
        for read in current.reads:
            if isinstance(read, Input):
                found.append(read)
            elif isinstance(read, Memo) and read not in seen and len(todo) < 4 * limit:
                seen.add(read)
                todo.append(read)
        if len(found) >= limit:
            break
    return list(dict.fromkeys(found))[:limit]
