"""How much work something takes, counted: it is the same in each run, and on each machine."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import workflow_ls

_PACKAGE = str(Path(workflow_ls.__file__).parent)
_TWICE = 2.3
"""Twice the input may take this much more work: some of it takes a logarithm more."""


def count_work(act: Callable[[], object]) -> int:
    """How many lines of this package run in a call; what one line does in C is not seen."""
    lines = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        return count if event == "call" and frame.f_code.co_filename.startswith(_PACKAGE) else None

    def count(_frame: FrameType, event: str, _: Any) -> Any:
        nonlocal lines
        lines += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        act()
    finally:
        sys.settrace(before)
    return lines


def assert_in_proportion(count: Callable[[int], int], size: int, *, most: float = _TWICE) -> None:
    """The work for twice the size is about twice the work; `count` gives that for a size."""
    once, twice = count(size), count(2 * size)
    assert twice <= most * once, f"{size}: {once}, {2 * size}: {twice}, {twice / once:.2f} times the work"
