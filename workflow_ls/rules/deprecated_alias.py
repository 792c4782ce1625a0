"""A path alias of TypeScript for the legacy workflow modules.

In a `tsconfig.json`, a key of `paths` for `@shared/workflow` or `@alga-psa/shared/workflow`, for all below it, or for
one module below it, keeps the old specifiers working: code that uses them compiles, though the modules have moved.

    "paths": {
      "@shared/workflow/*": ["shared/workflow/*"],                  // flagged
      "@alga-psa/workflows/*": ["ee/packages/workflows/src/*"]      // the new name
    }

Every `tsconfig*.json` and `jsconfig*.json` of the workspace is checked, including that of the shared package.  A key of
another name, such as `~flow/*`, is flagged if all its targets are in the legacy tree.  An alias for more than the
workflow modules, such as `@shared/*`, is not flagged, nor is one for a module that no row of the table moves.

The fix removes all legacy keys of the file at once.  It is offered only if every reference that is not rewritten then
resolves to the same file as before, without a build of its package.  If imports that will be rewritten depend on the
aliases, run `fix` on the whole workspace.  If some can't be rewritten, or a comment suppresses their finding, there is
no fix, and the finding names the first.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from workflow_ls.diagnostics import Diagnostic, Severity
from workflow_ls.manifests.aliases import legacy_aliases, paths_of, read_config
from workflow_ls.rules.shared.alias_removal import report_removal
from workflow_ls.rules.shared.rule import JsonContext, Rule

CODE = "deprecated-alias"


def check(context: JsonContext) -> Iterator[Diagnostic]:
    """Yield a finding for each key of `paths` that is an alias for legacy modules."""
    paths = paths_of(context.root)
    if posixpath.basename(context.path) == "package.json" or paths is None:
        return
    table = context.workspace.table
    moved = f"legacy workflow modules, which moved to `{table.canonical.name}`"
    found = legacy_aliases(table, paths, read_config(context.workspace, context.path))
    yield from report_removal(
        RULE, context, paths, found, "the legacy aliases", lambda key: f"`{key}` is an alias for {moved}"
    )


RULE = Rule(
    CODE,
    "A path alias leads to the legacy workflow modules.",
    Severity.WARNING,
    None,
    __doc__,
    check_json=check,
)
