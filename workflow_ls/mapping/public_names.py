"""What the packages of a workspace make public: each specifier that they serve, with the names behind it.

Only files that may export one of the wanted names are parsed: a search of the texts comes first.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import starmap
from typing import NamedTuple

from workflow_ls.config.module_names import is_alias
from workflow_ls.config.table_records import TargetPackage
from workflow_ls.project.configuration.manifest import Package
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.exports.export_index import ExportIndex
from workflow_ls.project.exports.module_exports import Meaning, Origin
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.resolution.bare_specifiers import split_package
from workflow_ls.project.resolution.resolver import Resolver
from workflow_ls.project.test_files import is_test_code
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import field, record
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.rewrite.packages.package_lookup import Conditions
from workflow_ls.rewrite.packages.package_subpaths import Subpath, Subpaths
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, Query, is_source


class PublicName(NamedTuple):
    """A name that a specifier exports: the file behind the specifier, and the declaration behind the name."""

    specifier: str
    name: str
    path: str
    origin: Origin
    meaning: Meaning


@record
class PublicNames:
    """The wanted names, by the declaration behind them and by name; each sorted by specifier.

    `renamed` has those that are public by another name than their declaration has, by that of the declaration.
    `private` are the specifiers that lead some importers only to their files: aliases, and files of their own package.
    """

    by_origin: Mapping[Origin, tuple[PublicName, ...]]
    by_name: Mapping[str, tuple[PublicName, ...]]
    renamed: Mapping[str, tuple[PublicName, ...]] = field(default_factory=dict)
    private: Collection[str] = ()

    def declared_as(self, name: str) -> tuple[PublicName, ...]:
        """The names that are public by a name, and those whose declaration has it."""
        return (*self.by_name.get(name, ()), *self.renamed.get(name, ()))


def workspace_packages(workspace: Workspace) -> tuple[TargetPackage, ...]:
    """The packages of a workspace that may serve something: its libraries, and those that the table names."""
    known = {package.name: package for package in workspace.table.packages}
    members = workspace.packages.members()
    wanted = {name for package in members.values() for name in package.dependencies or {}}
    for name, package in sorted(members.items()):
        # An application has no entry, and nobody depends on it.
        serves = package.exports is not None or package.main or package.types or name in wanted
        if name and name not in known and package.broken is None and serves:
            known[name] = TargetPackage(name, package.directory, _sources(workspace, package))
    for name, path in _aliased(workspace).items():
        if name not in known and name not in members:
            directory, inner, _ = path.rpartition("/src/")
            directory = directory if inner else posixpath.dirname(path)
            known[name] = TargetPackage(name, directory, "src" if inner else "")
    return tuple(known.values())


def _aliased(workspace: Workspace) -> Mapping[str, str]:
    """The aliases at the root that stand for a library without a manifest, as with Nx, with the file of each."""
    configs = (workspace.packages.tsconfig(name) for name in _SHARED if workspace.files.kind(name) == "file")
    config = next((each for each in configs if each.paths), None)
    found = dict[str, str]()
    if config is None:
        return found
    for name in config.paths:
        parts = split_package(name)
        if "*" in name or parts is None or parts[1] != "." or is_alias(name):
            continue
        paths = (path for path in config.path_targets(name) if workspace.files.kind(path) == "file")
        path = next(filter(is_source, paths), None)
        if path is not None and not workspace.table.is_within_roots(name, path):
            found[name] = path
    return found


_SHARED = ("tsconfig.base.json", "tsconfig.json")


def _sources(workspace: Workspace, package: Package) -> str:
    return "src" if workspace.files.kind(posixpath.join(package.directory, "src")) == "directory" else ""


def find_public_names(
    workspace: Workspace,
    packages: Iterable[TargetPackage],
    wanted: Collection[str],
    homes: Collection[str],
    private: Iterable[Subpath] = (),
) -> PublicNames:
    """Find the public names of packages: those that are `wanted`, and those that one of the files `homes` declares.

    `private` are files that some importers reach beside what packages serve, by an alias or as their own.

    Legacy specifiers are left out, and so are files of the legacy tree.  "default" says nothing by itself.
    """
    index = workspace.component(PublicIndex)
    everywhere = index.served(tuple(packages))
    public = {each.specifier for each in everywhere}
    others = tuple(each for each in dict.fromkeys(private) if each.specifier not in public)
    served = (*everywhere, *others)
    relevant = index.relevant(frozenset(wanted)).intersection(path for _, path in served)
    exports_of = workspace.component(ExportIndex).exports

    def is_lost(origin: Origin) -> bool:
        # A re-export of a path that leads nowhere, or of what is legacy, which is what somebody has to rewrite.
        return origin.path.startswith(("./", "../")) or workspace.table.module_of(origin.path) is not None

    by_origin, by_name = dict[Origin, list[PublicName]](), dict[str, list[PublicName]]()
    renamed = dict[str, list[PublicName]]()
    homes, names = frozenset(homes), frozenset(wanted) - {"default"}
    for specifier, path in served:
        if path not in relevant:
            continue
        exports = exports_of(path)
        for name, origin in exports.origins.items():
            if is_lost(origin):
                continue
            if name in names or origin.name in names or origin.path in homes:
                found = PublicName(specifier, name, path, origin, exports.names[name])
                by_origin.setdefault(origin, []).append(found)
                by_name.setdefault(name, []).append(found)
                if origin.name not in (name, "default"):
                    renamed.setdefault(origin.name, []).append(found)
    return PublicNames(
        {origin: tuple(found) for origin, found in by_origin.items()},
        {name: tuple(found) for name, found in by_name.items()},
        {name: tuple(found) for name, found in renamed.items()},
        frozenset(each.specifier for each in others),
    )


class PublicIndex(Component):
    """What packages serve, and which files may export some names."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.packages = database.component(Packages)
        self.resolver = database.component(Resolver)
        self.subpaths = database.component(Subpaths)
        self.index = database.component(ExportIndex)

    @query
    def served(self, packages: tuple[TargetPackage, ...]) -> tuple[Subpath, ...]:
        """All specifiers of packages that are neither legacy nor stay beside it.

        They are those of their `exports`, and all files of a package without.
        """
        named = {package.name for package in packages}
        libraries = _aliased(Workspace.of(self.database))
        aliased = {name: path for name, path in libraries.items() if name in named}
        inner = self._inner(package for package in packages if package.name not in aliased)
        found = (*self.subpaths.served_by(packages, (Conditions.TYPES,)), *inner, *starmap(Subpath, aliased.items()))
        table = self.table
        return tuple(each for each in found if not table.is_within_roots(each.specifier, each.path))

    def _inner(self, packages: Iterable[TargetPackage]) -> Iterator[Subpath]:
        for known in packages:
            package = self.packages.package_at(known.directory)
            if package is None or package.exports is not None or package.name != known.name:
                continue
            entry = self.resolver.look_up(package, ".", Conditions.TYPES.value).path
            for path in self._files_below(known.directory):
                below = path[len(known.directory) + 1 :] if known.directory else path
                stem = _ENDING.sub("", below)
                if path != entry and not stem.endswith(".d"):
                    yield Subpath(f"{known.name}/{stem.removesuffix('/index')}", path)

    def _files_below(self, directory: str) -> Iterator[str]:
        for path in self.files.search((Query(SOURCE_EXTENSIONS, ("export",), directory),)):
            inner = self.packages.package_of(path)
            if not is_test_code(path) and inner is not None and inner.directory == directory:
                yield path

    @query
    def relevant(self, wanted: frozenset[str]) -> frozenset[str]:
        """The files that may export one of the wanted names, by themselves or by stars."""
        if not wanted:
            return frozenset()
        named = self.files.search((Query(SOURCE_EXTENSIONS, tuple(sorted(wanted))),))
        pattern, stars = _exporting(wanted), self._stars()
        found = {path for path in named if pattern.search(self.files.read(path) or b"") is not None}
        grown = True
        while grown:
            more = {path for path, targets in stars.items() if path not in found and not found.isdisjoint(targets)}
            grown, found = bool(more), found | more
        return frozenset(found)

    @query
    def _stars(self) -> Mapping[str, tuple[str, ...]]:
        """The files with an `export *`, each with the files that it re-exports so."""
        starred = self.files.search((Query(SOURCE_EXTENSIONS, ("export *", "export type *")),))
        return {path: self._star_targets(path) for path in starred}

    @query
    def _star_targets(self, path: str) -> tuple[str, ...]:
        specifiers = (match[1].decode("utf-8", "replace") for match in _STAR.finditer(self.files.read(path) or b""))
        return tuple(target for each in specifiers if (target := self.index.target(each, path)) is not None)


_ENDING = compile_on_use(r"\.[mc]?[jt]sx?$")


def _exporting(names: Collection[str]) -> re.Pattern[bytes]:
    """Matches where a text may export one of the names; its syntax decides whether it does."""
    some = b"|".join(re.escape(name).encode() for name in sorted(names, key=lambda name: (-len(name), name)))
    forms = [_DECLARED % some, rb"export\s+(?:type\s+)?\{[^}]*\b(?:%b)\b" % some, rb"exports\.(?:%b)\b" % some]
    if "default" in names:
        forms.append(rb"export\s+default\b|export\s*=|module\.exports\b")
    return re.compile(b"|".join(forms))


_DECLARED = (
    rb"export\s+(?:(?:declare|default|abstract|async|const)\s+)*"
    rb"(?:const|let|var|function\s*\*?|class|interface|type|enum|namespace|module)\s+[{\[]?\s*(?:%b)\b"
)


_STAR = compile_on_use(rb"export\s+(?:type\s+)?\*\s*(?:as\s+[\w$]+\s*)?from\s*['\"]([^'\"\n]+)['\"]")
