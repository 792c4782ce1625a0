"""The source files of a workspace: the candidates for findings, and the facts and exports of each file."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Concatenate, ParamSpec, TypeVar

from workflow_ls.config.table import Table
from workflow_ls.jsonc.document import parse_json
from workflow_ls.project.builds.aliases.build_resolution import BuildResolution
from workflow_ls.project.builds.tree_entries import TreeEntries
from workflow_ls.project.candidate_search import candidate_queries, further_queries, is_candidate
from workflow_ls.project.configuration.alias_index import Aliases, AliasIndex
from workflow_ls.project.configuration.emitted_files import EmittedFiles
from workflow_ls.project.configuration.manifest import Package
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.file_facts import LEFT_OUT, FileFacts, describe
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.resolution.resolver import Resolver
from workflow_ls.project.resolved_facts import keep_ee_references, keep_resolving_aliases, keep_values, with_modes
from workflow_ls.project.unread_texts import is_own_text, is_pointer
from workflow_ls.records import replace
from workflow_ls.syntax.exports.export_finder import find_exports
from workflow_ls.syntax.exports.module_syntax import Export, ModuleSyntax
from workflow_ls.syntax.exports.re_export_scan import may_re_export
from workflow_ls.syntax.model import Reference
from workflow_ls.syntax.parser import Source
from workflow_ls.text import Span
from workflow_ls.vfs.files import holds_code, is_script_host

T = TypeVar("T")
P = ParamSpec("P")


class Sources(Component):
    """The source files of a workspace."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.packages = database.component(Packages)
        self.resolver = database.component(Resolver)
        self.emitted = database.component(EmittedFiles)
        self.aliases = database.component(AliasIndex)
        self.builds = database.component(BuildResolution)
        self.entries = database.component(TreeEntries)

    @query
    def _found(self) -> tuple[str, ...]:
        more = further_queries(self.table, self.aliases.queries())
        # The first search began at the start of a run, or is that of the mentions, too.
        found = {*self.files.search(candidate_queries(self.table)), *(self.files.search(more) if more else ())}
        exempt = self.context.is_exempt
        builds = {*self.aliases.builds_into_tree(), *self.builds.capturing(), *self.entries.paths()}
        configured = builds.difference(found)
        return tuple(sorted(path for path in found | configured if is_candidate(path) and not exempt(path)))

    @query
    def candidates(self) -> tuple[str, ...]:
        """The source files that may have findings, sorted, without exempt and ignored ones."""
        return tuple(path for path in self._found() if holds_code(path))

    @query
    def configurations(self) -> tuple[str, ...]:
        """The manifests and TypeScript configurations that may have findings, sorted.

        These are the files of the table, those that name a legacy module or have an alias that leads to one, the
        manifests of candidates' packages, their configurations with references to projects, and the configurations
        without an alias for the canonical package by which candidates are emitted.
        """
        table = self.table
        packages = [*table.packages, *((table.legacy_package,) if table.legacy_package is not None else ())]
        named = (
            *(posixpath.join(package.directory, "package.json") for package in packages),
            *self.packages.listed_tsconfigs(),
        )
        known = {path for path in named if self.files.kind(path) == "file"}
        known.update(posixpath.join(directory, "package.json") for directory in self._candidates_by_package())
        configured = map(self.packages.tsconfig_at, self._candidates_by_package())
        known.update(config.path for config in configured if config is not None and config.references)
        known.update(self._emitting_without_alias())
        known.update(self.aliases.configurations())
        known.update(path for path in self._found() if not holds_code(path))
        return tuple(sorted(path for path in known if not self.context.is_exempt(path)))

    @query
    def _emitting_without_alias(self) -> frozenset[str]:
        directories, name = {path.rpartition("/")[0] for path in self.candidates()}, self.table.canonical.name
        if not name:
            return frozenset()
        found = {config for directory in directories for config in self.emitted.emitting(directory)}
        return frozenset(path for path in found if not self.packages.tsconfig(path).path_targets(f"{name}/*"))

    @query
    def _candidates_by_package(self) -> Mapping[str, tuple[str, ...]]:
        found = dict[str, list[str]]()
        for path in self.candidates():
            owner = self.packages.package_of(path)
            if owner is not None:
                found.setdefault(owner.directory, []).append(path)
        return {directory: tuple(paths) for directory, paths in found.items()}

    def candidates_of(self, package: Package) -> tuple[str, ...]:
        """The candidates that belong to a package."""
        return self._candidates_by_package().get(package.directory, ())

    @query
    def _described(self, path: str) -> FileFacts | None:
        text = self.text(path)
        return None if text is None else self._describe(path, text)

    def _describe(self, path: str, text: bytes) -> FileFacts:
        args = self.table, self.settings.callees, self.aliases.of_file(path)
        return replace(self.context.parsed.facts(describe_without_text, path, text, *args), text_hash=hash(text))

    def facts(self, path: str) -> FileFacts | None:
        """The facts of a file for the rules; None if the file is absent, too large, or not UTF-8.

        Their text is read again where it is not at hand: those of closed files would take more memory than the rest.
        """
        found = self.facts_without_text(path)
        if found is None:
            return None
        recent = self.context.parsed.recent_facts
        known: FileFacts | None = recent.find(path, found)
        if known is None:
            # What is recorded are the facts, which differ with the text.
            text = self.files.untracked.read(path)
            if text is None or hash(text) != found.text_hash:
                return self._facts(path)  # it has just changed: no facts are about another text than their own
            known = replace(found, text=text)
            recent.keep(path, found, known, len(text))
        return known

    @query
    def facts_without_text(self, path: str) -> FileFacts | None:
        """As `facts`, for those who need no text: it is left out."""
        whole = self._facts(path)
        if whole is None:
            return None
        found = replace(whole, text=LEFT_OUT)
        self.context.parsed.recent_facts.keep(path, found, whole, len(whole.text))
        return found

    def _facts(self, path: str) -> FileFacts | None:
        text, described = self.text(path), self._described(path)
        if text is None or described is None:
            return None
        if described.text_hash != hash(text):
            described = self._describe(path, text)
        described = keep_ee_references(self.resolver, replace(described, text=text))
        resolved = keep_resolving_aliases(self.resolver, self.builds, described, self.aliases.of_file(path))
        parts = self.context.parsed.parts(path, text)
        return with_modes(self.resolver, keep_values(self.packages, resolved), parts)

    @query
    def bare_references(self, path: str) -> tuple[Reference, ...]:
        """The references of a file to legacy modules that are no paths."""
        facts = self.facts_without_text(path)
        legacy = () if facts is None else facts.legacy_references
        return tuple(each.reference for each in legacy if not each.relative)

    @query
    def canonical_references(self, path: str) -> tuple[Reference, ...]:
        """The references of a file to the target packages: what reads them alone does not depend on the text."""
        facts = self.facts_without_text(path)
        return () if facts is None else facts.canonical_references

    @query
    def imports_legacy(self, path: str) -> bool:
        """Whether a file has references to legacy modules."""
        facts = self.facts_without_text(path)
        return facts is not None and bool(facts.legacy_references)

    def is_concerned(self, path: str) -> bool:
        """Whether a file has references to legacy modules or to the target packages."""
        return self.imports_legacy(path) or bool(self.canonical_references(path))

    def candidate_facts(self) -> Iterator[FileFacts]:
        """The facts of every candidate file that can be read."""
        return (facts for path in self.candidates() if (facts := self.facts(path)) is not None)

    def source(self, path: str) -> Source | None:
        """The syntax tree of a source file; None if the file is absent, too large, or not UTF-8."""
        text = self.text(path)
        return None if text is None else self.context.parsed.get(path, text)

    def text(self, path: str) -> bytes | None:
        """The text of a source file; None if the file is absent, or not read (`is_read`)."""
        text = self.files.read(path)
        if text is None or not is_own_text(text, self.settings.max_file_size):
            return None
        return text if self.context.parsed.is_utf8(path, text) else None

    def parsed(
        self, find: Callable[Concatenate[Source, P], T], path: str, *args: P.args, **named: P.kwargs
    ) -> T | None:
        """What `find` says of a source file: plain data that depends on nothing else; None as for `source`."""
        text = self.text(path)
        return None if text is None else self.context.parsed.facts(find, path, text, *args, **named)

    @query
    def syntax(self, path: str) -> ModuleSyntax:
        """The exports of the file at `path`, without resolution; opaque if it is neither a program nor JSON."""
        if path.endswith(".json"):
            return self._json_exports(path)
        if not holds_code(path):
            return ModuleSyntax(opaque="it is neither TypeScript nor JavaScript")
        text = self.files.read(path)
        if text is None:
            return ModuleSyntax(opaque="it cannot be read")
        if len(text) > self.settings.max_file_size:
            return ModuleSyntax(opaque="it is larger than the limit for a source file")
        if is_pointer(text):
            return ModuleSyntax(opaque="only a pointer of Git LFS to it is checked out")
        found = self.context.parsed.facts(find_exports, path, text)
        # Its compiler adds the component as the default export, and what else there is depends on the language.
        if not is_script_host(path):
            return found
        return replace(found, opaque="it is a component", proxy=False, only_re_exports=False, script=False)

    def _json_exports(self, path: str) -> ModuleSyntax:
        """The exports of a JSON module: its value, and as bundlers and TypeScript have it, its keys."""
        text = self.files.read(path)
        if text is None or len(text) > self.settings.max_file_size:
            return ModuleSyntax(opaque="it cannot be read" if text is None else "it is larger than the limit")
        value = parse_json(text).value
        names = dict.fromkeys(("default", *(value if isinstance(value, dict) else ())))
        return ModuleSyntax(tuple(Export(name, True, False, Span(0, 0), source=name) for name in names))

    @query
    def shape(self, path: str) -> ModuleSyntax:
        """`syntax` without positions: equal for two texts with the same exports."""
        return self.syntax(path).without_places()

    @query
    def may_re_export(self, path: str) -> bool:
        """Whether the text of a file admits re-exports: most have none, and are not parsed to see that."""
        text = self.files.read(path) if holds_code(path) else None
        return text is not None and may_re_export(self.context.parsed.parts(path, text))


def describe_without_text(source: Source, table: Table, callees: Collection[str], aliases: Aliases) -> FileFacts:
    """As `describe`, without the text."""
    return replace(describe(source, table, callees, aliases), text=LEFT_OUT)
