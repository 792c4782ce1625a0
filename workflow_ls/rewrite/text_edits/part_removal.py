"""Edits that remove parts of a program: items of lists with their commas, and whole statements with their lines."""

from __future__ import annotations

from collections.abc import Iterable

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.rewrite.text_edits.item_removal import remove_items
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.values.removable_parts import removable_part
from workflow_ls.text import Edit, Span, line_start

_REST_OF_LINE = compile_on_use(rb"[ \t]*(?://[^\r\n]*|/\*[^*\r\n]*\*/[ \t]*)?(?:\r\n?|\n|\Z)")
_BLANKS = compile_on_use(rb"[ \t]*")


def can_be_removed(source: Source, span: Span) -> bool:
    """Whether a part can go: it is not what a function returns, nor one of two choices, nor the value of a name."""
    return removable_part(source, span) is not None


def remove_parts(source: Source, spans: Iterable[Span]) -> tuple[Edit, ...]:
    """The edits that remove parts; those that can't be removed stay."""
    found = {part for span in spans if (part := removable_part(source, span)) is not None}
    items = remove_items(source.text, (part.span for part in found if not part.is_statement))
    return (*items, *(_without_line(source.text, part.span) for part in sorted(found) if part.is_statement))


def _without_line(text: bytes, span: Span) -> Edit:
    """Remove a statement, with its line where it has one of its own."""
    start = line_start(text, span.start)
    rest = _REST_OF_LINE.match(text, span.end)
    if rest is not None and not text[start : span.start].strip(b" \t"):
        return Edit(Span(start, rest.end()), "")
    blanks = _BLANKS.match(text, span.end)
    return Edit(Span(span.start, span.end if blanks is None else blanks.end()), "")
