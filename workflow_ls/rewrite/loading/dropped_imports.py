"""Whether a bundler would drop an import that is there for its effects, as the `sideEffects` of its new package say."""

from __future__ import annotations

import posixpath

from workflow_ls.diagnostics import Blocked, Related
from workflow_ls.project.configuration.manifest import Package
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.queries.database import Component, Database
from workflow_ls.project.resolution.resolver import Resolver
from workflow_ls.rewrite.packages.package_lookup import PackageLocation
from workflow_ls.syntax.model import Form, Reference
from workflow_ls.vfs.files import join
from workflow_ls.vfs.searching.globs import Globs


class DroppedImports(Component):
    """Guards the imports without names."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.packages = database.component(Packages)
        self.resolver = database.component(Resolver)

    def obstacle(
        self, importer: str, reference: Reference, specifier: str, location: PackageLocation
    ) -> Blocked | None:
        """Why a bundler would leave out what a new specifier of the file `importer` imports, and does not today."""
        if not self._is_bare(importer, reference) or reference.specifier == specifier:
            return None
        package = self.packages.package_of(location.path)
        module = self.table.module_of(reference.specifier)
        present = self.resolver.resolve(reference.specifier, importer)
        if present is None and module is not None:
            present = self.resolver.legacy_file(module)
        if package is None or present is None or not self.drops(present, location.path, location.runtime):
            return None
        written = location.runtime or f"./{posixpath.relpath(location.path, package.directory or '.')}"
        reason = f"`sideEffects` of {package.path} says that {written} has none, so a bundler drops this import"
        related = (Related(package.path, None, "this manifest"),)
        return Blocked(reason, f"add `{written}` to its `sideEffects` first", related)

    def drops(self, present: str, new: str, runtime: str | None = None) -> bool:
        """Whether bundlers keep a file for its effects, and would not keep the file that takes its place.

        `runtime` is the path of that in its package, if it is built.
        """
        before, after = self.packages.package_of(present), self.packages.package_of(new)
        if after is None or after is before or (before is not None and not _has_effects(before, present)):
            return False
        built = None if runtime is None else join(after.directory, runtime)
        return not any(_has_effects(after, path) for path in (new, built) if path is not None)

    def _is_bare(self, importer: str, reference: Reference) -> bool:
        """Whether a reference is an import of nothing."""
        if reference.form is not Form.IMPORT or reference.names or reference.statement is None:
            return False
        text = self.files.read(importer) or b""
        return text[reference.statement.start : reference.span.start - 1].strip() == b"import"


def _has_effects(package: Package, path: str) -> bool:
    """Whether a bundler keeps a file of a package that nothing is used of (webpack, `sideEffects`)."""
    stated = package.side_effects
    if isinstance(stated, bool):
        return stated
    if stated is None:
        return True
    patterns = tuple(("/" if "/" in each else "") + each.removeprefix("./").lstrip("/") for each in stated)
    try:
        return Globs(patterns).match(posixpath.relpath(path, package.directory or "."))
    except ValueError:
        return True
