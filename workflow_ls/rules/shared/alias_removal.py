"""The findings for entries of manifests and configurations that one fix removes together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from workflow_ls.diagnostics import Blocked, Diagnostic, FileEdit
from workflow_ls.jsonc.property_edits import remove_properties
from workflow_ls.jsonc.tree import Node, Property
from workflow_ls.manifests.removal import plan_removal
from workflow_ls.rules.shared.rule import JsonContext, Rule


def report_removal(
    rule: Rule,
    context: JsonContext,
    owner: Node,
    entries: Sequence[Property],
    what: str,
    message: Callable[[str], str],
) -> Iterator[Diagnostic]:
    """A finding for each of the entries, which are members of `owner`; `what` names them ("the legacy aliases").

    `message` takes the key of an entry.
    """
    if not entries:
        return
    edits = remove_properties(context.text, owner, {entry.key for entry in entries})
    plan = plan_removal(context.targets, FileEdit(context.path, tuple(edits), context.text), what)
    for entry in entries:
        yield rule.finding(
            context.path,
            entry.key_span,
            message(entry.key),
            status=plan.status,
            cause=plan if isinstance(plan, Blocked) else plan.unverified,
            fix=None if isinstance(plan, Blocked) else plan.fix,
            related=plan.related if isinstance(plan, Blocked) else (),
            deprecated=True,
        )
