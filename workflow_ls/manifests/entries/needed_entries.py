"""Compares how specifiers resolve with and without entries of `paths` or `exports`, now and after a build.

A checkout has no build outputs, so that what fails to resolve before and after an edit may still need what it removes.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from workflow_ls.manifests.entries.specifiers_elsewhere import SpecifiersElsewhere
from workflow_ls.project.configuration.tsconfig import TsConfig
from workflow_ls.project.resolution.bare_specifiers import split_package
from workflow_ls.project.resolution.build_outputs import is_output, split_extension
from workflow_ls.project.resolution.resolver import PackageTarget
from workflow_ls.project.workspace import Workspace
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.rewrite.packages.package_lookup import Conditions, conditions_of
from workflow_ls.syntax.model import Reference
from workflow_ls.text import Span
from workflow_ls.vfs.files import join

_NOT_BUILT = ("", ".ts", ".tsx", ".mts", ".cts")


class EntryComparison:
    """Compares how specifiers resolve before and after edits to one file, aliases or `exports`.

    Most references are decided by whether the file concerns them; the others resolve alike within a directory.
    """

    def __init__(self, before: Workspace, path: str, after: Workspace) -> None:
        """`after` is the workspace `before` with another text of the file at `path`."""
        self.path = path
        self.package = before.packages.package_of(path) if posixpath.basename(path) == "package.json" else None
        self._before = before
        self._after = after
        self._known: dict[tuple[str, str, tuple[Conditions, ...]], bool] = {}

    def is_worse(self, reference: Reference, importer: str) -> bool:
        """Whether a reference of the file `importer` would no longer find what it finds now, or after a build."""
        conditions = conditions_of(reference) if self.package is not None else ()
        return self.is_specifier_worse(reference.specifier, importer, conditions)

    def is_specifier_worse(self, specifier: str, importer: str, conditions: tuple[Conditions, ...]) -> bool:
        """The same for a specifier that is read under some conditions of `exports`."""
        key = (specifier, importer.rpartition("/")[0], conditions)
        if key not in self._known:
            if self.package is not None:
                parts = split_package(specifier)
                concerned = parts is not None and parts[0] == self.package.name
                self._known[key] = concerned and self._loses_entry(specifier, importer, conditions)
            else:
                self._known[key] = self._loses_alias(specifier, importer)
        return self._known[key]

    def _loses_entry(self, specifier: str, importer: str, conditions: tuple[Conditions, ...]) -> bool:
        before, after = (state.resolver.resolve(specifier, importer) for state in (self._before, self._after))
        if before is not None and before != after:
            return True
        for each in conditions:
            old = self._before.resolver.resolve_in_package(specifier, importer, each.value)
            new = self._after.resolver.resolve_in_package(specifier, importer, each.value)
            if old is None:
                continue
            if old.path is not None:
                if new is None or new.path != old.path:
                    return True
            elif _may_be_built(old) and (new is None or new.match is None or new.match.target != _target(old)):
                return True
        return False

    def _loses_alias(self, specifier: str, importer: str) -> bool:
        return any(
            before.path_targets(specifier) != after.path_targets(specifier)
            and self._differs(specifier, importer, before, after)
            for before, after in self._configs(importer)
        )

    def _configs(self, importer: str) -> Iterator[tuple[TsConfig, TsConfig]]:
        """The configurations that may govern a file and have the edited one in their chain, before and after."""
        nearest = self._before.packages.tsconfig_for(importer)
        directory = "" if nearest is None else posixpath.dirname(nearest.path)
        for name in self._before.files.entries(directory):
            path = posixpath.join(directory, name)
            if nearest is not None and (path == nearest.path or _CONFIG.fullmatch(name)):
                config = nearest if path == nearest.path else self._before.packages.tsconfig(path)
                if self.path in config.chain:
                    yield config, self._after.packages.tsconfig(path)

    def _differs(self, specifier: str, importer: str, before: TsConfig, after: TsConfig) -> bool:
        old = _by_alias(self._before, before, specifier)
        if old is None:
            return False
        new = _by_alias(self._after, after, specifier)
        if new is not None:
            return new != old
        conditions = Conditions.TYPES.value
        target = self._after.resolver.resolve_in_package(specifier, importer, conditions)
        if target is None or target.path is None or self._after.files.real(target.path) != old:
            return True
        # The package leads to the source only by way of its build: the compiler would not find it in a checkout.
        written = _target(target) or (target.package.types or target.package.main if target.subpath == "." else "")
        path = join(target.package.directory, written or target.subpath)
        return path is None or is_output(self._after.packages, target.package, path)


_CONFIG = compile_on_use(r"[tj]sconfig[\w.-]*\.json")


def _by_alias(workspace: Workspace, config: TsConfig, specifier: str) -> str | None:
    """The file that a specifier leads to by `paths`, symbolic links resolved."""
    found = (workspace.resolver.resolve(f"./{target}", "package.json") for target in config.path_targets(specifier))
    return next((path for path in found if path is not None), None)


def _target(target: PackageTarget) -> str | None:
    return None if target.match is None else target.match.target


def _may_be_built(target: PackageTarget) -> bool:
    """Whether a build may make the missing file of an entry: none makes TypeScript, or a file without an ending."""
    written = _target(target)
    return written is not None and split_extension(written)[1] not in _NOT_BUILT


_VIEWS = (Conditions.TYPES, Conditions.IMPORT)


def mentions_elsewhere(
    workspace: Workspace, comparison: EntryComparison, paths: Iterable[str]
) -> Iterator[tuple[str, Span]]:
    """The legacy specifiers in files that are no sources, and that resolve worse, with file and place."""
    views = _VIEWS if comparison.package is not None else ()
    elsewhere = workspace.component(SpecifiersElsewhere)
    for path in paths:
        for specifier, span in elsewhere.of_file(path) if path != comparison.path else ():
            if comparison.is_specifier_worse(specifier, path, views):
                yield path, span
