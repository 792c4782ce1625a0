"""Whether a file may name its own package, which Node and TypeScript find by its `exports` only."""

from __future__ import annotations

from workflow_ls.diagnostics import Blocked
from workflow_ls.project.resolution.bare_specifiers import split_package
from workflow_ls.project.workspace import Workspace
from workflow_ls.vfs.files import is_within

_WITHOUT_EXPORTS = ("node", "node10", "classic")


def self_reference_failure(workspace: Workspace, specifier: str, importer: str, path: str) -> Blocked | None:
    """Why the file `importer` can't import the file `path` of its own package by a specifier; None where it can.

    Node finds the package around a file by its name only if that has `exports` (PACKAGE_SELF_RESOLVE), and so does the
    compiler, unless an alias leads to the file.
    """
    parts = split_package(specifier)
    package = None if parts is None else workspace.packages.package_named(parts[0], importer)
    if package is None or package.broken is not None or not is_within(importer, package.directory):
        return None
    own, config = workspace.packages.package_of(importer), workspace.packages.tsconfig_for(importer)
    if own is None or (own.directory != package.directory and own.name):
        return None  # a package of its own, below the other one
    alias = next(workspace.resolver.resolve_alias(specifier, importer), None)
    if alias is not None and workspace.files.real(alias) == path:
        return None
    if own.directory != package.directory:
        reason = f"{own.path} has no name, so that `{package.name}` is not the package of this file"
    elif package.exports is None:
        reason = f"{package.path} has no `exports`, so that the package can't import itself by name"
    elif config is not None and config.module_resolution in _WITHOUT_EXPORTS:
        reason = f"moduleResolution `{config.module_resolution}` of {config.path} finds no package by its own name"
    else:
        return None
    return Blocked(reason, "import it by a relative path")
