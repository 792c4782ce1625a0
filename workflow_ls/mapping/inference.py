"""Infers the rows of a mapping table from what the workspace and its history show.

What shows the way is evidence (`homes.py`), and each row is proved before it is proposed (`table_proof.py`): with it in
the table, a reference must become one whose fix is verified.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from workflow_ls.analysis import Analysis
from workflow_ls.config.table import Table
from workflow_ls.config.table_records import ModuleRow, NameRow, TargetPackage
from workflow_ls.diagnostics import Blocked
from workflow_ls.mapping.demand import Demand, collect_demand
from workflow_ls.mapping.gathering import History, gather, surroundings_of
from workflow_ls.mapping.homes import HomeEvidence
from workflow_ls.mapping.own_files import OwnFiles
from workflow_ls.mapping.public_names import workspace_packages
from workflow_ls.mapping.rows.choice_of_rows import (
    ModuleProposal,
    Proposed,
    package_name,
    packages_of,
    propose_rows,
)
from workflow_ls.mapping.rows.folding import fold, unfolded
from workflow_ls.mapping.rows.table_proof import (
    REWRITING,
    RowVerdicts,
    count_partial,
    count_verified,
    prove,
    verdicts_of,
    with_rows,
)
from workflow_ls.mapping.unknown_outputs import unknown_outputs
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record, replace


@record
class ProvedRow:
    """A proposed row, and how many of the references to its modules it leads to a verified target.

    `partial` are those of which it leads some names there.
    """

    proposed: Proposed
    verified: int
    references: int
    partial: int = 0


@record
class DoubtfulRow:
    """A row that is not proved, with the reason."""

    proposed: Proposed
    reason: str


@record
class Homeless:
    """A name of a legacy module that no specifier exports, with the files that import the module."""

    module: str
    name: str
    importers: tuple[str, ...]
    reason: str


@record
class Proposal:
    """What `map --infer` proposes.

    `table` is the table with the proposed rows and the packages that they lead to.  `before` and `after` are the
    numbers of verified references without and with them, of `references` outside of the tree and of proxies.  `blocked`
    are those that stay blocked although their names have a home, by file, with the reason.  `unknown` are packages that
    may have homes and can't be looked into, with the `output` that a table has to name.  `partial` are the references
    of which only some names have a verified target.  `unread` is what of the history could not be read.
    """

    table: Table
    packages: tuple[TargetPackage, ...]
    rows: tuple[ProvedRow, ...]
    doubtful: tuple[DoubtfulRow, ...]
    homeless: tuple[Homeless, ...]
    before: int
    after: int
    references: int
    blocked: tuple[tuple[str, str, Blocked], ...]
    unknown: tuple[TargetPackage, ...] = ()
    partial: int = 0
    unread: tuple[str, ...] = ()


def infer(workspace: Workspace, history: History | None) -> Proposal:
    """Propose rows for the legacy references that the table of the workspace does not lead to a verified target."""
    demands = collect_demand(workspace)
    wanting = [demand for demand in demands if not demand.is_served]
    packages = workspace_packages(workspace)
    known = {package.name for package in packages}
    importers = tuple(dict.fromkeys(path for demand in wanting for path in demand.open))
    owners = tuple(each for each in workspace.component(OwnFiles).owners(importers) if each.name not in known)
    clues = gather(workspace, packages, wanting, history)
    around = surroundings_of(workspace, clues)
    proposals = {demand.module: propose_rows(clues, around, demand) for demand in wanting}
    certain = [proposed for proposal in proposals.values() for proposed in proposal.certain]
    base = _with_packages(workspace.table, (*packages, *owners), certain, proposals.values())
    foreign = frozenset(package_name(each.specifier) for found in clues.foreign.values() for each in found)
    base = replace(base, installed=base.installed | foreign)
    before = verdicts_of(Analysis(workspace, REWRITING))
    chosen, verdicts, refused = _proved(workspace, base, proposals)
    kept = tuple(each for each in chosen if id(each.row) not in refused and _gains(each, before, verdicts))
    if len(kept) + len(refused) < len(chosen):
        verdicts = prove(workspace, with_rows(base, (each.row for each in kept)))
    rows, verdicts = _folded(workspace, base, kept, verdicts)
    held = {each: refused[id(each.row)] for each in chosen if id(each.row) in refused}
    names = {name for proposal in proposals.values() for name in proposal.homeless}
    proposal = _proposal(workspace, base, demands, proposals, rows, held, before, verdicts)
    unread = () if history is None else tuple(history.unread)
    return replace(proposal, unknown=tuple(unknown_outputs(workspace, packages, names)), unread=unread)


def _with_packages(
    table: Table, packages: Sequence[TargetPackage], rows: Sequence[Proposed], proposals: Iterable[ModuleProposal]
) -> Table:
    """The table with the packages that proposed rows lead to; without a canonical one, the first of them is."""
    known = {package.name: package for package in packages}
    further = {package_name(specifier) for proposal in proposals for specifier in proposal.others}
    named = [known[name] for name in (*packages_of(rows), *sorted(further)) if name in known]
    if not table.canonical.name.startswith(".") or not named:
        return replace(table, packages=tuple(dict.fromkeys((*table.packages, *named))))
    return replace(table, canonical=named[0], packages=tuple(dict.fromkeys(named)))


def _proved(
    workspace: Workspace, base: Table, proposals: Mapping[str, ModuleProposal]
) -> tuple[tuple[Proposed, ...], RowVerdicts, Mapping[int, str]]:
    """The rows that serve a reference, the verdicts with them, and why the others do not.

    Where the best rows for a module leave a reference blocked, the other variants are tried as well: another specifier
    may serve another package, or a form that can't be split.
    """
    chosen = {module: proposal.certain for module, proposal in proposals.items()}
    verdicts = prove(workspace, with_rows(base, _rows_of(chosen.values())))
    best = {module: _score(verdicts, module) for module in chosen}
    for number in range(1, max((len(proposal.variants) for proposal in proposals.values()), default=1)):
        tried = {
            module: proposal.variants[number]
            for module, proposal in proposals.items()
            if len(proposal.variants) > number and best[module][0] < count_verified(verdicts, {module})[1]
        }
        if not tried:
            continue
        found = prove(workspace, with_rows(base, _rows_of({**chosen, **tried}.values())))
        for module, rows in tried.items():
            if _score(found, module) > best[module]:
                best[module], chosen[module] = _score(found, module), _used_targets(rows, found)
    rows = tuple(each for found in chosen.values() for each in found)
    if rows != tuple(each for proposal in proposals.values() for each in proposal.certain):
        verdicts = prove(workspace, with_rows(base, (each.row for each in rows)))
    refused = dict[int, str]()
    for each in rows:
        ours = [verdict for place, verdict in verdicts.items() if place.module in each.modules]
        if not any(verdict.is_served for verdict in ours):
            causes = (verdict.cause for verdict in ours if verdict.cause is not None)
            refused[id(each.row)] = next((cause.reason for cause in causes), _USELESS)
    return rows, verdicts, refused


def _score(verdicts: RowVerdicts, module: str) -> tuple[int, int]:
    """How many references of a module are verified, as a whole and in part: the first counts first."""
    return count_verified(verdicts, {module})[0], count_partial(verdicts, {module})


def _gains(proposed: Proposed, before: RowVerdicts, verdicts: RowVerdicts) -> bool:
    """Whether a module's rows serve a reference that the table in force leaves open."""
    return any(
        verdict.is_served and not (place in before and before[place].is_served)
        for place, verdict in verdicts.items()
        if place.module in proposed.modules
    )


_USELESS = "no reference gets a verified target by it"


def _rows_of(groups: Iterable[Sequence[Proposed]]) -> Iterator[ModuleRow | NameRow]:
    return (each.row for group in groups for each in group)


def _used_targets(rows: Sequence[Proposed], verdicts: RowVerdicts) -> tuple[Proposed, ...]:
    """Rows without the targets that no reference is led to."""
    first = rows[0]
    if not isinstance(first.row, ModuleRow):
        return tuple(rows)
    used = {
        target
        for place, verdict in verdicts.items()
        if place.module == first.row.module and verdict.is_served
        for target in verdict.replacements
    }
    kept = tuple(target for target in first.row.to if target in used) or first.row.to[:1]
    return (first._replace(row=replace(first.row, to=kept)), *rows[1:])


def _folded(
    workspace: Workspace, base: Table, rows: tuple[Proposed, ...], verdicts: RowVerdicts
) -> tuple[tuple[Proposed, ...], RowVerdicts]:
    """The rows with patterns in the place of several, if no reference gets another target by that."""
    # A pattern for modules of several folders has no specifier.
    folded = [each for each in fold(rows) if base.is_named(each[0].row.module)]
    while folded:
        candidate = unfolded(rows, folded)
        found = prove(workspace, with_rows(base, (each.row for each in candidate)))
        worse = {
            place.module for place, verdict in verdicts.items() if verdict.is_served and found.get(place) != verdict
        }
        if not worse:
            return candidate, found
        culprits = [pattern for pattern in folded if _covers(pattern[0], worse)]
        folded = [pattern for pattern in folded if culprits and pattern is not culprits[-1]]  # that for the fewest
    return rows, verdicts


def _covers(pattern: Proposed, modules: Iterable[str]) -> bool:
    start = pattern.row.module.partition("*")[0]
    return any(module.startswith(start) for module in modules)


def _proposal(
    workspace: Workspace,
    base: Table,
    demands: Sequence[Demand],
    proposals: Mapping[str, ModuleProposal],
    rows: tuple[Proposed, ...],
    held: Mapping[Proposed, str],
    before: RowVerdicts,
    verdicts: RowVerdicts,
) -> Proposal:
    doubtful = [DoubtfulRow(each, reason) for each, reason in held.items()]
    homeless = list[Homeless]()
    by_module = {demand.module: demand for demand in demands}
    for proposal in proposals.values():
        demand = by_module[proposal.module]
        importers = tuple(path for path in demand.open if path not in proposal.facades)
        if not importers:
            continue
        doubtful += [DoubtfulRow(each, _doubt(each)) for each in proposal.doubtful]
        reason = "no specifier of the workspace exports it"
        for name in proposal.homeless:
            takers = demand.takers.get(name, importers)
            homeless.append(Homeless(proposal.module, name, tuple(t for t in takers if t in importers), reason))
        if not proposal.certain and not proposal.doubtful and not proposal.homeless:
            homeless.append(Homeless(proposal.module, "", importers, "nothing shows where the module went"))
    used = {package_name(target) for each in rows for target in _targets(each)}
    packages = tuple(package for package in base.packages if package.name in used)
    table = replace(
        base,
        packages=tuple(
            p for p in base.packages if p.name in used or p in workspace.table.packages or p == base.canonical
        ),
    )
    facades = {(path, proposal.module) for proposal in proposals.values() for path in proposal.facades}
    verdicts, before = (_without(found, facades) for found in (verdicts, before))
    settled = {each.module for each in demands if each.is_served} | {m for each in rows for m in each.modules}
    blocked = tuple(
        (place.path, place.module, verdict.cause)
        for place, verdict in verdicts.items()
        if not verdict.is_verified and verdict.cause is not None and place.module in settled
        # A reference that takes nothing but what stays has no row, and needs none.
        if verdict.cause.obstacle is None or verdict.cause.obstacle.kind != "no-row"
    )
    return Proposal(
        with_rows(table, (each.row for each in rows)),
        packages,
        tuple(_proved_row(each, verdicts) for each in rows),
        tuple(doubtful),
        tuple(homeless),
        sum(verdict.is_verified for verdict in before.values()),
        sum(verdict.is_verified for verdict in verdicts.values()),
        len(verdicts),
        blocked,
        partial=sum(verdict.is_partial for verdict in verdicts.values()),
    )


def _proved_row(row: Proposed, verdicts: RowVerdicts) -> ProvedRow:
    modules = frozenset(row.modules)
    return ProvedRow(row, *count_verified(verdicts, modules), count_partial(verdicts, modules))


def _doubt(proposed: Proposed) -> str:
    if isinstance(proposed.row, ModuleRow) and proposed.row.stays:
        return "the rest may move later"
    is_declared = proposed.evidence is HomeEvidence.DECLARATION
    return "the module stays, and may pass it on as ever" if is_declared else "nothing but the name agrees"


def _without(verdicts: RowVerdicts, facades: Container[tuple[str, str]]) -> RowVerdicts:
    return {place: verdict for place, verdict in verdicts.items() if (place.path, place.module) not in facades}


def _targets(proposed: Proposed) -> tuple[str, ...]:
    row = proposed.row
    return row.to if isinstance(row, ModuleRow) else (row.to,) if row.to else ()
