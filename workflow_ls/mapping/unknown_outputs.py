"""Packages whose `exports` name what a build makes, in a folder whose sources can't be guessed."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator

from workflow_ls.config.table_records import TargetPackage
from workflow_ls.mapping.public_names import PublicIndex
from workflow_ls.project.resolution.build_outputs import split_extension
from workflow_ls.project.resolution.resolver import module_file
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import replace
from workflow_ls.rewrite.packages.package_lookup import Conditions
from workflow_ls.vfs.files import is_within, join


def unknown_outputs(
    workspace: Workspace, packages: Iterable[TargetPackage], wanted: Collection[str]
) -> Iterator[TargetPackage]:
    """The packages that may have one of the wanted names, and serve nothing, with the folder that a table has to name.

    The sources have a file of the name that the folder should have.
    """
    candidates = [(known, output) for known in packages if (output := _output(workspace, known)) is not None]
    names = frozenset(wanted) - {"default"}
    relevant = workspace.component(PublicIndex).relevant(names) if candidates else frozenset[str]()
    for known, output in candidates:
        if any(is_within(path, known.directory) for path in relevant):
            yield replace(known, output=output)


def _output(workspace: Workspace, known: TargetPackage) -> str | None:
    """The folder that the entry of a package names, where it leads to no source."""
    package = workspace.packages.package_at(known.directory)
    if package is None or package.name != known.name or package.exports is None:
        return None
    found = workspace.resolver.look_up(package, ".", Conditions.TYPES.value)
    target = None if found.match is None else found.match.target
    path = None if target is None or found.path is not None else join(package.directory, target)
    if path is None or not is_within(path, package.directory) or workspace.files.kind(path) is not None:
        return None
    folder, name = posixpath.split(split_extension(path)[0])
    sources = posixpath.join(known.directory, known.sources).rstrip("/")
    if folder == package.directory or module_file(workspace.files, sources, "" if name == "index" else name) is None:
        return None
    return folder[len(package.directory) :].lstrip("/")
