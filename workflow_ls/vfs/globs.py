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
        self._match = _simple(self.patterns) or _general(self.patterns)

    def match(self, path: str) -> bool:
        """Whether a file is meant; `path` is relative to the workspace root, with `/`."""
        return self._match(path)


_LONGEST = 4096  # characters of a pattern; no system has longer paths

_Test = Callable[[str], bool]


def _simple(patterns: Sequence[str]) -> _Test | None:
    """A test for patterns of the three shapes; None where one has another."""
    starts, endings, middles = list[str](), list[str](), list[str]()
    for pattern in patterns:
        if (below := _BELOW.fullmatch(pattern)) is not None:
            starts.append(below[1] + "/")
        elif (inside := _INSIDE.fullmatch(pattern)) is not None:
            middles.append(f"/{inside[1]}/")
        elif (ending := _ENDING.fullmatch(pattern)) is not None:
            # A directory with such a name is meant with all that is in it.
            endings.append(ending[1])
            middles.append(ending[1] + "/")
        else:
            return None
    first, last = tuple(starts), tuple(endings)

    def match(path: str) -> bool:
        if path.startswith(first) or path.endswith(last):
            return True
        rooted = f"/{path}"
        return any(middle in rooted for middle in middles) if middles else False

    return match


def _general(patterns: Sequence[str]) -> _Test:
    from workflow_ls.vfs.gitignore import Pattern, parse, verdict

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
