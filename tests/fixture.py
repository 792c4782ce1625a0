"""The one language of marked texts.

In a project, `//- /path` starts a file, `^^^ text` expects a finding above, and `$0` is the cursor; in any other text,
a pair of `$0` marks a range: `import('$0./x$0')`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from textwrap import dedent

from workflow_ls.text import Span
from workflow_ls.vfs.files import MemoryFiles

_HEADER = re.compile(r"^//- /(\S+)(?: -> /?(\S+))?$")
_MARK = re.compile(r"^(?P<lead>\s*(?://\s*)?)(?P<carets>\^+) (?P<text>.*)$")


@dataclass(frozen=True)
class Mark:
    """An expected finding: line and columns from 0, in code points."""

    path: str
    line: int
    start: int
    end: int
    text: str


@dataclass
class Project:
    files: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    cursor: tuple[str, int] | None = None  # path, byte offset

    @property
    def memory(self) -> MemoryFiles:
        return MemoryFiles(self.files, self.links)


def project(text: str) -> Project:
    """Read a project written as text.  A `//- /a -> b` header is a symbolic link."""
    result = Project()
    path, lines = "", list[str]()

    def finish() -> None:
        if path:
            result.files[path] = "\n".join(lines) + "\n" if lines else ""

    for line in dedent(text).strip("\n").split("\n"):
        header = _HEADER.match(line)
        mark = _MARK.match(line) if path else None
        if header:
            finish()
            path, lines = header[1], []
            if header[2]:
                result.links[path], path = header[2], ""
        elif mark and lines:
            start = len(mark["lead"])
            result.marks.append(Mark(path, len(lines) - 1, start, start + len(mark["carets"]), mark["text"]))
        else:
            if "$0" in line:
                before, _, after = line.partition("$0")
                offset = len("".join(f"{kept}\n" for kept in lines).encode()) + len(before.encode())
                result.cursor, line = (path, offset), before + after
            lines.append(line)
    finish()
    return result


def unmark(text: str | bytes) -> tuple[bytes, list[Span]]:
    """A text without its `$0`, and the ranges that pairs of them mark, in bytes."""
    first, *parts = (text.encode() if isinstance(text, str) else text).split(b"$0")
    plain, spans = first, list[Span]()
    assert len(parts) % 2 == 0, "a `$0` without its pair"
    for inside, after in zip(parts[::2], parts[1::2]):
        spans.append(Span(len(plain), len(plain) + len(inside)))
        plain += inside + after
    return plain, spans


def mark(text: bytes, spans: Iterable[Span]) -> str:
    """A text with a pair of `$0` around each range; the ranges are disjoint, and in the order of the text."""
    for start, end in reversed(list(spans)):
        text = text[:start] + b"$0" + text[start:end] + b"$0" + text[end:]
    return text.decode()
