"""Edits of JSON with or without comments.

Each function returns text edits that keep comments, order and formatting of what they do not change.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

from workflow_ls.jsonc.document import parse_json
from workflow_ls.jsonc.formatting import formatter_at, is_multiline, line_indent, to_json
from workflow_ls.jsonc.insertion import Inserter, NewProperties, children_near
from workflow_ls.jsonc.object_tokens import (
    Token,
    has_break,
    has_break_between,
    is_line_comment,
    removed_tokens,
    tokenize_array,
    tokenize_object,
)
from workflow_ls.jsonc.tree import Node
from workflow_ls.text import LINE_BREAK, Edit, Span


def remove_properties(text: bytes, node: Node, keys: Collection[str]) -> tuple[Edit, ...]:
    """Remove properties of an object by their keys, and the lines that they have to themselves.

    A key that is written twice is removed twice.  A comment on the line of a property is removed with it, one on a
    line of its own stays.  There are no edits if the braces or commas of the object are broken.
    """
    tokens = tokenize_object(text, node)
    indices = {index for index, property_ in enumerate(node.properties) if property_.key in keys}
    spans = list[Span]()
    for _, run in groupby(enumerate(sorted(removed_tokens(tokens, indices))), key=lambda pair: pair[1] - pair[0]):
        adjacent = [at for _, at in run]
        spans += _deletions(text, tokens, adjacent[0], adjacent[-1])
    return tuple(Edit(span, "") for span in spans)


def remove_items(text: bytes, node: Node, indices: Collection[int]) -> tuple[Edit, ...]:
    """Remove items of an array by their indices, as `remove_properties` removes properties."""
    tokens = tokenize_array(text, node)
    spans = list[Span]()
    for _, run in groupby(enumerate(sorted(removed_tokens(tokens, indices))), key=lambda pair: pair[1] - pair[0]):
        adjacent = [at for _, at in run]
        spans += _deletions(text, tokens, adjacent[0], adjacent[-1])
    return tuple(Edit(span, "") for span in spans)


def set_properties(
    text: bytes,
    node: Node,
    properties: NewProperties,
    *,
    removed: Collection[str] = (),
    after: Collection[str] | None = None,
) -> tuple[Edit, ...]:
    """Set properties of an object; a key that exists keeps its place and gets the new value.

    New keys are inserted after the last of the keys `after`.  Without `after` they are inserted in order if the keys
    of the object are sorted (by UTF-16 code units), else at the end; an object without properties gets them in the
    given order.

    With `removed`, combine the edits with those of `remove_properties` for the same text, object and keys.  Edits of
    two calls for one object may meet in one place, where their order is undefined: pass all properties to one call.
    There are no edits if the braces or commas of the object are broken.
    """
    tokens = tokenize_object(text, node)
    if not tokens or not properties:
        return ()
    kept = [index for index, property_ in enumerate(node.properties) if property_.key not in removed]
    existing = {node.properties[index].key: node.properties[index].value for index in kept}
    edits = [
        edit
        for key, data in dict(properties).items()
        if key in existing
        for edit in replace_value(text, existing[key], data)
    ]
    new = [(key, data) for key, data in dict(properties).items() if key not in existing]
    if after is None:
        insertions = _insertions([node.properties[index].key for index in kept], new)
    else:
        indices = (count for count, index in enumerate(kept, 1) if node.properties[index].key in after)
        insertions = [(max(indices, default=len(kept)), key, data) for key, data in new]
    removed_indices = set(range(len(node.properties))).difference(kept)
    inserter = Inserter(text, node, tokens, removed_tokens(tokens, removed_indices), kept)
    for index, group in groupby(insertions, key=lambda insertion: insertion[0]):
        edits += inserter.insert(index, [(key, data) for _, key, data in group])
    return tuple(edits)


def insert_before(text: bytes, node: Node, index: int, properties: NewProperties) -> tuple[Edit, ...]:
    """Insert properties before the one at `index` of an object, whose braces and commas must not be broken.

    No comma outside the inserted text changes, so the edit combines with the removal of any other property.
    """
    start = min(token.span.start for token in tokenize_object(text, node) if token.owner == index)
    sibling, formatter, multiline = node.properties[index], formatter_at(text, node), is_multiline(text, node)
    indent = line_indent(text, sibling.key_span.start)
    separator = formatter.new_line(indent) if multiline else formatter.comma_space
    pieces = (
        f"{formatter.property(key, data, [sibling.value], indent, multiline=multiline)},{separator}"
        for key, data in properties
    )
    return (Edit(Span(start, start), "".join(pieces)),)


def replace_value(text: bytes, node: Node, data: object) -> tuple[Edit, ...]:
    """Replace a value by other data, formatted as the value was, or as its siblings are."""
    if json.dumps(node.data) == json.dumps(data):
        return ()
    if node.kind == "string" and isinstance(data, str):
        return (Edit(node.span, to_json(data)),)  # written the same everywhere
    root = parse_json(text, comments=True).root
    parent = node if root is None else _parent(root, node.span)
    siblings = [node, *children_near(parent, node.span.start)]
    multiline, indent = is_multiline(text, parent), line_indent(text, node.span.start)
    return (Edit(node.span, formatter_at(text, parent).value(data, siblings, indent, multiline=multiline)),)


def set_properties_at(
    text: bytes,
    root: Node,
    path: Sequence[str],
    properties: NewProperties,
    *,
    removed: Collection[str] = (),
    after: Collection[str] = (),
) -> tuple[Edit, ...]:
    """Set properties of the object at a path of keys, as `set_properties` does, and create missing objects on the way.

    An object that is created in the root is inserted after the last of the root's keys `after`, else at the end.
    There are no edits if something other than an object is in the way.
    """
    node = root
    for depth, key in enumerate(path):
        found = node.property_named(key)
        if found is None:
            if not properties:
                return ()
            data: object = dict(properties)
            for missing in reversed(path[depth + 1 :]):
                data = {missing: data}
            return set_properties(text, node, [(key, data)], after=after if node is root else None)
        node = found.value
    return set_properties(text, node, properties, removed=removed)


def _deletions(text: bytes, tokens: Sequence[Token], first: int, last: int) -> Iterator[Span]:
    """The spans to delete to remove the tokens `first` to `last`, whose neighbours stay."""
    before, after = tokens[first - 1], tokens[last + 1]
    if after.kind == "close":
        if before.kind == "open":
            yield Span(before.span.end, after.span.start)
            return
        brace_on_line = not has_break(text, tokens[last].span.end, after.span.start)
        ends_line = is_line_comment(text, before) or (before.kind == "comment" and before.owner < 0)
        if brace_on_line and not ends_line and has_break_between(text, tokens, first, last):
            yield Span(before.span.end, tokens[last].span.end)
            return
    start = first
    for at in range(first, last + 1):
        if at == last or has_break_between(text, tokens, at, at + 1):
            yield _deletion_in_line(text, tokens, start, at)
            start = at + 1


def _deletion_in_line(text: bytes, tokens: Sequence[Token], first: int, last: int) -> Span:
    """The span to delete to remove the tokens `first` to `last`, which are on one line."""
    before, after = tokens[first - 1], tokens[last + 1]
    start, end = tokens[first].span.start, tokens[last].span.end
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


def _insertions(keys: Sequence[str], new: NewProperties) -> list[tuple[int, str, object]]:
    """The new properties in order, each with the number of existing keys before it."""
    order = [_code_units(key) for key in keys]
    if not keys or order != sorted(order):
        return [(len(keys), key, data) for key, data in new]
    in_order = sorted(new, key=lambda pair: _code_units(pair[0]))
    return [(bisect_left(order, _code_units(key)), key, data) for key, data in in_order]


def _code_units(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")


def _parent(root: Node, span: Span) -> Node:
    """The object or array around a value; the root itself for the root."""
    node = root
    while True:
        inner = next((child for child in node.children if child.span.contains(span) and child.span != span), None)
        if inner is None:
            return node
        node = inner
