"""What several property tests share: strategies, and the number of examples."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import strategies as st

Values = st.SearchStrategy[Any]
NIGHTLY = bool(os.environ.get("WORKFLOW_LS_NIGHTLY"))
FAST = bool(os.environ.get("WORKFLOW_LS_FAST"))


def examples(count: int) -> int:
    """The examples of a property: a quarter of `count` in `make test`, fewer in `make fast`, many in `make nightly`.

    The first ten find most of what a change breaks; the time of the others is spent at night.
    """
    return count * 20 if NIGHTLY else max(count // 10, 10) if FAST else max(count // 4, 10)


def many(count: int) -> int:
    """The size of what is large: a third of `count` in `make test`, and all of it in `make nightly`."""
    return count if NIGHTLY else count // 3


def at_night(*values: Any, name: str | None = None) -> list[Any]:
    """Cases that differ from others of their test in detail only: for `make nightly`, and not for `make test`.

    A tuple has a value for each of several parameters.
    """
    each = [value if type(value) is tuple else (value,) for value in values]
    return [pytest.param(*value, id=name, marks=pytest.mark.nightly) for value in each] if NIGHTLY else []


def nested(base: Values, extend: Callable[[Values], Values], *, depth: int = 2) -> Values:
    """Values of `base`, and what `extend` makes of them, to a depth."""
    inner = base
    for _ in range(depth):
        inner = base | extend(inner)
    return inner
