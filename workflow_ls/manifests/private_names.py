"""The `imports` of manifests that lead to legacy modules, and their removal.

"imports": { "#flow/*": "./workflow/*.ts", "#run": { "node": "@shared/workflow/runtime", "default": "./stub.js" } }
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from workflow_ls.diagnostics import Blocked, FileEdit, Related
from workflow_ls.jsonc.property_edits import remove_properties
from workflow_ls.jsonc.tree import Node, Property
from workflow_ls.manifests.governed_sources import GovernedSources
from workflow_ls.manifests.removal import Removal, dependents_of, removal_of
from workflow_ls.project.configuration.alias import Alias
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.syntax.model import Reference
from workflow_ls.vfs.files import join

_WHAT = "the legacy entries of `imports`"


@record
class PrivateName:
    """An entry of `imports`; `elsewhere` is the first of its targets that is no legacy module, None without any."""

    entry: Property
    elsewhere: str | None


def legacy_private_names(workspace: Workspace, path: str, root: Node) -> tuple[PrivateName, ...]:
    """The entries of `imports` in the manifest at `path` that lead to a legacy module under some condition."""
    imports = root.at("imports")
    found = list[PrivateName]()
    for entry in () if imports is None else imports.properties:
        leads = [(target, _is_legacy(workspace, path, target)) for target in _targets(entry.value)]
        if entry.key.startswith("#") and any(is_legacy for _, is_legacy in leads):
            found.append(PrivateName(entry, next((target for target, is_legacy in leads if not is_legacy), None)))
    return tuple(found)


def _targets(value: Node) -> Iterator[str]:
    if isinstance(value.data, str):
        yield value.data
    for member in value.properties:
        yield from _targets(member.value)
    for item in value.items if isinstance(value.data, list) else ():
        yield from _targets(item)


def _is_legacy(workspace: Workspace, path: str, target: str) -> bool:
    table = workspace.table
    if not target.startswith("./"):
        module = table.module_of(target.partition("*")[0].rstrip("/"))
        return module is not None and table.has_moved(module)
    place = join(posixpath.dirname(path), target.partition("*")[0].rstrip("/"))
    module = None if place is None else table.module_at(place)
    return module is not None and table.has_moved(module)


def plan_private_names_removal(
    targets: TargetResolver, path: str, text: bytes, root: Node, names: Sequence[PrivateName]
) -> Removal | Blocked:
    """The fix that removes entries of `imports`, if no reference of the package needs one any more."""
    imports, package = root.at("imports"), targets.workspace.packages.package_of(path)
    mixed = next((name for name in names if name.elsewhere is not None), None)
    if mixed is not None:
        related = (Related(path, mixed.entry.key_span, "this entry"),)
        reason = f"`{mixed.entry.key}` also leads to `{mixed.elsewhere}`"
        return Blocked(reason, "write the new place of the legacy module in it by hand", related)
    keys = {name.entry.key for name in names}
    edits = () if imports is None else remove_properties(text, imports, keys)
    if not edits:
        return Blocked(f"{path} can't be edited as it is written", "remove the entries by hand")

    def needs_one(reference: Reference, importer: str) -> bool:
        is_own = targets.workspace.packages.package_of(importer) == package
        return is_own and any(Alias(key).star_of(reference.specifier) is not None for key in keys)

    edit = FileEdit(path, tuple(edits), text)
    below = targets.workspace.component(GovernedSources).below(posixpath.dirname(path))
    return removal_of(targets, edit, _WHAT, dependents_of(targets, needs_one, below, own=below))
