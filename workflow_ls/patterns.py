"""Regular expressions that are compiled when they are first used: most of them no run ever asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["regex"]

if TYPE_CHECKING:
    from re import compile as regex
else:

    def regex(expression, flags=0):
        """A regular expression as `re.compile` makes it; raises `re.error` for a broken one, at its first use."""
        return _Pattern(expression, flags)


_ATTRIBUTES = ("match", "fullmatch", "search", "finditer", "findall", "sub", "split", "pattern", "flags")


class _Pattern:
    __slots__ = ("_given", *_ATTRIBUTES)

    def __init__(self, expression: str | bytes, flags: int) -> None:
        self._given = expression, flags

    def __getattr__(self, name: str) -> Any:
        """What is asked for first; from then on each attribute is there by itself."""
        if name not in _ATTRIBUTES:
            raise AttributeError(name)
        import re

        made: Any = re.compile(*self._given)
        for attribute in _ATTRIBUTES:
            setattr(self, attribute, getattr(made, attribute))
        return getattr(self, name)
