"""The shared package still exports workflow modules.

The workflow code moved out of the shared package, so its manifest should not export `./workflow`, or anything below
it: such a key keeps the old specifiers working for Node, bundlers and the compiler.

    "exports": {
      "./types": "./dist/types/index.js",
      "./workflow/runtime": "./dist/workflow/runtime/index.js"      // flagged
    }

Exact keys and patterns are flagged, with or without a file ending.  A key with `null` excludes modules, and is not
flagged; nor is the key of a module that no row of the table moves, nor a pattern for more than the workflow modules,
such as `./*`, nor are `main` and `typesVersions`.

The fix removes all such keys at once.  It is offered only if every reference that is not rewritten then resolves to the
same file as before, through aliases and through `exports`, now and after a build.  Style sheets, templates, manifests
and the configuration of tools count with the specifiers that they name.  If imports that will be rewritten depend on
the keys, run `fix` on the whole workspace.  If some can't be rewritten, or a comment suppresses their finding, there is
no fix, and the finding names the first.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.config.table_records import TargetPackage
from workflow_ls.diagnostics import Diagnostic, Severity
from workflow_ls.jsonc.tree import Property
from workflow_ls.project.resolution.bare_specifiers import TYPES_CONDITIONS
from workflow_ls.project.resolution.build_outputs import split_extension
from workflow_ls.rules.shared.alias_removal import moved_modules, report_removal
from workflow_ls.rules.shared.rule import JsonContext, Rule
from workflow_ls.vfs.files import join

CODE = "deprecated-export"


def check(context: JsonContext) -> Iterator[Diagnostic]:
    """Yield a finding for each key of the shared package's `exports` that leads to the legacy tree."""
    table, exports = context.workspace.table, context.root.at("exports")
    packages = (part.package for part in table.legacy_parts if part.package is not None)
    package = next((each for each in packages if context.path == join(each.directory, "package.json")), None)
    if package is None or exports is None:
        return
    moved = moved_modules(table)
    found = [member for member in exports.properties if _is_legacy(context, package, member)]
    yield from report_removal(
        RULE, context, exports, found, "the legacy exports", lambda key: f"`{key}` exports {moved}"
    )


RULE = Rule(
    CODE,
    "The shared package still exports workflow modules.",
    Severity.WARNING,
    None,
    __doc__,
    check_json=check,
)


def _is_legacy(context: JsonContext, owner: TargetPackage, member: Property) -> bool:
    table, directory = context.workspace.table, owner.directory
    path = join(directory, member.key) if member.key.startswith("./") else None
    if path is None or member.value.kind == "null":
        return False
    module = table.module_at(path)
    if module is None and not table.is_builtin:
        # The key is what importers write, wherever the sources are.
        module = table.module_of(owner.name + member.key[1:])
    if module is not None:
        return table.has_moved(module)
    if split_extension(path)[0] not in table.trees:
        return False
    # `./workflow.js` may be the tree's index, or a file beside the tree.
    package = context.workspace.packages.package_at(directory)
    behind = None if package is None else context.workspace.resolver.look_up(package, member.key, TYPES_CONDITIONS).path
    return behind is not None and table.in_tree(behind)
