"""Legacy specifiers that an alias of a tsconfig leads to a file of its own, in the place of that of the legacy tree."""

from __future__ import annotations

from workflow_ls.diagnostics import Blocked, Related
from workflow_ls.project.workspace import Workspace
from workflow_ls.vfs.files import is_within


def overriding_obstacle(workspace: Workspace, importer: str, old: str, new: str) -> Blocked | None:
    """Why a rewrite from the specifier `old` to `new` would part the file `importer` from an overriding file.

    Of several targets of an alias, the first that exists counts (TypeScript, `paths`).  An alias that leads to a target
    package is the move itself, and one into the legacy package, as to its output, is for the legacy module.
    """
    table, config = workspace.table, workspace.packages.tsconfig_for(importer)
    if config is None or old.startswith("."):
        return None
    aliased = next(workspace.resolver.resolve_alias(old, importer), None)
    found = None if aliased is None else workspace.files.real(aliased)
    if found is None:
        return None
    owners = [*table.packages, *(part.package for part in table.legacy_parts if part.package is not None)]
    if table.module_at(found) is not None or any(is_within(found, each.directory) for each in owners):
        return None
    if next(map(workspace.files.real, workspace.resolver.resolve_alias(new, importer)), None) == found:
        return None
    related = (Related(found, None, "the file in its place"), Related(config.path, None, "this configuration"))
    reason = f"`paths` of {config.path} put {found} in the place of `{old}`"
    return Blocked(reason, f"add a path for `{new}` there first, or import the module by hand", related)
