"""Finds the targets of legacy references, and proves that they may replace them.

`TargetResolver.find` tries the table's candidates in order, and takes the first that passes `CandidateChecker.check`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence

from workflow_ls.config.table import NameRow
from workflow_ls.diagnostics import Blocked
from workflow_ls.project.export_index import ExportIndex, ModuleExports
from workflow_ls.project.file_facts import Area, FileFacts, LegacyReference, area_of
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.resolution.resolver import module_file
from workflow_ls.project.runtime.module_graph import ModuleGraph
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import OrderedMapping, record, replace
from workflow_ls.rewrite.candidates import CandidateChecker
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
from workflow_ls.rewrite.target import CORE_WITHOUT_EE, Candidate, ImportPart, Resolution, Target
from workflow_ls.syntax.model import Form, Name, Reference


@record
class Choice:
    """The decision for a legacy module, which holds in the whole workspace.

    `order` are its candidates, the chosen one first; `chosen` is None if no candidate serves all references.
    `exports_everything` says that the chosen one exports all that the legacy module exports.  `legacy` are the exports
    of the legacy module, None if its file is deleted.  `imported` are the names that the workspace imports from it;
    they are collected only if they decide.
    """

    order: tuple[str, ...]
    chosen: str | None
    exports_everything: bool
    legacy: ModuleExports | None
    imported: RequiredExports

    def serves(self, reference: Reference) -> bool:
        """Whether the legacy module exports all names that a reference imports."""
        return self.legacy is not None and all(name.name in self.legacy.names for name in reference.names)


class TargetResolver(Component):
    """Finds the targets of the legacy references in one workspace."""

    def __init__(self, database: Database, *, try_all: bool = False) -> None:
        """`try_all` tries every candidate, even after one has passed, in order to show them all."""
        super().__init__(database)
        self.workspace = Workspace.of(database)
        self.try_all = try_all
        self.index = database.component(ExportIndex)
        self.modules = database.component(ModuleGraph)
        self.checker = database.component(CandidateChecker)

    def find(self, facts: FileFacts, legacy: LegacyReference) -> Resolution:
        """The target of one reference of a file."""
        match area_of(self.workspace.table, facts.path):
            case Area.LEGACY:
                return self._within_tree(facts.path, legacy)
            case Area.CORE:
                return Resolution(CORE_WITHOUT_EE)
            case area:
                return self._out_of_tree(facts, legacy, area)

    def _within_tree(self, importer: str, legacy: LegacyReference) -> Resolution:
        workspace, specifier = self.workspace, legacy.reference.specifier
        tree = workspace.table.tree
        path = module_file(workspace.files, tree, legacy.module)
        if path is None:
            return Resolution(Blocked(f"`{specifier}` names no file of {tree}", "correct the path by hand"))
        if path == importer:
            return Resolution(Blocked(f"`{specifier}` is this file itself", "remove the import by hand"))
        if legacy.reference.form is Form.REFERENCE:
            return Resolution(
                Blocked("`/// <reference types>` can't name a file by its path", "write an import instead")
            )
        written = next(specifier[len(root) :] for root in workspace.table.roots if _below_root(specifier, root))
        relative = relative_specifier(workspace, importer, tree + written, path)
        return _verified(Candidate(relative, path))

    def _out_of_tree(self, facts: FileFacts, legacy: LegacyReference, area: Area) -> Resolution:
        reference, module = legacy.reference, legacy.module
        if reference.form is Form.REFERENCE and legacy.relative:
            return Resolution(
                Blocked("`/// <reference path>` can't name a file of a package", "write an import instead")
            )
        if legacy.request:
            return self._requested(facts.path, legacy, area)
        choice = self.choice(module)
        moved = self._moved(reference, module)
        if moved:
            return self._split(facts, reference, choice, moved)
        if choice.exports_everything and not self.try_all and choice.serves(reference):
            # The chosen target exports all names there are, so none needs a look at how it is used here.
            candidate = self.checker.check(facts.path, reference, choice.order[0], {})
            if candidate.passed:
                return _verified(candidate)
        required = required_by(facts, reference, choice.legacy, choice.imported)
        # Without a name to check, a barrel would pass for anything: only the one-to-one path may.
        order = choice.order if required else choice.order[:1]
        tried = self._try_in_order(facts.path, reference, order, required)
        if area is Area.CANONICAL and _first_passed(tried) is None:
            tried += self._try_relative(facts.path, reference, module, required)
        passed = _first_passed(tried)
        if passed is not None:
            return _verified(passed, tried)
        if tried and not tried[0].is_available:
            target = Target((ImportPart(tried[0].specifier),), unverified=tried[0].blocked)
            return Resolution(target, tuple(tried))
        if len(reference.names) > 1:
            split = self._split(facts, reference, choice, {})
            if isinstance(split.target, Target) and split.target.unverified is None:
                return split
        in_order = {specifier: number for number, specifier in enumerate(self.workspace.table.candidates(module))}
        return _refusal(sorted(tried, key=lambda candidate: in_order.get(candidate.specifier, len(in_order))))

    def _requested(self, importer: str, legacy: LegacyReference, area: Area) -> Resolution:
        """The target of a file that a bundler's loader takes: the one-to-one path only, as a barrel is another file."""
        reference, module = legacy.reference, legacy.module
        tried = self._try_in_order(importer, reference, self.table.candidates(module)[:1], {})
        if area is Area.CANONICAL and _first_passed(tried) is None:
            tried += self._try_relative(importer, reference, module, {})
        passed, old = _first_passed(tried), self.workspace.resolver.legacy_file(module)
        if passed is None and tried and not tried[0].is_available:
            return Resolution(Target((ImportPart(tried[0].specifier),), unverified=tried[0].blocked), tuple(tried))
        if passed is None:
            return _refusal(tried)
        is_text, new = "worker" not in legacy.request, passed.path
        if is_text and new is not None and old not in (None, new) and self.index.reaches(new, old or ""):
            reason = f"`{legacy.request}` takes the text of the file, and {new} only re-exports {old}"
            return Resolution(Blocked(reason, "move the implementation first"), tuple(tried))
        return _verified(passed, tried)

    def _try_in_order(
        self, importer: str, reference: Reference, order: Sequence[str], required: RequiredExports
    ) -> list[Candidate]:
        tried: list[Candidate] = []
        for specifier in order:
            tried.append(self.checker.check(importer, reference, specifier, required))
            if tried[-1].passed and not self.try_all:
                break
        return tried

    def _try_relative(
        self, importer: str, reference: Reference, module: str, required: RequiredExports
    ) -> list[Candidate]:
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
        return [self.checker.check_file(importer, reference, relative, path, required)]

    def is_one_to_one(self, module: str) -> bool:
        """Whether a module has a target of its own, where its mocks meet no other module's."""
        candidates = self.workspace.table.candidates(module)
        return self.choice(module).chosen is not None and self.choice(module).chosen == candidates[0]

    @query
    def choice(self, module: str) -> Choice:
        """The candidates for a legacy module, in the order in which every reference to it tries them.

        The first candidate that exports all that the legacy module exports comes first; if there is none, the first
        that exports all names that the workspace imports from the module.
        """
        table, moved = self.table, self.table.moved_names(module)
        real = self.workspace.resolver.legacy_file(module)
        legacy = None if real is None else self.index.exports(real)
        candidates = table.candidates(module)
        chosen, exports_everything = None, False
        if legacy is not None and legacy.opaque is None:
            every = {name: meaning for name, meaning in every_name(legacy).items() if name not in moved}
            chosen = self.checker.first_serving(candidates, every)
            exports_everything = chosen is not None
        imported: RequiredExports = {}
        if chosen is None:
            imported = collect_imported_names(self._uses_by_module().get(module, ()), legacy)
            # A message lists the names in the order of the files that import them, which a rename of a file changes.
            imported = OrderedMapping({name: meaning for name, meaning in imported.items() if name not in moved})
            chosen = self.checker.first_serving(candidates, imported)
        rest = tuple(specifier for specifier in candidates if specifier != chosen)
        return Choice((*((chosen,) if chosen else ()), *rest), chosen, exports_everything, legacy, imported)

    @query
    def _uses_by_module(self) -> Mapping[str, tuple[NameUse, ...]]:
        found = dict[str, list[NameUse]]()
        for path in self.workspace.sources.candidates():
            for module, uses in self._uses(path):
                found.setdefault(module, []).extend(uses)
        return {module: tuple(uses) for module, uses in found.items()}

    @query
    def _uses(self, path: str) -> tuple[tuple[str, tuple[NameUse, ...]], ...]:
        """The names that a file imports from each legacy module; the same for two texts that differ in places only."""
        facts = self.workspace.sources.facts(path)
        return () if facts is None else tuple(uses_of_names(facts))

    def _moved(self, reference: Reference, module: str) -> Mapping[str, NameRow]:
        """The name rows that concern a reference: those of its names, or all if it may use any name."""
        moved = self.workspace.table.moved_names(module)
        if reference.whole:
            return moved
        return {name.name: moved[name.name] for name in reference.names if name.name in moved}

    def _split(
        self, facts: FileFacts, reference: Reference, choice: Choice, moved: Mapping[str, NameRow]
    ) -> Resolution:
        """Find a target for each name: that of its row for a moved name, the first that passes for another."""
        if reference.whole or reference.statement is None:
            return Resolution(_unsplittable(moved))
        parts: dict[str, list[tuple[Name, str]]] = {}
        all_tried, accepted = list[Candidate](), list[Candidate]()
        for name in reference.names:
            row = moved.get(name.name)
            new_name = (row.new_name if row is not None else None) or name.name
            required = {new_name: required_of(facts, reference, name, choice.legacy)}
            order = choice.order if row is None or row.to is None else (row.to,)
            tried = self._try_in_order(facts.path, reference, order, required)
            all_tried += tried
            found = _first_passed(tried) or next(
                (candidate for candidate in tried[:1] if not candidate.is_available), None
            )
            if found is None:
                return _refusal(tried)
            accepted.append(found)
            parts.setdefault(found.specifier, []).append((name, new_name))
        written = tuple(ImportPart(specifier, tuple(names)) for specifier, names in parts.items())
        unverified = next((candidate.blocked for candidate in accepted if not candidate.passed), None)
        target = Target(written, accepted[0].path if unverified is None else None, unverified)
        return Resolution(target, tuple(all_tried))


def _below_root(specifier: str, root: str) -> bool:
    return specifier == root or specifier.startswith(f"{root}/")


def _first_passed(tried: Sequence[Candidate]) -> Candidate | None:
    return next((candidate for candidate in tried if candidate.passed), None)


def _verified(passed: Candidate, tried: Sequence[Candidate] = ()) -> Resolution:
    return Resolution(Target((ImportPart(passed.specifier),), passed.path), tuple(tried) or (passed,))


def _unsplittable(moved: Mapping[str, NameRow]) -> Blocked:
    renames = []
    for name, row in moved.items():
        to = f" to `{row.to}`" if row.to is not None else ""
        renames.append(f"`{name}`{to}" + (f" as `{row.new_name}`" if row.new_name is not None else ""))
    reason = f"the names of this module moved to different modules ({', '.join(renames)}), and this form can't be split"
    return Blocked(reason, "import each name from its module by hand")


def _refusal(tried: Sequence[Candidate]) -> Resolution:
    """No target: the reason is the first candidate's, followed by those of the others."""
    refused = [candidate.blocked for candidate in tried if candidate.blocked is not None]
    if not refused:
        return Resolution(Blocked("the mapping table has no target for it", "add a row to workflow-ls.json"))
    related = tuple(dict.fromkeys(each for blocked in refused for each in blocked.related))
    # A reader of the first few wants those that came close.
    others = sorted(tried, key=lambda candidate: candidate.path is None)
    alternatives = tuple(
        other.blocked.reason for other in others if other.blocked is not None and other.blocked is not refused[0]
    )
    return Resolution(replace(refused[0], related=related, alternatives=alternatives), tuple(tried))
