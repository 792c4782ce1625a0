"""A re-export in the canonical package that only passes the legacy tree through.

    // ee/packages/workflows/src/streams/index.ts
    export * from '../../../../../shared/workflow/streams';   // flagged

Such a proxy lets callers use the new specifier before the implementation has moved.  Rewriting it would make the
module import itself; it disappears when the implementation takes its place.  There is no fix here: the move of the
tree replaces it.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.diagnostics import Diagnostic, Related, Severity
from workflow_ls.project.file_facts import is_proxy
from workflow_ls.project.resolver import module_file
from workflow_ls.rules.base import FileContext, Rule

CODE = "legacy-proxy"


def check(context: FileContext) -> Iterator[Diagnostic]:
    """Yield a finding for each such re-export."""
    tree = context.workspace.table.tree
    for outcome in context.outcomes:
        if is_proxy(context.workspace.table, context.path, outcome.legacy):
            reference = outcome.legacy.reference
            path = module_file(context.workspace.files, tree, outcome.legacy.module)
            yield Diagnostic(
                path=context.path,
                rule=CODE,
                severity=RULE.severity,
                message=f"this only passes {path or tree} through; it goes when the implementation moves here",
                span=reference.span,
                specifier=reference.specifier,
                statement=reference.statement_start,
                related=() if path is None else (Related(path, None, "the implementation"),),
            )


RULE = Rule(CODE, "A canonical module only re-exports the legacy tree.", Severity.INFORMATION, check, __doc__)
