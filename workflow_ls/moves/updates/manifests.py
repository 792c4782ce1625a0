"""Edits of manifests that moved files need: `exports` entries and dependencies."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence

from workflow_ls.config.table_records import TargetPackage
from workflow_ls.jsonc.property_edits import set_properties_at
from workflow_ls.manifests.dependencies import declare
from workflow_ls.manifests.entries.entry_edits import Entry, edits_of
from workflow_ls.manifests.entries.exports_fix import plan_entries
from workflow_ls.manifests.target_manifest import open_manifest
from workflow_ls.moves.move_set import MoveSet
from workflow_ls.project.configuration.manifest import DEPENDENCY_SECTIONS, Package
from workflow_ls.project.resolution.bare_specifiers import TYPES_CONDITIONS, split_package
from workflow_ls.rewrite.packages.package_lookup import Conditions
from workflow_ls.text import Edit, OverlappingEditsError, apply_edits, sort_edits
from workflow_ls.vfs.files import is_source

_ROUNDS = 8
_CODE = (".js", ".jsx")  # the code that a `.d.ts` beside it declares


def export_subpaths(move_set: MoveSet, requested: Mapping[tuple[str, str], Sequence[Conditions]]) -> None:
    """Add the `exports` entries that can be added for requested subpaths.

    `requested` has the views that need a subpath, by package name and subpath.
    """
    for known in move_set.before.table.packages:
        subpaths = {subpath: views for (name, subpath), views in requested.items() if name == known.name}
        for _ in range(_ROUNDS if subpaths else 0):
            if not _export(move_set, known, subpaths):
                break


def _export(move_set: MoveSet, known: TargetPackage, subpaths: Mapping[str, Sequence[Conditions]]) -> bool:
    """Add the entries that can be added in one edit; whether there were any."""
    manifest = open_manifest(move_set.after, known)
    if manifest is None:
        return False
    missing = {
        subpath: views
        for subpath, views in subpaths.items()
        if move_set.after.resolver.look_up(manifest.package, subpath, TYPES_CONDITIONS).path is None
    }
    if not missing:
        return False
    plans = plan_entries(manifest, missing)
    entries = [plan for plan in plans.values() if isinstance(plan, Entry)]
    edits = _disjoint(edits_of(manifest, entries).values()) if entries else ()
    if not edits:
        edits = _assets(move_set, known, [subpath for subpath in missing if subpath in plans])
    if not edits:
        return False
    move_set.edit_manifest(manifest.package.path, apply_edits(manifest.text, edits))
    return True


def _disjoint(groups: Iterable[Sequence[Edit]]) -> tuple[Edit, ...]:
    """The edits that do not overlap; the others are left for the next round."""
    disjoint: set[Edit] = set()
    for edits in groups:
        try:
            sort_edits(disjoint | set(edits))
        except OverlappingEditsError:
            continue
        disjoint |= set(edits)
    return tuple(disjoint)


def _assets(move_set: MoveSet, known: TargetPackage, subpaths: Sequence[str]) -> tuple[Edit, ...]:
    """Entries for files that are no modules, each under its name, and for declarations of globals."""
    manifest = open_manifest(move_set.after, known)
    field = None if manifest is None else manifest.root.at("exports")
    if manifest is None or field is None or not manifest.is_map:
        return ()
    members = list[tuple[str, object]]()
    for subpath in subpaths:
        path = posixpath.join(manifest.sources, subpath.removeprefix("./"))
        types = f"{path}.d.ts" if move_set.after.files.kind(f"{path}.d.ts") == "file" else ""
        code = next((path + end for end in _CODE if types and move_set.after.files.kind(path + end) == "file"), "")
        file = types or ("" if is_source(path) else path)
        if not file or move_set.after.files.kind(file) != "file" or subpath in manifest.exports:
            continue
        written = [f"./{posixpath.relpath(each, known.directory)}" for each in (file, *([code] if code else []))]
        # Declarations alone can't be loaded; the code that they declare can.
        members.append((subpath, {"types": written[0], "default": written[1]} if code else written[0]))
    return set_properties_at(manifest.text, manifest.root, ("exports",), members) if members else ()


def declare_dependencies(move_set: MoveSet) -> None:
    """Declare in a target package the dependencies of the files that move there, as their old package declares them."""
    for name, known in _imported(move_set):
        package = move_set.after.packages.package_at(known.directory)
        if package is None or package.broken is not None or name in (package.dependencies or {}):
            continue
        edits = _declaration(move_set, package, name)
        text = move_set.after.files.read(package.path)
        if edits and text is not None:
            move_set.edit_manifest(package.path, apply_edits(text, edits))


def _imported(move_set: MoveSet) -> list[tuple[str, TargetPackage]]:
    found: dict[tuple[str, TargetPackage], None] = {}
    for file_move in move_set.file_moves:
        known = None if file_move.new is None else move_set.package_of(file_move.new)
        references = move_set.references(file_move.old) if known is not None and is_source(file_move.old) else None
        for reference in references or ():
            parts = split_package(reference.specifier)
            legacy = move_set.before.table.module_of(reference.specifier) is not None
            if parts is not None and known is not None and not legacy and parts[0] != known.name:
                found[parts[0], known] = None
    return sorted(found, key=lambda item: item[0])


def _declaration(move_set: MoveSet, package: Package, name: str) -> tuple[Edit, ...]:
    table = move_set.before.table
    old = None if table.legacy_package is None else move_set.before.packages.package_at(table.legacy_package.directory)
    if old is None or old.broken is not None:
        return ()
    if name == old.name or name in move_set.after.packages.members():
        if name != old.name and name not in (old.dependencies or {}):
            return ()
        found = declare(move_set.after, package, name)
        return () if found is None else found.edits
    root = move_set.before.packages.configuration(old.path)
    new = move_set.after.packages.placed_configuration(package.path)
    for field in DEPENDENCY_SECTIONS:
        version = None if root is None else root.at(field, name)
        if version is not None and new is not None:
            return set_properties_at(
                *new, (field,), [(name, version.data)], after=("dependencies", "name", "version", "private")
            )
    return ()
