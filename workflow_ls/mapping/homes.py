"""The places where a name of a legacy module may have gone, with the evidence for each, the strongest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum
from typing import NamedTuple

from workflow_ls.mapping.demand import Demand
from workflow_ls.mapping.evidence.migrated_imports import Migrations
from workflow_ls.mapping.evidence.passed_on import PassedOn
from workflow_ls.mapping.public_names import PublicName, PublicNames
from workflow_ls.project.exports.module_exports import Origin
from workflow_ls.records import field, record


class HomeEvidence(IntEnum):
    """What shows that a name went somewhere; the least number is the strongest."""

    RENAME = 0
    DECLARATION = 1
    COPY = 2
    TAIL = 3
    MIGRATED = 4
    NAME = 5  # of one name only: in doubt


class Home(NamedTuple):
    """A place of a legacy name: the specifier that exports it, its name there, and what shows it.

    `note` says it in words, `path` is the file behind the specifier, and `declared` the one that declares the name.
    `share` is that of the lines in per cent, for a copy.
    """

    evidence: HomeEvidence
    specifier: str
    name: str
    note: str
    path: str
    declared: str
    share: int = 0


@record
class Clues:
    """All that was gathered about the legacy modules.

    `renamed` has the present path of each deleted file and the commit; `origins` the declarations behind the names
    of each module, where its file can be read; `copies` the share of lines, in per cent, that a file has of a module.
    `pieces` is the same of the declaration of a name of a module, and another declaration.  `arrived` has the commit of
    each file that was moved out of the legacy tree.  `served` are the specifiers of each public file.
    `foreign` is what deleted modules passed on from packages that are not in the workspace.
    """

    public: PublicNames
    migrations: Migrations
    renamed: Mapping[str, tuple[str, str]]
    origins: Mapping[str, Mapping[str, Origin]]
    copies: Mapping[tuple[str, str], int]
    pieces: Mapping[tuple[str, str, Origin], int]
    arrived: Mapping[str, str]
    served: Mapping[str, tuple[str, ...]]
    foreign: Mapping[str, tuple[PassedOn, ...]] = field(default_factory=dict)


def homes_of(clues: Clues, demand: Demand, name: str) -> tuple[Home, ...]:
    """The homes of a name of a module, those with the strongest evidence first, each specifier once."""
    found = dict[tuple[str, str], Home]()
    for home in (
        *_renamed(clues, demand, name),
        *_declared(clues, demand, name),
        *_passed_on(clues, demand, name),
        *_copied(clues, demand, name),
        *_by_tail(clues, demand, name),
        *_migrated(clues, demand, name),
        *_alone(clues, name),
    ):
        found.setdefault((home.specifier, home.name), home)
    return tuple(sorted(found.values(), key=lambda home: home.evidence))


def _renamed(clues: Clues, demand: Demand, name: str) -> Iterator[Home]:
    path, commit = clues.renamed.get(demand.module, ("", ""))
    if not path:
        if name not in clues.origins.get(demand.module, {}):
            # A barrel re-exported it from a file that was moved, if just one of these declares such a name.
            moved = [each for each in clues.public.by_name.get(name, ()) if each.origin.path in clues.arrived]
            if name != "default" and len({each.origin for each in moved}) == 1:
                note = f"renamed in {clues.arrived[moved[0].origin.path]}"
                yield from _all(HomeEvidence.RENAME, moved, note)
        return
    note = f"renamed in {commit}"
    yield from _all(HomeEvidence.RENAME, clues.public.by_origin.get(Origin(path, name), ()), note)
    # What the renamed file itself re-exports, and a default export under another name there.
    for public in clues.public.by_name.get(name, ()):
        if public.path == path:
            yield from _all(HomeEvidence.RENAME, (public,), note)


def _declared(clues: Clues, demand: Demand, name: str) -> Iterator[Home]:
    origin = clues.origins.get(demand.module, {}).get(name)
    if origin is not None:
        yield from _all(HomeEvidence.DECLARATION, clues.public.by_origin.get(origin, ()), "same declaration")


def _passed_on(clues: Clues, demand: Demand, name: str) -> Iterator[Home]:
    for each in clues.foreign.get(demand.module, ()):
        there = each.name_of(name)
        if there is not None:
            note = f"the deleted module re-exported it from {each.specifier}"
            yield Home(HomeEvidence.DECLARATION, each.specifier, there, note, "", "")


def _copied(clues: Clues, demand: Demand, name: str) -> Iterator[Home]:
    for public in clues.public.declared_as(name):
        share = clues.copies.get((demand.module, public.origin.path))
        piece = clues.pieces.get((demand.module, name, public.origin))
        if share is not None:
            yield from _all(HomeEvidence.COPY, (public,), f"copy, {share} % of lines", share)
        elif piece is not None:
            yield from _all(HomeEvidence.COPY, (public,), f"copy of its declaration, {piece} % of lines", piece)


def _by_tail(clues: Clues, demand: Demand, name: str) -> Iterator[Home]:
    same = [public for public in clues.public.by_name.get(name, ()) if tail_length(demand.module, public.origin.path)]
    same = [public for public in same if public.specifier not in clues.public.private] or same
    if name != "default" and len({public.origin for public in same}) == 1:
        yield from _all(HomeEvidence.TAIL, same, "unique name at the same tail of the path")


def _migrated(clues: Clues, demand: Demand, name: str) -> Iterator[Home]:
    for (specifier, there), count in sorted(clues.migrations.names.get((demand.module, name), {}).items()):
        for public in clues.public.by_name.get(there, ()):
            if public.specifier == specifier:
                imports = "1 import" if count == 1 else f"{count} imports"
                yield from _all(HomeEvidence.MIGRATED, (public,), f"{imports} became this in git's history")


def _alone(clues: Clues, name: str) -> Iterator[Home]:
    same = [public for public in clues.public.by_name.get(name, ()) if public.specifier not in clues.public.private]
    if name != "default" and len({public.origin for public in same}) == 1:
        yield from _all(HomeEvidence.NAME, same, "the only export of this name")


def _all(evidence: HomeEvidence, places: Iterable[PublicName], note: str, share: int = 0) -> Iterator[Home]:
    for place in places:
        yield Home(evidence, place.specifier, place.name, note, place.path, place.origin.path, share)


def tail_length(module: str, path: str) -> int:
    """How many segments at the end of a legacy module and of a path are the same, without endings and `/index`."""
    one, other = _segments(module), _segments(path)
    count = 0
    while count < min(len(one), len(other)) and one[-1 - count] == other[-1 - count]:
        count += 1
    return count


def _segments(path: str) -> list[str]:
    directory, _, name = path.rpartition("/")
    stem = name.partition(".")[0] if "." in name else name
    parts = [*directory.split("/"), stem] if directory else [stem]
    return parts[:-1] if parts[-1] == "index" and len(parts) > 1 else parts
