"""What the importing programs make public for themselves: files of an application, by an alias of its configuration."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from workflow_ls.config.module_names import is_alias
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.configuration.tsconfig import TsConfig
from workflow_ls.project.exports.export_index import ExportIndex
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.resolution.build_outputs import split_extension
from workflow_ls.project.resolution.resolver import Resolver
from workflow_ls.project.test_files import is_test_code
from workflow_ls.rewrite.packages.package_subpaths import Subpath
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, Query

_STAR = "\0"  # matches the `*` of a key


class ProgramAliases(Component):
    """The aliases that programs import by."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.packages = database.component(Packages)
        self.resolver = database.component(Resolver)
        self.index = database.component(ExportIndex)

    @query
    def served(self, importers: tuple[str, ...]) -> tuple[Subpath, ...]:
        """The specifiers by which the programs of some files may import their own files.

        They are those of aliases that no package can have, for files of the package around the configuration, as far as
        the program imports by the alias today.
        """
        directories = dict.fromkeys(importer.rpartition("/")[0] for importer in importers)
        configs = (self.packages.tsconfig_for(f"{directory}/x.ts".lstrip("/")) for directory in directories)
        by_path = {config.path: config for config in configs if config is not None}
        table = self.table
        found = (each for _, config in sorted(by_path.items()) for each in self._of_program(config))
        return tuple(dict.fromkeys(each for each in found if not table.is_within_roots(each.specifier, each.path)))

    def _of_program(self, config: TsConfig) -> Iterator[Subpath]:
        around = self.packages.package_of(config.path)
        home = "" if around is None else around.directory
        for key in config.paths:
            before, star, after = key.partition("*")
            if after or not is_alias(key) or not self._is_used(before, home, exact=not star):
                continue
            for target in config.path_targets(before + star.replace("*", _STAR)):
                yield from self._below(before, target, home) if star else self._exact(key, target)

    def _is_used(self, before: str, home: str, *, exact: bool) -> bool:
        written = tuple(f"{quote}{before}{quote if exact else ''}" for quote in ("'", '"'))
        return bool(self.files.search((Query(SOURCE_EXTENSIONS, written, home),)))

    def _exact(self, key: str, target: str) -> Iterator[Subpath]:
        if self.files.kind(target) == "file":
            yield Subpath(key, target)

    def _below(self, before: str, target: str, home: str) -> Iterator[Subpath]:
        directory, star, ending = target.partition(_STAR)
        directory = directory.rstrip("/")
        if not star or ending:
            return
        for path in self.files.search((Query(SOURCE_EXTENSIONS, ("export",), directory),)):
            owner = self.packages.package_of(path)
            if is_test_code(path) or ("" if owner is None else owner.directory) != home:
                continue
            stem, extension = split_extension(path[len(directory) + 1 :] if directory else path)
            if not extension.startswith(".d."):
                below = posixpath.dirname(stem) if posixpath.basename(stem) == "index" else stem
                yield Subpath(f"{before}{below}", path) if below else Subpath(before.rstrip("/"), path)

    def leads(self, specifier: str, importer: str, path: str, name: str) -> bool:
        """Whether an alias leads a file to the file `path`, or to another one that exports the name."""
        found = next(iter(self.resolver.resolve_alias(specifier, importer)), None)
        return found is not None and (found == path or name in self.index.exports(found).names)

    def serves_any(self, specifier: str, importers: Iterable[str]) -> bool:
        """Whether an alias leads any of some files to a file."""
        return any(next(iter(self.resolver.resolve_alias(specifier, each)), None) is not None for each in importers)
