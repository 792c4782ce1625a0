"""Edits that add suppression comments and keep the meaning of the code."""

from __future__ import annotations

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.jsx import jsx_expression_around
from workflow_ls.syntax.model import MARKER
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.suppressions import find_suppressions
from workflow_ls.text import LINE_BREAK, Edit, LineIndex, Span, apply_edits, bom_length

_BLANKS = compile_on_use(rb"[ \t]*")
_SHEBANG = compile_on_use(rb"#![^\r\n]*(?:\r\n?|\n)")
_HEADER = compile_on_use(rb"\s*/\*(?:[^*]|\*(?!/))*\*/[ \t]*(?:\r\n?|\n)")
# Comments for other tools that apply to the next line.
_FOR_NEXT_LINE = compile_on_use(rb"[ \t]*(?:\{\s*)?/[/*].*(?:-next-line|@ts-ignore|@ts-expect-error|[a-z]-ignore\b)")


def suppress_line(source: Source, *, span: Span, statement: int | None, rule: str, reason: str) -> Edit | None:
    """Insert a comment that suppresses `rule` before the line of `statement`, an offset, or of `span` without one.

    None if a comment there would change the code, as in a template literal, or would split a JSX text.
    """
    lines = LineIndex(source.text)
    at = span.start if statement is None else statement
    line = lines.line_at(at)
    while line > 0 and _FOR_NEXT_LINE.match(source.text[slice(*lines.line_span(line - 1))]):
        line -= 1
    start = _line_start(source.text, lines, line)
    blanks = _BLANKS.match(source.text, start)
    indentation = "" if blanks is None else blanks[0].decode()
    words = f"{MARKER} {rule}: {reason}"
    for comment in (f"// {words}", f"{{/* {words} */}}"):
        edit = Edit(Span(start, start), f"{indentation}{comment}{_line_break(source.raw)}")
        if _suppresses(source, edit, rule, (span.start, at)):
            return edit
    return None


def suppress_file(source: Source, *, rule: str, reason: str) -> Edit | None:
    """Insert a comment at the top of the file that suppresses `rule` in the file.

    A `#!` line stays first, and so does a block comment: licences and the settings of test runners must.  None if a
    comment there would change the code.
    """
    text = source.text
    start = bom_length(text)
    for skipped in (_SHEBANG, _HEADER):
        match = skipped.match(text, start)
        start = start if match is None else match.end()
    edit = Edit(Span(start, start), f"// {MARKER}-file {rule}: {reason}{_line_break(source.raw)}")
    return edit if _suppresses(source, edit, rule, None) else None


def _suppresses(source: Source, edit: Edit, rule: str, at: tuple[int, int] | None) -> bool:
    """Whether the edit adds a comment that suppresses the rule at the offsets `at`, or everywhere."""
    start, length = edit.span.start, len(edit.new.encode())
    text = apply_edits(source.text, (edit,))
    changed, lines = source.edited(text), LineIndex(text)
    made = [found for found in find_suppressions(changed) if start <= found.span.start < start + length]
    if len(made) != 1 or rule not in made[0].rules:
        return False
    if at is None:
        return made[0].line is None
    if made[0].line not in {lines.line_at(offset + length) for offset in at}:
        return False
    return edit.new.lstrip().startswith("//") or jsx_expression_around(changed, made[0].span) is not None


def _line_start(text: bytes, lines: LineIndex, line: int) -> int:
    start = lines.line_span(line).start
    return start or bom_length(text)


def _line_break(text: bytes) -> str:
    """The first line break of the file; a line feed in a file without any."""
    match = LINE_BREAK.search(text)
    return "\n" if match is None else match[0].decode()
