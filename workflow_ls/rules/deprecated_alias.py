"""An alias of TypeScript, a bundler or a test runner for the legacy workflow modules.

In a `tsconfig.json`, a key of `paths` for `@shared/workflow` or `@alga-psa/shared/workflow`, for all below it, or for
one module below it, keeps the old specifiers working: code that uses them compiles, though the modules have moved.

    "paths": {
      "@shared/workflow/*": ["shared/workflow/*"],                  // flagged
      "@alga-psa/workflows/*": ["ee/packages/workflows/src/*"]      // the new name
    }

Every `tsconfig*.json` and `jsconfig*.json` of the workspace is checked, including that of the shared package.  A key of
another name, such as `~flow/*`, is flagged if all its targets are in the legacy tree.  An alias for more than the
workflow modules, such as `@shared/*`, is not flagged, nor is one for a module that no row of the table moves.

An alias in the configuration of Vite, Vitest, webpack, Next.js, Storybook, Rollup, esbuild, tsup, Jest or Babel is
flagged, too, also in JSON, in the style of each: an object, a list of `find` and `replacement`, a regular expression.
The rule knows what a configuration computes only from literal values and from paths relative to the configuration.

Flagged, too, are an entry of an import map (a file, `imports` of a `deno.json`, or a script in a page), and an entry of
`imports` in a manifest (`#flow/*`) that leads to legacy modules under one of its conditions.

The fix removes all legacy keys of the file at once, except those that the code around them makes together with others,
such as the aliases of a loop.  It is offered only if every reference that is not rewritten then
resolves to the same file as before, without a build of its package.  If imports that will be rewritten depend on the
aliases, run `fix` on the whole workspace.  If some can't be rewritten, or a comment suppresses their finding, there is
no fix, and the finding names the first.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator

from workflow_ls.diagnostics import Diagnostic, Severity
from workflow_ls.manifests.aliases import legacy_aliases, paths_of, read_config
from workflow_ls.manifests.configured_aliases import legacy_build_aliases, plan_alias_removals
from workflow_ls.manifests.private_names import legacy_private_names, plan_private_names_removal
from workflow_ls.project.builds.aliases.import_maps import PAGES
from workflow_ls.project.workspace import Workspace
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.rules.shared.alias_removal import findings_of_removal, moved_modules, report_removal
from workflow_ls.rules.shared.rule import FileContext, JsonContext, MentionContext, Rule

CODE = "deprecated-alias"


def check(context: FileContext) -> Iterator[Diagnostic]:
    """Yield a finding for each alias for legacy modules in the configuration of a bundler or test runner."""
    return _in_build(context.targets, context.path)


def _in_build(targets: TargetResolver, path: str) -> Iterator[Diagnostic]:
    found = legacy_build_aliases(targets.workspace, path)
    for aliases, plan in plan_alias_removals(targets, path, found):
        keys = [(alias.key, alias.key_at.span) for alias in aliases]
        yield from findings_of_removal(RULE, path, keys, plan, _message(targets.workspace))


def check_mentions(context: MentionContext) -> Iterator[Diagnostic]:
    """Yield a finding for each alias for legacy modules in the import map of a page."""
    return _in_build(context.targets, context.path) if context.path.endswith(PAGES) else iter(())


def check_json(context: JsonContext) -> Iterator[Diagnostic]:
    """Yield a finding for each alias for legacy modules: a key of `paths`, or an alias of a tool that reads JSON."""
    yield from _in_build(context.targets, context.path)
    if posixpath.basename(context.path) == "package.json":
        yield from _private_names(context)
        return
    paths = paths_of(context.root)
    if paths is None:
        return
    table = context.workspace.table
    found = legacy_aliases(table, paths, read_config(context.workspace, context.path))
    yield from report_removal(RULE, context, paths, found, "the legacy aliases", _message(context.workspace))


def _private_names(context: JsonContext) -> Iterator[Diagnostic]:
    """The findings for the `imports` of a manifest."""
    found = legacy_private_names(context.workspace, context.path, context.root)
    if found:
        plan = plan_private_names_removal(context.targets, context.path, context.text, context.root, found)
        keys = [(name.entry.key, name.entry.key_span) for name in found]
        yield from findings_of_removal(RULE, context.path, keys, plan, _message(context.workspace))


def _message(workspace: Workspace) -> Callable[[str], str]:
    moved = moved_modules(workspace.table)
    return lambda key: f"`{key}` is an alias for {moved}"


RULE = Rule(
    CODE,
    "An alias leads to the legacy workflow modules.",
    Severity.WARNING,
    check,
    __doc__,
    check_json=check_json,
    check_mentions=check_mentions,
)
