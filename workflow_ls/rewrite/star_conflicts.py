"""Finds the `export *` of a file that would bring a name from two modules, so that the file would not export it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from workflow_ls.diagnostics import Blocked
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
    before = _origins(targets, [(star, star.before) for star in stars])
    kept = {name for name, origins in before.items() if len(origins) == 1} - {export.name for export in syntax.exports}
    conflicts: dict[int, Blocked] = {}
    while True:
        after = _origins(targets, [(star, star.before if star.number in conflicts else star.after) for star in stars])
        name = min((name for name in kept if len(after.get(name, ())) > 1), default=None)
        if name is None:
            return conflicts
        bringing = [star for stars in after[name].values() for star in stars]
        movable = [(s.number, s) for s in bringing if s.number is not None and s.number not in conflicts]
        # If one of them brings the name only after its rewrite, the others are not to blame.
        new = [(number, star) for number, star in movable if all(star not in old for old in before[name].values())]
        for number, star in new or movable:
            other = next(each for each in bringing if each is not star)
            reason = (
                f"`{name}` would become ambiguous: `{star.specifier}` and `{other.specifier}` both export it, "
                "and this file re-exports both with `export *`"
            )
            conflicts[number] = Blocked(reason, f"add `export {{ {name} }} from …` here first")


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


def _origins(
    targets: TargetResolver, modules: Sequence[tuple[_Star, str | None]]
) -> Mapping[str, Mapping[object, Sequence[_Star]]]:
    """The names that the modules of `export *` export, each with its origins, and the `export *` that lead there."""
    origins: dict[str, dict[object, list[_Star]]] = defaultdict(lambda: defaultdict(list))
    for star, path in modules:
        if path is not None:
            for name, origin in targets.index.exports(path).origins.items():
                origins[name][origin].append(star)
    return origins
