"""Folds rows of modules that went the same way into one with a `*`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from workflow_ls.config.module_names import matched_by
from workflow_ls.config.table_records import ModuleRow
from workflow_ls.mapping.rows.choice_of_rows import Proposed

Folded = tuple[Proposed, tuple[Proposed, ...]]
"""A pattern, and the rows that it replaces."""

_FEWEST = 2  # modules that make a pattern
_SHOWN = 3  # commits in a note


def fold(rows: Sequence[Proposed]) -> tuple[Folded, ...]:
    """The patterns that replace several rows each, with these rows; the pattern that replaces most comes first.

    Of a module and its target, what they have in common at the end becomes the `*`; where all modules of a folder go to
    one specifier, the target has none.
    """
    groups = defaultdict[tuple[str, str], dict[str, Proposed]](dict)
    for proposed in rows:
        if isinstance(proposed.row, ModuleRow) and len(proposed.row.to) == 1:
            for pattern in _patterns(proposed.row.module, proposed.row.to[0]):
                groups[pattern][proposed.row.module] = proposed
    folded = list[Folded]()
    taken, patterns = set[str](), set[str]()
    by_size = sorted(
        groups.items(), key=lambda item: (-len(item[1]), -item[0][0].count("/"), -len(item[0][0]), item[0])
    )
    for (module, target), members in by_size:
        left = [proposed for name, proposed in members.items() if name not in taken]
        if len(left) < _FEWEST or module in patterns:
            continue
        taken.update(members)
        patterns.add(module)
        modules = tuple(name for proposed in left for name in proposed.modules)
        notes = dict.fromkeys(proposed.row.note or "" for proposed in left)
        note = next(iter(notes)) if len(notes) == 1 else _joined(list(notes))
        weakest = max(proposed.evidence for proposed in left)
        folded.append((Proposed(ModuleRow(module, (target,), note), weakest, modules), tuple(left)))
    return _unhidden(folded)


def _by_size(item: tuple[tuple[str, str], dict[str, Proposed]]) -> tuple[object, ...]:
    """The order of patterns: those for most modules first, then the longest."""
    (module, target), members = item
    return (-len(members), -module.count("/"), -len(module), module, target)


def _unhidden(folded: Sequence[Folded]) -> tuple[Folded, ...]:
    """The patterns without the modules that a longer one would take from them; none for fewer than two."""
    kept = list[Folded]()
    for pattern, members in folded:
        longer = [other for other, _ in folded if _before_star(other) > _before_star(pattern)]
        left = tuple(
            each
            for each in members
            if not any(matched_by(_module(other), _module(each)) is not None for other in longer)
        )
        if len(left) == len(members):
            kept.append((pattern, members))
        elif len(left) >= _FEWEST:
            kept.append((pattern._replace(modules=tuple(name for each in left for name in each.modules)), left))
    return tuple(kept)


def _module(proposed: Proposed) -> str:
    return proposed.row.module


def _before_star(proposed: Proposed) -> int:
    return len(proposed.row.module.partition("*")[0])


def unfolded(rows: Sequence[Proposed], folded: Sequence[Folded]) -> tuple[Proposed, ...]:
    """The rows with the patterns in the place of those that they stand for."""
    gone = {id(each.row) for _, members in folded for each in members}
    return (*(pattern for pattern, _ in folded), *(each for each in rows if id(each.row) not in gone))


def _patterns(module: str, target: str) -> Iterator[tuple[str, str]]:
    """The patterns that a row is a case of: the common tail as `*`, or all modules of its folder to one specifier."""
    ours, theirs = module.split("/"), target.split("/")
    first = 2 if target.startswith("@") else 1
    for count in range(1, min(len(ours), len(theirs) - first) + 1):
        if ours[-count:] != theirs[-count:]:
            break
        yield "/".join([*ours[:-count], "*"]), "/".join([*theirs[:-count], "*"])
    if len(ours) > 1:
        yield "/".join([*ours[:-1], "*"]), target


def _joined(notes: Sequence[str]) -> str:
    kinds = dict.fromkeys(note.partition(",")[0] if note.startswith("copy") else note for note in notes)
    if all(note.startswith("renamed in ") for note in kinds):
        return (
            "renamed in "
            + ", ".join(note.removeprefix("renamed in ") for note in [*kinds][:3])
            + ("…" if len(kinds) > 3 else "")
        )
    return "; ".join(kinds)
