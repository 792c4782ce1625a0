"""What a check looks up of the text of each candidate first, so that another process can find it beside the check."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from workflow_ls.config.table import Table
from workflow_ls.project.configuration.alias_index import Aliases
from workflow_ls.project.file_facts import Area, area_of
from workflow_ls.project.parsed_sources import ParsedSources
from workflow_ls.project.queries.database import Component, Database
from workflow_ls.project.runtime.mock_calls import calls_of
from workflow_ls.project.runtime.module_graph import ModuleGraph, imports_of, mocks_of
from workflow_ls.project.source_index import Sources, describe_without_text
from workflow_ls.syntax.exports.export_finder import find_exports
from workflow_ls.syntax.references.flows.mock_names import defines_mock


class AskedFile(NamedTuple):
    """What the facts of a file depend on besides its text, and the table and settings of its workspace.

    `keeps_types` says that its imports of types run, `is_moving` that it is of the legacy tree or of its new package.
    """

    path: str
    aliases: Aliases
    keeps_types: bool
    is_moving: bool


class AskedFiles(Component):
    """What the files of a workspace are asked."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sources = database.component(Sources)
        self.modules = database.component(ModuleGraph)

    def of_file(self, path: str) -> AskedFile | None:
        """What a file is asked; None if it is asked nothing."""
        if self.context.is_exempt(path) or self.sources.text(path) is None:
            return None
        is_moving = area_of(self.table, path) in (Area.LEGACY, Area.CANONICAL)
        return AskedFile(path, self.sources.aliases.of_file(path), self.modules.keeps_types(path), is_moving)

    def is_known(self, asked: AskedFile, text: bytes) -> bool:
        """Whether an earlier run has left the facts of a file."""
        args = self.table, self.settings.callees, asked.aliases
        return self.context.parsed.knows(describe_without_text, asked.path, text, *args)


def find_asked(parsed: ParsedSources, asked: AskedFile, text: bytes, table: Table, callees: Collection[str]) -> None:
    """Look up the facts that a check looks up for a file, for the sake of what `parsed` keeps of them."""
    facts = parsed.facts(describe_without_text, asked.path, text, table, callees, asked.aliases)
    references = (*(legacy.reference for legacy in facts.legacy_references), *facts.canonical_references)
    if any(defines_mock(reference.callee) for reference in references):
        parsed.facts(mocks_of, asked.path, text, callees)
        parsed.facts(imports_of, asked.path, text, callees, verbatim=asked.keeps_types)
        parsed.facts(calls_of, asked.path, text, callees)
    elif asked.is_moving:
        parsed.facts(find_exports, asked.path, text)
