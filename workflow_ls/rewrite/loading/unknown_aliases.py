"""The configurations with aliases that are not known and that may concern the move."""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.project.builds.aliases.alias_rules import AliasRule, Way
from workflow_ls.project.builds.aliases.build_resolution import BuildResolution
from workflow_ls.project.builds.aliases.table_parts import AliasTable
from workflow_ls.project.builds.build_files import BuildFiles
from workflow_ls.project.builds.kinds.configuration_names import tool_of
from workflow_ls.project.builds.lookups.resolving_programs import ResolvingPrograms
from workflow_ls.project.builds.programs.unknown_parts import UnknownPart, unknown_parts
from workflow_ls.project.builds.values import workspace_path
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.resolution.bare_specifiers import split_package
from workflow_ls.project.source_index import Sources
from workflow_ls.records import record
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.vfs.files import is_within

_OF_PLUGINS = ("resolveId", "onResolve", "NormalModuleReplacementPlugin", "IgnorePlugin")
_FILLED = compile_on_use(r"[$*\\]")  # what a match fills in


@record
class UnknownAliases:
    """The parts of the aliases of one configuration that are not known, of which there is at least one."""

    path: str
    parts: tuple[UnknownPart, ...]

    @property
    def message(self) -> str:
        """What is not known, and why, as a clause; about the first part, with the number of the others."""
        first = self.parts[0]
        what = f"where its alias `{first.key}` leads is not known" if first.key else "its aliases are not all known"
        more = f", and {len(self.parts) - 1} more" if self.parts[1:] else ""
        elsewhere = f" ({first.at.path})" if first.at.path != self.path else ""
        return f"{what}: {first.reason}{elsewhere}{more}"

    @property
    def offset(self) -> int:
        """The place of the first part in the text of the configuration, 0 if it is in another file."""
        return self.parts[0].at.span.start if self.parts[0].at.path == self.path else 0


class UnknownAliasesIndex(Component):
    """Finds the configurations whose aliases are not all known, as far as that matters."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.builds = database.component(BuildFiles)
        self.resolution = database.component(BuildResolution)
        self.programs = database.component(ResolvingPrograms)
        self.packages = database.component(Packages)
        self.sources = database.component(Sources)

    @query
    def found(self) -> tuple[UnknownAliases, ...]:
        """The configurations that name the legacy tree or a target, or govern a file that imports one, sorted."""
        found = list[UnknownAliases]()
        for path in self.builds.with_aliases():
            value = self.builds.inherited.value(path)
            unknown = () if value is None else unknown_parts(tool_of(path), value)
            unknown = (*unknown, *self._complex_patterns(path), *self._programs(path))
            parts = tuple(part for part in unknown if not self._is_for_another_package(part.key))
            if parts and (self._names_any(path) or path in self._governing()):
                found.append(UnknownAliases(path, parts))
        return tuple(found)

    def _complex_patterns(self, path: str) -> Iterator[UnknownPart]:
        """The aliases by a regular expression that lead into the tree for specifiers which nobody can list."""
        open_keys = {written.key_at for written in self.builds.aliases(path) if not written.aliases}
        for table in self.resolution.tables(path) if open_keys else ():
            for rule in table.rules:
                if rule.way is Way.PATTERN and rule.key_at in open_keys and self._leads_into_tree(table, rule):
                    yield UnknownPart(rule.key_at, "its regular expression matches too much to be followed", rule.key)

    def _programs(self, path: str) -> Iterator[UnknownPart]:
        """The functions of plugins that resolve specifiers of the legacy modules or of a target."""
        names = (*self.table.roots, *(package.name for package in self.table.packages))
        for program in self.programs.of_file(path):
            if program.name in _OF_PLUGINS and any(map(program.concerns, names)):
                yield UnknownPart(program.at, f"`{program.name}` is a program, which may lead specifiers elsewhere")

    def _leads_into_tree(self, table: AliasTable, rule: AliasRule) -> bool:
        for target in rule.targets:
            fixed = _FILLED.split(target)[0]
            place = workspace_path(fixed, table.root)
            if self.table.module_of(fixed.rstrip("/")) is not None:
                return True
            if place is not None and any(is_within(place.rstrip("/"), tree) for tree in self.table.trees):
                return True
        return False

    def _is_for_another_package(self, key: str) -> bool:
        """Whether an alias is for a package of the workspace, under its own name, that is no part of the move."""
        named = split_package(key) if key else None
        names = (*self.table.roots, *(package.name for package in self.table.packages))
        if named is None or any(f"{key}/".startswith(f"{name}/") or name.startswith(f"{key}/") for name in names):
            return False
        return self.packages.package_named(named[0], "") is not None

    def _names_any(self, path: str) -> bool:
        """Whether the text of a file has the name of the tree, of a legacy package or of a target."""
        text = self.files.read(path) or b""
        names = (*self.table.roots, *self.table.trees, *(package.name for package in self.table.packages))
        return any(name.encode() in text for name in names)

    @query
    def _governing(self) -> frozenset[str]:
        """The configurations of the files that import the legacy modules or their targets."""
        found, directories = set[str](), set[str]()
        for file in self.sources.candidates():
            directory = file.rpartition("/")[0]
            if directory not in directories and self.sources.is_concerned(file):
                directories.add(directory)
                found.update(self.builds.governing(directory))
        return frozenset(found)
