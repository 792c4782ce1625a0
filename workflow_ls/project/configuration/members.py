"""The packages of a workspace, as the targets of a mapping table."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from functools import cache

from workflow_ls.config.settings import Settings
from workflow_ls.config.table import Table
from workflow_ls.config.table_loader import MemberLookup
from workflow_ls.config.table_records import TargetPackage
from workflow_ls.project.configuration.manifest import Package
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.workspace import Workspace
from workflow_ls.vfs.files import Files


def member_lookup(files: Files, table: Table) -> MemberLookup:
    """The packages of the workspace by name; nothing is read until the first name is looked up."""

    @cache
    def packages() -> Packages:
        return Workspace(files, table, Settings()).component(Packages)

    def look_up(name: str) -> Sequence[TargetPackage]:
        members = packages().members()
        scope, star, _ = name.partition("*")
        named = [each for each in members if each.startswith(scope)] if star else [name] if name in members else []
        return [target_package(files, members[each]) for each in named]

    return look_up


def target_package(files: Files, package: Package) -> TargetPackage:
    """A package as a target: its sources are in `src`, if it has that directory, else beside its manifest."""
    has_sources = files.kind(posixpath.join(package.directory, "src")) == "directory"
    return TargetPackage(package.name, package.directory, "src" if has_sources else "")
