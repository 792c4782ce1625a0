"""Strategies that several property tests share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

Values = st.SearchStrategy[Any]


def nested(base: Values, extend: Callable[[Values], Values], *, depth: int = 2) -> Values:
    """Values of `base`, and what `extend` makes of them, to a depth."""
    inner = base
    for _ in range(depth):
        inner = base | extend(inner)
    return inner
