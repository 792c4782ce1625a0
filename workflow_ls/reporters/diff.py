"""Unified diffs that `git apply` takes, for `fix --diff`."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal

from workflow_ls.printable import escape, visible

_CONTEXT_LINES = 3
_Opcode = tuple[Literal["replace", "delete", "insert", "equal"], int, int, int, int]
_HEADER, _RANGE, _REMOVED, _ADDED = "1", "36", "31", "32"


def unified_diff(path: str, before: bytes, after: bytes, color: bool = False) -> str:
    r"""The change of one file as git writes it; "" where there is none.

    Only `\n` ends a line, and `\r` stays part of it.  Bytes that are not UTF-8 are surrogate escapes (PEP 383), so
    the text must be written with `surrogateescape` and without translating line breaks.  With `color`, for a terminal,
    control characters are shown as escapes, and the text is no patch.
    """
    if before == after:
        return ""
    old, new = f"a/{path}", f"b/{path}"
    # git ends a name that holds a space with a tab, since a time may follow it.
    end = "\t" if " " in path else ""
    header = (f"diff --git {_quoted(old)} {_quoted(new)}", f"--- {_quoted(old)}{end}", f"+++ {_quoted(new)}{end}")
    lines = [_line(text, _HEADER, color) for text in header]
    return "".join((*lines, *_hunks(_lines(before), _lines(after), color)))


def for_readers(patch: str) -> str:
    """A patch that is only looked at, line by line: what a terminal or a CI log would obey is written out."""
    return "".join(f"{_harmless(line)}\n" for line in patch.split("\n")[:-1])


def _harmless(line: str) -> str:
    shown = "\t".join(map(visible, line.removesuffix("\r").split("\t")))
    # GitHub's runner passes over the space before a command.
    return shown.replace("::", r"\x3a:", 1) if shown.lstrip().startswith("::") else shown


def _lines(text: bytes) -> list[str]:
    lines = text.decode("utf-8", "surrogateescape").split("\n")
    last = lines.pop()
    return [f"{line}\n" for line in lines] + ([last] if last else [])


def _hunks(old: list[str], new: list[str], color: bool) -> Iterator[str]:
    for hunk in _LineMatcher(old, new).get_grouped_opcodes(_CONTEXT_LINES):
        (_, old_start, _, new_start, _), (_, _, old_end, _, new_end) = hunk[0], hunk[-1]
        header = f"@@ -{_range(old_start, old_end)} +{_range(new_start, new_end)} @@"
        yield _line(header, _RANGE, color)
        for tag, old_from, old_to, new_from, new_to in hunk:
            if tag == "equal":
                yield from (_content(" ", line, "", color) for line in old[old_from:old_to])
            else:
                yield from (_content("-", line, _REMOVED, color) for line in old[old_from:old_to])
                yield from (_content("+", line, _ADDED, color) for line in new[new_from:new_to])


class _LineMatcher(SequenceMatcher[str]):
    """Compares only what lies between the shared beginning and the shared end: files are long, and changes are few."""

    def __init__(self, old: list[str], new: list[str]) -> None:
        super().__init__()
        self._old, self._new = old, new

    def get_opcodes(self) -> list[_Opcode]:
        """The opcodes from the old lines to the new ones; those of the shared beginning and end may be empty."""
        old, new = self._old, self._new
        head = _shared_length(old, new)
        tail = _shared_length(old[head:][::-1], new[head:][::-1])
        old_end, new_end = len(old) - tail, len(new) - tail
        middle = SequenceMatcher(None, old[head:old_end], new[head:new_end]).get_opcodes()
        return [
            ("equal", 0, head, 0, head),
            *((tag, i1 + head, i2 + head, j1 + head, j2 + head) for tag, i1, i2, j1, j2 in middle),
            ("equal", old_end, len(old), new_end, len(new)),
        ]


def _shared_length(old: list[str], new: list[str]) -> int:
    """How many lines are the same from the beginning on."""
    return next((at for at, (one, other) in enumerate(zip(old, new)) if one != other), min(len(old), len(new)))


def _range(start: int, end: int) -> str:
    length = end - start
    if length == 1:
        return str(start + 1)
    # An empty range is named by the line before it.
    return f"{start + 1 if length else start},{length}"


def _content(sign: str, line: str, style: str, color: bool) -> str:
    text, ended, _ = line.partition("\n")
    return _line(f"{sign}{text}", style, color) + ("" if ended else "\\ No newline at end of file\n")


def _line(text: str, style: str, color: bool) -> str:
    if not color:
        return f"{text}\n"
    text, carriage_return, _ = text.partition("\r") if text.endswith("\r") and text.count("\r") == 1 else (text, "", "")
    if not text.isprintable():
        text = "".join(c if c.isprintable() or c == "\t" else escape(c) for c in text)
    return (f"\x1b[{style}m{text}\x1b[0m" if style else text) + f"{carriage_return}\n"


def _quoted(name: str) -> str:
    """A name as git writes it: in quotes and with octal bytes where it holds a quote, a backslash or a control."""
    if name.isprintable() and not set(name) & set('"\\'):
        return name
    shown = []
    for byte in name.encode("utf-8", "surrogateescape"):
        character = chr(byte)
        if character in '"\\':
            shown.append(f"\\{character}")
        else:
            shown.append(character if 32 <= byte < 127 else f"\\{byte:03o}")
    return f'"{"".join(shown)}"'
