"""A module of the canonical package that only re-exports the legacy tree.

    // ee/packages/workflows/src/streams/index.ts
    export * from '../../../../../shared/workflow/streams';   // flagged

Such a proxy lets callers use the new specifier before the implementation has moved.  A rewrite would make the module
import itself, so there is no fix: the proxy is replaced when the implementation moves to its place.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.diagnostics import Diagnostic, Related, Severity
from workflow_ls.project.file_facts import is_proxy
from workflow_ls.project.resolution.resolver import module_file
from workflow_ls.rules.shared.rule import FileContext, Rule

CODE = "legacy-proxy"


def check(context: FileContext) -> Iterator[Diagnostic]:
    """Yield a finding for each such re-export."""
    tree = context.workspace.table.tree
    for outcome in context.outcomes:
        if is_proxy(context.workspace.table, context.path, outcome.legacy):
            reference = outcome.legacy.reference
            path = module_file(context.workspace.files, tree, outcome.legacy.module)
            yield RULE.at_reference(
                context.path,
                reference,
                f"this module only re-exports {path or tree}; it will be replaced when the implementation moves here",
                related=() if path is None else (Related(path, None, "the implementation"),),
            )


RULE = Rule(CODE, "A canonical module only re-exports the legacy tree.", Severity.INFORMATION, check, __doc__)
