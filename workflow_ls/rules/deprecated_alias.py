"""A path alias of TypeScript that stands for the legacy workflow modules.

In a `tsconfig.json`, a key of `paths` for `@shared/workflow` or `@alga-psa/shared/workflow`, for all below it, or for
one module below it, keeps the old specifiers alive: code that uses them compiles, though the modules have moved.

    "paths": {
      "@shared/workflow/*": ["shared/workflow/*"],                  // flagged
      "@alga-psa/workflows/*": ["ee/packages/workflows/src/*"]      // where they went
    }

Every `tsconfig*.json` and `jsconfig*.json` of the workspace is looked at, the one of the shared package too.  An alias
for more than the workflow modules, such as `@shared/*`, is none of this rule's business.

The fix removes all legacy keys of the file at once.  It was checked that every reference that stays as it is still
resolves to the same file.  Where imports need the aliases and will be rewritten, the fix is part of a fix of the whole
workspace; where some can't be rewritten, or a comment keeps them, there is none, and the finding names the first.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from workflow_ls.diagnostics import Diagnostic, Severity
from workflow_ls.jsonc.edits import remove_properties
from workflow_ls.manifests.aliases import legacy_aliases, paths_of
from workflow_ls.manifests.removal import plan_removal
from workflow_ls.rules.base import JsonContext, Rule

CODE = "deprecated-alias"


def check(context: JsonContext) -> Iterator[Diagnostic]:
    """Yield a finding for each key of `paths` that stands for a legacy module."""
    paths = paths_of(context.root)
    if posixpath.basename(context.path) == "package.json" or paths is None:
        return
    table = context.workspace.table
    found = legacy_aliases(table, paths)
    if not found:
        return
    edits = remove_properties(context.text, paths, {member.key for member in found})
    removal = plan_removal(context.targets, context.path, edits, "the legacy aliases")
    for member in found:
        yield Diagnostic(
            path=context.path,
            rule=CODE,
            severity=RULE.severity,
            message=f"`{member.key}` is an alias for legacy workflow modules, which moved to `{table.canonical.name}`",
            span=member.key_span,
            status=removal.status,
            reason=removal.reason,
            fix=removal.fix,
            related=removal.related,
            deprecated=True,
        )


RULE = Rule(
    CODE,
    "A path alias stands for the legacy workflow modules.",
    Severity.WARNING,
    None,
    __doc__,
    check_json=check,
)
