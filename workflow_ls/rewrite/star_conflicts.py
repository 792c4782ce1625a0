"""Stars of one file that would bring a name from two places, so that the file exports neither."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from workflow_ls.project.file_facts import FileFacts, LegacyReference
from workflow_ls.records import record
from workflow_ls.rewrite.resolution import Target, TargetResolver
from workflow_ls.syntax.model import Form


@record
class _Star:
    """An `export *`: the modules that it leads to now and afterwards, and the place of its rewrite if it has one."""

    specifier: str
    now: str | None
    then: str | None
    place: int | None = None


def star_collisions(
    targets: TargetResolver, facts: FileFacts, found: Sequence[tuple[LegacyReference, Target]]
) -> Mapping[int, str]:
    """The rewrites of stars that would cost the file a name that it exports, by their places, each with the reason.

    A target may export more than the legacy module does.  Where another star of the file brings such a name from
    elsewhere, it is ambiguous, and not exported (ECMA-262, 16.2.1.7.2.2, ResolveExport).
    """
    places = {
        legacy.reference.statement: place
        for place, (legacy, _) in enumerate(found)
        if legacy.reference.form is Form.EXPORT and legacy.reference.whole
    }
    if not places:
        return {}  # most files end here, and their exports are not read
    syntax = targets.workspace.sources.syntax(facts.path)
    stars = [_placed(targets, facts.path, star.specifier, places.get(star.span), found) for star in syntax.stars]
    before = _brought(targets, [(star, star.now) for star in stars])
    kept = {name for name, origins in before.items() if len(origins) == 1} - {export.name for export in syntax.exports}
    reasons: dict[int, str] = {}
    while True:
        after = _brought(targets, [(star, star.now if star.place in reasons else star.then) for star in stars])
        name = min((name for name in kept if len(after.get(name, ())) > 1), default=None)
        if name is None:
            return reasons
        among = [star for stars in after[name].values() for star in stars]
        movers = [(star.place, star) for star in among if star.place is not None and star.place not in reasons]
        # Where one of them brings what it did not bring before, the others are as they were.
        new = [(place, star) for place, star in movers if all(star not in those for those in before[name].values())]
        for place, moved in new or movers:
            other = next(star for star in among if star is not moved)
            reasons[place] = (
                f"`{moved.specifier}` exports `{name}`, and so does `{other.specifier}`, which this file re-exports "
                f"in full, too, so that it would export neither; export `{name}` from here by its name first"
            )


def _placed(
    targets: TargetResolver,
    path: str,
    specifier: str,
    place: int | None,
    found: Sequence[tuple[LegacyReference, Target]],
) -> _Star:
    if place is None:
        module = targets.workspace.resolver.resolve(specifier, path)
        return _Star(specifier, module, module)
    legacy, target = found[place]
    now = targets.workspace.resolver.legacy_file(legacy.module)
    if target.path is None:
        return _Star(specifier, now, now)
    return _Star(target.replacement or specifier, now, target.path, place)


def _brought(
    targets: TargetResolver, modules: Sequence[tuple[_Star, str | None]]
) -> Mapping[str, Mapping[object, Sequence[_Star]]]:
    """The names that the modules behind stars export, each with its origins, and the stars that lead there."""
    brought: dict[str, dict[object, list[_Star]]] = defaultdict(lambda: defaultdict(list))
    for star, path in modules:
        if path is not None:
            for name, origin in targets.index.exports(path).origins.items():
                brought[name][origin].append(star)
    return brought
