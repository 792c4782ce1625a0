"""The finding for a legacy reference, shared by the rules that rewrite references."""

from __future__ import annotations

from workflow_ls.diagnostics import Blocked, Diagnostic, FileEdit, Fix, Related
from workflow_ls.manifests.dependencies import declarations
from workflow_ls.manifests.project_references import references_needed
from workflow_ls.rewrite.conflicts import ReferenceOutcome
from workflow_ls.rewrite.text_edits.import_edits import rewrite
from workflow_ls.rules.shared.rule import FileContext, Rule


def report_rewrite(context: FileContext, outcome: ReferenceOutcome, rule: Rule) -> Diagnostic:
    """The finding for a legacy reference, with its fix if it has a target."""
    reference, target = outcome.legacy.reference, outcome.target
    if isinstance(target, Blocked):
        return _blocked(context, outcome, target, rule)
    referenced = references_needed(context.targets, context.path, target.parts, outcome.legacy.module)
    if isinstance(referenced, Blocked):
        return _blocked(context, outcome, referenced, rule)
    shown = ", ".join(target.replacements)
    edits = rewrite(context.facts.text, reference=reference, parts=target.parts)
    needed = declarations(context.targets, context.path, target.parts)
    added = " and add the dependency" if needed else " and reference its project" if referenced else ""
    return rule.at_reference(
        context.path,
        reference,
        f"`{reference.specifier}` moved to `{shown}`",
        replacements=target.replacements,
        status=target.status,
        cause=target.unverified,
        fix=Fix(f"Replace with '{shown}'{added}", (FileEdit(context.path, edits), *needed, *referenced)),
        related=() if target.path is None else (Related(target.path, None, "the target module"),),
        deprecated=True,
    )


def _blocked(context: FileContext, outcome: ReferenceOutcome, cause: Blocked, rule: Rule) -> Diagnostic:
    specifier = outcome.legacy.reference.specifier
    return rule.at_reference(
        context.path,
        outcome.legacy.reference,
        f"`{specifier}` is a legacy workflow module, and can't be rewritten yet",
        status=cause.status,
        cause=cause,
        related=cause.related,
        deprecated=True,
    )
