"""A module that only re-exports the legacy tree.

    // ee/packages/workflows/src/streams/index.ts
    export * from '../../../../../shared/workflow/streams';   // flagged

    // packages/workflow-streams/src/index.ts
    import { publish } from '@shared/workflow/streams';       // flagged
    export { publish };

Such a proxy lets callers use another specifier before the implementation has moved.  A rewrite could make the module
import itself, or two of them each other, so there is no fix: the move of the implementation replaces the proxy, or
gives it its new source.

A proxy may be in any package outside the core, and name the tree by any specifier; other proxies may lie in between.
In the canonical package, a re-export by a relative path counts in a module with code of its own, too.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.diagnostics import Diagnostic, Related, Severity
from workflow_ls.printable import listed
from workflow_ls.project.file_facts import Area, area_of
from workflow_ls.project.resolution.resolver import module_file
from workflow_ls.rules.shared.rule import FileContext, Rule

CODE = "legacy-proxy"


def check(context: FileContext) -> Iterator[Diagnostic]:
    """Yield a finding for each such re-export."""
    tree = context.workspace.table.tree
    for outcome in context.outcomes:
        if context.is_proxied(outcome.legacy):
            reference = outcome.legacy.reference
            path = module_file(context.workspace.files, tree, outcome.legacy.module)
            yield RULE.at_reference(
                context.path,
                reference,
                f"this module only re-exports {path or listed(context.workspace.table.trees)}; {_outlook(context)}",
                related=() if path is None else (Related(path, None, "the implementation"),),
            )


def _outlook(context: FileContext) -> str:
    is_canonical = area_of(context.workspace.table, context.path) is Area.CANONICAL
    return f"it will be replaced when the implementation moves{' here' if is_canonical else ''}"


RULE = Rule(CODE, "A module only re-exports the legacy tree.", Severity.INFORMATION, check, __doc__)
