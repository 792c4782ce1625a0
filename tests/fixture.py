"""A project in one string: `//- /path` starts a file, `$0` marks the cursor, `^^^ text` expects a finding above."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from textwrap import dedent

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
