"""The findings for entries of manifests and configurations that one fix removes together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from workflow_ls.config.module_names import package_name
from workflow_ls.config.table import Table
from workflow_ls.diagnostics import Blocked, Diagnostic, FileEdit
from workflow_ls.jsonc.property_edits import remove_properties
from workflow_ls.jsonc.tree import Node, Property
from workflow_ls.manifests.removal import Removal, plan_removal
from workflow_ls.rules.shared.rule import JsonContext, Rule
from workflow_ls.text import Span


def moved_modules(table: Table) -> str:
    """What messages call all modules that moved, with the package that they moved to."""
    targets = {target for row in table.modules for target in row.to} if not table.is_builtin else set()
    elsewhere = any(package_name(target) != table.canonical.name for target in targets)
    several = elsewhere or (len(table.packages) > 1 and not table.is_builtin)
    where = "other packages" if several or not table.canonical.name else f"`{table.canonical.name}`"
    return f"{table.legacy_module}s, which moved to {where}"


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
    keys = [(entry.key, entry.key_span) for entry in entries]
    yield from findings_of_removal(rule, context.path, keys, plan, message)


def findings_of_removal(
    rule: Rule,
    path: str,
    keys: Sequence[tuple[str, Span]],
    plan: Removal | Blocked,
    message: Callable[[str], str],
) -> Iterator[Diagnostic]:
    """A finding for each of the keys that one plan removes."""
    for key, span in keys:
        yield rule.finding(
            path,
            span,
            message(key),
            status=plan.status,
            cause=plan if isinstance(plan, Blocked) else plan.unverified,
            fix=None if isinstance(plan, Blocked) else plan.fix,
            related=plan.related if isinstance(plan, Blocked) else (),
            deprecated=True,
            about=key,
        )
