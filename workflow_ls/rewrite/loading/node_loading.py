"""What Node can load from a file that it runs as it is."""

from __future__ import annotations

import posixpath

from workflow_ls.diagnostics import Blocked, Obstacle
from workflow_ls.project.resolution.bare_specifiers import split_package
from workflow_ls.project.resolution.build_outputs import is_output
from workflow_ls.project.test_files import is_test_code
from workflow_ls.project.workspace import Workspace
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.rewrite.packages.package_lookup import PackageLocation, conditions_of, locate
from workflow_ls.syntax.model import Reference
from workflow_ls.vfs.files import join

_NODE_RUNS = compile_on_use(r"\.[mc]?js$")
_TYPESCRIPT = compile_on_use(r"(?<!\.d)\.[mc]?tsx?$")


def loader_failure(workspace: Workspace, location: PackageLocation, importer: str) -> Blocked | None:
    """Why Node could not load a target from a JavaScript file that Node runs as it is; None where it could.

    A `.js` file that no `allowJs` takes into a TypeScript build, and no test runner transforms, reaches Node
    unchanged, and Node does not load a package's TypeScript sources.
    """
    if location.runtime is None or not _TYPESCRIPT.search(location.runtime):
        return None
    if not _NODE_RUNS.search(importer) or is_test_code(importer):
        return None
    config = workspace.packages.tsconfig_for(importer)
    if config is not None and config.allow_js:
        return None
    target = posixpath.normpath(location.runtime)
    summary = "Node runs these files without a build, and can't load TypeScript ({})"
    shared = Obstacle(
        "loader", "", summary, "give the package a built entry, or turn these files into TypeScript", (target,)
    )
    return Blocked(
        f"Node runs this file without a build, and can't load {target}, which is TypeScript",
        "give the package a built entry, or turn this file into TypeScript",
        obstacle=shared,
    )


def node_could_load(workspace: Workspace, reference: Reference, importer: str) -> bool:
    """Whether Node finds JavaScript behind the present specifier of a file, without the aliases of a tsconfig.

    A build output counts that a checkout does not have yet.
    """
    specifier = reference.specifier
    if specifier.startswith("."):
        return _is_there(workspace, join(posixpath.dirname(importer), specifier))
    if specifier.startswith("#"):
        file = workspace.resolver.resolve(specifier, importer)
        return file is not None and not _TYPESCRIPT.search(file)
    parts = split_package(specifier)
    package = None if parts is None else workspace.packages.package_named(parts[0], importer)
    if parts is not None and package is not None and package.exports is None:
        path = join(package.directory, package.main if parts[1] == "." else parts[1])
        return _is_there(workspace, path) or (path is not None and is_output(workspace.packages, package, path))
    location = locate(workspace, specifier, importer, conditions_of(reference)[-1:])
    return isinstance(location, PackageLocation) and not _TYPESCRIPT.search(location.runtime or location.path)


def _is_there(workspace: Workspace, path: str | None) -> bool:
    """Whether a file that is not TypeScript is at a path, whose ending may be left out."""
    found = () if path is None else (path, *(path + ending for ending in _ENDINGS))
    return any(workspace.files.kind(each) == "file" and not _TYPESCRIPT.search(each) for each in found)


_ENDINGS = (".js", ".cjs", ".mjs", ".json", "/index.js", "/index.cjs")
