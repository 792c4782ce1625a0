"""What the build of a package emits of others: what its files import by a path, or by an alias of its configuration.

`tsc` compiles such files along, by the `paths` of the configuration that it was started with.  Those of the nearest
configuration do not count then.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from workflow_ls.project.builds.bundles.bundle_files import BundleFiles
from workflow_ls.project.configuration.emitted_files import EmittedFiles
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.configuration.tsconfig import TsConfig
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.runtime.module_graph import ModuleGraph
from workflow_ls.project.runtime.traversal import MAX_FILES
from workflow_ls.vfs.files import files_below, holds_code, is_within


class EmittedPrograms(Component):
    """The files that `tsc` emits by the configuration of another package."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.packages = database.component(Packages)
        self.emitted = database.component(EmittedFiles)
        self.bundles = database.component(BundleFiles)
        self.modules = database.component(ModuleGraph)

    def emitting_from_elsewhere(self, importer: str, lacked: str) -> Iterator[TsConfig]:
        """The configurations of other packages that emit a file, and have no alias for the specifier `lacked`."""
        for directory in self._directories():
            for path in () if is_within(importer, directory) else self.emitted.emitting(directory):
                config = self.packages.tsconfig(path)
                lies_here = posixpath.dirname(path) == directory
                if lies_here and not config.path_targets(lacked) and importer in self._files(path):
                    yield config

    @query
    def _directories(self) -> tuple[str, ...]:
        """The directories of the packages of the workspace, without its root."""
        found = {package.directory for package in self.packages.members().values()}
        return tuple(sorted(found - {""}))

    @query
    def _files(self, path: str) -> frozenset[str]:
        """The files that a configuration includes, and those that they import by a path or by an alias of it."""
        config, below = self.packages.tsconfig(path), files_below(self.files, posixpath.dirname(path))
        seen = {file for file in below if any(each.path == path for each in self.emitted.emitted_by(file))}
        todo = list(seen)
        while todo and len(seen) <= MAX_FILES:
            file = todo.pop()
            for specifier in self.bundles.specifiers(file):
                if not specifier.startswith(".") and not config.path_targets(specifier):
                    continue
                importer = file if specifier.startswith(".") else path
                target = self.modules.resolve_id(specifier, importer)[1]
                if target is not None and target not in seen and holds_code(target):
                    seen.add(target)
                    todo.append(target)
        return frozenset(seen)
