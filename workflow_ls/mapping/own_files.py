"""What a package may import of itself: its own files, by relative paths, which a row names by the package's name."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from workflow_ls.config.table_records import TargetPackage
from workflow_ls.project.configuration.members import target_package
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.resolution.build_outputs import split_extension
from workflow_ls.project.resolution.resolver import module_file
from workflow_ls.project.test_files import is_test_code
from workflow_ls.project.workspace import Workspace
from workflow_ls.rewrite.packages.package_subpaths import Subpath
from workflow_ls.rewrite.specifiers.self_reference import self_reference_failure
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, Query, is_within


class OwnFiles(Component):
    """The files of the packages that import legacy modules."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.packages = database.component(Packages)

    @query
    def owners(self, importers: tuple[str, ...]) -> tuple[TargetPackage, ...]:
        """The packages that contain some files; a package has a name, and a folder that is not the root."""
        found = (self.packages.package_of(importer) for importer in importers)
        owners = {each.directory: each for each in found if each is not None and each.name and each.directory}
        return tuple(target_package(self.files, owners[each]) for each in sorted(owners))

    @query
    def served(self, importers: tuple[str, ...]) -> tuple[Subpath, ...]:
        """The files of these packages, each as a row names it: by the name of its package and its path in the sources.

        A rewrite within the package writes it as a relative path, so that it needs no entry in `exports`.
        """
        table = self.table
        found = (each for owner in self.owners(importers) for each in self._files_of(owner))
        return tuple(each for each in found if not table.is_within_roots(each.specifier, each.path))

    def serves(self, specifier: str, importers: Iterable[str]) -> bool:
        """Whether a row's target is a file of a package, for importers all of which are in that package."""
        known = self.table.split(specifier)
        if known is None or not all(is_within(importer, known[0].directory) for importer in importers):
            return False
        sources = posixpath.join(known[0].directory, known[0].sources).rstrip("/")
        return module_file(self.files, sources, known[1].removeprefix(".").removeprefix("/")) is not None

    def by_path(self, importer: str, specifier: str, path: str) -> bool:
        """Whether a file is in the package that a specifier names, and has to write the path to the file `path`."""
        return self._by_path(importer.rpartition("/")[0], specifier, path)

    @query
    def _by_path(self, directory: str, specifier: str, path: str) -> bool:
        workspace = Workspace.of(self.database)
        return self_reference_failure(workspace, specifier, f"{directory}/x.ts", path) is not None

    def _files_of(self, owner: TargetPackage) -> Iterator[Subpath]:
        sources = posixpath.join(owner.directory, owner.sources).rstrip("/")
        for path in self.files.search((Query(SOURCE_EXTENSIONS, ("export",), sources),)):
            inner = self.packages.package_of(path)
            stem, extension = split_extension(path[len(sources) + 1 :])
            if is_test_code(path) or extension.startswith(".d.") or inner is None or inner.directory != owner.directory:
                continue
            below = posixpath.dirname(stem) if posixpath.basename(stem) == "index" else stem
            if below and module_file(self.files, sources, below) == path:
                yield Subpath(f"{owner.name}/{below}", path)
