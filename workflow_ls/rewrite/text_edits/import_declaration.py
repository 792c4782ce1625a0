"""Parses an import or export declaration: its elements, and each comment with the element that it describes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.model import Name, Reference
from workflow_ls.syntax.spelling.trivia import COMMENT, WHITE_SPACE
from workflow_ls.text import BOM, LINE_BREAK, Span, line_start


class Element(NamedTuple):
    """One name of a clause, and its comments.

    `core` covers the name as written, with the block comments right beside it.  `above` are the comments on the
    lines before it, `beside` the other ones on its own line, `below` those on the lines between the last element and
    the closing brace.  `is_default` marks the default import of `import D from` and `import D, { a } from`.
    """

    name: Name
    core: Span
    is_default: bool
    above: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    below: tuple[str, ...] = ()


class Layout(NamedTuple):
    """The layout of a declaration.

    `indent` is the indentation of the statement, `inner` that of an element on a line of its own.  `multiline` says
    that the elements are on several lines, `spaced` that the braces are (`{ a }`, not `{a}`).
    """

    line_break: str
    indent: str
    inner: str
    multiline: bool
    trailing_comma: bool
    spaced: bool


class ImportDeclaration(NamedTuple):
    """The parts of a declaration in order; the specifier with its quotes is missing before `tail`.

    `intro` is the text from the keyword to the clause, `link` that from the clause to the opening quote; `tail` holds
    the attributes and the semicolon.
    """

    span: Span
    intro: str
    elements: tuple[Element, ...]
    link: str
    tail: str
    layout: Layout

    def part(self, *, first: bool, last: bool) -> ImportDeclaration:
        """The parts of one of the declarations that this one is split into.

        Only the first keeps the comments of the intro and the link, and only the last those of the tail.
        """
        intro, link, tail = self.intro, self.link, self.tail
        if not first:
            intro, link = _without_comments(intro), _without_comments(link)
        if not last:
            tail = _BEFORE_SEMICOLON.sub(";", _without_comments(tail))
        return self._replace(intro=intro, link=link, tail=tail)


def parse_declaration(text: bytes, reference: Reference) -> ImportDeclaration:
    """The declaration of a reference that has names and no star or namespace.

    A comment after an element describes it, a comment on a line of its own the next element; between two elements on
    one line, the comma separates the comments.

    Raises ValueError if the reference is no import or export declaration.
    """
    statement = reference.statement
    if statement is None:
        raise ValueError("only an import or export declaration has elements")
    names = reference.names
    tokens = _tokens(text, Span(statement.start, reference.span.start - 1))
    # Without braces, the clause is the name of a default import.
    opening = next((token.span for token in tokens if token.kind == "{"), names[-1].span)
    closing = next((token.span for token in tokens if token.kind == "}"), names[-1].span)
    clause = Span(min(names[0].span.start, opening.start), closing.end)
    edges = [Span(clause.start, clause.start), *(name.span for name in names), Span(clause.end, clause.end)]
    gaps = [
        [token for token in tokens if left.end <= token.span.start and token.span.end <= right.start]
        for left, right in pairwise(edges)
    ]
    elements = _elements(names, gaps, default_until=opening)
    return ImportDeclaration(
        span=statement,
        intro=text[statement.start : clause.start].decode(),
        elements=elements,
        link=text[clause.end : reference.span.start - 1].decode(),
        tail=text[reference.span.end + 1 : statement.end].decode(),
        layout=_layout(text, statement, elements, gaps, opening),
    )


def words_of(text: bytes, span: Span) -> list[Span]:
    """The words and strings of an element: its name, maybe after `type`, and maybe before `as` and an alias."""
    return [token.span for token in _tokens(text, span) if token.kind == "word"]


class _Token(NamedTuple):
    kind: str  # "line" or "block" (comments), "break", "word" (or a string), or the punctuation itself
    span: Span
    text: str


_STRING = r"'(?:[^'\\\r\n]|\\.)*'|\"(?:[^\"\\\r\n]|\\.)*\""
_WORD = rb"(?:(?!" + WHITE_SPACE + rb")[^{},'\"/]|/(?![/*]))+"
_TOKENS = (
    rb"(?P<line>//[^\r\n]*)",
    rb"(?P<block>/\*.*?\*/)",
    rb"(?P<break>\s*[\r\n]\s*)",
    rb"(?P<mark>[{},])",
    WHITE_SPACE,
    rb"(?P<word>" + _STRING.encode() + rb"|" + _WORD + rb")",
)
_TOKEN = compile_on_use(rb"|".join(_TOKENS), re.DOTALL)
_COMMENTS_IN_PART = compile_on_use(rf"(?P<string>{_STRING})|\s*(?:(?:{COMMENT.decode()})\s*)+", re.DOTALL)
_BEFORE_SEMICOLON = compile_on_use(r"\s+;$")
_TIGHT = compile_on_use(rb"\{[^\s}]")


def _without_comments(part: str) -> str:
    return _COMMENTS_IN_PART.sub(lambda match: match["string"] or " ", part)


def _tokens(text: bytes, span: Span) -> list[_Token]:
    found = []
    for match in _TOKEN.finditer(text, *span):
        if match.lastgroup is not None:
            token = match[0].decode()
            kind = token if match.lastgroup == "mark" else match.lastgroup
            found.append(_Token(kind, Span(*match.span()), token))
    return found


def _elements(names: Sequence[Name], gaps: Sequence[Sequence[_Token]], default_until: Span) -> tuple[Element, ...]:
    """The elements of a clause; there is a gap before each name, and one after the last."""
    divided = [_divide(gap) for gap in gaps]
    elements = []
    for name, (_, front), (behind, rest) in zip(names, divided, divided[1:]):
        start, above = _comments_before(name, front)
        end, beside = _comments_after(name, behind)
        below = _comments(rest) if name is names[-1] else ()
        is_default = name.span.end <= default_until.end
        elements.append(Element(name, Span(start, end), is_default, above, beside, below))
    return tuple(elements)


def _divide(gap: Sequence[_Token]) -> tuple[Sequence[_Token], Sequence[_Token]]:
    """The tokens of a gap that belong to the element before it, and those of the element after it."""
    kinds = [token.kind for token in gap]
    cut = next((kinds.index(kind) for kind in ("{", "break", "}", ",") if kind in kinds), len(gap))
    return gap[:cut], gap[cut:]


def _comments_before(name: Name, front: Sequence[_Token]) -> tuple[int, tuple[str, ...]]:
    """The offset of the core of an element, and the comments above it."""
    inline = len(front)
    while inline and front[inline - 1].kind == "block":
        inline -= 1
    start = front[inline].span.start if inline < len(front) else name.span.start
    return start, _comments(front[:inline])


def _comments_after(name: Name, behind: Sequence[_Token]) -> tuple[int, tuple[str, ...]]:
    """The end of the core of an element, and the comments beside it."""
    inline = 0
    while inline < len(behind) and behind[inline].kind == "block":
        inline += 1
    end = behind[inline - 1].span.end if inline else name.span.end
    return end, _comments(behind[inline:])


def _comments(tokens: Sequence[_Token]) -> tuple[str, ...]:
    return tuple(token.text for token in tokens if token.kind in {"line", "block"})


def _layout(
    text: bytes, statement: Span, elements: Sequence[Element], gaps: Sequence[Sequence[_Token]], opening: Span
) -> Layout:
    indent = _indentation(text, statement.start) or ""
    inners = (_indentation(text, element.core.start) for element in elements if not element.is_default)
    line_break = LINE_BREAK.search(text, statement.start) or LINE_BREAK.search(text)
    return Layout(
        line_break=line_break[0].decode() if line_break else "\n",
        indent=indent,
        inner=next((inner for inner in inners if inner is not None), indent + ("\t" if "\t" in indent else "  ")),
        multiline=any(token.kind == "break" and token.span.start >= opening.end for gap in gaps for token in gap),
        trailing_comma=any(token.kind == "," for token in gaps[-1]),
        spaced=_TIGHT.match(text, opening.start) is None,
    )


def _indentation(text: bytes, offset: int) -> str | None:
    """The blanks between the start of a line and `offset`; None if there is other text."""
    before = text[line_start(text, offset) : offset].removeprefix(BOM)
    return None if before.strip(b" \t") else before.decode()
