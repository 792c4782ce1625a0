"""The aliases by which files reach legacy modules without naming them.

"imports": { "#flow/*": "@shared-package/workflow/*" }    in a manifest, for the files of its package
"paths": { "~/*": ["shared/*"] }, and "baseUrl": "shared"   in a configuration of TypeScript, for the files it governs
resolve: { alias: { '~': '../shared' } }                  in one of a bundler or test runner, likewise
resolve: { modules: ['../shared', 'node_modules'] }       the directories that it looks bare names up in
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property

from workflow_ls.config.module_names import without_ending
from workflow_ls.config.table import Table
from workflow_ls.project.builds.build_files import WITH_ALIASES, BuildFiles
from workflow_ls.project.builds.governed_directories import NAMING_MANIFESTS, NAMING_PROJECTS
from workflow_ls.project.configuration.alias import Alias
from workflow_ls.project.configuration.key_index import KeyIndex
from workflow_ls.project.configuration.manifest import Package
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.configuration.tsconfig import TsConfig
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.resolution.bare_specifiers import TYPES_CONDITIONS
from workflow_ls.project.resolution.exports_field import match_subpath
from workflow_ls.records import field, record
from workflow_ls.vfs.files import CODE_EXTENSIONS, Query, is_configuration, is_within, join


@record(slots=False)
class Aliases:
    """The aliases of one file, the most specific key first.

    `bases` are the directories that bare specifiers are also paths from, as far as one leads to a legacy module.
    `starts` are the beginnings of those that do.  `view` is the configuration of TypeScript whose
    `rootDirs` lead relative imports to the tree, None without one.
    """

    entries: tuple[Alias, ...] = ()
    bases: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    view: TsConfig | None = None
    _known_needles: list[tuple[Table, tuple[str, ...]]] = field(
        default_factory=list, init=False, repr=False, compare=False
    )

    def module_at(self, path: str, table: Table) -> str | None:
        """The legacy module that `rootDirs` find for a relative import that leads to a path; None if there is none."""
        places = () if self.view is None else self.view.virtual_paths(path)
        return next((module for place in places if (module := table.module_at(place)) is not None), None)

    def module_of(self, specifier: str, table: Table) -> str | None:
        """The legacy module that a specifier leads to; None if it leads elsewhere."""
        alias = self._named(specifier)
        if alias is not None:
            return next(alias.modules(alias.star_of(specifier) or "", table), None)
        places = () if specifier.startswith(("#", ".", "/")) else (join(base, specifier) for base in self.bases)
        modules = (None if place is None else table.module_at(place) for place in places)
        return next((module for module in modules if module is not None), None)

    def is_named(self, specifier: str) -> bool:
        """Whether the key of an alias matches a specifier, whatever `baseUrl` makes of it."""
        return self._named(specifier) is not None

    def _named(self, specifier: str) -> Alias | None:
        """The first alias whose key matches a specifier."""
        number = self._keys.first(specifier) if self.entries else None
        return None if number is None else self.entries[number]

    @cached_property
    def _keys(self) -> KeyIndex:
        return KeyIndex(alias.key for alias in self.entries)

    def needles(self, table: Table) -> tuple[str, ...]:
        """The beginnings of the specifiers that lead to a legacy module, and where they are many, what these share."""
        for known, needles in self._known_needles:
            if known is table:
                return needles
        found = dict.fromkeys(needle for alias in self.entries for needle in alias.needles(table))
        needles = (*shared_starts(found), *self.starts, *(("./", "../") if self.view is not None else ()))
        self._known_needles.append((table, needles))
        return needles


_CONFIGURATIONS = (Query((".json",), ('"paths"', '"baseUrl"', '"rootDirs"')),)
_MANIFESTS = (Query(("package.json",), ('"imports"',)),)
CONFIGURATION_SEARCHES = (WITH_ALIASES, NAMING_MANIFESTS, NAMING_PROJECTS, _CONFIGURATIONS, _MANIFESTS)
"""The searches that find the configurations of a workspace, whatever is in it."""


class AliasIndex(Component):
    """The aliases of each file."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.packages = database.component(Packages)
        self.builds = database.component(BuildFiles)

    def of_file(self, path: str) -> Aliases:
        """The aliases that a file may use, if one of them leads to a legacy module."""
        return self._of(*self._governing(path))

    @query
    def _governing(self, path: str) -> tuple[str, str, tuple[str, ...]]:
        """What `_of` takes for a file.

        A change of a manifest that is about none of this stops here, for each file that is described by its aliases.
        """
        package, config = self.packages.package_of(path), self.packages.tsconfig_for(path)
        private = "" if package is None or not package.imports else package.path
        builds = self.builds.governing(path.rpartition("/")[0])
        return private, "" if config is None else config.path, builds

    @query
    def _of(self, manifest: str, configuration: str, builds: tuple[str, ...]) -> Aliases:
        """The aliases of a manifest, a configuration of TypeScript ("" for none), and of builds."""
        config = self.packages.tsconfig(configuration) if configuration else None
        package = self.packages.package_at(posixpath.dirname(manifest)) if manifest else None
        # A bundler's aliases decide what runs, and TypeScript looks `paths` up before all else.
        entries = (*self._of_builds(builds), *_mapped_paths(config), *_private_names(package))
        written = [] if config is None or config.base_url is None else [config.base_url]
        written += (base for path in builds for base in self.builds.bases(path))
        found_bases = {base: starts for base in written if (starts := self._starts(base))}
        starts = tuple(dict.fromkeys(start for each in found_bases.values() for start in each))
        roots = () if config is None else config.root_dirs
        trees = self.table.trees
        reaches = any(is_within(root, tree) or is_within(tree, root) for root in roots for tree in trees)
        found = Aliases(entries, tuple(found_bases), starts, config if reaches and len(roots) > 1 else None)
        return found if found.needles(self.table) else Aliases()

    def _of_builds(self, paths: tuple[str, ...]) -> Iterator[Alias]:
        """The aliases of builds that lead to legacy modules; any others may be another build's."""
        for alias in (alias for path in paths for written in self.builds.aliases(path) for alias in written.aliases):
            if self.table.module_of(alias.key.rstrip("*").rstrip("/")) is None and any(alias.needles(self.table)):
                yield alias

    def _starts(self, base: str) -> tuple[str, ...]:
        """The beginnings of the bare specifiers that are paths of legacy modules from a directory."""
        trees = self.table.trees
        if any(is_within(base, tree) for tree in trees):
            return tuple(dict.fromkeys(name.partition(".")[0] for name in self.files.entries(base)))
        inside = (without_ending(tree) for tree in trees if not base or is_within(tree, base))
        return tuple(tree[len(base) + 1 :] if base else tree for tree in inside)

    def configurations(self) -> Iterator[str]:
        """The configurations of TypeScript and the manifests with a key that leads to a legacy module."""
        yield from (path for path in self._manifests() if self._of(path, "", ()).needles(self.table))
        for path in self._configurations():
            if any(True for alias in self._of("", path, ()).entries for _ in alias.needles(self.table)):
                yield path

    def builds_into_tree(self) -> Iterator[str]:
        """The configurations of bundlers and test runners with an alias that leads to a legacy module."""
        return (path for path in self.builds.with_aliases() if self._of("", "", (path,)).needles(self.table))

    @query
    def _configurations(self) -> tuple[str, ...]:
        found = self.files.search(_CONFIGURATIONS)
        return tuple(path for path in found if is_configuration(path) and posixpath.basename(path) != "package.json")

    @query
    def _manifests(self) -> tuple[str, ...]:
        found = self.files.search(_MANIFESTS)
        return tuple(path for path in found if posixpath.basename(path) == "package.json")

    def queries(self) -> Iterator[Query]:
        """The searches for the files that use such aliases, or seem to."""
        table = self.table
        for path in self._manifests():
            needles = self._of(path, "", ()).needles(table)
            if needles:
                yield Query(CODE_EXTENSIONS, _quoted(needles), under=posixpath.dirname(path))
        for path in self.builds.with_aliases():
            needles = self._of("", "", (path,)).needles(table)
            if needles:
                for directory in self.builds.governed.of(path):
                    yield Query(CODE_EXTENSIONS, _quoted(needles), under=directory)
        # A configuration that others extend counts for files anywhere.
        configs = self._configurations()
        needles = shared_starts(
            dict.fromkeys(
                needle for path in configs for needle in self._of("", path, ()).needles(table) if needle[:1] != "."
            )
        )
        for view in (self._of("", path, ()).view for path in configs):
            for root in () if view is None else view.root_dirs:
                if not table.in_tree(root):
                    yield Query(CODE_EXTENSIONS, _quoted(("./", "../")), under=root)
        unknown = tuple(needle for needle in needles if not any(known in needle for known in table.needles))
        if unknown:
            yield Query(CODE_EXTENSIONS, _quoted(unknown))


def shared_starts(starts: Collection[str]) -> tuple[str, ...]:
    """Beginnings of specifiers, shorter ones in their place where they are many: each text is searched for each."""
    for length in (24, 16, 12, 8, 6, 4, 3, 2):
        if len(starts) <= _MANY_STARTS:
            break
        starts = dict.fromkeys(start[:length] for start in starts)
    return tuple(starts)


_MANY_STARTS = 64


def _quoted(starts: Iterable[str]) -> tuple[str, ...]:
    return tuple(quote + start for start in starts for quote in ("'", '"', "`"))


def _private_names(package: Package | None) -> Iterator[Alias]:
    """The keys of `imports` (Node, PACKAGE_IMPORTS_RESOLVE), the most specific first."""
    imports = package.imports if package is not None and isinstance(package.imports, dict) else {}
    found = list[Alias]()
    for key, value in imports.items():
        target = match_subpath({"#": value}, "#", TYPES_CONDITIONS).target
        if target is None or package is None or key.count("*") > 1:
            continue
        if not target.startswith("./"):
            found.append(Alias(key, specifiers=(target,)))
        elif (path := join(package.directory, target)) is not None:
            found.append(Alias(key, (path,)))
    yield from sorted(found, key=lambda alias: ("*" in alias.key, -alias.key.find("*"), -len(alias.key)))


def _mapped_paths(config: TsConfig | None) -> Iterator[Alias]:
    """The keys of `paths` (TypeScript, "Path mapping"), the most specific first."""
    if config is None:
        return
    keys = sorted(config.paths, key=lambda key: ("*" in key, -key.find("*")))
    for key in keys:
        if key.count("*") <= 1:
            yield Alias(key, config.path_targets(key))
