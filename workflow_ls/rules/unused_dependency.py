"""A package declares a dependency on a package that its modules left, and that nothing in it names any more.

    // packages/billing/package.json
    { "name": "@alga-psa/billing", "dependencies": { "@alga-psa/shared": "*" } }   // flagged: its last import moved

    // packages/billing/tsconfig.json
    { "references": [{ "path": "../../shared" }] }                                 // flagged, too

Such a dependency makes package managers, build tools and readers take the old package for one that is needed.  It is
flagged only in a package that has to do with the move: its files import what moved, or it declares the new package, or
has the alias that took its place.
Whatever names the old package keeps the dependency: an import, a script or command in the manifest, a configuration, a
file of any other kind, a relative path or an alias into its directory.  So does `peerDependencies`.

The fix removes the dependency from the manifest, and the reference from the configuration.  A fix that rewrites the
last import of the old package includes it.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.diagnostics import Diagnostic, Fix, Severity, Status
from workflow_ls.manifests.old_dependencies import (
    PEER,
    OldDependencies,
    referenced_projects,
    without_dependency,
    without_references,
)
from workflow_ls.project.configuration.manifest import DEPENDENCY_SECTIONS, Package
from workflow_ls.project.workspace import Workspace
from workflow_ls.rules.shared.rule import JsonContext, Rule, key_or_start

CODE = "unused-dependency"


def check(context: JsonContext) -> Iterator[Diagnostic]:
    """Yield a finding for each such dependency of a manifest, and each such reference of a configuration."""
    workspace = context.workspace
    package = workspace.packages.package_of(context.path)
    if package is None or package.broken is not None:
        return
    old = context.targets.database.component(OldDependencies)
    if package.path != context.path:
        yield from _references(context, old)
        return
    if not (workspace.sources.candidates_of(package) or _has_target(workspace, package)):
        return
    for name in old.unused(package):
        edit = without_dependency(workspace, package, name)
        sections = [s for s in DEPENDENCY_SECTIONS if s != PEER and name in (package.sections or {}).get(s, {})]
        node = context.root.at(sections[0])
        yield RULE.finding(
            context.path,
            key_or_start(context.root if node is None else node, name),
            f"nothing in this package names `{name}` any more",
            specifier=name,
            status=Status.VERIFIED if edit is not None else None,
            fix=None if edit is None else Fix(f"Remove {name} from {' and '.join(sections)}", (edit,)),
            deprecated=True,
        )


def _has_target(workspace: Workspace, package: Package) -> bool:
    """Whether a package declares one that modules moved to, or has an alias that they moved to."""
    table = workspace.table
    targets = {*(target.name for target in table.packages), *table.installed}
    if targets.intersection(package.dependencies or {}):
        return True
    aliases = [target for row in table.modules for target in row.to if table.is_alias(target)]
    config = workspace.packages.tsconfig_for(f"{package.directory}/any-file.ts") if aliases else None
    return config is not None and any(config.path_targets(each.replace("*", "any")) for each in aliases)


def _references(context: JsonContext, old: OldDependencies) -> Iterator[Diagnostic]:
    workspace, package = context.workspace, context.workspace.packages.package_of(context.path)
    if package is None or not workspace.sources.candidates_of(package):
        return
    found = [
        (index, node, name)
        for index, node, name in referenced_projects(workspace, context.path, context.root)
        if not old.is_used(package.directory, name)
    ]
    edit = without_references(workspace, context.path, {index for index, _, _ in found}) if found else None
    for _, node, name in found:
        yield RULE.finding(
            context.path,
            node.span,
            f"nothing in this package names `{name}` any more, so that its project need not be built first",
            specifier=name,
            status=Status.VERIFIED if edit is not None else None,
            fix=None if edit is None else Fix(f"Remove the reference to the project of {name}", (edit,)),
            deprecated=True,
        )


RULE = Rule(
    CODE,
    "A package depends on the package that its modules left, and nothing needs it.",
    Severity.INFORMATION,
    None,
    __doc__,
    check_json=check,
)
