"""gitignore patterns over workspace paths.

The three shapes that tables are made of are matched as text; what reads the others is loaded for them only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_LITERAL = r"[^*?\[\]!#\\/\s]+"
_BELOW = re.compile(rf"/?({_LITERAL}(?:/{_LITERAL})*)/\*\*")  # shared/**
_INSIDE = re.compile(rf"\*\*/({_LITERAL}(?:/{_LITERAL})*)/\*\*")  # **/docs/**
_ENDING = re.compile(rf"(?:\*\*/)?\*({_LITERAL})")  # **/*.md


class Globs:
    """A list of gitignore patterns, `!` included: the last one that matches a path decides."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """Raise ValueError, naming the pattern, where one is malformed."""
        self.patterns = tuple(patterns)
        tests = [_simple(pattern) for pattern in self.patterns]
        known = [test for test in tests if test is not None]
        self._match = _any_of(known) if len(known) == len(tests) else _general(self.patterns)

    def match(self, path: str) -> bool:
        """Whether a file is meant; `path` is relative to the workspace root, with `/`."""
        return self._match(path)


_LONGEST = 4096  # characters of a pattern; no system has longer paths

_Test = Callable[[str], bool]


def _simple(pattern: str) -> _Test | None:
    below = _BELOW.fullmatch(pattern)
    if below:
        directory = below[1] + "/"
        return lambda path: path.startswith(directory)
    inside = _INSIDE.fullmatch(pattern)
    if inside:
        middle = f"/{inside[1]}/"
        return lambda path: middle in f"/{path}"
    ending = _ENDING.fullmatch(pattern)
    if ending:
        # A directory with such a name is meant with all that is in it.
        last, within = ending[1], ending[1] + "/"
        return lambda path: path.endswith(last) or within in path
    return None


def _any_of(tests: Sequence[_Test]) -> _Test:
    return lambda path: any(test(path) for test in tests)


def _general(patterns: Sequence[str]) -> _Test:
    from workflow_ls.mapping.ignore import Pattern, parse, verdict

    parsed = list[Pattern]()
    for pattern in patterns:
        if len(pattern) > _LONGEST:
            raise ValueError(f"Invalid git pattern: it is longer than {_LONGEST} characters")
        known = parse(pattern.encode("utf-8", "surrogatepass"))
        if not known and not pattern.startswith("#") and pattern.strip():
            raise ValueError(f"Invalid git pattern: {pattern!r}")
        parsed += known

    def match(path: str) -> bool:
        encoded = path.encode("utf-8", "surrogatepass")
        end = encoded.find(b"/")
        while end >= 0:
            if verdict(parsed, encoded[:end], directory=True):
                return True
            end = encoded.find(b"/", end + 1)
        return verdict(parsed, encoded, directory=False) is True

    return match
