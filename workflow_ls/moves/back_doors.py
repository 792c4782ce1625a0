"""The specifiers by which files reach the legacy tree without naming it, as text searches.

"imports": { "#wf/*": "./workflow/*.ts" }    in a manifest, for the files of its package
"exports": { "./wf/*": "./workflow/*.ts" }   in the manifest of a package that holds the tree
packages/a/src/wf -> shared/workflow         a symbolic link

`AliasIndex` has those by aliases of configurations, whose files are candidates of the rules, too.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any

from workflow_ls.project.configuration.alias import Alias
from workflow_ls.project.configuration.manifest import Package
from workflow_ls.project.workspace import Workspace
from workflow_ls.vfs.files import CODE_EXTENSIONS, Query, is_within, join, parents

_QUOTES = ("'", '"', "`")


def back_door_queries(workspace: Workspace) -> Iterator[Query]:
    """The searches that find the files with such specifiers; they find others, too."""
    for path in workspace.files.search((Query(("package.json",)),)):
        if posixpath.basename(path) != "package.json":
            continue
        directory = posixpath.dirname(path)
        package = workspace.packages.package_at(directory)
        if package is not None:
            yield from _query(_private_names(workspace, package), directory)
            yield from _query(_public_names(workspace, package))
    for link in links_into_tree(workspace):
        name = posixpath.basename(link)
        yield Query(CODE_EXTENSIONS, tuple(f"{name}{end}" for end in ("/", *_QUOTES)))


def links_into_tree(workspace: Workspace) -> tuple[str, ...]:
    """The symbolic links outside the legacy tree that lead to it, or to a folder that holds it, sorted."""
    files, tree = workspace.files, workspace.table.tree
    directories = {parent for path in files.search((Query(("",)),)) for parent in parents(path)}
    found = list[str]()
    for directory in sorted(path for path in directories if not is_within(path, tree)):
        for name, kind in files.listing(directory).items():
            path = posixpath.join(directory, name)
            real = files.real(path) if kind == "link" else None
            if real and real != path and (is_within(real, tree) or is_within(tree, real)):
                found.append(path)
    return tuple(found)


def _query(needles: Iterator[str] | tuple[str, ...], under: str = "") -> Iterator[Query]:
    found = tuple(dict.fromkeys(filter(None, needles)))
    if found:
        yield Query(CODE_EXTENSIONS, found, under=under)


def _private_names(workspace: Workspace, package: Package) -> Iterator[str]:
    imports = package.imports if isinstance(package.imports, dict) else {}
    for key, value in imports.items():
        for target in _targets(value):
            yield from _entry(workspace, package, key, target)


def _public_names(workspace: Workspace, package: Package) -> Iterator[str]:
    tree = workspace.table.tree
    if not package.name or not (is_within(tree, package.directory) or is_within(package.directory, tree)):
        return
    exports = package.exports if isinstance(package.exports, dict) else {".": package.exports}
    if not any(key.startswith(".") for key in exports):
        exports = {".": exports}
    for key, value in (*exports.items(), *((".", main) for main in (package.main, package.types) if main)):
        for target in _targets(value):
            written = target if target.startswith("./") else f"./{target}"
            name = package.name + key[1:]
            for needle in _entry(workspace, package, name, written):
                # The bare name is a part of each name below it.
                yield from (needle + quote for quote in _QUOTES) if needle == package.name else (needle,)


def _entry(workspace: Workspace, package: Package, key: str, target: str) -> Iterator[str]:
    """The needles of an entry whose target is a path of the package, or a specifier."""
    table = workspace.table
    if target.startswith("./"):
        path = join(package.directory, target)
        yield from () if path is None else Alias(key, (path,)).needles(table)
        return
    yield from Alias(key, specifiers=(target,)).needles(table)
    real = workspace.resolver.resolve(target, package.path) if "*" not in target else None
    yield from () if real is None else Alias(key, (real,)).needles(table)


def _targets(value: Any) -> Iterator[str]:
    """The strings of an entry of `exports` or `imports`, whatever their conditions."""
    if isinstance(value, str):
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _targets(child)
