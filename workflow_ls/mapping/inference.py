"""Infers the rows of a mapping table from what the workspace and its history show.

What shows the way is evidence (`homes.py`), and each row is proved before it is proposed (`table_proof.py`): with it in
the table, a reference must become one whose fix is verified.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from workflow_ls.analysis import Analysis
from workflow_ls.config.table import ModuleRow, NameRow, Table, TargetPackage
from workflow_ls.diagnostics import Blocked
from workflow_ls.mapping.choice_of_rows import (
    ModuleProposal,
    Proposed,
    Surroundings,
    package_name,
    packages_of,
    propose_rows,
)
from workflow_ls.mapping.demand import Demand, collect_demand
from workflow_ls.mapping.evidence.copies import SHARE, declaration_text, shared_lines
from workflow_ls.mapping.evidence.migrated_imports import ReplacedLines, count_migrations
from workflow_ls.mapping.folding import fold, unfolded
from workflow_ls.mapping.homes import Clues
from workflow_ls.mapping.public_names import PublicNames, find_public_names, workspace_packages
from workflow_ls.mapping.table_proof import REWRITING, RowVerdicts, count_verified, prove, verdicts_of, with_rows
from workflow_ls.mapping.usage import count_usage
from workflow_ls.project.configuration.package_cycles import PackageCycles
from workflow_ls.project.export_index import ExportIndex, Origin
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record, replace
from workflow_ls.syntax.exports.export_finder import find_exports
from workflow_ls.syntax.parser import parse
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, is_source, is_within


class FileMove(Protocol):
    """Where a deleted file is now, and the commit that moved it."""

    @property
    def path(self) -> str:
        """Its present path."""

    @property
    def commit(self) -> str:
        """The commit, abbreviated."""


class History(Protocol):
    """What is remembered of files that are gone."""

    def renames(self, directories: Sequence[str]) -> Mapping[str, FileMove]:
        """Where the deleted files of directories are now, by their old path."""

    def text(self, path: str) -> bytes | None:
        """The last text of a deleted file."""

    def files_then(self, directory: str) -> tuple[str, ...]:
        """The deleted files of a directory."""

    def import_changes(self, texts: Sequence[str], endings: Iterable[str]) -> Sequence[ReplacedLines]:
        """The lines with one of `texts` that were replaced, with the lines that came for them."""


@record
class ProvedRow:
    """A proposed row, and how many of the references to its modules it leads to a verified target."""

    proposed: Proposed
    verified: int
    references: int


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
    are those that stay blocked although their names have a home, by file, with the reason.
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


def infer(workspace: Workspace, history: History | None) -> Proposal:
    """Propose rows for the legacy references that the table of the workspace does not lead to a verified target."""
    demands = collect_demand(workspace)
    wanting = [demand for demand in demands if not demand.is_served]
    packages = workspace_packages(workspace)
    clues = gather(workspace, packages, wanting, history)
    around = surroundings_of(workspace, clues)
    proposals = {demand.module: propose_rows(clues, around, demand) for demand in wanting}
    certain = [proposed for proposal in proposals.values() for proposed in proposal.certain]
    base = _with_packages(workspace.table, packages, certain, proposals.values())
    before = verdicts_of(Analysis(workspace, REWRITING))
    chosen, verdicts, refused = _proved(workspace, base, proposals)
    kept = tuple(each for each in chosen if id(each.row) not in refused)
    rows, verdicts = _folded(workspace, base, kept, verdicts)
    held = {each: refused[id(each.row)] for each in chosen if id(each.row) in refused}
    return _proposal(workspace, base, demands, proposals, rows, held, before, verdicts)


def gather(
    workspace: Workspace, packages: Sequence[TargetPackage], wanting: Sequence[Demand], history: History | None
) -> Clues:
    """Gather the evidence for the wanted modules."""
    table, index = workspace.table, workspace.component(ExportIndex)
    wanted = {name for demand in wanting for name in demand.names}
    origins = dict[str, Mapping[str, Origin]]()
    for demand in wanting:
        if demand.file is not None:
            origins[demand.module] = index.exports(demand.file).origins
    renamed, arrived, texts = _renames(table, wanting, origins, history)
    wanted |= {origin.name for found in origins.values() for name, origin in found.items() if name in wanted}
    homes = {path for path, _ in renamed.values()} | {
        origin.path for found in origins.values() for origin in found.values()
    }
    public = find_public_names(workspace, packages, wanted, homes)
    changes = () if history is None else history.import_changes(table.roots, SOURCE_EXTENSIONS)
    migrations = count_migrations(changes, table.module_of)
    copies, pieces = _copies(workspace, wanting, public, texts)
    return Clues(public, migrations, renamed, origins, copies, pieces, arrived, _served(public))


def _served(public: PublicNames) -> Mapping[str, tuple[str, ...]]:
    found = dict[str, dict[str, None]]()
    for names in public.by_name.values():
        for each in names:
            found.setdefault(each.path, {})[each.specifier] = None
    return {path: tuple(specifiers) for path, specifiers in found.items()}


def _renames(
    table: Table, wanting: Sequence[Demand], origins: Mapping[str, Mapping[str, Origin]], history: History | None
) -> tuple[Mapping[str, tuple[str, str]], Mapping[str, str], Mapping[str, bytes]]:
    """Where the deleted modules are now, what else left the tree, and the last texts of the deleted, by module."""
    gone = {demand.module for demand in wanting if demand.file is None}
    is_partial = any(name not in origins.get(demand.module, {}) for demand in wanting for name in demand.names)
    if history is None or not (gone or is_partial):
        return {}, {}, {}
    found, arrived, texts = dict[str, tuple[str, str]](), dict[str, str](), dict[str, bytes]()
    for old, move in history.renames((table.tree,)).items():
        module = table.module_at(old) if is_source(old) else None
        if module is None or is_within(move.path, table.tree):
            continue
        arrived[move.path] = move.commit
        if module in gone:
            found.setdefault(module, (move.path, move.commit))
    for old in history.files_then(table.tree):
        module = table.module_at(old) if is_source(old) else None
        if module in gone and module not in texts:
            text = history.text(old)
            if text is not None:
                texts[module] = text
    return found, arrived, texts


def _copies(
    workspace: Workspace, wanting: Sequence[Demand], public: PublicNames, texts: Mapping[str, bytes]
) -> tuple[Mapping[tuple[str, str], int], Mapping[tuple[str, str, Origin], int]]:
    """The share of lines that the declaring files of the wanted names have in common with the modules.

    Where a file as a whole is no copy, a declaration in it may be one.
    """
    found, pieces = dict[tuple[str, str], int](), dict[tuple[str, str, Origin], int]()
    tree = workspace.table.tree
    for demand in wanting:
        text = texts.get(demand.module) if demand.file is None else workspace.files.read(demand.file)
        if text is None:
            continue
        paths = {each.origin.path for name in demand.names for each in public.by_name.get(name, ())}
        for path in sorted(paths):
            if is_within(path, tree) or path == demand.file:
                continue
            share = shared_lines(text, workspace.files.read(path) or b"")
            if share >= SHARE:
                found[demand.module, path] = share
        for name in demand.names:
            ours = declaration_text(text, name)
            for origin in dict.fromkeys(each.origin for each in public.by_name.get(name, ())) if ours else ():
                theirs = None
                if not is_within(origin.path, tree) and (demand.module, origin.path) not in found:
                    theirs = declaration_text(workspace.files.read(origin.path) or b"", origin.name)
                share = 0 if theirs is None else shared_lines(ours or b"", theirs)
                if share >= SHARE:
                    pieces[demand.module, name, origin] = share
    return found, pieces


def names_of_text(text: bytes, path: str) -> tuple[str, ...]:
    """The names that a text exports by itself."""
    return tuple(export.name for export in find_exports(parse(text, path)).exports)


def surroundings_of(workspace: Workspace, clues: Clues) -> Surroundings:
    """What ranks homes with the same evidence in a workspace."""
    cycles, packages = workspace.component(PackageCycles), workspace.packages
    specifiers = {each.specifier for names in clues.public.by_name.values() for each in names}

    def owner(path: str) -> str:
        package = packages.package_of(path)
        return "" if package is None else package.name

    def closes_cycle(importer: str, name: str) -> bool:
        package = packages.package_of(importer)
        return package is not None and bool(cycles.closed_by(package.directory, name))

    tree, index = workspace.table.tree, workspace.component(ExportIndex)
    usage = count_usage(workspace, specifiers)
    deep = {package_name(specifier) for specifier in usage.specifiers if specifier != package_name(specifier)}

    def is_inner(specifier: str) -> bool:
        name = package_name(specifier)
        package = packages.package_named(name, "")
        if specifier == name or name in deep or package is None or package.exports is not None:
            return False
        return bool(package.main or package.types)

    return Surroundings(usage, owner, lambda path: is_within(path, tree), closes_cycle, index.reaches, is_inner)


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
    best = {module: count_verified(verdicts, {module})[0] for module in chosen}
    for number in range(1, max((len(proposal.variants) for proposal in proposals.values()), default=1)):
        tried = {
            module: proposal.variants[number]
            for module, proposal in proposals.items()
            if len(proposal.variants) > number and best[module] < count_verified(verdicts, {module})[1]
        }
        if not tried:
            continue
        found = prove(workspace, with_rows(base, _rows_of({**chosen, **tried}.values())))
        for module, rows in tried.items():
            verified = count_verified(found, {module})[0]
            if verified > best[module]:
                best[module], chosen[module] = verified, _used_targets(rows, found)
    rows = tuple(each for found in chosen.values() for each in found)
    if rows != tuple(each for proposal in proposals.values() for each in proposal.certain):
        verdicts = prove(workspace, with_rows(base, (each.row for each in rows)))
    refused = dict[int, str]()
    for each in rows:
        ours = [verdict for place, verdict in verdicts.items() if place.module in each.modules]
        if not any(verdict.is_verified for verdict in ours):
            causes = (verdict.cause for verdict in ours if verdict.cause is not None)
            refused[id(each.row)] = next((cause.reason for cause in causes), _USELESS)
    return rows, verdicts, refused


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
        if place.module == first.row.module and verdict.is_verified
        for target in verdict.replacements
    }
    kept = tuple(target for target in first.row.to if target in used) or first.row.to[:1]
    return (first._replace(row=replace(first.row, to=kept)), *rows[1:])


def _folded(
    workspace: Workspace, base: Table, rows: tuple[Proposed, ...], verdicts: RowVerdicts
) -> tuple[tuple[Proposed, ...], RowVerdicts]:
    """The rows with patterns in the place of several, if no reference gets another target by that."""
    folded = list(fold(rows))
    while folded:
        candidate = unfolded(rows, folded)
        found = prove(workspace, with_rows(base, (each.row for each in candidate)))
        worse = {
            place.module for place, verdict in verdicts.items() if verdict.is_verified and found.get(place) != verdict
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
        doubtful += [DoubtfulRow(each, "only its name speaks for it") for each in proposal.doubtful]
        reason = "no specifier of the workspace exports it"
        homeless += [Homeless(proposal.module, name, importers, reason) for name in proposal.homeless]
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
    )
    return Proposal(
        with_rows(table, (each.row for each in rows)),
        packages,
        tuple(ProvedRow(each, *count_verified(verdicts, frozenset(each.modules))) for each in rows),
        tuple(doubtful),
        tuple(homeless),
        sum(verdict.is_verified for verdict in before.values()),
        sum(verdict.is_verified for verdict in verdicts.values()),
        len(verdicts),
        blocked,
    )


def _without(verdicts: RowVerdicts, facades: Container[tuple[str, str]]) -> RowVerdicts:
    return {place: verdict for place, verdict in verdicts.items() if (place.path, place.module) not in facades}


def _targets(proposed: Proposed) -> tuple[str, ...]:
    row = proposed.row
    return row.to if isinstance(row, ModuleRow) else (row.to,) if row.to else ()
