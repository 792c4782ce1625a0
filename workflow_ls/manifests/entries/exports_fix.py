"""Plans the change of a manifest after which its package serves a subpath, and verifies it.

An entry is corrected if its file is missing and exactly one other file fits; otherwise one is added in the style of its
neighbours.  The change is verified on a fork of the workspace: the subpath leads to the file under all conditions that
importers use, and every other subpath leads to the same file as before.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from workflow_ls.diagnostics import Blocked
from workflow_ls.manifests.entries.entry_edits import Entry, corrected, edits_of
from workflow_ls.manifests.entries.exports_style import (
    Leaf,
    Neighbour,
    leaf_of,
    styles,
    surface,
    without_format,
    written,
)
from workflow_ls.manifests.target_manifest import (
    DECLARATIONS,
    Manifest,
    missing_targets,
    module_of,
    open_manifest,
    source_candidates,
)
from workflow_ls.project.resolution.bare_specifiers import TYPES_CONDITIONS
from workflow_ls.project.resolution.build_outputs import is_output, split_extension
from workflow_ls.rewrite.packages.package_lookup import Conditions, locate_file
from workflow_ls.rewrite.packages.package_subpaths import list_subpaths
from workflow_ls.text import Edit, apply_edits
from workflow_ls.vfs.files import is_source

_DEFAULT = (Conditions.TYPES, Conditions.IMPORT)


def plan_entry(manifest: Manifest, subpath: str, conditions: Sequence[Conditions] = _DEFAULT) -> Entry | Blocked:
    """The change after which a package serves a subpath that it does not serve now.

    `conditions` are those under which it is imported (see `locate`).
    """
    match = manifest.workspace.resolver.look_up(manifest.package, subpath, TYPES_CONDITIONS).match
    key = None if match is None else match.key
    if match is not None and match.outcome == "excluded":
        return Blocked(f"the key `{key}` excludes it (null)", "choose another module")
    if match is not None and match.outcome == "invalid":
        return Blocked(f"the `exports` are invalid: {match.detail}", "correct them")
    if key is not None and "*" not in key:
        entry = _correction(manifest, key, conditions)
        if isinstance(entry, Entry) and not _is_verified(manifest, entry, key, conditions):
            return Blocked(f"its targets can't all be pointed to {entry.path}", "correct them by hand")
        return entry
    fits = source_candidates(manifest, [module_of(subpath)])
    if len(fits) != 1:
        return _undecided(manifest, module_of(subpath), fits)
    if not manifest.is_map:
        return Blocked("the `exports` are not a map of subpaths", "add the entry by hand")
    entries = [_plain(manifest, entry) for entry in manifest.neighbours]
    if not entries and key is None:
        return Blocked("no entry of the `exports` can serve as a model", "add the entry by hand")
    for entry in _additions(manifest, subpath, fits[0], entries):
        if _is_verified(manifest, entry, subpath, conditions):
            return entry
    if key is not None and any(_file_of(manifest, subpath, each) is not None for each in Conditions):
        reason = f"the key `{key}` serves it to others, and a key of its own would take it from them"
        return Blocked(reason, f"add the missing condition to `{key}`, if it is missing by mistake")
    reason = f"no entry in the style of the others leads all importers to {fits[0]}"
    return Blocked(reason, "add the entry by hand")


def plan_entries(manifest: Manifest, wanted: Mapping[str, Sequence[Conditions]]) -> dict[str, Entry | Blocked]:
    """`plan_entry` for several subpaths, by subpath; a subpath that a new pattern serves gets no entry of its own."""
    plans: dict[str, Entry | Blocked] = dict(_corrections(manifest, wanted))
    for subpath, conditions in sorted(wanted.items()):
        if subpath in plans:
            continue
        beside = (plans[other] for other in plans if surface(other) == surface(subpath))
        pattern = next((plan for plan in beside if isinstance(plan, Entry) and "*" in plan.key), None)
        after = (manifest if pattern is None else _applied(manifest, pattern)) or manifest
        if pattern is not None and _serves(after, subpath, conditions):
            plans[subpath] = pattern
        else:
            plans[subpath] = plan_entry(after, subpath, conditions)
    return {subpath: plans[subpath] for subpath in sorted(plans)}


def _corrections(manifest: Manifest, wanted: Mapping[str, Sequence[Conditions]]) -> Iterator[tuple[str, Entry]]:
    """The corrections of existing entries that hold if all of them are made, verified by one look at the result.

    An entry without `*` serves its own subpath only, so each holds by itself, too.
    """
    known = (key for key in sorted(wanted) if key in manifest.exports and "*" not in key)
    exact = [key for key in known if _outcome(manifest, key) not in ("excluded", "invalid")]
    planned = ((key, _correction(manifest, key, wanted[key])) for key in exact)
    entries = {subpath: entry for subpath, entry in planned if isinstance(entry, Entry)}
    edits = [edit for entry in entries.values() for edit in corrected(manifest, entry)]
    after = _opened_after(manifest, edits) if len(entries) > 1 else None
    if after is None:
        return
    for subpath, entry in entries.items():
        if corrected(manifest, entry) and _leads_there(manifest, after, entry, subpath, wanted[subpath]):
            yield subpath, entry


def _outcome(manifest: Manifest, subpath: str) -> str:
    match = manifest.workspace.resolver.look_up(manifest.package, subpath, TYPES_CONDITIONS).match
    return "" if match is None else match.outcome


def _undecided(manifest: Manifest, module: str, fits: Sequence[str]) -> Blocked:
    if fits:
        shown = f"{fits[0]} and {fits[1]} both fit" if len(fits) == 2 else f"{', '.join(fits)} all fit"
        return Blocked(shown, "choose one")
    stem = posixpath.join(manifest.sources, module)
    either = f"{stem}.ts or {stem}/index.ts" if module else f"{posixpath.join(manifest.sources, 'index.ts')}"
    return Blocked(f"no file of {manifest.sources} fits", f"add {either}, or import an existing module")


def _correction(manifest: Manifest, key: str, conditions: Sequence[Conditions]) -> Entry | Blocked:
    """Point the wrong targets of an entry to the one file that fits their name, or that of the key; unverified."""
    missing = missing_targets(manifest, key)
    if not missing:
        names = [each.keys[0] for each in conditions if not each.for_types] or ["types"]
        reason = f"the key `{key}` has no target for `{'/'.join(names)}`"
        return Blocked(reason, "add that condition, or `default`")
    split: dict[str, Leaf] = {}
    modules = dict.fromkeys([module_of(key)])
    for target in dict.fromkeys(str(value.data) for value in missing):
        before = max((before for before in manifest.befores if target.startswith(before)), key=len, default=None)
        if before is None:
            return Blocked(f"{target} is in no directory of another entry's targets", "correct it by hand")
        split[target] = leaf_of(target, before, manifest.known.sources)
        stem = split_extension(target[len(before) :])[0]
        modules[stem.removesuffix("index").rstrip("/") if posixpath.basename(stem) == "index" else stem] = None
    fits = source_candidates(manifest, modules)
    if len(fits) != 1:
        return _undecided(manifest, next(reversed(modules)), fits)
    stem, ending = _source(manifest, fits[0])
    corrects = {target: str(written(leaf, stem, ending)) for target, leaf in split.items()}
    unbuilt = next(
        (old for old, new in corrects.items() if _is_unbuilt(manifest, old) and _is_unbuilt(manifest, new)), ""
    )
    if unbuilt:
        return Blocked(f"no build has made {unbuilt} yet, and only the build decides its name", "build the package")
    return Entry(key, _replaced(manifest.exports[key], corrects), fits[0], tuple(corrects.items()))


def _is_unbuilt(manifest: Manifest, target: str) -> bool:
    """Whether a target is a build output that does not exist."""
    path = posixpath.normpath(posixpath.join(manifest.package.directory, target))
    packages = manifest.workspace.packages
    return is_output(packages, manifest.package, path) and packages.files.kind(path) is None


def _replaced(value: Any, corrects: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(item, corrects) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, corrects) for item in value]
    return corrects.get(value, value)


def _source(manifest: Manifest, path: str) -> tuple[str, str]:
    """A source file below the sources, without its ending, and the ending."""
    return split_extension(posixpath.relpath(path, manifest.sources))


def _plain(manifest: Manifest, entry: Neighbour) -> Neighbour:
    """An entry as it would be written for a source without `.mts` or `.cts`, which its endings may reflect."""
    fits = source_candidates(manifest, [module_of(entry.key)])
    return Neighbour(entry.key, without_format(entry.template, split_extension(fits[0])[1])) if fits else entry


def _additions(manifest: Manifest, subpath: str, path: str, entries: Sequence[Neighbour]) -> Iterator[Entry]:
    """The entries that may be added for a subpath, best first: a pattern if other surfaces have one."""
    stem, ending = _source(manifest, path)
    first, slash, _ = module_of(subpath).partition("/")
    pattern = f"./{first}/*"
    deep = [key for key in manifest.exports if key.count("/") > 1]
    patterns = [entry for entry in entries if entry.key == f"./{surface(entry.key)}/*"]
    # A pattern serves sources only; an asset or a declaration file gets an entry of its own.
    plain = is_source(path) and not path.endswith(DECLARATIONS)
    by_pattern = plain and sum("*" not in key for key in deep) < len(patterns)
    if by_pattern and slash and stem == module_of(subpath) and pattern not in manifest.exports:
        for template in styles(patterns, pattern):
            yield Entry(pattern, written(template, f"{first}/*", ending), path)
    for template in styles(entries, subpath):
        yield Entry(subpath, written(template, stem, ending), path)


def _is_verified(manifest: Manifest, entry: Entry, subpath: str, conditions: Sequence[Conditions]) -> bool:
    """Whether all conditions then lead to the file, and all other subpaths to the same files as before."""
    after = _applied(manifest, entry)
    if after is None or not _leads_there(manifest, after, entry, subpath, conditions):
        return False
    if "*" not in entry.key:
        return bool(entry.corrects) or _keeps_pattern(manifest, after, entry, subpath)
    others = {
        split[1]
        for other in list_subpaths(manifest.workspace, (Conditions.TYPES,))
        if (split := manifest.workspace.table.split(other.specifier)) is not None and split[0] == manifest.known
    }
    return all(_file_of(after, other, each) == _file_of(manifest, other, each) for other in others for each in _DEFAULT)


def _keeps_pattern(manifest: Manifest, after: Manifest, entry: Entry, subpath: str) -> bool:
    """Whether an entry, which wins over a pattern, has what the pattern has for those that it serves or excludes."""
    old, new = (
        [m.workspace.resolver.look_up(m.package, subpath, each.value).match for each in Conditions]
        for m in (manifest, after)
    )
    key = next((match.key for match in old if match is not None and match.key is not None), None)
    if key is None:
        return True
    if _named_conditions(manifest.exports.get(key)) - _named_conditions(entry.data) - _READ:
        return False
    for conditions, before, now in zip(Conditions, old, new, strict=True):
        if before is None or (before.outcome != "excluded" and _file_of(manifest, subpath, conditions) is None):
            continue
        if now is None or (before.outcome, before.target) != (now.outcome, now.target):
            return False
    return True


_READ = {name for conditions in Conditions for name in conditions.value} | {"default"}


def _named_conditions(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(_named_conditions, value))
    return set(value).union(*map(_named_conditions, value.values())) if isinstance(value, dict) else set()


def _leads_there(
    manifest: Manifest, after: Manifest, entry: Entry, subpath: str, conditions: Sequence[Conditions]
) -> bool:
    """Whether all conditions lead to the file of an entry after a change of the manifest."""
    wanted = manifest.workspace.files.real(entry.path)
    return all(
        _file_of(after, subpath, each) == (_file_of(manifest, subpath, each) or wanted)
        for each in dict.fromkeys((*conditions, *(_DEFAULT if entry.corrects else ())))
    )


def _applied(manifest: Manifest, entry: Entry) -> Manifest | None:
    """The manifest after a change, in a fork of the workspace; None if it can't be edited."""
    return _opened_after(manifest, edits_of(manifest, [entry])[entry.key])


def _opened_after(manifest: Manifest, edits: Sequence[Edit]) -> Manifest | None:
    if not edits:
        return None
    after = manifest.workspace.fork({manifest.package.path: apply_edits(manifest.text, edits)})
    return open_manifest(after, manifest.known)


def _serves(manifest: Manifest, subpath: str, conditions: Iterable[Conditions]) -> bool:
    return all(_file_of(manifest, subpath, each) is not None for each in conditions)


def _file_of(manifest: Manifest, subpath: str, conditions: Conditions) -> str | None:
    return locate_file(manifest.workspace, manifest.specifier(subpath), manifest.package.path, (conditions,))
