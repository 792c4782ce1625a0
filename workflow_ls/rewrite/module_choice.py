"""Decides where each legacy module goes: one target for all references to it."""

from __future__ import annotations

from collections.abc import Mapping

from workflow_ls.project.exports.export_index import ExportIndex
from workflow_ls.project.exports.module_exports import ModuleExports
from workflow_ls.project.file_facts import LegacyReference
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import OrderedMapping, record
from workflow_ls.rewrite.asset_targets import asset_ending, format_ending
from workflow_ls.rewrite.candidates import CandidateChecker
from workflow_ls.rewrite.required_names import (
    NameUse,
    RequiredExports,
    collect_imported_names,
    every_name,
    known_names,
    uses_of_names,
)


@record
class Choice:
    """The decision for a legacy module, which holds in the whole workspace.

    `order` are its candidates, the chosen one first; `chosen` is None if no candidate serves all references.
    `exports_everything` says that the chosen one exports all that the legacy module exports.  `legacy` are the exports
    of the legacy module, None if its file is deleted.  `imported` are the names that the workspace imports from it;
    they are collected only if they decide.  `ending` is that of an asset, "" for source code, and `file` its file.
    """

    order: tuple[str, ...]
    chosen: str | None
    exports_everything: bool
    legacy: ModuleExports | None
    imported: RequiredExports
    ending: str = ""
    file: str | None = None

    @property
    def is_opaque_asset(self) -> bool:
        """Whether it is an asset whose exports can't be read: a target with its ending has them, too."""
        return self.ending not in ("", ".json")

    def serves(self, legacy: LegacyReference) -> bool:
        """Whether the legacy module exports all names that a reference takes."""
        return self.legacy is not None and all(name.name in self.legacy.names for name in legacy.names)


class ModuleChoices(Component):
    """The candidates of each legacy module, and which of them is its target."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.workspace = Workspace.of(database)
        self.index = database.component(ExportIndex)
        self.checker = database.component(CandidateChecker)

    @query
    def candidates(self, module: str) -> tuple[str, ...]:
        """The table's candidates for a module, each as the `exports` of its package spell it."""
        file = self.workspace.resolver.legacy_file(module)
        ending = asset_ending(module, file)
        # `require('./steps')` finds steps.json, but `exports` have no such search.
        named = module if module.endswith(ending) else module + ending
        found = tuple(self.checker.spelled(specifier) for specifier in self.table.candidates(named))
        emitted = format_ending(file)
        if not emitted or not found or self.checker.leads_to(found[0], ""):
            return found
        # No alias finds `mod.mts` but for `mod.mjs`.
        return (found[0] + emitted, *found[1:])

    @query
    def choice(self, module: str) -> Choice:
        """The candidates for a legacy module, in the order in which every reference to it tries them.

        The first candidate that exports all that the legacy module exports comes first; if there is none, the first
        that exports all names that the workspace imports from the module.
        """
        moved = self.table.moved_names(module)
        real = self.workspace.resolver.legacy_file(module)
        legacy = None if real is None else self.index.exports(real)
        candidates, ending = self.candidates(module), asset_ending(module, real)
        serving = candidates if not ending else [each for each in candidates if self.checker.leads_to(each, ending)]
        chosen, exports_everything = None, False
        if legacy is not None and legacy.opaque is None:
            every = {name: meaning for name, meaning in every_name(legacy).items() if name not in moved}
            chosen = self.checker.first_serving(serving, every, legacy)
            exports_everything = chosen is not None
        imported: RequiredExports = {}
        if chosen is None:
            imported = collect_imported_names(self._uses_by_module().get(module, ()), legacy)
            # A message lists the names in the order of the files that import them, which a rename of a file changes.
            imported = OrderedMapping(
                {name: meaning for name, meaning in known_names(imported, legacy).items() if name not in moved}
            )
            chosen = self.checker.first_serving(serving, imported, legacy)
        rest = tuple(specifier for specifier in candidates if specifier != chosen)
        order = (*((chosen,) if chosen else ()), *rest)
        return Choice(order, chosen, exports_everything, legacy, imported, ending, real)

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
        facts = self.workspace.sources.facts_without_text(path)
        return () if facts is None else tuple(uses_of_names(facts))

    def declaring(self, choice: Choice, name: str) -> tuple[str, str] | None:
        """The legacy module that declares a name which another only re-exports, and the name that it exports."""
        origin = None if choice.legacy is None else choice.legacy.origins.get(name)
        if origin is None or origin.path == choice.file:
            return None
        module = self.table.module_at(origin.path)
        exported = [each for each, other in self.index.exports(origin.path).origins.items() if other == origin]
        if module is None or not exported:
            return None
        return module, name if name in exported else exported[0]
