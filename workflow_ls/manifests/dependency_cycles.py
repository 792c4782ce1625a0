"""Why a dependency that a fix would add closes a cycle of packages."""

from __future__ import annotations

from collections.abc import Iterable

from workflow_ls.diagnostics import Blocked, Related
from workflow_ls.manifests.dependencies import undeclared_in
from workflow_ls.project.configuration.package_cycles import PackageCycles
from workflow_ls.project.resolution.bare_specifiers import split_package
from workflow_ls.project.workspace import Workspace
from workflow_ls.rewrite.target import ImportPart


def closed_cycle(workspace: Workspace, importer: str, parts: Iterable[ImportPart]) -> Blocked | None:
    """The cycle that the dependencies of a rewrite in the file `importer` would close; None if none."""
    for part in parts:
        package, named = undeclared_in(workspace, importer, part.specifier), split_package(part.specifier)
        if package is not None and named is not None:
            found = cycle_reason(workspace, package.directory, named[0])
            if found is not None:
                return found
    return None


def cycle_reason(workspace: Workspace, directory: str, name: str) -> Blocked | None:
    """The cycle that a dependency on `name` would close for the package in a directory; None if none."""
    cycle = workspace.component(PackageCycles).closed_by(directory, name)
    if not cycle:
        return None
    shown = " > ".join(f"`{each}`" for each in cycle)
    related = []
    for each in cycle[1:-1]:
        package = workspace.packages.package_named(each, f"{directory}/package.json")
        related += [] if package is None else [Related(package.path, None, "a package of the cycle")]
    reason = f"the dependency on `{name}` would close a cycle of packages ({shown})"
    remedy = f"remove the dependency of `{cycle[-2]}` on `{cycle[-1]}`, or apply this fix by itself"
    return Blocked(reason, remedy, tuple(related))
