"""The legacy tree that somebody names: by a folder, or by a specifier of it."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from workflow_ls.config.module_names import normalize_module, nowhere, without_ending
from workflow_ls.config.table import Table
from workflow_ls.config.table_records import TargetPackage
from workflow_ls.project.configuration.manifest import Package
from workflow_ls.project.resolution.bare_specifiers import split_package
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record, replace
from workflow_ls.rewrite.packages.package_lookup import Conditions
from workflow_ls.rewrite.packages.package_subpaths import Subpaths
from workflow_ls.vfs.files import is_within

NOWHERE = ".nowhere"
"""The name and the directory of the canonical package of a table that has none yet."""


class UnknownLegacyError(ValueError):
    """What was named is neither a folder of the workspace nor a specifier that leads into it; the text says so."""


@record
class _Named:
    """A legacy tree as one argument names it."""

    roots: tuple[str, ...]
    tree: str
    package: TargetPackage | None


def legacy_frames(
    workspace: Workspace,
    named: Sequence[str],
    gone: Mapping[str, str] = MappingProxyType({}),
    renamed: Collection[str] = (),
) -> tuple[Table, ...]:
    """The tables, one for each tree, whose legacy code is what was `named`; the table in force if it is its own.

    A new table has no rows, and nothing that belongs to the built-in one.  `gone` has the folder of the sources of
    packages that were deleted, by name, and folders and files that were, by path; `renamed` are packages that have
    another name where they are.  Raises UnknownLegacyError.
    """
    table = workspace.table
    trees = dict[str, _Named]()
    own = False
    for each in named:
        written = each.rstrip("/").removeprefix("./") or each
        if table.module_of(written) is not None or any(is_within(written, tree) for tree in table.trees):
            own = True
            continue
        found = _find(workspace, written, gone, renamed)
        before = trees.get(found.tree)
        roots = found.roots if before is None else tuple(dict.fromkeys((*before.roots, *found.roots)))
        trees[found.tree] = replace(found, roots=roots)
    nowhere = TargetPackage(NOWHERE, NOWHERE, "")
    new = (
        Table(
            nowhere,
            (nowhere,),
            found.roots,
            found.tree,
            found.package,
            (),
            docs=table.docs,
            server_packages=table.server_packages,
        )
        for found in trees.values()
    )
    return (*((table,) if own or not named else ()), *new)


def _find(workspace: Workspace, written: str, gone: Mapping[str, str], renamed: Collection[str]) -> _Named:
    is_there = workspace.files.kind(written) is not None and "/" in written
    if is_there or written in gone:
        package = workspace.packages.package_of(f"{written}/x")
        if package is None or not package.name:
            raise UnknownLegacyError(
                f"{written}: no package with a name contains this folder. Name a specifier instead."
            )
        return _of_folder(workspace, package, written)
    parts = split_package(written)
    if parts is not None:
        package = workspace.packages.package_named(parts[0], "")
        if package is not None and "node_modules" not in package.directory.split("/"):
            return _of_specifier(workspace, package, written, parts[1])
        if package is None and parts[0] in gone:
            return _Named((written,), posixpath.normpath(posixpath.join(gone[parts[0]], parts[1])), None)
        if package is None and parts[0] in renamed:
            return _Named((written,), nowhere(written), None)
    found = _by_alias(workspace, written)
    if found is not None:
        owner = workspace.packages.package_of(f"{found}/x")
        is_library = owner is not None and owner.name and owner.directory
        return _Named((written,), found, _target(workspace, owner) if owner is not None and is_library else None)
    raise UnknownLegacyError(
        f"{written}: neither a folder of the workspace nor a specifier that leads into it. "
        "Correct it, or name a revision that has it with --since."
    )


def _of_folder(workspace: Workspace, package: Package, folder: str) -> _Named:
    """The tree in a folder, or in one file, with the specifiers by which its package serves it."""
    if folder == package.directory:
        return _of_specifier(workspace, package, package.name, ".")
    known = _target(workspace, package)
    served = workspace.component(Subpaths).served_by((known,), (Conditions.TYPES,))
    roots = Counter[str]()
    for specifier, path in served:
        module = normalize_module(path[len(folder) + 1 :]) if is_within(path, folder) and path != folder else None
        if module is not None and (not module or specifier.endswith(f"/{module}")):
            roots[specifier[: len(specifier) - len(module) - 1] if module else specifier] += 1
    if not roots:
        stem = without_ending(folder)
        below = posixpath.relpath(stem, posixpath.join(package.directory, known.sources) or ".")
        below = posixpath.relpath(stem, package.directory or ".") if below.startswith("..") else below
        return _Named((f"{package.name}/{below}",), folder, known)
    return _Named((roots.most_common(1)[0][0],), folder, known)


def _of_specifier(workspace: Workspace, package: Package, specifier: str, subpath: str) -> _Named:
    """The tree behind a specifier of a package: the folder of its index, or the one of that name."""
    known = _target(workspace, package)
    found = workspace.resolver.look_up(package, subpath, Conditions.TYPES.value)
    file, target = found.path, found.match.target if found.match is not None else None
    if file is None and target is not None and "/dist/" not in target:
        file = posixpath.normpath(posixpath.join(package.directory, target))  # it is gone, as what was legacy may be
    if file is not None and posixpath.basename(file).startswith("index."):
        return _Named((specifier,), posixpath.dirname(file) or package.directory, known)
    below = subpath.removeprefix(".").removeprefix("/")
    for sources in dict.fromkeys((known.sources, "src", "lib", "")):
        folder = posixpath.normpath(posixpath.join(package.directory, sources, below))
        if workspace.files.kind(folder) == "directory":
            return _Named((specifier,), folder, known)
    if file is not None:
        return _Named((specifier,), posixpath.splitext(file)[0], known)
    raise UnknownLegacyError(f"{specifier}: {package.name} serves nothing there. Name its folder instead.")


def _by_alias(workspace: Workspace, written: str) -> str | None:
    """The folder that an alias of the configuration at the root leads to."""
    config = workspace.packages.tsconfig_at("")
    for path in (*config.path_targets(written), *config.path_targets(f"{written}/index")) if config is not None else ():
        folder = posixpath.dirname(path) if posixpath.basename(path).startswith("index") else path
        if workspace.files.kind(folder) == "directory":
            return folder
    return None


def _target(workspace: Workspace, package: Package) -> TargetPackage:
    sources = "src" if workspace.files.kind(posixpath.join(package.directory, "src")) == "directory" else ""
    return TargetPackage(package.name, package.directory, sources)
