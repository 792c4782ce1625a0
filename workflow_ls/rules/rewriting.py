"""What the rules that rewrite a reference have in common: the message, the fix, and what stands in its way."""

from __future__ import annotations

from workflow_ls.diagnostics import Diagnostic, FileEdit, Fix, Related, Severity, Status
from workflow_ls.manifests.dependencies import declarations
from workflow_ls.rewrite.conflicts import Outcome
from workflow_ls.rewrite.import_edits import rewrite
from workflow_ls.rules.base import FileContext


def report_rewrite(context: FileContext, outcome: Outcome, *, rule: str, severity: Severity) -> Diagnostic:
    """The finding for a legacy reference, with its fix where there is one."""
    reference, target = outcome.legacy.reference, outcome.target
    replacement, fix = target.replacement, None
    if target.status is Status.BLOCKED:
        message = f"`{reference.specifier}` is a legacy workflow module, and can't be rewritten yet"
    else:
        edits = rewrite(context.facts.text, reference=reference, parts=target.parts)
        needed = declarations(context.targets, context.path, target.parts)
        added = " and add the dependency" if needed else ""
        fix = Fix(f"Replace with '{replacement}'{added}", (FileEdit(context.path, edits), *needed))
        message = f"`{reference.specifier}` moved to `{replacement}`"
    related = target.related
    if target.path is not None:
        related = (Related(target.path, None, "the module it goes to"), *related)
    return Diagnostic(
        path=context.path,
        rule=rule,
        severity=severity,
        message=message,
        span=reference.span,
        specifier=reference.specifier,
        replacement=replacement,
        status=target.status,
        reason=target.reason,
        fix=fix,
        related=related,
        deprecated=True,
        statement=reference.statement_start,
    )
