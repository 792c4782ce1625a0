"""Aliases for legacy modules in configurations of bundlers and test runners, and their removal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workflow_ls.config.table import Table
from workflow_ls.diagnostics import Blocked, FileEdit
from workflow_ls.manifests.aliases import is_legacy_key
from workflow_ls.manifests.removal import AliasDependents, Removal, removal_of
from workflow_ls.project.builds.aliases.build_aliases import BuildAlias
from workflow_ls.project.builds.aliases.build_resolution import BuildResolution
from workflow_ls.project.builds.build_files import BuildFiles
from workflow_ls.project.resolution.resolver import module_file
from workflow_ls.project.workspace import Workspace
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.rewrite.specifiers.specifier_style import stem_of
from workflow_ls.rewrite.text_edits.item_removal import remove_items
from workflow_ls.rewrite.text_edits.part_removal import can_be_removed, remove_parts
from workflow_ls.syntax.parser import Source
from workflow_ls.vfs.files import is_source


def legacy_build_aliases(workspace: Workspace, path: str) -> tuple[BuildAlias, ...]:
    """The aliases for legacy modules that the configuration at `path` has in its own text, in file order."""
    builds = workspace.database.component(BuildFiles)
    if path not in builds.with_aliases():
        return ()
    aliases = [alias for alias in builds.aliases(path) if _is_legacy(workspace.table, alias)]
    found = {alias.at.span: alias for alias in aliases if not _is_substitute(workspace, path, alias)}
    return tuple(found[span] for span in sorted(found) if found[span].at.path == found[span].key_at.path == path)


def _is_legacy(table: Table, written: BuildAlias) -> bool:
    if not written.aliases:
        return is_legacy_key(table, written.key, ())
    return all(is_legacy_key(table, alias.key, alias.paths) for alias in written.aliases)


def _is_substitute(workspace: Workspace, path: str, written: BuildAlias) -> bool:
    """Whether an alias puts something else in the place of the modules: a stub for tests, or an empty module."""
    tables = () if written.aliases else workspace.database.component(BuildResolution).tables(path)
    if any(rule.ignored and rule.key_at == written.key_at for table in tables for rule in table.rules):
        return True
    targets = [target for alias in written.aliases for target in alias.paths]
    specifiers = any(alias.specifiers for alias in written.aliases)
    return bool(targets) and not specifiers and all(_is_elsewhere(workspace, target) for target in targets)


def _is_elsewhere(workspace: Workspace, target: str) -> bool:
    table = workspace.table
    place = target.partition("*")[0]
    place = place if place == target else place.rpartition("/")[0]
    if table.is_own_place(place):
        return False
    exists = workspace.files.kind(place) is not None
    return exists or module_file(workspace.files, stem_of(place), "") is not None


def plan_alias_removals(
    targets: TargetResolver, path: str, aliases: Sequence[BuildAlias]
) -> Iterator[tuple[Sequence[BuildAlias], Removal | Blocked]]:
    """The fix that removes aliases from the configuration at `path`, if no reference needs one any more.

    Aliases that are not written as parts that can go have a refusal each.
    """
    workspace = targets.workspace
    source = workspace.sources.source(path) if is_source(path) else None
    kept = [(alias, _hindrance(workspace, path, source, alias)) for alias in aliases]
    removable = [alias for alias, hindrance in kept if hindrance is None]
    yield from (((alias,), hindrance) for alias, hindrance in kept if hindrance is not None)
    if not removable:
        return
    # A build and a test load files of any package, whose specifiers it resolves, too.
    keys = tuple(dict.fromkeys(alias.key for written in removable for alias in written.aliases))
    dependents = workspace.component(AliasDependents).of_keys(keys)
    text = workspace.files.read(path) or b""
    spans = [alias.at.span for alias in removable]
    edits = remove_items(text, spans) if source is None else remove_parts(source, spans)
    yield removable, removal_of(targets, FileEdit(path, edits, text), "the legacy aliases", dependents)


def _hindrance(workspace: Workspace, path: str, source: Source | None, alias: BuildAlias) -> Blocked | None:
    """Why an alias is not a part of a program that can go."""
    builds = workspace.database.component(BuildFiles)
    made = [each for each in builds.aliases(path) if each.at == alias.at and not _is_legacy(workspace.table, each)]
    if made:
        return Blocked(
            f"the same code makes the alias `{made[0].key}`, too", "take the legacy one out of what it is made of"
        )
    if source is not None and not can_be_removed(source, alias.at.span):
        return Blocked("it can't be taken out of the code around it", "remove it by hand")
    return None
