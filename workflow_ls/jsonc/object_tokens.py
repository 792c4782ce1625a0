"""The tokens of a JSON object or array: its braces, members, commas and comments, and which member each belongs to."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple

from workflow_ls.jsonc.last_used import LastUsed
from workflow_ls.jsonc.tree import Node
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.text import LINE_BREAK, Span

_TRIVIA = compile_on_use(rb"(?P<blank>[ \t\r\n]+)|(?P<comment>//[^\r\n]*|/\*.*?\*/)|(?P<comma>,)", re.DOTALL)


class Token(NamedTuple):
    """A piece of an object's text.  A property is one token, whatever its value holds.

    `owner` is the index of the property that the token belongs to: a comma belongs to the property before it, a
    comment on the line of a property to the one that it is about.  It is -1 for braces and for other comments.
    """

    kind: Literal["open", "property", "comma", "comment", "close"]
    span: Span
    owner: int = -1


def tokenize_object(text: bytes, node: Node) -> tuple[Token, ...]:
    """The tokens of an object, braces included; empty for other nodes and where braces or commas are broken."""
    return _TOKENS.get(text, node, _object_tokens)


def tokenize_array(text: bytes, node: Node) -> tuple[Token, ...]:
    """The same for an array: its items are `property` tokens."""
    return _tokenize(text, node, [item.span for item in node.items], b"]")


def _object_tokens(text: bytes, node: Node) -> tuple[Token, ...]:
    return _tokenize(text, node, [property_.span for property_ in node.properties], b"}")


def _tokenize(text: bytes, node: Node, members: Sequence[Span], closing: bytes) -> tuple[Token, ...]:
    start, end = node.span
    close = Span(end - 1, end)
    if text[slice(*close)] != closing:  # of another kind, or not closed
        return ()
    tokens, done, count = [Token("open", Span(start, start + 1))], start + 1, len(members)
    for index in range(count + 1):
        at_end = index == count
        following = close if at_end else members[index]
        between = _tokens_between(text, tokens[-1], following, index)
        commas = sum(token.kind == "comma" for token in between)
        if sum(token.span.end - token.span.start for token in between) != _trivia_length(text, done, following.start):
            return ()
        if commas > (index > 0) or (commas == 0 < index < count):
            return ()
        tokens += [*between, Token("close", close) if at_end else Token("property", following, index)]
        done = following.end
    return tuple(tokens)


_TOKENS = LastUsed[tuple[Token, ...]]()


def removed_tokens(tokens: Sequence[Token], removed: Collection[int]) -> frozenset[int]:
    """The indices of the tokens to remove together with the properties whose indices are `removed`.

    If the last properties are removed, so is the comma before them, unless the object has a trailing comma to keep.
    """
    count = sum(token.kind == "property" for token in tokens)
    last = max((index for index in range(count) if index not in removed), default=-1)
    loses_comma = not has_trailing_comma(tokens)
    return frozenset(
        at
        for at, token in enumerate(tokens)
        if token.owner in removed or (loses_comma and token.kind == "comma" and token.owner == last)
    )


def has_trailing_comma(tokens: Sequence[Token]) -> bool:
    """Whether a comma follows the last property."""
    return next((token.kind == "comma" for token in reversed(tokens) if token.kind in ("comma", "property")), False)


def has_break(text: bytes, start: int, end: int) -> bool:
    """Whether there is a line break between two offsets."""
    return LINE_BREAK.search(text, start, end) is not None


def has_break_between(text: bytes, tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether there is a line break between any two neighbours among the tokens `first` to `last` (indices)."""
    return any(has_break(text, tokens[at].span.end, tokens[at + 1].span.start) for at in range(first, last))


def is_line_comment(text: bytes, token: Token) -> bool:
    """Whether a token is a comment that ends with its line."""
    return text.startswith(b"//", token.span.start)


def _trivia_length(text: bytes, start: int, end: int) -> int:
    """How many bytes of a region belong to commas and comments; -1 if it holds anything else but white space."""
    total = 0
    while start < end:
        match = _TRIVIA.match(text, start, end)
        if match is None:
            return -1
        total += 0 if match["blank"] else match.end() - start
        start = match.end()
    return total if start == end else -1


def _tokens_between(text: bytes, before: Token, following: Span, index: int) -> list[Token]:
    """The commas and comments between a token and the property at `index`, or the closing brace."""
    found, after_comma = list[Token](), False
    for match in _TRIVIA.finditer(text, before.span.end, following.start):
        if match["comma"]:
            after_comma = True
            found.append(Token("comma", Span(*match.span()), index - 1))
        elif match["comment"]:
            span = Span(*match.span())
            follows = before.kind == "property" and not has_break(text, before.span.end, span.start)
            precedes = text[following.start] not in b"}]" and not has_break(text, span.end, following.start)
            if follows and precedes and after_comma:
                owner = -1 if has_break(text, *span) else index
            else:
                owner = index - 1 if follows else index if precedes else -1
            found.append(Token("comment", span, owner))
    return found
