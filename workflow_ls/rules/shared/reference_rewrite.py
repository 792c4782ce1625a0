"""The finding for a legacy reference, shared by the rules that rewrite references."""

from __future__ import annotations

from workflow_ls.diagnostics import Applicability, Blocked, Diagnostic, FileEdit, Fix, Related
from workflow_ls.manifests.dependencies import declarations
from workflow_ls.manifests.dependency_cycles import closed_cycle
from workflow_ls.rewrite.conflicts import ReferenceOutcome
from workflow_ls.rewrite.text_edits.import_edits import rewrite
from workflow_ls.rules.shared.rule import FileContext, Rule


def report_rewrite(context: FileContext, outcome: ReferenceOutcome, rule: Rule) -> Diagnostic:
    """The finding for a legacy reference, with its fix if it has a target."""
    reference, target = outcome.legacy.reference, outcome.target
    if isinstance(target, Blocked):
        message = f"`{reference.specifier}` is a legacy workflow module, and can't be rewritten yet"
        return rule.at_reference(
            context.path,
            reference,
            message,
            status=target.status,
            cause=target,
            related=target.related,
            deprecated=True,
        )
    shown = ", ".join(target.replacements)
    edits = rewrite(context.facts.text, reference=reference, parts=target.parts)
    needed = declarations(context.targets, context.path, target.parts)
    added = " and add the dependency" if needed else ""
    cycle = closed_cycle(context.workspace, context.path, target.parts) if needed else None
    files = (FileEdit(context.path, edits), *needed)
    return rule.at_reference(
        context.path,
        reference,
        f"`{reference.specifier}` moved to `{shown}`",
        replacements=target.replacements,
        status=target.status if cycle is None else cycle.status,
        cause=cycle or target.unverified,
        fix=Fix(
            f"Replace with '{shown}'{added}", files, Applicability.ALWAYS if cycle is None else Applicability.UNSAFE
        ),
        related=(
            *(() if target.path is None else (Related(target.path, None, "the target module"),)),
            *(() if cycle is None else cycle.related),
        ),
        deprecated=True,
    )
