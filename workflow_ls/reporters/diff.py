"""Unified diffs that `git apply` takes, for `fix --diff`."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from workflow_ls.printable import escape, visible

_CONTEXT = 3
_HEADER, _RANGE, _REMOVED, _ADDED = "1", "36", "31", "32"


class _Change(NamedTuple):
    """Lines of the old text that others of the new text stand for; the ends are exclusive."""

    old_from: int
    old_to: int
    new_from: int
    new_to: int


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
    hunk: list[_Change] = []
    for change in _changes(old, new):
        # Changes whose context would touch or overlap share a hunk.
        if hunk and change.old_from - hunk[-1].old_to > 2 * _CONTEXT:
            yield from _hunk(old, new, hunk, color)
            hunk = []
        hunk.append(change)
    if hunk:
        yield from _hunk(old, new, hunk, color)


def _changes(old: list[str], new: list[str]) -> Iterator[_Change]:
    # What both ends share is left to no search: files are long, and changes few.
    start = _shared(old, new)
    tail = _shared(old[start:][::-1], new[start:][::-1])
    matcher = SequenceMatcher(None, old[start : len(old) - tail], new[start : len(new) - tail])
    for tag, *bounds in matcher.get_opcodes():
        if tag != "equal":
            yield _Change(*(bound + start for bound in bounds))


def _hunk(old: list[str], new: list[str], changes: list[_Change], color: bool) -> Iterator[str]:
    first, last = changes[0], changes[-1]
    lead, tail = min(_CONTEXT, first.old_from), min(_CONTEXT, len(old) - last.old_to)
    old_range = _range(first.old_from - lead, last.old_to + tail)
    new_range = _range(first.new_from - lead, last.new_to + tail)
    yield _line(f"@@ -{old_range} +{new_range} @@", _RANGE, color)
    done = first.old_from - lead
    for change in changes:
        yield from (_content(" ", line, "", color) for line in old[done : change.old_from])
        yield from (_content("-", line, _REMOVED, color) for line in old[change.old_from : change.old_to])
        yield from (_content("+", line, _ADDED, color) for line in new[change.new_from : change.new_to])
        done = change.old_to
    yield from (_content(" ", line, "", color) for line in old[done : done + tail])


def _shared(old: list[str], new: list[str]) -> int:
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
