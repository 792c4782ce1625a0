"""Finds the `export *` of a file that would bring a name from two modules, so that the file would not export it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush

from workflow_ls.diagnostics import Blocked
from workflow_ls.project.exports.module_exports import Origin
from workflow_ls.project.file_facts import FileFacts, LegacyReference
from workflow_ls.records import record
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.rewrite.target import Target
from workflow_ls.syntax.model import Form


@record
class _Star:
    """An `export *`: its module before and after the rewrite, and the number of the rewrite, None without one."""

    specifier: str
    before: str | None
    after: str | None
    number: int | None = None


def find_star_conflicts(
    targets: TargetResolver, facts: FileFacts, rewrites: Sequence[tuple[LegacyReference, Target | Blocked]]
) -> Mapping[int, Blocked]:
    """The rewrites of `export *` after which the file would export a name no more, by their index, with the reason.

    A target may export more than the legacy module does.  If another `export *` of the file brings such a name from
    another module, the name is ambiguous, and is not exported (ECMA-262, 16.2.1.7.2.2, ResolveExport).
    """
    numbers = {
        legacy.reference.statement: number
        for number, (legacy, _) in enumerate(rewrites)
        if legacy.reference.form is Form.EXPORT and legacy.reference.whole
    }
    if not numbers:
        return {}  # most files end here, and their exports are not read
    syntax = targets.workspace.sources.syntax(facts.path)
    stars = [_star(targets, facts.path, star.specifier, numbers.get(star.span), rewrites) for star in syntax.stars]
    before, after = _origins(targets, stars)
    own = {export.name for export in syntax.exports}
    kept = {name for name, found in before.items() if len(set(found.values())) == 1} - own
    ambiguous = [name for name in kept if _is_ambiguous(after, name)]
    heapify(ambiguous)
    conflicts: dict[int, Blocked] = {}
    while ambiguous:
        name = heappop(ambiguous)
        if not _is_ambiguous(after, name):
            continue
        bringing = _by_origin(after[name])
        movable = [index for index in bringing if _is_movable(stars[index], conflicts)]
        # If one of them brings the name only after its rewrite, the others are not to blame.
        new = [index for index in movable if index not in before[name]]
        for index in new or movable:
            star, number = stars[index], stars[index].number
            other = stars[next(each for each in bringing if each != index)]
            reason = (
                f"`{name}` would become ambiguous: `{star.specifier}` and `{other.specifier}` both export it, "
                "and this file re-exports both with `export *`"
            )
            if number is not None:
                conflicts[number] = Blocked(reason, f"add `export {{ {name} }} from …` here first")
            for changed in (name, *_stay(targets, after, index, star)):
                if changed in kept:
                    heappush(ambiguous, changed)
    return conflicts


def _star(
    targets: TargetResolver,
    path: str,
    specifier: str,
    number: int | None,
    rewrites: Sequence[tuple[LegacyReference, Target | Blocked]],
) -> _Star:
    if number is None:
        module = targets.workspace.resolver.resolve(specifier, path)
        return _Star(specifier, module, module)
    legacy, target = rewrites[number]
    before = targets.workspace.resolver.legacy_file(legacy.module)
    if isinstance(target, Blocked) or target.path is None:
        return _Star(specifier, before, before)
    return _Star(", ".join(target.replacements), before, target.path, number)


_Origins = dict[str, dict[int, Origin]]
"""For each name, the `export *` that bring it, by their index, with the declarations that they lead to."""


def _origins(targets: TargetResolver, stars: Sequence[_Star]) -> tuple[_Origins, _Origins]:
    """The names that several modules of `export *` export, or one does anew, before and after the rewrites.

    A name that only one of them exports can't become ambiguous.
    """
    seen, shared = set[str](), set[str]()
    for star in stars:
        names = set[str]().union(*(_exported(targets, path) for path in {star.before, star.after}))
        shared |= seen & names
        seen |= names
    before, after = _Origins(), _Origins()
    for index, star in enumerate(stars):
        for found, path in ((before, star.before), (after, star.after)):
            exported = _exported(targets, path)
            for name in shared & exported.keys():
                found.setdefault(name, {})[index] = exported[name]
    return before, after


def _exported(targets: TargetResolver, path: str | None) -> Mapping[str, Origin]:
    return {} if path is None else targets.index.exports(path).origins


def _is_ambiguous(origins: _Origins, name: str) -> bool:
    return len(set(origins.get(name, {}).values())) > 1


def _is_movable(star: _Star, conflicts: Mapping[int, Blocked]) -> bool:
    return star.number is not None and star.number not in conflicts


def _by_origin(found: Mapping[int, Origin]) -> Sequence[int]:
    """The `export *` that bring a name, those that lead to one declaration together, in file order."""
    first: dict[Origin, int] = {}
    for index in sorted(found):
        first.setdefault(found[index], index)
    return sorted(found, key=lambda index: (first[found[index]], index))


def _stay(targets: TargetResolver, after: _Origins, index: int, star: _Star) -> Iterator[str]:
    """Leave an `export *` as it is; returns the names for which it now leads elsewhere."""
    old, new = _exported(targets, star.after), _exported(targets, star.before)
    for name in old.keys() | new.keys():
        if old.get(name) != new.get(name):
            found = after.setdefault(name, {})
            found.pop(index, None)
            if name in new:
                found[index] = new[name]
            yield name
