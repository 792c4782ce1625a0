"""What the packages of a workspace make public: each specifier that they serve, with the names behind it.

Only files that may export one of the wanted names are parsed: a search of the texts comes first.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from workflow_ls.config.table import Table, TargetPackage
from workflow_ls.project.configuration.manifest import Package
from workflow_ls.project.export_index import ExportIndex, Meaning, Origin
from workflow_ls.project.test_files import is_test_code
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record, replace
from workflow_ls.rewrite.package_lookup import Conditions
from workflow_ls.rewrite.package_subpaths import Subpath, list_subpaths
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, Query, is_within


class PublicName(NamedTuple):
    """A name that a specifier exports: the file behind the specifier, and the declaration behind the name."""

    specifier: str
    name: str
    path: str
    origin: Origin
    meaning: Meaning


@record
class PublicNames:
    """The wanted names, by the declaration behind them and by name; each sorted by specifier."""

    by_origin: Mapping[Origin, tuple[PublicName, ...]]
    by_name: Mapping[str, tuple[PublicName, ...]]


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
    return tuple(known.values())


def _sources(workspace: Workspace, package: Package) -> str:
    return "src" if workspace.files.kind(posixpath.join(package.directory, "src")) == "directory" else ""


def find_public_names(
    workspace: Workspace, packages: Iterable[TargetPackage], wanted: Collection[str], homes: Collection[str]
) -> PublicNames:
    """Find the public names of packages: those that are `wanted`, and those that one of the files `homes` declares.

    Legacy specifiers are left out, and so are files of the legacy tree.  "default" says nothing by itself.
    """
    table = _with_packages(workspace.table, packages)
    wide = Workspace(workspace.files.untracked, table, workspace.settings, parsed=workspace.context.parsed)
    served = [subpath for subpath in _served(wide) if _is_new(table, subpath)]
    relevant = _relevant(wide, {subpath.path for subpath in served}, wanted)
    index, by_origin, by_name = (
        wide.component(ExportIndex),
        dict[Origin, list[PublicName]](),
        dict[str, list[PublicName]](),
    )
    homes, names = frozenset(homes), frozenset(wanted) - {"default"}
    for specifier, path in served:
        if path not in relevant:
            continue
        exports = index.exports(path)
        for name, origin in exports.origins.items():
            if name in names or origin.name in names or origin.path in homes:
                found = PublicName(specifier, name, path, origin, exports.names[name])
                by_origin.setdefault(origin, []).append(found)
                by_name.setdefault(name, []).append(found)
    return PublicNames(
        {origin: tuple(found) for origin, found in by_origin.items()},
        {name: tuple(found) for name, found in by_name.items()},
    )


def _with_packages(table: Table, packages: Iterable[TargetPackage]) -> Table:
    """The table with other packages; none of them is the canonical one, whose rules are about the move."""
    return replace(table, packages=tuple(packages))


def _is_new(table: Table, subpath: Subpath) -> bool:
    return table.module_of(subpath.specifier) is None and not is_within(subpath.path, table.tree)


def _served(wide: Workspace) -> Iterator[Subpath]:
    """All specifiers of the packages: those of their `exports`, and every file of a package without."""
    yield from list_subpaths(wide, (Conditions.TYPES,))
    for known in wide.table.packages:
        package = wide.packages.package_at(known.directory)
        if package is None or package.exports is not None or package.name != known.name:
            continue
        seen = {wide.resolver.look_up(package, ".", Conditions.TYPES.value).path}
        for path in _files_below(wide, known.directory):
            below = path[len(known.directory) + 1 :] if known.directory else path
            stem = _ENDING.sub("", below)
            if path not in seen and not stem.endswith(".d"):
                yield Subpath(f"{known.name}/{stem.removesuffix('/index')}", path)


def _files_below(wide: Workspace, directory: str) -> Iterator[str]:
    for path in wide.files.search((Query(SOURCE_EXTENSIONS, ("export",), directory),)):
        inner = wide.packages.package_of(path)
        if not is_test_code(path) and inner is not None and inner.directory == directory:
            yield path


_ENDING = re.compile(r"\.[mc]?[jt]sx?$")


def _relevant(wide: Workspace, public: Collection[str], wanted: Collection[str]) -> frozenset[str]:
    """Those of the public files that may export one of the wanted names, by themselves or by stars."""
    if not wanted:
        return frozenset()
    named = wide.files.search((Query(SOURCE_EXTENSIONS, tuple(sorted(wanted))),))
    starred = wide.files.search(
        (Query(SOURCE_EXTENSIONS, ("export *", "export type *", "module.exports", "exports.")),)
    )
    pattern = _exporting(wanted)
    found = {path for path in named if pattern.search(wide.files.read(path) or b"") is not None}
    stars = {path: tuple(_star_targets(wide, path)) for path in starred}
    grown = True
    while grown:
        more = {
            path for path, targets in stars.items() if path not in found and any(target in found for target in targets)
        }
        grown, found = bool(more), found | more
    return frozenset(found).intersection(public)


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


def _star_targets(wide: Workspace, path: str) -> Iterator[str]:
    for match in _STAR.finditer(wide.files.read(path) or b""):
        found = wide.component(ExportIndex).target(match[1].decode("utf-8", "replace"), path)
        if found is not None:
            yield found


_STAR = re.compile(rb"export\s+(?:type\s+)?\*\s*(?:as\s+[\w$]+\s*)?from\s*['\"]([^'\"\n]+)['\"]")
