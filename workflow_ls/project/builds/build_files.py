"""The configurations of bundlers and test runners in a workspace, and which of them govern a file."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from workflow_ls.project.builds.aliases.alias_rules import Way
from workflow_ls.project.builds.aliases.alias_tables import alias_tables
from workflow_ls.project.builds.aliases.build_aliases import BuildAlias, build_aliases
from workflow_ls.project.builds.aliases.import_maps import NAMES, PAGES, TOOL
from workflow_ls.project.builds.aliases.table_parts import AliasTable
from workflow_ls.project.builds.evaluation import Configurations
from workflow_ls.project.builds.governed_directories import GovernedDirectories
from workflow_ls.project.builds.kinds.configuration_names import (
    DATA_ENDINGS,
    PROGRAM_ENDINGS,
    SCRIPT_ENDINGS,
    has_mode,
    is_build_script,
    tool_of,
)
from workflow_ls.project.builds.lookups.choices import outcomes
from workflow_ls.project.builds.lookups.inherited_values import InheritedValues
from workflow_ls.project.builds.lookups.module_directories import places_of
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.vfs.files import Query, join, parents

_NEEDLES = (
    "alias",
    "Alias",
    "moduleNameMapper",
    "extraNodeModules",
    "resolveRequest",
    "resolver:",
    "resolveId",
    "onResolve",
    "fallback",
    "modules:",
    ".modules",
    "modulePaths",
    "moduleDirectories",
    "nodePaths",
    "nodeModulesPaths",
    "module-resolver",
    "NormalModuleReplacementPlugin",
    "IgnorePlugin",
    "jsc",
    "preset:",
    "presets:",
    "extends:",
    *(f"{word}{sign}." for word in ("from ", "require(") for sign in "'\""),
)
_IMPORTS = tuple(f"{word}{sign}" for word in ("from ", "require(", "import(") for sign in "'\"")
_IMPORTED = compile_on_use(rb"(?:\bfrom\s*|\b(?:require|import)\s*\(\s*)[\"'](@?[\w-][\w./@-]*)[\"']")
_IN_PROGRAMS = tuple(needle.encode() for needle in _NEEDLES)
_OF_DATA = (
    "NODE_PATH=",
    '"resolver"',
    '"preset"',
    '"presets"',
    '"extends"',
    '"imports"',
    '"scopes"',
    '"paths"',
    '"_moduleAliases"',
)
_OF_SCRIPTS = (b"alias", b"onResolve", b"nodePaths")
_OF_JEST = (b'"resolver"', b'"preset"', b'"moduleNameMapper"', b'"modulePaths"', b'"moduleDirectories"')
_NODE_PATH = compile_on_use(r"\bNODE_PATH=[\"']?([^\s\"';&|]+)")
_OF_MANIFESTS = (*_OF_JEST, b"module-resolver", b"NODE_PATH=", b'"alias"', b'"_moduleAliases"')
_OWN = compile_on_use(r"(?:[\w-]+\.(?:config|workspace)\.[\w.]+|\.(?:babel|swc)rc(?:\.\w+)?)$")
_RUNNERS = tuple(
    compile_on_use(rf"{tool}\.[cm]?[jt]s(?:on)?$")
    for tool in (r"vitest\.workspace", r"vitest\.config", r"vite\.config", r"jest\.config")
)

WITH_ALIASES = (
    Query((*PROGRAM_ENDINGS, *DATA_ENDINGS, *NAMES, "package.json"), (*_NEEDLES, *_OF_DATA)),
    Query(PROGRAM_ENDINGS, _IMPORTS),
    Query(PAGES, ("importmap",)),
    Query(SCRIPT_ENDINGS, ("esbuild",)),
)
"""The search for configurations that may have aliases."""


class BuildFiles(Component):
    """The aliases that builds and test runners resolve by."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.packages = database.component(Packages)
        self.configurations = database.component(Configurations)
        self.inherited = database.component(InheritedValues)
        self.governed = database.component(GovernedDirectories)

    @query
    def with_aliases(self) -> tuple[str, ...]:
        """The configurations that seem to have aliases, sorted."""
        found = self.files.search(WITH_ALIASES)
        all_found = sorted({*found, *self._with_modes()})
        return tuple(path for path in all_found if self._may_have_aliases(path) and not self.context.is_exempt(path))

    def _may_have_aliases(self, path: str) -> bool:
        if not self.is_configuration(path):
            return False
        needles = _OF_SCRIPTS if is_build_script(path) else _OF_MANIFESTS if path.endswith("package.json") else ()
        text = self.files.read(path) or b""
        if needles:
            return any(needle in text for needle in needles)
        return (
            not path.endswith(PROGRAM_ENDINGS)
            or any(needle in text for needle in _IN_PROGRAMS)
            or self._takes_from_packages(path, text)
        )

    def _takes_from_packages(self, path: str, text: bytes) -> bool:
        """Whether a configuration imports from a package of the workspace."""
        found = dict.fromkeys(match[1].decode() for match in _IMPORTED.finditer(text))
        return any(self.configurations.module_of_package(specifier, path) is not None for specifier in found)

    def _with_modes(self) -> Iterator[str]:
        """The configurations beside those of the usual names, in the directories of packages."""
        for directory in ("", *(package.directory for package in self.packages.members().values())):
            for name in self.files.listing(directory):
                path = posixpath.join(directory, name)
                if has_mode(name) and any(needle in (self.files.read(path) or b"") for needle in _IN_PROGRAMS):
                    yield path

    def is_configuration(self, path: str) -> bool:
        """Whether the file at a path is one of a tool, by its name, and where that is a common one by its text."""
        return tool_of(path) != "" and not (is_build_script(path) and b"esbuild" not in (self.files.read(path) or b""))

    @query
    def aliases(self, path: str) -> tuple[BuildAlias, ...]:
        """The aliases of the configuration at `path`."""
        value = self.inherited.value(path)
        return () if value is None else build_aliases(path, value)

    @query
    def tables(self, path: str) -> tuple[AliasTable, ...]:
        """The tables of aliases of the configuration at `path`."""
        value = self.inherited.value(path)
        return () if value is None else alias_tables(path, tool_of(path), value)

    @query
    def possible_tables(self, path: str) -> tuple[AliasTable, ...]:
        """As `tables`, and those for each outcome of the conditions in the configuration."""
        value, tool = self.inherited.value(path), tool_of(path)
        if value is None:
            return ()
        found = list(self.tables(path))
        for chosen in outcomes(value):
            # Tables may have thousands of aliases: they are compared, and not hashed.
            found += [table for table in alias_tables(path, tool, chosen) if table not in found]
        return tuple(found)

    @query
    def bases(self, path: str) -> tuple[str, ...]:
        """The directories that the configuration at `path` also looks bare names up in."""
        lookups = [rule for table in self.tables(path) for rule in table.lookups if rule.way is Way.DIRECTORY]
        homes = self.governed.of(path) if lookups else ()
        places = [place for home in homes for rule in lookups for place in places_of(rule, home)]
        places += self._node_paths(path)
        return tuple(dict.fromkeys(place for place in places if self.files.kind(place) == "directory"))

    def _node_paths(self, path: str) -> Iterator[str]:
        """The directories that the scripts of a manifest give Node for bare names."""
        root = self.packages.json_root(path) if b"NODE_PATH=" in (self.files.read(path) or b"") else None
        scripts = None if root is None or not path.endswith("package.json") else root.at("scripts")
        for script in () if scripts is None else scripts.properties:
            for written in _NODE_PATH.finditer(str(script.value.data)):
                for each in re.split(r"[:;]", written[1].replace("$PWD", ".").replace("$(pwd)", ".")):
                    place = join(posixpath.dirname(path), each) if each and "$" not in each else None
                    if place is not None and not each.startswith("/"):
                        yield place

    def directory_of(self, path: str) -> str:
        """The first directory whose files a configuration governs."""
        return self.governed.of(path)[0]

    @query
    def _by_directory(self) -> dict[str, dict[str, list[str]]]:
        found = dict[str, dict[str, list[str]]]()
        for path in self.with_aliases():
            for directory in self.governed.of(path):
                found.setdefault(directory, {}).setdefault(tool_of(path), []).append(path)
        return found

    @query
    def governing(self, directory: str) -> tuple[str, ...]:
        """The configurations with aliases for the files in a directory: of each tool, the nearest above them.

        A nearer configuration without aliases leaves those above it without effect.
        """
        by_directory, known = self._by_directory(), dict[str, list[str]]()
        for folder in (directory, *parents(directory)) if by_directory else ():
            for tool, paths in by_directory.get(folder, {}).items():
                # Deno lays the map of a member over that of the workspace.
                known[tool] = [*known.get(tool, []), *paths] if tool == TOOL else known.setdefault(tool, paths)
            for tool in self._tools_in(folder):
                known.setdefault(tool, [])
        return tuple(sorted(path for paths in known.values() for path in paths))

    @query
    def _tools_in(self, folder: str) -> frozenset[str]:
        """The tools that have their configuration in a directory."""
        return frozenset(tool for name in self.files.listing(folder) if _OWN.match(name) and (tool := tool_of(name)))

    @query
    def runner(self, directory: str) -> str | None:
        """The configuration of the test runner for the files in a directory: the nearest above them.

        Vitest reads its own before that of Vite, and both count before Jest's.
        """
        return next(filter(None, map(self._runner_in, (directory, *parents(directory)))), None)

    @query
    def _runner_in(self, folder: str) -> str | None:
        """The configuration of the test runner that lies in a directory, or that governs it from elsewhere."""
        names = self.files.listing(folder).keys()
        found = next((name for runner in _RUNNERS for name in sorted(names) if runner.match(name)), None)
        if found is not None:
            return f"{folder}/{found}" if folder else found
        named = self.governed.named_by(folder)
        if named and (elsewhere := self._runner_among(named)) is not None:
            return elsewhere
        manifest = f"{folder}/package.json" if folder else "package.json"
        text = (self.files.read(manifest) or b"") if "package.json" in names else b""
        is_runner = any(needle in text for needle in _OF_JEST)
        return manifest if is_runner else None

    @staticmethod
    def _runner_among(paths: tuple[str, ...]) -> str | None:
        found = (path for runner in _RUNNERS for path in paths if runner.match(posixpath.basename(path)))
        return next(found, None)

    def aliases_of(self, directory: str) -> Iterator[BuildAlias]:
        """The aliases for the files in a directory."""
        return (alias for path in self.governing(directory) for alias in self.aliases(path))
