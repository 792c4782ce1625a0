"""The change of a manifest that makes its package serve a subpath, and the proof that it does.

An entry is corrected where its file is not there and exactly one other file fits, and else added in the style of the
entries beside it.  It is verified on the workspace as it would be: the subpath leads to the file in every view that
is asked for, and every other subpath leads where it led before.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from workflow_ls.jsonc.edits import replace_value, set_properties
from workflow_ls.manifests.exports_style import (
    Branch,
    Leaf,
    Neighbour,
    Template,
    leaf_of,
    neighbours,
    styles,
    surface,
    without_format,
    written,
)
from workflow_ls.manifests.target_manifest import (
    Manifest,
    leaves,
    missing_targets,
    module_of,
    open_manifest,
    source_candidates,
)
from workflow_ls.project.build_outputs import split_extension
from workflow_ls.project.specifiers import TYPES_CONDITIONS
from workflow_ls.records import record
from workflow_ls.rewrite.package_lookup import locate
from workflow_ls.rewrite.package_subpaths import list_subpaths
from workflow_ls.text import Edit, OverlappingEditsError, apply_edits, sort_edits

_VIEWS = ("types", "import")


@record
class Entry:
    """A verified change of one entry of `exports`: `key` gets the value `data`, for the source file `path`.

    `corrects` maps the wrong targets of an entry that is there to the right ones; it is empty for a new entry.
    """

    key: str
    data: object
    path: str
    corrects: tuple[tuple[str, str], ...] = ()


def plan_entry(manifest: Manifest, subpath: str, views: Sequence[str] = _VIEWS) -> Entry | str:
    """The change after which a package serves a subpath that it does not serve now; else why there is none.

    `views` are those that it is asked for in (see `locate`).
    """
    match = manifest.workspace.resolver.look_up(manifest.package, subpath, TYPES_CONDITIONS).match
    key = None if match is None else match.key
    if match is not None and match.outcome == "excluded":
        return f"`{key}` excludes it on purpose (null); choose another module"
    if match is not None and match.outcome == "invalid":
        return f"`exports` is invalid ({match.detail}); correct it by hand"
    if key is not None and "*" not in key:
        return _correction(manifest, key, views)
    fits = source_candidates(manifest, [module_of(subpath)])
    if len(fits) != 1:
        return _undecided(manifest, module_of(subpath), fits)
    if not manifest.is_map:
        return "`exports` is no map of subpaths, whose style an entry could follow; write the entry by hand"
    entries = [_plain(manifest, entry) for entry in neighbours(manifest.exports, manifest.known.sources)]
    if not entries:
        return "no entry of `exports` shows how one is written; write the entry by hand"
    for entry in _additions(manifest, subpath, fits[0], entries):
        if _is_verified(manifest, entry, subpath, views):
            return entry
    return f"no entry in the style of the others leads to {fits[0]} from wherever it is asked for; write it by hand"


def plan_entries(manifest: Manifest, wanted: Mapping[str, Sequence[str]]) -> dict[str, Entry | str]:
    """`plan_entry` for several subpaths with their views: what one new pattern serves needs no entry of its own."""
    plans: dict[str, Entry | str] = {}
    for subpath, views in sorted(wanted.items()):
        beside = (plans[other] for other in plans if surface(other) == surface(subpath))
        pattern = next((plan for plan in beside if isinstance(plan, Entry) and "*" in plan.key), None)
        then = (manifest if pattern is None else _applied(manifest, pattern)) or manifest
        if pattern is not None and _serves(then, subpath, views):
            plans[subpath] = pattern
        else:
            plans[subpath] = plan_entry(then, subpath, views)
    return plans


def edits_of(manifest: Manifest, entries: Sequence[Entry]) -> dict[str, tuple[Edit, ...]]:
    """The edits for each entry, by key.

    Entries that go to one place have their edits together, since two edits can't insert at one place.
    """
    result = {e.key: tuple(_corrected(manifest, e)) for e in entries if e.corrects}
    groups = [[entry] for entry in dict.fromkeys(e.key for e in entries if not e.corrects)]
    data = {entry.key: entry.data for entry in entries}
    while True:
        done = [_added(manifest, [(key, data[key]) for key in group]) for group in groups]
        pair = next(((a, b) for b in range(len(done)) for a in range(b) if _collide(done[a], done[b])), None)
        if pair is None:
            return result | {key: edits for group, edits in zip(groups, done) for key in group}
        groups[pair[0]] += groups.pop(pair[1])


def _undecided(manifest: Manifest, module: str, fits: Sequence[str]) -> str:
    if fits:
        shown = f"{fits[0]} and {fits[1]} both fit" if len(fits) == 2 else f"{', '.join(fits)} all fit"
        return f"{shown}; choose one"
    stem = posixpath.join(manifest.sources, module)
    either = f"{stem}.ts or {stem}/index.ts" if module else f"{posixpath.join(manifest.sources, 'index.ts')}"
    return f"no file of {manifest.sources} fits; add {either}, or import what is there"


def _correction(manifest: Manifest, key: str, views: Sequence[str]) -> Entry | str:
    """Lead the wrong targets of an entry to the one file that fits their own name, or that of the key."""
    missing = missing_targets(manifest, key)
    if not missing:
        wanted = "/".join(view for view in views if not view.startswith("types")) or "types"
        return f"`{key}` has no target for `{wanted}`; add that condition, or `default`"
    befores = {leaf.before for e in neighbours(manifest.exports, manifest.known.sources) for leaf in _all(e.template)}
    befores.add(f"./{manifest.known.sources}/" if manifest.known.sources else "./")
    split: dict[str, Leaf] = {}
    modules = dict.fromkeys([module_of(key)])
    for target in dict.fromkeys(str(value.data) for value in missing):
        before = max((before for before in befores if target.startswith(before)), key=len, default=None)
        if before is None:
            return f"{target} is in no directory that another entry shows; correct it by hand"
        split[target] = leaf_of(target, before, manifest.known.sources)
        stem = split_extension(target[len(before) :])[0]
        modules[stem.removesuffix("index").rstrip("/") if posixpath.basename(stem) == "index" else stem] = None
    fits = source_candidates(manifest, modules)
    if len(fits) != 1:
        return _undecided(manifest, next(reversed(modules)), fits)
    stem, ending = _source(manifest, fits[0])
    corrects = {target: str(written(leaf, stem, ending)) for target, leaf in split.items()}
    entry = Entry(key, _replaced(manifest.exports[key], corrects), fits[0], tuple(corrects.items()))
    if not _is_verified(manifest, entry, key, views):
        return f"its targets can't be led to {fits[0]} in every view alike; correct them by hand"
    return entry


def _all(template: Template) -> Iterator[Leaf]:
    if isinstance(template, Leaf):
        yield template
    elif isinstance(template, Branch):
        for value in template.values:
            yield from _all(value)


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
    """An entry whose endings tell the format of its own source, as it would be written for a source without one."""
    fits = source_candidates(manifest, [module_of(entry.key)])
    return Neighbour(entry.key, without_format(entry.template, split_extension(fits[0])[1])) if fits else entry


def _additions(manifest: Manifest, subpath: str, path: str, entries: Sequence[Neighbour]) -> Iterator[Entry]:
    """The entries that may be added for a subpath, best first: a pattern where other surfaces have one."""
    stem, ending = _source(manifest, path)
    first, slash, _ = module_of(subpath).partition("/")
    pattern = f"./{first}/*"
    deep = [key for key in manifest.exports if key.count("/") > 1]
    patterns = [entry for entry in entries if entry.key == f"./{surface(entry.key)}/*"]
    by_pattern = sum("*" not in key for key in deep) < len(patterns)
    if by_pattern and slash and stem == module_of(subpath) and pattern not in manifest.exports:
        for template in styles(patterns, pattern):
            yield Entry(pattern, written(template, f"{first}/*", ending), path)
    for template in styles(entries, subpath):
        yield Entry(subpath, written(template, stem, ending), path)


def _is_verified(manifest: Manifest, entry: Entry, subpath: str, views: Sequence[str]) -> bool:
    """Whether, after the change, every view leads to the file, and no other subpath leads elsewhere than before."""
    after = _applied(manifest, entry)
    if after is None:
        return False
    wanted = manifest.workspace.files.real(entry.path)
    for view in dict.fromkeys((*views, *(_VIEWS if entry.corrects else ()))):
        if _led_to(after, subpath, view) != (_led_to(manifest, subpath, view) or wanted):
            return False
    if "*" not in entry.key:
        return True
    others = {
        split[1]
        for other in list_subpaths(manifest.workspace, _VIEWS[:1])
        if (split := manifest.workspace.table.split(other.specifier)) is not None and split[0] == manifest.known
    }
    return all(_led_to(after, other, view) == _led_to(manifest, other, view) for other in others for view in _VIEWS)


def _applied(manifest: Manifest, entry: Entry) -> Manifest | None:
    """The manifest after a change, in the workspace as it is then; None where it can't be changed."""
    before = manifest.workspace
    edits = edits_of(manifest, [entry])[entry.key]
    if not edits:
        return None
    after = before.fork({manifest.package.path: apply_edits(manifest.text, edits)})
    return open_manifest(after, manifest.known)


def _serves(manifest: Manifest, subpath: str, views: Iterable[str]) -> bool:
    return all(_led_to(manifest, subpath, view) is not None for view in views)


def _led_to(manifest: Manifest, subpath: str, view: str) -> str | None:
    return locate(manifest.workspace, manifest.specifier(subpath), manifest.package.path, (view,)).path


def _corrected(manifest: Manifest, entry: Entry) -> Iterator[Edit]:
    value, corrects = manifest.entry(entry.key), dict(entry.corrects)
    for leaf in () if value is None else leaves(value):
        if leaf.data in corrects:
            yield from replace_value(leaf, corrects[str(leaf.data)], manifest.text)


def _added(manifest: Manifest, members: Sequence[tuple[str, object]]) -> tuple[Edit, ...]:
    """Add entries: at their sorted place among sorted keys, else behind those of their surface, or behind all."""
    field = manifest.root.at("exports")
    if field is None:
        return ()
    keys = [member.key for member in field.properties]
    surfaces = {surface(key) for key, _ in members} - {""}
    beside = [key for key in keys if surface(key) in surfaces]
    behind = beside if keys != sorted(keys) else None
    return set_properties(manifest.text, field, members, after=behind)


def _collide(one: Sequence[Edit], other: Sequence[Edit]) -> bool:
    try:
        sort_edits([*one, *other])
    except OverlappingEditsError:
        return True
    return False
