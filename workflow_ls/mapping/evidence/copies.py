"""Copies: files that have most lines of a legacy module."""

from __future__ import annotations

from collections import Counter

SHARE = 60
"""The least share of lines, in per cent, that makes a file a copy."""

_TRIVIAL = 3  # characters of a line that every file has
_ELSEWHERE = (b"import ", b"} from ", b"//")


def shared_lines(one: bytes, other: bytes) -> int:
    """The share of lines that two texts have in common, in per cent of the longer one; imports do not count."""
    first, second = _lines(one), _lines(other)
    total = max(first.total(), second.total())
    return 0 if total == 0 else (first & second).total() * 100 // total


def _lines(text: bytes) -> Counter[bytes]:
    lines = (line.strip() for line in text.split(b"\n"))
    return Counter(
        line for line in lines if len(line) > _TRIVIAL and not line.startswith((b"import ", b"} from ", b"//"))
    )
