"""Lists of gitignore patterns in settings and tables, which match workspace paths."""

from __future__ import annotations

from collections.abc import Sequence

from workflow_ls.vfs.searching.gitignore import Pattern, parse, verdict

_LONGEST = 4096  # characters of a pattern; no system has longer paths


class Globs:
    """A list of gitignore patterns, `!` included: the last one that matches a path decides."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """Raise ValueError, naming the pattern, if one is malformed."""
        self._patterns = tuple(parsed for pattern in patterns for parsed in _parse(pattern))
        self._directories: dict[bytes, bool] = {b"": False}  # whether each matches

    def match(self, path: str) -> bool:
        """Whether a file, or a directory above it, matches; `path` is relative to the workspace root, with `/`."""
        encoded = path.encode("utf-8", "surrogatepass")
        if self._matches_directory(encoded.rpartition(b"/")[0]):
            return True
        return verdict(self._patterns, encoded, directory=False) is True

    def _matches_directory(self, directory: bytes) -> bool:
        below = list[bytes]()
        while directory not in self._directories:
            below.append(directory)
            directory = directory.rpartition(b"/")[0]
        found = self._directories[directory]
        for directory in reversed(below):
            found = found or verdict(self._patterns, directory, directory=True) is True
            self._directories[directory] = found
        return found


def _parse(pattern: str) -> Sequence[Pattern]:
    if len(pattern) > _LONGEST:
        raise ValueError(f"Invalid git pattern: it is longer than {_LONGEST} characters")
    parsed = parse(pattern.encode("utf-8", "surrogatepass"))
    if not parsed and not pattern.startswith("#") and pattern.strip():
        raise ValueError(f"Invalid git pattern: {pattern!r}")
    return parsed
