"""Chooses the rows for one legacy module from the homes of its names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from workflow_ls.config.module_names import is_alias
from workflow_ls.config.table_records import ModuleRow, NameRow
from workflow_ls.mapping.demand import Demand
from workflow_ls.mapping.homes import Clues, Home, HomeEvidence, homes_of, tail_length
from workflow_ls.mapping.rows.usage import Usage
from workflow_ls.project.resolution.bare_specifiers import split_package
from workflow_ls.records import record, replace

OWN = 2
"""The privacy of a file that only its own package can import."""


class Proposed(NamedTuple):
    """A proposed row: what shows it, and the legacy modules that it is for."""

    row: ModuleRow | NameRow
    evidence: HomeEvidence
    modules: tuple[str, ...]

    @property
    def target(self) -> str:
        """Its first target."""
        return next(iter(self.row.to), "") if isinstance(self.row, ModuleRow) else self.row.to or ""


@record
class ModuleProposal:
    """The rows for one module, and the names that have none.

    `certain` are backed by evidence, `doubtful` by the name alone.  `others` are further specifiers with evidence,
    which serve where the first does not, and `covering` those that serve every name that has a home.
    `facades` are the importers by which the names are public now: no row is for them.
    """

    module: str
    certain: tuple[Proposed, ...]
    doubtful: tuple[Proposed, ...]
    homeless: tuple[str, ...]
    others: tuple[str, ...]
    covering: tuple[str, ...] = ()
    facades: tuple[str, ...] = ()

    @property
    def variants(self) -> tuple[tuple[Proposed, ...], ...]:
        """The ways to write the rows, the best first: as they are, with further targets, with one target for all."""
        found = [self.certain]
        first = self.certain[0] if self.certain else None
        if first is not None and self.others:
            if isinstance(first.row, ModuleRow):
                wide = first._replace(row=replace(first.row, to=(*first.row.to, *self.others)))
                found.append((wide, *self.certain[1:]))
            found += [
                (first._replace(row=ModuleRow(self.module, (specifier,), first.row.note)),)
                for specifier in self.covering[:1]
                if specifier != first.target or len(self.certain) > 1
            ]
        return tuple(found)


@record
class Surroundings:
    """What ranks two homes with the same evidence.

    `owner` is the package of a path, `is_legacy` says whether a path lies in the legacy tree.  `can_import` says
    whether a file can import from a home: not where its package depends on the file's own, nor by an alias that leads
    the file elsewhere; `by_path` whether it can by a relative path only, as the home is in its own package;
    `re_exports` whether the module in the first file re-exports the second one.
    `is_inner` is for a specifier of a file that its package does not show to anybody: it has an entry, and nothing
    imports by another way.  `privacy` is 0 for a specifier that leads every importer to its file, 1 for an alias, OWN
    for a file that only its own package can import.
    `is_unshown` is for a specifier of a package that shows no entry, and of which nothing is imported: an application.
    """

    usage: Usage
    owner: Callable[[str], str]
    is_legacy: Callable[[str], bool]
    can_import: Callable[[str, Home], bool]
    by_path: Callable[[str, str, str], bool]
    re_exports: Callable[[str, str], bool]
    is_inner: Callable[[str], bool]
    privacy: Callable[[str], int]
    is_unshown: Callable[[str], bool]


def propose_rows(clues: Clues, around: Surroundings, demand: Demand) -> ModuleProposal:
    """The rows for a module: one for all names that one specifier serves, and one for each other name."""
    ranked = {name: _ranked(clues, around, demand, name) for name in demand.names}
    homeless = tuple(name for name, homes in ranked.items() if not homes)
    facades = tuple(path for path in demand.open if is_facade(clues, around, demand, path))
    sure = {name: homes for name, homes in ranked.items() if homes and homes[0].evidence is not HomeEvidence.NAME}
    unsure = {name: homes for name, homes in ranked.items() if homes and homes[0].evidence is HomeEvidence.NAME}
    passed = {name: homes for name, homes in sure.items() if _only_passed_on(clues, demand, name, homes[0])}
    part = _staying_part(clues, demand, {name: sure[name] for name in sure.keys() - passed.keys()}, homeless)
    if part is not None:
        sure = {name: homes for name, homes in sure.items() if name not in passed}
    certain = _rows(around, demand, sure) if part is None else _name_rows(demand, sure)
    doubtful = _rows(around, demand, unsure) if part is None else (*_name_rows(demand, {**passed, **unsure}), part)
    first = {proposed.target for proposed in certain}
    shown = {name: [each for each in homes if each.evidence is not HomeEvidence.NAME] for name, homes in sure.items()}
    further = (home.specifier for homes in shown.values() for home in homes if home.specifier not in first)
    # Any other package would find the own file of a package by its name, too.
    others = dict.fromkeys(specifier for specifier in further if around.privacy(specifier) < OWN)
    serving = [{home.specifier for home in homes if home.name == name} for name, homes in shown.items()]
    everywhere = set[str]().union(*serving).intersection(*serving)
    in_order = dict.fromkeys(home.specifier for homes in shown.values() for home in homes)
    if not certain or not isinstance(certain[0].row, ModuleRow):
        module_only = _module_only(clues, demand) if not demand.names else None
        certain = (*((module_only,) if module_only else ()), *certain)
    covering = tuple(each for each in in_order if each in everywhere and around.privacy(each) < OWN)
    return ModuleProposal(demand.module, certain, doubtful, homeless, tuple(others), covering, facades)


def is_facade(clues: Clues, around: Surroundings, demand: Demand, path: str) -> bool:
    """Whether a file is what serves the names of a module that it imports: the move gives it another source."""
    homes = (home for name in demand.names for home in homes_of(clues, demand, name))
    files = dict.fromkeys(home.path for home in homes if home.evidence is not HomeEvidence.NAME)
    return bool(files) and all(file and around.re_exports(file, path) for file in files)


def _ranked(clues: Clues, around: Surroundings, demand: Demand, name: str) -> tuple[Home, ...]:
    """The homes of a name, the best first, without those that no importer can import from."""
    homes = homes_of(clues, demand, name)
    importers = demand.open or demand.importers
    together = _serving_packages(clues, demand)

    def takes(importer: str, home: Home) -> bool:
        is_circle = home.path != "" and around.re_exports(home.path, importer)
        return not is_circle and around.can_import(importer, home)

    def possible(home: Home) -> bool:
        return not _is_coincidence(around, demand, home) and any(takes(importer, home) for importer in importers)

    def rank(home: Home) -> tuple[object, ...]:
        is_facade = not around.is_legacy(home.declared) and around.owner(home.declared) != around.owner(home.path)
        renamed = home.evidence in (HomeEvidence.RENAME, HomeEvidence.DECLARATION)
        barred = sum(not around.can_import(importer, home) for importer in importers)
        return (
            HomeEvidence.RENAME if renamed else home.evidence,
            is_facade,
            barred,
            sum(around.by_path(importer, home.specifier, home.path) for importer in importers),
            around.privacy(home.specifier),
            around.is_inner(home.specifier),
            -together[package_name(home.specifier)],
            -home.share,
            -_migrated(clues, demand.module, name, home),
            -around.usage.names.get((home.specifier, home.name), 0),
            home.name != name,
            _style(around.usage, home, homes),
            -tail_length(demand.module, home.specifier),
            home.specifier.count("/"),
            home.specifier,
        )

    return tuple(sorted(filter(possible, homes), key=rank))


def _is_coincidence(around: Surroundings, demand: Demand, home: Home) -> bool:
    """Whether what is alike may be another thing than a name of a module that is still there.

    Applications have components of their own, which nobody else imports; and default exports have no name.
    """
    if demand.file is None or home.evidence is not HomeEvidence.COPY:
        return False
    if around.is_unshown(home.specifier):
        return True
    return home.name == "default" and home.share < _ALIKE and tail_length(demand.module, home.declared) == 0


_ALIKE = 80  # per cent of the lines: small files of one kind, such as components, share more than half


def _serving_packages(clues: Clues, demand: Demand) -> Counter[str]:
    """How many names of a module each package has a home for, with evidence."""
    found = Counter[str]()
    for name in demand.names:
        homes = (home for home in homes_of(clues, demand, name) if home.evidence is not HomeEvidence.NAME)
        found.update({package_name(home.specifier) for home in homes})
    return found


def _migrated(clues: Clues, module: str, name: str, home: Home) -> int:
    named = clues.migrations.names.get((module, name), {}).get((home.specifier, home.name), 0)
    return named or clues.migrations.modules.get(module, {}).get(home.specifier, 0)


def _style(usage: Usage, home: Home, homes: Sequence[Home]) -> int:
    """0 for a specifier of the kind that is imported most: a barrel, or the modules below it; 1 for the other."""
    below = [other for other in homes if other.specifier.startswith(f"{home.specifier}/")]
    above = [other for other in homes if home.specifier.startswith(f"{other.specifier}/")]
    for barrel in (home, *above) if below or above else ():
        direct = usage.specifiers.get(barrel.specifier, 0)
        deep = sum(n for s, n in usage.specifiers.items() if s.startswith(f"{barrel.specifier}/"))
        if direct != deep:
            return int((direct > deep) != (barrel is home))
    return 0


def _rows(around: Surroundings, demand: Demand, ranked: Mapping[str, tuple[Home, ...]]) -> tuple[Proposed, ...]:
    serving = dict[str, list[tuple[int, str, Home]]]()
    for name, homes in ranked.items():
        for position, home in enumerate(homes):
            if _is_as_good(around, home, homes[0]) and home.name == name:
                serving.setdefault(home.specifier, []).append((position, name, home))
    rows, left = tuple[Proposed, ...](), dict(ranked)
    if serving:
        chosen = min(serving, key=lambda each: (-len(serving[each]), sum(at for at, _, _ in serving[each]), each))
        strongest = min((home for _, _, home in serving[chosen]), key=lambda home: home.evidence)
        rows = (Proposed(ModuleRow(demand.module, (chosen,), strongest.note), strongest.evidence, (demand.module,)),)
        left = {name: homes for name, homes in ranked.items() if name not in {name for _, name, _ in serving[chosen]}}
    return (*rows, *_name_rows(demand, left))


def _name_rows(demand: Demand, ranked: Mapping[str, tuple[Home, ...]]) -> tuple[Proposed, ...]:
    """A row for each name."""
    best = ((name, homes[0]) for name, homes in ranked.items())
    rows = ((NameRow(demand.module, n, h.specifier, None if h.name == n else h.name, h.note), h) for n, h in best)
    return tuple(Proposed(row, home.evidence, (demand.module,)) for row, home in rows)


def _staying_part(
    clues: Clues, demand: Demand, sure: Mapping[str, tuple[Home, ...]], homeless: Sequence[str]
) -> Proposed | None:
    """The row that says that a module stays where it is: some names went, and others are still there only.

    None where the module as a whole goes, or where nothing went yet.
    """
    has = clues.origins.get(demand.module, {})
    rest = [name for name in homeless if name in has]
    if demand.file is None or not rest or not sure or any(name in has for name in sure):
        return None
    shown = f"`{rest[0]}`" if len(rest) == 1 else f"`{rest[0]}` and {len(rest) - 1} more"
    note = f"{shown} {'is' if len(rest) == 1 else 'are'} still there"
    return Proposed(ModuleRow(demand.module, (), note, stays=True), HomeEvidence.NAME, (demand.module,))


def _only_passed_on(clues: Clues, demand: Demand, name: str, home: Home) -> bool:
    """Whether nothing shows that a name was ever declared in the legacy code: its module only re-exports it."""
    has = clues.origins.get(demand.module, {})
    return home.evidence is HomeEvidence.DECLARATION and name in has and home.declared not in clues.arrived


def _is_as_good(around: Surroundings, home: Home, best: Home) -> bool:
    """Whether a home may stand for the best one of a name, so that one row serves several names."""
    if home is best:
        return True
    strength = {HomeEvidence.RENAME: 0, HomeEvidence.DECLARATION: 0}
    same = strength.get(home.evidence, home.evidence) == strength.get(best.evidence, best.evidence)
    used, better = (around.usage.names.get((each.specifier, each.name), 0) for each in (home, best))
    return same and package_name(home.specifier) == package_name(best.specifier) and (used > 0 or better == 0)


def _module_only(clues: Clues, demand: Demand) -> Proposed | None:
    """A row for a module that is only named, by a side-effect import: where the history shows where it went."""
    counted = clues.migrations.modules.get(demand.module, {})
    path, commit = clues.renamed.get(demand.module, ("", ""))
    served = sorted(clues.served.get(path, ())) if path else []
    if served:
        best = max(served, key=lambda each: (counted.get(each, 0), tail_length(demand.module, each), -len(each)))
        return Proposed(
            ModuleRow(demand.module, (best,), f"renamed in {commit}"), HomeEvidence.RENAME, (demand.module,)
        )
    return None


def package_name(specifier: str) -> str:
    """The package that a specifier names; of an alias, the first segment."""
    if is_alias(specifier):
        return specifier.partition("/")[0]
    parts = split_package(specifier)
    return specifier if parts is None else parts[0]


def packages_of(rows: Iterable[Proposed]) -> tuple[str, ...]:
    """The packages that rows lead to, each once, the most frequent first."""
    counts = dict[str, int]()
    for proposed in rows:
        targets = proposed.row.to if isinstance(proposed.row, ModuleRow) else (proposed.row.to or "",)
        for target in targets:
            counts[package_name(target)] = counts.get(package_name(target), 0) + len(proposed.modules)
    return tuple(sorted(counts, key=lambda name: (-counts[name], name)))
