"""A suppression comment that suppresses nothing.

    // workflow-ls-ignore deprecated-import: until the next release
    import { start } from '@alga-psa/workflows/runtime';

The next line, or the file for `workflow-ls-ignore-file`, has no finding of a rule that the comment names.  The comment
would suppress a future one.

The fix removes the comment, or the codes in it that suppress nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.diagnostics import Diagnostic, FileEdit, Fix, Severity
from workflow_ls.rewrite.text_edits.comment_removal import remove_codes, remove_comment
from workflow_ls.rules.shared.rule import FileContext, Rule

CODE = "unused-suppression"


def check(context: FileContext) -> Iterator[Diagnostic]:
    """Yield a finding for each suppression comment, or code in one, that suppresses nothing."""
    for unused in context.unused:
        source = context.workspace.context.parsed.get(context.path, context.facts.text)
        suppression = unused.suppression
        named = ", ".join(f"`{code}`" for code in unused.rules)
        scope = "this file" if suppression.line is None else "the next line"
        if named:
            message = f"this comment suppresses nothing: {scope} has no finding of {named}"
        else:
            message = "this comment suppresses nothing: it names no rule"
        whole = len(unused.rules) == len(suppression.rules)
        title = "Remove the comment" if whole else f"Remove {named} from the comment"
        edit = (
            remove_comment(source, span=suppression.span)
            if whole
            else remove_codes(source.text, suppression=suppression, codes=unused.rules)
        )
        yield RULE.finding(
            context.path,
            suppression.span,
            message,
            # All of its rules: which of them suppress nothing depends on other files.
            about=", ".join(suppression.rules) or "no rule",
            fix=Fix(title, (FileEdit(context.path, (edit,), source.raw),)),
        )


RULE = Rule(CODE, "A suppression comment suppresses nothing.", Severity.INFORMATION, check, __doc__, closing=True)
