"""What the moves ask of manifests before references are rewritten: `exports` entries, and dependencies."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence

from workflow_ls.config.table import TargetPackage
from workflow_ls.jsonc.edits import set_properties_at
from workflow_ls.manifests.dependencies import FIELD, declare
from workflow_ls.manifests.exports_fix import Entry, edits_of, plan_entries
from workflow_ls.manifests.target_manifest import open_manifest
from workflow_ls.moves.move_set import Cut
from workflow_ls.project.manifest import Package
from workflow_ls.project.specifiers import TYPES_CONDITIONS, split_package
from workflow_ls.rewrite.package_lookup import Conditions
from workflow_ls.text import Edit, OverlappingEditsError, apply_edits, sort_edits
from workflow_ls.vfs.files import is_source

_FIELDS = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")
_ROUNDS = 8
_CODE = (".js", ".jsx")  # what a `.d.ts` beside it tells the types of


def export_subpaths(cut: Cut, wanted: Mapping[tuple[str, str], Sequence[Conditions]]) -> None:
    """Make the packages of the table serve subpaths, by package name and subpath, as far as that can be done."""
    for known in cut.before.table.packages:
        asked = {subpath: views for (name, subpath), views in wanted.items() if name == known.name}
        for _ in range(_ROUNDS if asked else 0):
            if not _export(cut, known, asked):
                break


def _export(cut: Cut, known: TargetPackage, asked: Mapping[str, Sequence[Conditions]]) -> bool:
    """Add what entries can be added at once; whether any was."""
    manifest = open_manifest(cut.after, known)
    if manifest is None:
        return False
    missing = {
        subpath: views
        for subpath, views in asked.items()
        if cut.after.resolver.look_up(manifest.package, subpath, TYPES_CONDITIONS).path is None
    }
    if not missing:
        return False
    plans = plan_entries(manifest, missing)
    entries = [plan for plan in plans.values() if isinstance(plan, Entry)]
    edits = _joined(edits_of(manifest, entries).values()) if entries else ()
    if not edits:
        edits = _assets(cut, known, [subpath for subpath in missing if subpath in plans])
    if not edits:
        return False
    cut.manifests[manifest.package.path] = apply_edits(manifest.text, edits)
    cut.rebuild()
    return True


def _joined(groups: Iterable[Sequence[Edit]]) -> tuple[Edit, ...]:
    """The edits that can be made together; the others wait."""
    joined: set[Edit] = set()
    for edits in groups:
        try:
            sort_edits(joined | set(edits))
        except OverlappingEditsError:
            continue
        joined |= set(edits)
    return tuple(joined)


def _assets(cut: Cut, known: TargetPackage, subpaths: Sequence[str]) -> tuple[Edit, ...]:
    """Entries for files that are no modules, each under its own name, and for declarations of globals."""
    manifest = open_manifest(cut.after, known)
    field = None if manifest is None else manifest.root.at("exports")
    if manifest is None or field is None or not manifest.is_map:
        return ()
    members = list[tuple[str, object]]()
    for subpath in subpaths:
        path = posixpath.join(manifest.sources, subpath.removeprefix("./"))
        types = f"{path}.d.ts" if cut.after.files.kind(f"{path}.d.ts") == "file" else ""
        code = next((path + end for end in _CODE if types and cut.after.files.kind(path + end) == "file"), "")
        file = types or ("" if is_source(path) else path)
        if not file or cut.after.files.kind(file) != "file" or subpath in manifest.exports:
            continue
        written = [f"./{posixpath.relpath(each, known.directory)}" for each in (file, *([code] if code else []))]
        # Declarations alone can't be loaded; the code that they are about can.
        members.append((subpath, {"types": written[0], "default": written[1]} if code else written[0]))
    return set_properties_at(manifest.text, manifest.root, ("exports",), members) if members else ()


def declare_dependencies(cut: Cut) -> None:
    """Declare in a target package what the files that move there import, as their old package declares it."""
    for name, known in _imported(cut):
        package = cut.after.packages.package_at(known.directory)
        if package is None or package.broken is not None or name in (package.dependencies or {}):
            continue
        edits = _declaration(cut, package, name)
        text = cut.after.files.read(package.path)
        if edits and text is not None:
            cut.manifests[package.path] = apply_edits(text, edits)
            cut.rebuild()


def _imported(cut: Cut) -> list[tuple[str, TargetPackage]]:
    found: dict[tuple[str, TargetPackage], None] = {}
    for placement in cut.placements:
        known = None if placement.new is None else cut.package_of(placement.new)
        read = cut.references(placement.old) if known is not None and is_source(placement.old) else None
        for reference in read[1] if read is not None else ():
            parts = split_package(reference.specifier)
            legacy = cut.before.table.module_of(reference.specifier) is not None
            if parts is not None and known is not None and not legacy and parts[0] != known.name:
                found[parts[0], known] = None
    return sorted(found, key=lambda item: item[0])


def _declaration(cut: Cut, package: Package, name: str) -> tuple[Edit, ...]:
    table = cut.before.table
    old = None if table.legacy_package is None else cut.before.packages.package_at(table.legacy_package.directory)
    if old is None or old.broken is not None:
        return ()
    if name == old.name or name in cut.after.packages.members():
        if name != old.name and name not in (old.dependencies or {}):
            return ()
        found = declare(cut.after, package, name)
        return () if found is None else found.edits
    root = cut.before.packages.configuration(old.path)
    text, new_root = cut.after.files.read(package.path), cut.after.packages.configuration(package.path)
    for field in _FIELDS:
        version = None if root is None else root.at(field, name)
        if version is not None and text is not None and new_root is not None:
            return set_properties_at(
                text, new_root, (field,), [(name, version.data)], after=(FIELD, "name", "version", "private")
            )
    return ()
