"""Finds the first of many keys with at most one `*` that matches a specifier, without a look at each of them."""

from __future__ import annotations

from collections.abc import Iterable


class KeyIndex:
    """Keys of aliases in the order in which they are tried."""

    def __init__(self, keys: Iterable[str], *, may_be_empty: bool = False) -> None:
        """`may_be_empty` says that a `*` also matches the empty string; a key with two of them matches nothing."""
        self._exact: dict[str, int] = {}
        self._patterns: dict[str, dict[str, int]] = {}
        self._shortest = 0 if may_be_empty else 1
        self._longest = 0
        for number, key in enumerate(keys):
            start, star, end = key.partition("*")
            if not star:
                self._exact.setdefault(key, number)
            elif "*" not in end:
                self._patterns.setdefault(start, {}).setdefault(end, number)
                self._longest = max(self._longest, len(start))

    def first(self, specifier: str) -> int | None:
        """The number of the first key that matches a specifier."""
        found = [self._exact[specifier]] if specifier in self._exact else []
        for length in range(min(self._longest, len(specifier)) + 1) if self._patterns else ():
            ends = self._patterns.get(specifier[:length])
            if ends is not None:
                found += self._among(ends, specifier[length:])
        return min(found, default=None)

    def _among(self, ends: dict[str, int], rest: str) -> list[int]:
        """The numbers of the keys with one text before their `*` whose text after it fits."""
        most = len(rest) - self._shortest
        if len(ends) <= most + 1:
            return [number for end, number in ends.items() if len(end) <= most and rest.endswith(end)]
        return [ends[end] for length in range(most + 1) if (end := rest[len(rest) - length :]) in ends]
