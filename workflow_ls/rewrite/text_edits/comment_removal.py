"""Edits that remove comments and keep the meaning of the code."""

from __future__ import annotations

import re
from collections.abc import Collection

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.jsx import jsx_expression_around
from workflow_ls.syntax.model import MARKER, Suppression
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.spelling.trivia import BLOCK_COMMENT
from workflow_ls.text import BOM, LINE_BREAK, Edit, Span, line_start

_BLANKS = compile_on_use(rb"[ \t]*")
_LINE_END = compile_on_use(rb"\r\n?|\n|\Z")
_COMMENTS_TO_LINE_END = compile_on_use(rb"(?:[ \t]|" + BLOCK_COMMENT + rb")*(?://[^\r\n]*)?(?=[\r\n]|\Z)")
_CODES = compile_on_use(re.escape(MARKER) + r"(?:-file)?\s*(?P<codes>[\w-]+(?:\s*,\s*[\w-]+)*)")
_SEPARATOR = compile_on_use(r"(\s*,\s*)")


def remove_comment(source: Source, *, span: Span) -> Edit:
    """Remove a comment, with its line if there is nothing else on it, and with its braces in JSX.

    Several comments on one line can be removed one by one, or all together.
    """
    text = source.text
    braces = jsx_expression_around(source, span)
    start, end = span if braces is None else braces
    line = line_start(text, start)
    line += len(BOM) if text.startswith(BOM, line) else 0
    first = not text[line:start].strip(b" \t")
    rest = _after_blanks(text, end)
    line_end = _LINE_END.match(text, rest)
    if first and line_end is not None:
        return Edit(Span(line, line_end.end()), "")
    if _COMMENTS_TO_LINE_END.match(text, end):
        return Edit(Span(start if first else len(text[:start].rstrip(b" \t")), end), "")
    if braces is not None:
        return Edit(braces, "")
    return _from_within_line(text, Span(start, end), rest, first=first)


def remove_codes(text: bytes, *, suppression: Suppression, codes: Collection[str]) -> Edit:
    """Remove some of the codes that a suppression names; at least one must be left.

    Raises ValueError if the suppression names none.
    """
    comment = text[slice(*suppression.span)].decode()
    match = _CODES.search(comment)
    if match is None:
        raise ValueError(f"{comment!r} names no codes")
    first, *others = _SEPARATOR.split(match["codes"])
    named = [("", first), *zip(others[::2], others[1::2])]
    kept = [part for separator, code in named if code not in codes for part in (separator, code)]
    start = suppression.span.start + len(comment[: match.start("codes")].encode())
    return Edit(Span(start, start + len(match["codes"].encode())), "".join(kept[1:]))


def _from_within_line(text: bytes, comment: Span, rest: int, *, first: bool) -> Edit:
    """Remove a comment that precedes code on its line; `rest` is the offset of that code."""
    start, end = comment
    line_break = LINE_BREAK.search(text, start, end)
    if first:
        return Edit(Span(start, rest), "")
    if line_break is not None:
        # The line break inside the comment may end a statement.
        return Edit(Span(start, rest), line_break[0].decode())
    if text[start - 1] in b" \t([{":
        return Edit(Span(start, rest), "")
    together = rest > end or text[end] in b")]},;"
    return Edit(comment, "" if together else " ")


def _after_blanks(text: bytes, offset: int) -> int:
    match = _BLANKS.match(text, offset)
    return offset if match is None else match.end()
