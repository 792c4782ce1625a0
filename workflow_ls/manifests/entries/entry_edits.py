"""Entries of `exports` that change, and the edits of a manifest that make the changes."""

from __future__ import annotations

from collections.abc import Sequence

from workflow_ls.jsonc.property_edits import replace_value, set_properties
from workflow_ls.manifests.entries.exports_style import surface
from workflow_ls.manifests.target_manifest import Manifest, leaves
from workflow_ls.records import record
from workflow_ls.text import Edit, overlap


@record
class Entry:
    """A verified change of one entry of `exports`: `key` gets the value `data`, for the source file `path`.

    `corrects` maps the wrong targets of an existing entry to the right ones; it is empty for a new entry.
    """

    key: str
    data: object
    path: str
    corrects: tuple[tuple[str, str], ...] = ()


def edits_of(manifest: Manifest, entries: Sequence[Entry]) -> dict[str, tuple[Edit, ...]]:
    """The edits for each entry, by key.

    Entries that are inserted at one place share their edits, since two edits can't insert at one place.
    """
    result = {e.key: corrected(manifest, e) for e in entries if e.corrects}
    groups = [[entry] for entry in dict.fromkeys(e.key for e in entries if not e.corrects)]
    data = {entry.key: entry.data for entry in entries}
    while True:
        done = [_added(manifest, [(key, data[key]) for key in group]) for group in groups]
        colliding = _colliding(done)
        if len(colliding) == len(groups):
            return result | {key: edits for group, edits in zip(groups, done) for key in group}
        groups = [[key for index in indices for key in groups[index]] for indices in colliding]


def _colliding(done: Sequence[Sequence[Edit]]) -> list[list[int]]:
    """The indices of the changes that can't be made beside each other, each with those that it meets."""
    meeting, end = dict[int, int](), 0  # to the first that each meets, in the order of the text
    placed = sorted((edit, index) for index, edits in enumerate(done) for edit in set(edits))
    before: tuple[Edit, int] | None = None
    for edit, index in placed:
        met = before is not None and edit != before[0] and overlap(before[0], edit)
        if before is not None and met:
            _join(meeting, before[1], index)
        if before is None or edit.span.end >= end:
            before, end = (edit, index), edit.span.end
    groups: dict[int, list[int]] = {}
    for index in range(len(done)):
        groups.setdefault(_first(meeting, index), []).append(index)
    return list(groups.values())


def _first(meeting: dict[int, int], index: int) -> int:
    while (above := meeting.get(index, index)) != index:
        meeting[index] = meeting.get(above, above)
        index = above
    return index


def _join(meeting: dict[int, int], one: int, other: int) -> None:
    first, second = sorted((_first(meeting, one), _first(meeting, other)))
    meeting[second] = first


def corrected(manifest: Manifest, entry: Entry) -> tuple[Edit, ...]:
    """The edits that correct the targets of an entry."""
    value, corrects = manifest.entry(entry.key), dict(entry.corrects)
    found = [] if value is None else [leaf for leaf in leaves(value) if leaf.data in corrects]
    return tuple(edit for leaf in found for edit in replace_value(manifest.text, leaf, corrects[str(leaf.data)]))


def _added(manifest: Manifest, members: Sequence[tuple[str, object]]) -> tuple[Edit, ...]:
    """Add entries: in order among sorted keys, else after those of their surface, or after all."""
    field = manifest.root.at("exports")
    if field is None:
        return ()
    keys = [member.key for member in field.properties]
    surfaces = {surface(key) for key, _ in members} - {""}
    beside = [key for key in keys if surface(key) in surfaces]
    behind = beside if keys != sorted(keys) else None
    return set_properties(manifest.text, field, members, after=behind)
