"""Verbs that change a JSON text, with or without comments: each returns edits, and touches nothing it need not."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

from workflow_ls.jsonc.insertion import Inserter, Members, nearest
from workflow_ls.jsonc.layout import is_on_lines, layout_of, line_indent
from workflow_ls.jsonc.model import Value
from workflow_ls.jsonc.parser import parse_json
from workflow_ls.jsonc.parts import (
    LINE_BREAK,
    Part,
    gone,
    has_break,
    has_break_between,
    is_line_comment,
    take_apart,
)
from workflow_ls.text import Edit, Span


def remove_members(text: bytes, owner: Value, keys: Collection[str]) -> tuple[Edit, ...]:
    """Remove the members called `keys` from an object, with their lines where they have lines of their own.

    A key that is written twice goes twice.  A comment on the line of a member goes with it, one on a line of its own
    stays.  There are no edits where the braces or commas of the object are broken.
    """
    parts = take_apart(text, owner)
    removed = {index for index, member in enumerate(owner.members) if member.key in keys}
    going = gone(parts, removed)
    spans = list[Span]()
    for _, run in groupby(enumerate(sorted(going)), key=lambda found: found[1] - found[0]):
        indices = [at for _, at in run]
        spans += _deleted(text, parts, indices[0], indices[-1])
    return tuple(Edit(span, "") for span in spans)


def add_members(
    text: bytes,
    owner: Value,
    members: Members,
    *,
    without: Collection[str] = (),
    behind: Collection[str] | None = None,
) -> tuple[Edit, ...]:
    """Add members to an object: behind the last of the keys `behind`, where that is given, else where they belong.

    Where the keys of an object are sorted (by UTF-16 code units), each new one goes to its sorted place, else behind
    the last one; in an object without members they stand in the given order.  A key that is already there keeps its
    place and gets the new value.

    The members called `without` count as gone.  Where there are such, the edits are for use together with those of
    `remove_members` for the same text, object and keys, and with these only.  Edits of two calls for one object may
    meet in one place, where their order is undefined: pass all the members to one call.  There are no edits where the
    braces or commas of the object are broken.
    """
    parts = take_apart(text, owner)
    if not parts or not members:
        return ()
    kept = [index for index, member in enumerate(owner.members) if member.key not in without]
    there = {owner.members[index].key: owner.members[index].value for index in kept}
    edits = [
        edit for key, data in dict(members).items() if key in there for edit in replace_value(there[key], data, text)
    ]
    new = [(key, data) for key, data in dict(members).items() if key not in there]
    if behind is None:
        places = _places([owner.members[index].key for index in kept], new)
    else:
        after = (place for place, index in enumerate(kept, 1) if owner.members[index].key in behind)
        places = [(max(after, default=len(kept)), key, data) for key, data in new]
    removed = set(range(len(owner.members))).difference(kept)
    inserter = Inserter(text, owner, parts, gone(parts, removed), kept)
    for place, group in groupby(places, key=lambda found: found[0]):
        edits += inserter.insert(place, [(key, data) for _, key, data in group])
    return tuple(edits)


def replace_value(value: Value, data: object, text: bytes) -> tuple[Edit, ...]:
    """Put other data in the place of a value, laid out as the value was, or as those beside it."""
    if json.dumps(value.data) == json.dumps(data):
        return ()
    root = parse_json(text, comments=True).root
    parent = value if root is None else _parent(root, value.span)
    like = [value, *nearest(parent, value.span.start)]
    lines = is_on_lines(text, parent)
    indent = line_indent(text, value.span.start)
    return (Edit(value.span, layout_of(text, parent).value(data, like, indent, lines=lines)),)


def put(
    text: bytes,
    root: Value,
    path: Sequence[str],
    members: Members,
    *,
    without: Collection[str] = (),
    after: Collection[str] = (),
) -> tuple[Edit, ...]:
    """Add members to the object that the keys of `path` lead to, as `add_members` does; make the objects missing there.

    An object that has to be made in the root goes behind the last of the root's members called one of `after`, and
    without such behind all of them.  There are no edits where something else than an object is in the way.
    """
    owner = root
    for at, key in enumerate(path):
        found = owner.member(key)
        if found is None:
            if not members:
                return ()
            data: object = dict(members)
            for missing in reversed(path[at + 1 :]):
                data = {missing: data}
            behind = after if owner is root else None
            return add_members(text, owner, [(key, data)], behind=behind)
        owner = found.value
    return add_members(text, owner, members, without=without)


def _deleted(text: bytes, parts: Sequence[Part], first: int, last: int) -> Iterator[Span]:
    """What to delete for the parts from `first` to `last` to be gone, which those around them are not."""
    before, after = parts[first - 1], parts[last + 1]
    if after.kind == "close":
        if before.kind == "open":
            yield Span(before.span.end, after.span.start)
            return
        hugged = not has_break(text, parts[last].span.end, after.span.start)
        ends_line = is_line_comment(text, before) or (before.kind == "comment" and before.member < 0)
        if hugged and not ends_line and has_break_between(text, parts, first, last):
            yield Span(before.span.end, parts[last].span.end)
            return
    start = first
    for at in range(first, last + 1):
        if at == last or has_break_between(text, parts, at, at + 1):
            yield _deleted_in_line(text, parts, start, at)
            start = at + 1


def _deleted_in_line(text: bytes, parts: Sequence[Part], first: int, last: int) -> Span:
    """What to delete of the lines of parts that no line break stands between."""
    before, after = parts[first - 1], parts[last + 1]
    start, end = parts[first].span.start, parts[last].span.end
    breaks = list(LINE_BREAK.finditer(text, before.span.end, start))
    next_break = LINE_BREAK.search(text, end, after.span.start)
    if breaks and next_break:
        return Span(breaks[-1].end(), next_break.end())
    if next_break:
        return Span(before.span.end, next_break.start())
    if breaks or before.kind == "open":
        return Span(start, after.span.start)
    if after.kind == "close" or before.span.end == start:
        return Span(before.span.end, end)
    return Span(start, after.span.start)


def _places(keys: Sequence[str], new: Members) -> list[tuple[int, str, object]]:
    """The new members in order, each with how many of the keys stand before it."""
    order = [_code_units(key) for key in keys]
    if not keys or order != sorted(order):
        return [(len(keys), key, data) for key, data in new]
    placed = sorted(new, key=lambda member: _code_units(member[0]))
    return [(bisect_left(order, _code_units(key)), key, data) for key, data in placed]


def _code_units(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")


def _parent(root: Value, span: Span) -> Value:
    """The object or array that a value is in; the root, for itself."""
    value = root
    while True:
        entries = (*value.items, *(member.value for member in value.members))
        inner = next((entry for entry in entries if entry.span.contains(span) and entry.span != span), None)
        if inner is None:
            return value
        value = inner
