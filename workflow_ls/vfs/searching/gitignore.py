"""The patterns of a `.gitignore` file, with the semantics of git (gitignore(5); git's `dir.c` and `wildmatch.c`).

Paths and patterns are bytes, as in git: `?` matches one byte.  Patterns may be hostile, so the time of a match is
linear in the length of the path.  `pathspec` takes seconds for a pattern with seven stars.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count
from typing import NamedTuple

from workflow_ls.regular_expressions import compile_on_use

_CLASSES = {
    b"alnum": b"0-9A-Za-z",
    b"alpha": b"A-Za-z",
    b"blank": b" \\t",
    b"cntrl": b"\\x00-\\x1f\\x7f",
    b"digit": b"0-9",
    b"graph": b"!-~",
    b"lower": b"a-z",
    b"print": b" -~",
    b"punct": b"!-/:-@\\[-`{-~",
    b"space": b"\\t-\\r ",
    b"upper": b"A-Z",
    b"xdigit": b"0-9A-Fa-f",
}

_SPECIAL = compile_on_use(rb"[*?\[\\]")


class Pattern(NamedTuple):
    """One line of a `.gitignore`."""

    expression: re.Pattern[bytes]
    ignores: bool  # False for a line with `!`
    directories_only: bool
    names_only: bool  # matched against the last segment, at any depth


def parse(text: bytes) -> tuple[Pattern, ...]:
    """The patterns of a file, in order, without those that match no path."""
    lines = text.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    patterns = (_pattern(line.removesuffix(b"\r")) for line in lines if not line.startswith(b"#"))
    return tuple(pattern for pattern in patterns if pattern is not None)


def verdict(patterns: Sequence[Pattern], path: bytes, *, directory: bool) -> bool | None:
    """Whether `path`, relative to the directory of the file, is ignored; None if no pattern matches.

    The last pattern that matches decides.  The caller checks the parent directories, since all paths in an ignored
    directory are ignored.
    """
    name = path[path.rfind(b"/") + 1 :]
    for pattern in reversed(patterns):
        applies = directory or not pattern.directories_only
        if applies and pattern.expression.fullmatch(name if pattern.names_only else path):
            return pattern.ignores
    return None


def _pattern(line: bytes) -> Pattern | None:
    line = _without_trailing_spaces(line)
    negated = line.startswith(b"!")
    line = line[negated:]
    directories_only = line.endswith(b"/")
    line = line.removesuffix(b"/")
    names_only = b"/" not in line
    translated = _translate(line.removeprefix(b"/"), names_only)
    if not line or translated is None:
        return None
    return Pattern(re.compile(translated, re.DOTALL), not negated, directories_only, names_only)


def _without_trailing_spaces(line: bytes) -> bytes:
    kept = line.rstrip(b" ")
    backslashes = len(kept) - len(kept.rstrip(b"\\"))
    return line[: len(kept) + 1] if backslashes % 2 else kept


def _translate(glob: bytes, names_only: bool) -> bytes | None:
    """The regular expression for `glob`; None if it matches no path: an open set, a backslash at the end."""
    parts = list[bytes]()
    # git compares the text before the first wildcard separately, so a `**` directly after it counts as at the start.
    special = _SPECIAL.search(glob)
    beginnings = (0, special.start() if special else 0)
    at = 0
    while at < len(glob):
        character = glob[at : at + 1]
        if character == b"*":
            stars = len(glob) - at - len(glob[at:].lstrip(b"*"))
            spans = stars > 1 and (at in beginnings or glob[at - 1 : at] == b"/")
            at += stars
            if spans and not names_only and glob[at : at + 1] == b"/":
                parts.append(_DIRECTORIES)
                at += 1
            else:
                parts.append(b".*" if spans and at == len(glob) else _STAR)
        elif character == b"[":
            found = _set(glob, at + 1)
            if found is None:
                return None
            parts.append(found[0])
            at = found[1]
        elif character == b"?":
            parts.append(b"[^/]")
            at += 1
        else:
            at += character == b"\\"
            if at == len(glob):
                return None
            parts.append(re.escape(glob[at : at + 1]))
            at += 1
    return _joined(parts)


_STAR, _DIRECTORIES = b"[^/]*", b"(?:.*/)?"


def _joined(parts: Sequence[bytes]) -> bytes:
    """Join the parts of an expression, so that it matches in linear time.

    The text between two wildcards of a kind matches at its first possible position, since the later wildcard matches
    the rest.  No other position is tried, since Python does not backtrack into a lookahead.
    """
    sections = _split(parts, _DIRECTORIES)
    result, names = list[bytes](), count()
    for index, section in enumerate(sections):
        last = index == len(sections) - 1
        inner = list[bytes]()
        chunks = _split(section, _STAR)
        for number, chunk in enumerate(map(b"".join, chunks)):
            if number == 0:
                inner.append(chunk)
            elif last and number == len(chunks) - 1:
                inner.append(_STAR + chunk)
            else:
                inner.append(_first(b"[^/]*?" + chunk, next(names)))
        expression = b"".join(inner)
        if index == 0:
            result.append(expression)
        elif last:
            result.append(_DIRECTORIES + expression)
        else:
            result.append(_first(b"(?:.*?/)??" + expression, next(names)))
    return b"".join(result)


def _split(parts: Sequence[bytes], wildcard: bytes) -> list[list[bytes]]:
    pieces: list[list[bytes]] = [[]]
    for part in parts:
        if part == wildcard:
            pieces.append([])
        else:
            pieces[-1].append(part)
    return pieces


def _first(expression: bytes, number: int) -> bytes:
    return b"(?=(?P<g%d>%b))(?P=g%d)" % (number, expression, number)


def _set(glob: bytes, at: int) -> tuple[bytes, int] | None:
    """The expression for the set whose content starts at `at`, and the offset after it; None if it is unclosed."""
    negated = glob[at : at + 1] in (b"!", b"^")
    at += negated
    start, members, before = at, b"", b""
    while glob[at : at + 1] != b"]" or at == start:
        if glob[at : at + 2] == b"[:":
            name, closed, _ = glob[at + 2 :].partition(b"]")
            if not closed or (name.endswith(b":") and name[:-1] not in _CLASSES):
                return None
            if name.endswith(b":"):
                members += _CLASSES[name[:-1]]
                before = b""
                at += len(name) + 3
                continue
        ranges = glob[at : at + 1] == b"-" and before and glob[at + 1 : at + 2] not in (b"", b"]")
        at += bool(ranges)
        at += glob[at : at + 1] == b"\\"
        last = glob[at : at + 1]
        if not last:
            return None
        if not ranges:
            members += _byte(last)
        elif before <= last:
            members += _byte(before) + b"-" + _byte(last)
        before = b"" if ranges else last
        at += 1
    if negated:
        return b"[^/" + members + b"]", at + 1
    return (b"(?!/)[" + members + b"]" if members else b"(?!)"), at + 1


def _byte(character: bytes) -> bytes:
    return b"\\x%02x" % character[0]
