"""Copies: files that have most lines of a legacy module, and declarations that have most lines of one of its own."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable

from workflow_ls.regular_expressions import compile_on_use

SHARE = 60
"""The least share of lines, in per cent, that makes a copy."""

_NEAR = 10  # per cent of the lines

_TRIVIAL = 3  # characters of a line that every file has
_ELSEWHERE = (b"import ", b"} from ", b"//")
_DECLARATION = (
    rb"(?m)^export[ \t]+(?:(?:declare|default|abstract|async|const)[ \t]+)*"
    rb"(?:const|let|var|function\*?|class|interface|type|enum|namespace)[ \t]+%b\b"
)
_NEXT = compile_on_use(rb"(?m)^(?=[^\s})\]|&?:])")  # the next statement at the left margin


def shared_lines(one: bytes, other: bytes) -> int:
    """The share of lines that two texts have in common, in per cent of the longer one; imports do not count."""
    first, second = _lines(one), _lines(other)
    total = max(first.total(), second.total())
    return 0 if total == 0 else (first & second).total() * 100 // total


def with_own_name(
    old: str, new: str, read: Callable[[str], bytes | None], last_text: Callable[[str], bytes | None]
) -> str:
    """The path that a renamed file has now: that beside `new` with its own name, if it is as much like the old text.

    git looks among the files that a commit adds, and so does not see one that was there before, such as a module that
    passed the names on and has the code now.
    """
    beside = posixpath.join(posixpath.dirname(new), posixpath.basename(old))
    there = None if beside == new else read(beside)
    before = None if there is None else last_text(old)  # a text of the history takes a process
    if before is None or there is None:
        return new
    share = shared_lines(before, there)
    return beside if share >= max(SHARE, shared_lines(before, read(new) or b"") - _NEAR) else new


def declaration_text(text: bytes, name: str) -> bytes | None:
    """The lines with which a text declares an exported name; None if it does not."""
    match = re.search(_DECLARATION % re.escape(name).encode(), text)
    if match is None:
        return None
    end = _NEXT.search(text, match.end())
    return text[match.start() : len(text) if end is None else end.start()]


def _lines(text: bytes) -> Counter[bytes]:
    lines = (line.strip() for line in text.split(b"\n"))
    return Counter(line for line in lines if len(line) > _TRIVIAL and not line.startswith(_ELSEWHERE))
