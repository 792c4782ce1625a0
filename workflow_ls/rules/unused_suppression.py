"""A suppression comment that suppresses nothing.

    // workflow-ls-ignore deprecated-import: waits for the next release
    import { start } from '@alga-psa/workflows/runtime';

What the comment silenced is gone, or never was there: the line after it, or the file for
`workflow-ls-ignore-file`, has no finding of a rule it names.  Left alone, it would hide the next one.

The fix removes the comment, or the codes in it that are of no use.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.diagnostics import Diagnostic, FileEdit, Fix, Severity
from workflow_ls.rules.base import FileContext, Rule, Unused
from workflow_ls.text import Edit, Span

CODE = "unused-suppression"


def check(context: FileContext) -> Iterator[Diagnostic]:
    """Yield a finding for each suppression comment, or code in one, that silences nothing."""
    text = context.facts.source.text
    for unused in context.unused:
        suppression = unused.suppression
        named = ", ".join(f"`{code}`" for code in unused.rules)
        place = "this file" if suppression.line is None else "the line after it"
        if named:
            message = f"this comment suppresses nothing: {place} has no finding of {named}"
        else:
            message = "this comment suppresses nothing: it names no rule"
        whole = len(unused.rules) == len(suppression.rules)
        title = "Remove the comment" if whole else f"Remove {named} from the comment"
        edit = _without_comment(text, suppression.span) if whole else _without_codes(text, unused)
        yield Diagnostic(
            path=context.path,
            rule=CODE,
            severity=RULE.severity,
            message=message,
            span=suppression.span,
            fix=Fix(title, (FileEdit(context.path, (edit,)),)),
        )


def _without_comment(text: bytes, span: Span) -> Edit:
    """Remove a comment, with its line where it has that to itself."""
    start, end = span
    line = max(text.rfind(b"\n", 0, start), text.rfind(b"\r", 0, start)) + 1
    alone_before = not text[line:start].strip()
    rest = end
    while rest < len(text) and text[rest] in b" \t":
        rest += 1
    at_line_end = rest == len(text) or text[rest] in b"\r\n"
    if alone_before and at_line_end:
        if text[rest : rest + 2] == b"\r\n":
            rest += 2
        elif rest < len(text):
            rest += 1
        return Edit(Span(line, rest), "")
    while at_line_end and start > line and text[start - 1] in b" \t":
        start -= 1
    # JSX holds a comment in braces of its own, and an empty pair is valid there, too.
    return Edit(Span(start, end), "")


def _without_codes(text: bytes, unused: Unused) -> Edit:
    """Keep the codes of a comment that are of use."""
    span = unused.suppression.span
    comment = text[span.start : span.end].decode()
    codes = ", ".join(unused.suppression.rules)
    kept = ", ".join(code for code in unused.suppression.rules if code not in unused.rules)
    first, last = unused.suppression.rules[0], unused.suppression.rules[-1]
    start = comment.index(first)
    end = comment.index(last, start + len(codes) - len(last) if codes in comment else start) + len(last)
    before = len(comment[:start].encode())
    width = len(comment[start:end].encode())
    return Edit(Span(span.start + before, span.start + before + width), kept)


RULE = Rule(CODE, "A suppression comment suppresses nothing.", Severity.INFORMATION, check, __doc__, closing=True)
