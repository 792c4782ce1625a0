"""The shared package still exports workflow modules.

The workflow code left the shared package, so its manifest has no business exporting `./workflow`, or anything below it:
such a key keeps the old specifiers alive for Node, bundlers and the compiler.

    "exports": {
      "./types": "./dist/types/index.js",
      "./workflow/runtime": "./dist/workflow/runtime/index.js"      // flagged
    }

Exact keys and patterns are flagged, also spelled with a file ending.  A key with `null` keeps modules in, and is fine.
A pattern for more than the workflow modules, such as `./*`, is none of this rule's business, and neither are `main` and
`typesVersions`.

The fix removes all such keys at once.  It was checked that every reference that stays as it is still resolves to the
same file, through aliases and through `exports`.  Where imports need the keys and will be rewritten, the fix is part of
a fix of the whole workspace; where some can't be rewritten, or a comment keeps them, there is none, and the finding
names the first.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.config.table import Table
from workflow_ls.diagnostics import Diagnostic, Severity
from workflow_ls.jsonc.edits import remove_properties
from workflow_ls.jsonc.model import Property
from workflow_ls.manifests.removal import plan_removal
from workflow_ls.project.build_outputs import split_extension
from workflow_ls.project.specifiers import TYPES_CONDITIONS
from workflow_ls.rules.base import JsonContext, Rule
from workflow_ls.vfs.files import is_within, join

CODE = "deprecated-export"


def check(context: JsonContext) -> Iterator[Diagnostic]:
    """Yield a finding for each key of the shared package's `exports` that leads into the legacy tree."""
    table, exports = context.workspace.table, context.root.at("exports")
    package = table.legacy_package
    if package is None or exports is None or context.path != join(package.directory, "package.json"):
        return
    found = [member for member in exports.properties if _is_legacy(context, package.directory, member)]
    if not found:
        return
    edits = remove_properties(context.text, exports, {member.key for member in found})
    removal = plan_removal(context.targets, context.path, edits, "the legacy exports")
    for member in found:
        yield Diagnostic(
            path=context.path,
            rule=CODE,
            severity=RULE.severity,
            message=f"`{member.key}` exports legacy workflow modules, which moved to `{table.canonical.name}`",
            span=member.key_span,
            status=removal.status,
            reason=removal.reason,
            fix=removal.fix,
            related=removal.related,
            deprecated=True,
        )


RULE = Rule(
    CODE,
    "The shared package still exports workflow modules.",
    Severity.WARNING,
    None,
    __doc__,
    check_json=check,
)


def _is_legacy(context: JsonContext, directory: str, member: Property) -> bool:
    table: Table = context.workspace.table
    path = join(directory, member.key) if member.key.startswith("./") else None
    if path is None or member.value.kind == "null":
        return False
    if table.module_at(path) is not None:
        return True
    if split_extension(path)[0] != table.tree:
        return False
    # `./workflow.js` may be the tree's index, or a file beside the tree.
    package = context.workspace.packages.package_at(directory)
    behind = None if package is None else context.workspace.resolver.look_up(package, member.key, TYPES_CONDITIONS).path
    return behind is not None and is_within(behind, table.tree)
