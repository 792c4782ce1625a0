"""The text of a JSON object, taken apart: its members, the commas and comments between them, and whose each is."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple

from workflow_ls.jsonc.model import Value
from workflow_ls.text import Span

LINE_BREAK = re.compile(rb"\r\n?|\n")

_TRIVIA = re.compile(rb"(?P<blank>[ \t\r\n]+)|(?P<comment>//[^\r\n]*|/\*.*?\*/)|(?P<comma>,)", re.DOTALL)


class Part(NamedTuple):
    """A piece of an object's text.

    `member` is the index of the member that it is: for a comma, of the one before it; for a comment on the line of a
    member, of the one that it is about.  It is -1 for the braces, and for a comment that belongs to no member.
    """

    kind: Literal["open", "member", "comma", "comment", "close"]
    span: Span
    member: int = -1


def take_apart(text: bytes, owner: Value) -> tuple[Part, ...]:
    """The parts of an object, braces included; none where it is no object, or one whose braces or commas are broken."""
    start, end = owner.span
    close = Span(end - 1, end)
    if text[slice(*close)] != b"}":  # as of an object's kind only, and of one that is closed
        return ()
    parts, done, count = [Part("open", Span(start, start + 1))], start + 1, len(owner.members)
    for index in range(count + 1):
        last = index == count
        following = close if last else Span(owner.members[index].key_span.start, owner.members[index].value.span.end)
        between = _between(text, parts[-1], following, index)
        commas = sum(part.kind == "comma" for part in between)
        if sum(part.span.end - part.span.start for part in between) != _solid(text, done, following.start):
            return ()
        if commas > (index > 0) or (commas == 0 < index < count):
            return ()
        parts += [*between, Part("close", close) if last else Part("member", following, index)]
        done = following.end
    return tuple(parts)


def gone(parts: Sequence[Part], removed: Collection[int]) -> frozenset[int]:
    """The indices of the parts that go with the members whose indices are `removed`.

    Where the last members go, so does the comma before them, unless the object has a trailing comma to keep.
    """
    count = sum(part.kind == "member" for part in parts)
    last = max((index for index in range(count) if index not in removed), default=-1)
    loses_comma = not has_trailing_comma(parts)
    return frozenset(
        at
        for at, part in enumerate(parts)
        if part.member in removed or (loses_comma and part.kind == "comma" and part.member == last)
    )


def has_trailing_comma(parts: Sequence[Part]) -> bool:
    """Whether a comma stands behind the last member."""
    return next((part.kind == "comma" for part in reversed(parts) if part.kind in ("comma", "member")), False)


def has_break(text: bytes, start: int, end: int) -> bool:
    """Whether a line ends between two offsets."""
    return LINE_BREAK.search(text, start, end) is not None


def has_break_between(text: bytes, parts: Sequence[Part], first: int, last: int) -> bool:
    """Whether a line ends between two of the parts from index `first` to index `last`."""
    return any(has_break(text, parts[at].span.end, parts[at + 1].span.start) for at in range(first, last))


def is_line_comment(text: bytes, part: Part) -> bool:
    """Whether a part is a comment that ends with its line."""
    return text.startswith(b"//", part.span.start)


def _solid(text: bytes, start: int, end: int) -> int:
    """How many bytes of a region belong to commas and comments; -1 where something else stands in it."""
    total = 0
    while start < end:
        match = _TRIVIA.match(text, start, end)
        if match is None:
            return -1
        total += 0 if match["blank"] else match.end() - start
        start = match.end()
    return total if start == end else -1


def _between(text: bytes, before: Part, following: Span, index: int) -> list[Part]:
    """The commas and comments between a part and the member called `index`, or the closing brace."""
    found, after_comma = list[Part](), False
    for match in _TRIVIA.finditer(text, before.span.end, following.start):
        if match["comma"]:
            after_comma = True
            found.append(Part("comma", Span(*match.span()), index - 1))
        elif match["comment"]:
            span = Span(*match.span())
            behind = before.kind == "member" and not has_break(text, before.span.end, span.start)
            ahead = text[following.start] != ord("}") and not has_break(text, span.end, following.start)
            if behind and ahead and after_comma:
                owner = -1 if has_break(text, *span) else index
            else:
                owner = index - 1 if behind else index if ahead else -1
            found.append(Part("comment", span, owner))
    return found
