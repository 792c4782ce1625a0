"""Lists the specifiers that a package serves: the keys of its `exports`, each `*` replaced by the existing files."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from workflow_ls.config.module_names import matched_by
from workflow_ls.config.table_records import TargetPackage
from workflow_ls.project.configuration.manifest import Package
from workflow_ls.project.queries.database import Component, query
from workflow_ls.project.resolution.bare_specifiers import split_package
from workflow_ls.project.resolution.build_outputs import split_extension
from workflow_ls.project.test_files import in_test_folder
from workflow_ls.project.workspace import Workspace
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.rewrite.packages.package_lookup import Conditions, served_file
from workflow_ls.vfs.files import is_source

_NOT_FOR_IMPORT = compile_on_use(r"\.(?:test|spec|stories)$")  # of a path without its ending
_MOST_FOLDERS_ABOVE = 2  # an output folder, and one for the module format below it: `dist/esm`


class Subpath(NamedTuple):
    """A specifier that a package serves, and the source file behind it."""

    specifier: str
    path: str


class Subpaths(Component):
    """The specifiers that the table's packages serve."""

    @query
    def served(self, conditions: tuple[Conditions, ...]) -> tuple[Subpath, ...]:
        """As `list_subpaths`."""
        return _list_subpaths(Workspace.of(self.database), conditions, self.table.packages)

    @query
    def served_by(self, packages: tuple[TargetPackage, ...], conditions: tuple[Conditions, ...]) -> tuple[Subpath, ...]:
        """The same of other packages."""
        return _list_subpaths(Workspace.of(self.database), conditions, packages)


def list_subpaths(workspace: Workspace, conditions: Collection[Conditions]) -> tuple[Subpath, ...]:
    """What the table's packages serve under all of the conditions (see `locate`), sorted.

    Tests are left out, and so is `x/index` if `x` leads to the same file.
    """
    return workspace.component(Subpaths).served(tuple(conditions))


def _list_subpaths(
    workspace: Workspace, conditions: Collection[Conditions], packages: Iterable[TargetPackage]
) -> tuple[Subpath, ...]:
    found: dict[str, str] = {}
    for known in packages:
        package = workspace.packages.package_at(known.directory)
        if package is None or package.name != known.name:
            continue
        for subpath in dict.fromkeys(_proposed(workspace, known, package)):
            specifier = posixpath.normpath(posixpath.join(known.name, subpath))
            # A more specific key may lead to another file, or exclude it.
            parts = split_package(specifier)
            path = None if parts is None else served_file(workspace, package, parts[1], conditions)
            if path is not None:
                found.setdefault(specifier, path)
    return tuple(
        Subpath(specifier, path)
        for specifier, path in sorted(found.items())
        if not specifier.endswith("/index") or found.get(specifier.removesuffix("/index")) != path
    )


def replaced_by(workspace: Workspace, subpath: Subpath) -> Iterator[str]:
    """The modules of the legacy tree whose first target in the table is this specifier."""
    for row in workspace.table.modules:
        if not row.to:
            continue  # it stays
        target = row.to[0]
        star = matched_by(target, subpath.specifier)
        if star is not None and ("*" in target) == ("*" in row.module):
            module = row.module.replace("*", star)
            if workspace.table.row_for(module) is row:
                yield module


def _proposed(workspace: Workspace, known: TargetPackage, package: Package) -> Iterator[str]:
    """Subpaths ("." or "./x"): all that are served, and maybe some that are not."""
    exports = package.exports
    keyed = isinstance(exports, dict) and any(key.startswith(".") for key in exports)
    if not keyed:
        yield "."
        return
    stems: dict[str, _Stems] = {}
    for key, value in exports.items():
        if "*" not in key:
            yield key
            continue
        for target in _leaves(value):
            for star in _stars(workspace, known, target, stems):
                yield key.replace("*", star)


def _leaves(value: Any) -> Iterator[str]:
    """The targets in a value of `exports`, whatever their conditions."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _leaves(item)


def _stars(workspace: Workspace, known: TargetPackage, target: str, stems: dict[str, _Stems]) -> Iterator[str]:
    """What the `*` of a target may match: the files of that name, or the sources of a build output."""
    before, star, after = posixpath.normpath(target).partition("*")
    if not star:
        return
    ending = split_extension(f"{star}{after}")[0].removeprefix(star)  # ".ts" alone would count as a name
    sources = posixpath.join(known.directory, known.sources).rstrip("/")
    is_source = bool(known.sources) and before.startswith(f"{known.sources}/")
    for above in range(1 if is_source else _MOST_FOLDERS_ABOVE + 1):
        directory = known.directory if above == 0 else sources
        if directory not in stems:
            stems[directory] = _Stems(stem[len(directory) + 1 :] for stem in _stems(workspace, directory))
        for stem in stems[directory].ending(ending):
            if stem.startswith(before) and stem.endswith(ending) and len(stem) > len(before) + len(ending):
                yield stem[len(before) : len(stem) - len(ending)]
        _, slash, before = before.partition("/")
        if not slash:
            return


class _Stems:
    """The source files below a directory, without their endings."""

    def __init__(self, stems: Iterable[str]) -> None:
        self._all = list(stems)
        self._by_name: dict[str, list[str]] = {}
        for stem in self._all:
            self._by_name.setdefault(posixpath.basename(stem), []).append(stem)

    def ending(self, text: str) -> Sequence[str]:
        """Those that may end in a text, and all that do."""
        _, slash, name = text.rpartition("/")
        return self._by_name.get(name, []) if slash else self._all


def _stems(workspace: Workspace, directory: str) -> Iterator[str]:
    """The source files below a directory, without their endings."""
    files = workspace.files
    for name in files.entries(directory):
        path = posixpath.join(directory, name)
        if is_source(name):
            stem = split_extension(path)[0]
            if not _NOT_FOR_IMPORT.search(stem) and not in_test_folder(stem):
                yield stem
        # Links are not followed: they may form a circle, and their targets are found by their own paths.
        elif name != "node_modules" and files.kind(path) == "directory" and files.real(path) == path:
            yield from _stems(workspace, path)
