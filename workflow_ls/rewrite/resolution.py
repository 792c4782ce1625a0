"""Where a reference to a legacy module goes, and the proof that it may go there.

`TargetResolver.find` tries the table's candidates in order.  A candidate passes when its package admits it and the
file behind it exists (`locate`), the file exports what is asked for, and its exports do not come back to the file
that asks.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence

from workflow_ls.config.table import NameRow
from workflow_ls.diagnostics import Related, Status
from workflow_ls.printable import listed
from workflow_ls.project.export_index import ExportIndex, ModuleExports
from workflow_ls.project.file_facts import Area, FileFacts, LegacyReference, area_of
from workflow_ls.project.module_graph import ModuleGraph
from workflow_ls.project.queries import Component, Database, query
from workflow_ls.project.resolver import module_file
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record, replace
from workflow_ls.rewrite.package_lookup import Location, loader_failure, locate, views_of
from workflow_ls.rewrite.relative_specifier import relative_specifier
from workflow_ls.rewrite.required_names import (
    NameUse,
    RequiredExports,
    collect_imported_names,
    every_name,
    required_by,
    required_of,
    uses_of_names,
)
from workflow_ls.syntax.model import Form, Name, Reference

BOUNDARY = (
    "the core ships without EE, so it may not import the EE package; "
    "inject what it needs from the EE side, or move this file there"
)


@record
class Candidate:
    """One candidate that was tried: `failure` is None where it passed, else says why not.

    `path` is the file behind it, where there is one, and `key` the exports key that led there; `unblock` is what
    would make it pass.  `absent` marks a package that cannot be looked into.
    """

    specifier: str
    path: str | None = None
    failure: str | None = None
    unblock: str = ""
    related: tuple[Related, ...] = ()
    absent: bool = False
    key: str | None = None


@record
class ImportPart:
    """Part of a rewrite: the names that go to one specifier, each with its name there.

    Where a rewrite has one part and no name changes, `names` is empty.
    """

    specifier: str
    names: tuple[tuple[Name, str], ...] = ()


@record
class Target:
    """The outcome for one reference.

    `parts` is empty where `status` is BLOCKED, and `reason` is None where it is VERIFIED.  `path` is the file behind
    the first part, where it was found.  `tried` tells what was tried, in order.
    """

    status: Status
    parts: tuple[ImportPart, ...] = ()
    reason: str | None = None
    path: str | None = None
    tried: tuple[Candidate, ...] = ()
    related: tuple[Related, ...] = ()

    @property
    def replacement(self) -> str | None:
        """The specifiers it goes to, in one string; None where it goes nowhere."""
        return ", ".join(dict.fromkeys(part.specifier for part in self.parts)) or None


def blocked(reason: str, tried: Sequence[Candidate] = (), related: tuple[Related, ...] = ()) -> Target:
    """A target that is no target."""
    return Target(Status.BLOCKED, reason=reason, tried=tuple(tried), related=related)


@record
class Choice:
    """The workspace-wide decision for a legacy module.

    `order` are its candidates, the chosen one first; `chosen` is None where none serves all.  `whole` says that the
    chosen one exports all that the legacy module exports.  `legacy` are the exports of the legacy module, None where
    its file is gone.  `imported` is what the workspace asks of it by name; it is collected only where it decides.
    """

    order: tuple[str, ...]
    chosen: str | None
    exports_everything: bool
    legacy: ModuleExports | None
    imported: RequiredExports

    def serves(self, reference: Reference) -> bool:
        """Whether the legacy module exports all that a reference asks for by name."""
        return self.legacy is not None and all(name.name in self.legacy.names for name in reference.names)


class TargetResolver(Component):
    """Finds where legacy references go in one workspace."""

    def __init__(self, database: Database, *, try_all: bool = False) -> None:
        """`try_all` tries every candidate, also behind the first that passes: for one who wants to see them all."""
        super().__init__(database)
        self.workspace = Workspace.of(database)
        self.try_all = try_all
        self.index = database.component(ExportIndex)
        self.modules = database.component(ModuleGraph)

    def _try_in_order(
        self, importer: str, reference: Reference, order: Sequence[str], required: RequiredExports
    ) -> list[Candidate]:
        tried: list[Candidate] = []
        for specifier in order:
            tried.append(self._try(importer, reference, specifier, required))
            if tried[-1].failure is None and not self.try_all:
                break
        return tried

    def find(self, facts: FileFacts, legacy: LegacyReference) -> Target:
        """Where one reference of a file goes."""
        match area_of(self.workspace.table, facts.path):
            case Area.LEGACY:
                return self._within_tree(facts.path, legacy)
            case Area.CORE:
                return blocked(BOUNDARY)
            case area:
                return self._out_of_tree(facts, legacy, area)

    def _within_tree(self, importer: str, legacy: LegacyReference) -> Target:
        workspace, specifier = self.workspace, legacy.reference.specifier
        tree = workspace.table.tree
        path = module_file(workspace.files, tree, legacy.module)
        if path is None:
            return blocked(f"`{specifier}` names no file of {tree}; correct the path by hand")
        if path == importer:
            return blocked(f"`{specifier}` is this file itself; remove the import by hand")
        if legacy.reference.form is Form.REFERENCE:
            return blocked("`/// <reference types>` takes no relative path; use an import by hand")
        written = next(specifier[len(root) :] for root in workspace.table.roots if _below_root(specifier, root))
        relative = relative_specifier(workspace, importer, tree + written, path)
        return Target(Status.VERIFIED, (ImportPart(relative),), path=path, tried=(Candidate(relative, path),))

    def _out_of_tree(self, facts: FileFacts, legacy: LegacyReference, area: Area) -> Target:
        reference, module = legacy.reference, legacy.module
        if reference.form is Form.REFERENCE and legacy.relative:
            return blocked("`/// <reference path>` names a file, which a package can't offer; use an import by hand")
        choice = self.choice(module)
        moved = self._moved(reference, module)
        if moved:
            return self._split(facts, reference, choice, moved)
        if choice.exports_everything and not self.try_all and choice.serves(reference):
            # The chosen target exports all names there are, so they need no look at each place that asks for some.
            candidate = self._try(facts.path, reference, choice.order[0], {})
            if candidate.failure is None:
                return Target(
                    Status.VERIFIED, (ImportPart(candidate.specifier),), path=candidate.path, tried=(candidate,)
                )
        required = required_by(facts, reference, choice.legacy, choice.imported)
        # Without a name to check, a barrel would pass for anything: only the one-to-one path may.
        order = choice.order if required else choice.order[:1]
        tried = self._try_in_order(facts.path, reference, order, required)
        if area is Area.CANONICAL and _first_passed(tried) is None:
            tried += self._try_relative(facts.path, module, required)
        passed = _first_passed(tried)
        if passed is not None:
            return Target(Status.VERIFIED, (ImportPart(passed.specifier),), path=passed.path, tried=tuple(tried))
        if tried and tried[0].absent:
            part, reason = ImportPart(tried[0].specifier), f"{tried[0].failure}, so this is not checked"
            return Target(Status.UNVERIFIED, (part,), reason, tried=tuple(tried))
        if len(reference.names) > 1:
            split = self._split(facts, reference, choice, {})
            if split.status is Status.VERIFIED:
                return split
        in_order = {specifier: place for place, specifier in enumerate(self.workspace.table.candidates(module))}
        return _refusal(sorted(tried, key=lambda candidate: in_order.get(candidate.specifier, len(in_order))))

    def is_one_to_one(self, module: str) -> bool:
        """Whether a module goes to a target of its own, where its mocks meet no other module's."""
        candidates = self.workspace.table.candidates(module)
        return self.choice(module).chosen is not None and self.choice(module).chosen == candidates[0]

    @query
    def choice(self, module: str) -> Choice:
        """The candidates for a legacy module, in the order in which every reference to it tries them.

        First comes the first candidate that exports all that the legacy module exports; where there is none, the
        first that exports all that the workspace asks of the module by name.
        """
        table, moved = self.table, self.table.moved_names(module)
        real = self.workspace.resolver.legacy_file(module)
        legacy = None if real is None else self.index.exports(real)
        candidates = table.candidates(module)
        chosen, whole = None, False
        if legacy is not None and legacy.opaque is None:
            every = {name: meaning for name, meaning in every_name(legacy).items() if name not in moved}
            chosen = self._first(candidates, every)
            whole = chosen is not None
        imported: RequiredExports = {}
        if chosen is None:
            imported = collect_imported_names(self._uses_by_module().get(module, ()), legacy)
            imported = {name: meaning for name, meaning in imported.items() if name not in moved}
            chosen = self._first(candidates, imported)
        rest = tuple(specifier for specifier in candidates if specifier != chosen)
        return Choice((*((chosen,) if chosen else ()), *rest), chosen, whole, legacy, imported)

    @query
    def _uses_by_module(self) -> Mapping[str, tuple[NameUse, ...]]:
        found = dict[str, list[NameUse]]()
        for path in self.workspace.sources.candidates():
            for module, uses in self._uses(path):
                found.setdefault(module, []).extend(uses)
        return {module: tuple(uses) for module, uses in found.items()}

    @query
    def _uses(self, path: str) -> tuple[tuple[str, tuple[NameUse, ...]], ...]:
        """The names that a file takes from each legacy module; the same for two texts that differ in places only."""
        facts = self.workspace.sources.facts(path)
        return () if facts is None else tuple(uses_of_names(facts))

    def _first(self, candidates: Sequence[str], required: RequiredExports) -> str | None:
        if not required:
            return None
        for specifier in candidates:
            location = self.location(specifier, "", ("types",))
            if location.path is not None and not self._missing(location.path, required):
                return specifier
        return None

    def location(self, specifier: str, importer: str, views: tuple[str, ...]) -> Location:
        """What `locate` finds, seen from the file `importer`."""
        # A package of the table lies in one place for every importer; only why it does not serve may differ.
        found = self._location(specifier, "", views)
        directory = importer.rpartition("/")[0]
        return found if found.path is not None or not directory else self._location(specifier, directory, views)

    @query
    def _location(self, specifier: str, directory: str, views: tuple[str, ...]) -> Location:
        return locate(self.workspace, specifier, f"{directory}/importer.ts" if directory else "", views)

    def _missing(self, path: str, required: RequiredExports) -> list[str]:
        exports = self.index.exports(path)
        missing = []
        for name, wanted in required.items():
            found = exports.names.get(name)
            if found is None or (wanted.value and not found.value) or (wanted.type and not found.type):
                missing.append(name)
        return missing

    def _try(self, importer: str, reference: Reference, specifier: str, required: RequiredExports) -> Candidate:
        location = self.location(specifier, importer, views_of(reference))
        if location.path is None:
            failure = location.failure or ""
            return Candidate(specifier, None, failure, location.unblock, location.related, location.absent)
        if reference.form is Form.REFERENCE and not location.path.endswith(_DECLARATIONS):
            failure = f"`/// <reference types>` finds only declaration files, and this leads to {location.path}"
            return Candidate(specifier, location.path, failure, "use an import by hand")
        loader = loader_failure(self.workspace, location, importer)
        if loader is not None:
            unblock = "give the package a built entry, or turn this file into TypeScript"
            return Candidate(specifier, location.path, loader, unblock)
        return replace(self._check(importer, specifier, location.path, required), key=location.key)

    def _check(self, importer: str, specifier: str, path: str, required: RequiredExports) -> Candidate:
        """The second and third condition, for a file that was found."""
        exports = self.index.exports(path)
        missing = self._missing(path, required)
        if missing and exports.opaque is not None:
            failure = f"the exports of {path} can't be read, since {exports.opaque}"
            return Candidate(specifier, path, failure, "check the names by hand", (Related(path, None, "here"),))
        if missing:
            failure, unblock = _missing_names(specifier, path, missing, exports)
            return Candidate(specifier, path, failure, unblock, (Related(path, None, "the module behind it"),))
        if path == importer:
            return Candidate(specifier, path, f"`{specifier}` is this file itself", "move the implementation first")
        if self.index.reaches(path, importer):
            failure = f"`{specifier}` re-exports from this file, so the import would come back to it"
            return Candidate(specifier, path, failure, "move the implementation first")
        return Candidate(specifier, path)

    def _try_relative(self, importer: str, module: str, required: RequiredExports) -> list[Candidate]:
        """Inside the canonical package: the one-to-one module by relative path, which needs no `exports` entry."""
        table = self.workspace.table
        sources = posixpath.join(table.canonical.directory, table.canonical.sources)
        known = table.split(next(iter(table.candidates(module)), ""))
        if known is None or known[0].name != table.canonical.name:
            return []
        below = known[1].removeprefix(".").removeprefix("/")
        path = module_file(self.workspace.files, sources, below)
        if path is None:
            return []
        relative = relative_specifier(self.workspace, importer, posixpath.join(sources, below), path)
        return [self._check(importer, relative, path, required)]

    def _moved(self, reference: Reference, module: str) -> Mapping[str, NameRow]:
        """The name rows that concern a reference: those of its names, or all where it may use any name."""
        moved = self.workspace.table.moved_names(module)
        if reference.whole:
            return moved
        return {name.name: moved[name.name] for name in reference.names if name.name in moved}

    def _split(self, facts: FileFacts, reference: Reference, choice: Choice, moved: Mapping[str, NameRow]) -> Target:
        """Send each name where it goes: a moved name to its row's target, the others each to what passes for it."""
        if reference.whole or reference.statement is None:
            listed = ", ".join(_whereabouts(name, row) for name, row in moved.items())
            return blocked(f"this form can't be split, and names of the module went to different places ({listed})")
        parts: dict[str, list[tuple[Name, str]]] = {}
        all_tried, accepted = list[Candidate](), list[Candidate]()
        for name in reference.names:
            row = moved.get(name.name)
            new_name = (row.new_name if row is not None else None) or name.name
            required = {new_name: required_of(facts, reference, name, choice.legacy)}
            order = choice.order if row is None or row.to is None else (row.to,)
            tried = self._try_in_order(facts.path, reference, order, required)
            all_tried += tried
            taken = _first_passed(tried) or next((candidate for candidate in tried[:1] if candidate.absent), None)
            if taken is None:
                return _refusal(tried)
            accepted.append(taken)
            parts.setdefault(taken.specifier, []).append((name, new_name))
        result = tuple(ImportPart(specifier, tuple(names)) for specifier, names in parts.items())
        absent = next((candidate for candidate in accepted if candidate.absent), None)
        if absent is not None:
            reason = f"{absent.failure}, so this is not checked"
            return Target(Status.UNVERIFIED, result, reason, tried=tuple(all_tried))
        return Target(Status.VERIFIED, result, path=accepted[0].path, tried=tuple(all_tried))


_DECLARATIONS = (".d.ts", ".d.mts", ".d.cts")


def _whereabouts(name: str, row: NameRow) -> str:
    place = f" is now in `{row.to}`" if row.to is not None else ""
    return f"`{name}`{place}" + (f" as `{row.new_name}`" if row.new_name is not None else "")


def _below_root(specifier: str, root: str) -> bool:
    return specifier == root or specifier.startswith(f"{root}/")


def _first_passed(tried: Sequence[Candidate]) -> Candidate | None:
    return next((candidate for candidate in tried if candidate.failure is None), None)


def _missing_names(specifier: str, path: str, missing: Sequence[str], exports: ModuleExports) -> tuple[str, str]:
    shown = listed([f"`{name}`" for name in missing])
    ambiguous = [name for name in missing if name in exports.ambiguous]
    if ambiguous:
        unblock = f"export it by name from {path}"
        return f"`{specifier}` gets `{ambiguous[0]}` from two modules, which exports neither", unblock
    if all(name in exports.names for name in missing):
        kind = "a value only" if exports.names[missing[0]].value else "a type only"
        return f"`{specifier}` exports {shown} as {kind}", f"export it in full from {path}"
    failure = f"`{specifier}` does not export {shown}"
    if exports.unresolved:
        failure += f" (or hides it behind `export * from '{exports.unresolved[0]}'`, which can't be followed)"
    return failure, f"export it from {path}"


def _refusal(tried: Sequence[Candidate]) -> Target:
    """A blocked target whose reason is the first candidate's, with the others behind it in short."""
    if not tried:
        return blocked("the mapping table has no target for it; add a row to workflow-ls.json")
    first, *others = tried
    reason = f"{first.failure}; {first.unblock}" if first.unblock else str(first.failure)
    if others:
        told = "; ".join(dict.fromkeys(str(other.failure) for other in others[:2]))
        reason += f". Other candidates: {told}"
        reason += f"; and {len(others) - 2} more" if others[2:] else ""
    related = tuple(dict.fromkeys(place for candidate in tried for place in candidate.related))
    return blocked(reason, tried, related)
