"""The packages of a workspace, as the targets of a mapping table."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from functools import cache

from workflow_ls.config.settings import Settings
from workflow_ls.config.table import Table
from workflow_ls.config.table_loader import ALIAS, INSTALLED, MemberLookup
from workflow_ls.config.table_records import TargetPackage
from workflow_ls.project.configuration.manifest import Package
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.queries.tracked_files import TrackedFiles
from workflow_ls.project.workspace import Workspace
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, Files, Query


def member_lookup(files: Files, table: Table) -> MemberLookup:
    """The packages of the workspace by name; nothing is read until the first name is looked up."""

    @cache
    def packages() -> Packages:
        return Workspace(files, table, Settings()).component(Packages)

    @cache
    def look_up(name: str) -> Sequence[TargetPackage]:
        members = packages().members()
        scope, star, _ = name.partition("*")
        named = [each for each in members if each.startswith(scope)] if star else [name] if name in members else []
        found = [target_package(files, members[each]) for each in named]
        if found or star:
            return found
        if is_aliased(files, packages(), name):
            return [ALIAS]
        manifests = (packages().package_at(""), *members.values())
        return [INSTALLED] if any(each is not None and is_declared(each, name) for each in manifests) else []

    return look_up


def is_declared(package: Package, name: str) -> bool:
    """Whether a manifest declares a package that is installed from elsewhere."""
    version = (package.dependencies or {}).get(name)
    return version is not None and not version.startswith(("workspace:", "link:", "portal:"))


def is_aliased(files: Files | TrackedFiles, packages: Packages, name: str) -> bool:
    """Whether a configuration of the workspace has an alias for a name, or for what is below it.

    With `baseUrl`, each file and folder of that directory has one.
    """
    wider = f"{name.partition('/')[0]}/"
    texts = dict.fromkeys((f'"{name}"', f'"{name}/', f'"{wider}*"'))
    named = (*(Query((".json",), (text,)) for text in texts), Query((".json",), ('"baseUrl"',)))
    for path in sorted(files.search(named)):
        config = packages.tsconfig(path) if _TSCONFIG.search(path) else None
        if config is None:
            continue
        if any(key == name or key.startswith(f"{name}/") for key in config.paths):
            return True
        below = () if config.base_url is None else (posixpath.join(config.base_url, name),)
        if any(_is_there(files, each) for each in (*config.path_targets(name), *below)):
            return True
    return False


def _is_there(files: Files | TrackedFiles, path: str) -> bool:
    return any(files.kind(path + ending) is not None for ending in ("", *SOURCE_EXTENSIONS))


_TSCONFIG = compile_on_use(r"(?:^|/)[jt]sconfig[^/]*\.json$")


def target_package(files: Files, package: Package) -> TargetPackage:
    """A package as a target: its sources are in `src`, if it has that directory, else beside its manifest."""
    has_sources = files.kind(posixpath.join(package.directory, "src")) == "directory"
    return TargetPackage(package.name, package.directory, "src" if has_sources else "")
