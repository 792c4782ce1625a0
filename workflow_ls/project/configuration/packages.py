"""The packages of a workspace and its TypeScript configurations, and which of them apply to a file."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from workflow_ls.diagnostics import Notice
from workflow_ls.jsonc.document import parse_json
from workflow_ls.jsonc.tree import Node
from workflow_ls.project.configuration.manifest import Package, read_package
from workflow_ls.project.configuration.package_manager import (
    PackageManager,
    find_package_manager,
    lerna_packages,
    plug_and_play,
)
from workflow_ls.project.configuration.pnpm_workspace import PNPM_WORKSPACE, pnpm_packages
from workflow_ls.project.configuration.tsconfig import TsConfig, read_tsconfig
from workflow_ls.project.queries.database import Component, query
from workflow_ls.project.resolution.bare_specifiers import TYPES_OF_REQUIRE_CONDITIONS, split_package
from workflow_ls.project.resolution.exports_field import resolve_exports
from workflow_ls.records import OrderedMapping
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.vfs.files import is_configuration, join, parents

_ROOT_CONFIGS = ("tsconfig.json", "jsconfig.json", "tsconfig.base.json")


class PlacedJson(NamedTuple):
    """The text of a JSON file, and its value with places in just this text."""

    text: bytes
    root: Node


class Packages(Component):
    """Manifests, workspace members, and TypeScript configurations."""

    @query
    def package_at(self, directory: str) -> Package | None:
        """The package whose manifest lies in `directory`; None if there is none."""
        text = self.files.read(posixpath.join(directory, "package.json"))
        return None if text is None else read_package(text, directory)

    @query
    def _package_of_directory(self, directory: str) -> Package | None:
        for folder in (directory, *parents(directory)):
            package = self.package_at(folder)
            if package is not None:
                return package
        return None

    def package_of(self, path: str) -> Package | None:
        """The package that a file belongs to: the nearest manifest above it."""
        return self._package_of_directory(path.rpartition("/")[0])

    def package_named(self, name: str, importer: str) -> Package | None:
        """The package that `name` means for the file `importer`.

        In order: the importer's own package, if it has `exports` (Node, PACKAGE_SELF_RESOLVE); a package of the table
        in its directory; `node_modules` from the importer upwards (Node, PACKAGE_RESOLVE); the members of the workspace
        around it, and of that of the root, which an installation would link to.
        """
        return self._package_named(name, importer.rpartition("/")[0])

    @query
    def _package_named(self, name: str, directory: str) -> Package | None:
        enclosing = self._package_of_directory(directory)
        if enclosing is not None and enclosing.name == name and enclosing.exports is not None:
            return enclosing
        known = next((package for package in self.table.packages if package.name == name), None)
        if known is not None:
            package = self.package_at(known.directory)
            if package is not None and (package.name == name or package.broken is not None):
                return package
        for folder in (directory, *parents(directory)):
            installed = f"{folder}/node_modules/{name}" if folder else f"node_modules/{name}"
            if self.files.kind(installed) == "directory":
                real = self.files.real(installed) or installed
                return self.package_at(real) or Package(real)
        around = "" if enclosing is None else self.workspace_root(enclosing.directory) or ""
        return self.members(around).get(name) or self.members().get(name)

    @query
    def members(self, root: str = "") -> Mapping[str, Package]:
        """The members of the workspace whose root is a directory, by name: those that its manifest or pnpm lists."""
        members = OrderedMapping[str, Package]()
        for directory in self._member_directories(root):
            package = self.package_at(directory)
            if package is not None:
                members.setdefault(package.name, package)
        return members

    @query
    def workspace_root(self, directory: str) -> str | None:
        """The root of the workspace that the package in a directory belongs to; None if no workspace lists it."""
        for folder in (directory, *parents(directory)):
            if self._patterns(folder) and (folder == directory or directory in self._member_directories(folder)):
                return folder
        return None

    @query
    def package_manager(self, directory: str) -> PackageManager:
        """The package manager that installs the package in a directory: the nearest above it that a directory shows."""
        shown = (find_package_manager(self.files, d, self.package_at(d)) for d in (directory, *parents(directory)))
        return next((manager for manager in shown if manager is not None), PackageManager())

    @query
    def plug_and_play(self, directory: str) -> str | None:
        """The file of Yarn's Plug'n'Play that counts for a directory; None where packages are in `node_modules`."""
        found = (plug_and_play(self.files, folder) for folder in (directory, *parents(directory)))
        return next((path for path in found if path is not None), None)

    def has_workspaces(self, directory: str) -> bool:
        """Whether a workspace has its root in a directory or above it."""
        return any(self._patterns(folder) for folder in (directory, *parents(directory)))

    @query
    def _patterns(self, root: str) -> tuple[str, ...]:
        package = self.package_at(root)
        text = self.files.read(posixpath.join(root, PNPM_WORKSPACE))
        listed = () if text is None else pnpm_packages(text)
        listed = listed or (package.workspaces if package is not None else ())
        is_lerna = not listed and "lerna.json" in self.files.listing(root)
        lerna = self.files.read(posixpath.join(root, "lerna.json")) if is_lerna else None
        return listed if lerna is None else lerna_packages(lerna)

    @query
    def _member_directories(self, root: str) -> tuple[str, ...]:
        patterns = self._patterns(root)
        patterns = tuple(each for pattern in patterns for each in _expanded(pattern))
        excluded = {path for p in patterns if p.startswith("!") for path in self._glob(p[1:], root)}
        found = (path for p in patterns if not p.startswith("!") for path in self._glob(p, root))
        return tuple(dict.fromkeys(path for path in found if path not in excluded))

    def _glob(self, pattern: str, root: str) -> list[str]:
        """The directories below `root` that a pattern of a workspace matches: `*` in a name, `**` at any depth."""
        found = [root]
        for part in pattern.strip("/").removeprefix("./").split("/"):
            if part == "**":
                found = [below for directory in found for below in self._below(directory)]
            elif any(special in part for special in "*?["):
                found = [child for directory in found for child in self._children(directory, part)]
            else:
                found = [path for directory in found if (path := join(directory, part)) is not None]
            found = list(dict.fromkeys(found))  # two `**` match the same directory in several ways
        return [directory for directory in found if self.files.kind(directory) == "directory"]

    def _children(self, directory: str, pattern: str) -> Iterator[str]:
        for name in self.files.entries(directory):
            hidden = name == "node_modules" or (name.startswith(".") and not pattern.startswith("."))
            if not hidden and fnmatchcase(name, pattern):
                yield posixpath.join(directory, name)

    def _below(self, directory: str) -> Iterator[str]:
        todo = [directory]
        while todo:
            current = todo.pop()
            yield current
            # A link may form a circle, and its target is found at its own path.
            todo += [
                child
                for child in reversed(list(self._children(current, "*")))
                if self.files.kind(child) == "directory" and self.files.real(child) == child
            ]

    @query
    def tsconfig(self, path: str) -> TsConfig:
        """The configuration in the file at `path`, after `extends`."""
        return read_tsconfig(self.files, path, self._find_config)

    @query
    def tsconfig_at(self, directory: str) -> TsConfig | None:
        """The configuration in a directory: `tsconfig.json`, or `jsconfig.json`."""
        names = ("tsconfig.json", "jsconfig.json") if directory else _ROOT_CONFIGS
        present = self.files.listing(directory).keys() & set(names)
        path = next((posixpath.join(directory, name) for name in names if name in present), None)
        return None if path is None else self.tsconfig(path)

    @query
    def _tsconfig_for_directory(self, directory: str) -> TsConfig | None:
        configs = (self.tsconfig_at(folder) for folder in (directory, *parents(directory)))
        nearest = next((config for config in configs if config is not None), None)
        if nearest is None or not nearest.references or nearest.covers(directory):
            return nearest
        # As editors do: a configuration that does not include a file passes on to the projects that it references.
        referenced = (self._referenced(place) for place in nearest.references)
        return next((config for config in referenced if config is not None and config.covers(directory)), nearest)

    def _referenced(self, place: str) -> TsConfig | None:
        """The configuration that a reference names by its path or by its directory; None if it is not there."""
        path = place if place.endswith(".json") else posixpath.join(place, "tsconfig.json")
        return self.tsconfig(path) if self.files.kind(path) == "file" else None

    def tsconfig_for(self, path: str) -> TsConfig | None:
        """The configuration of a file, as editors choose it: the nearest above it, or one that this references."""
        return self._tsconfig_for_directory(path.rpartition("/")[0])

    def listed_tsconfigs(self) -> tuple[str, ...]:
        """The existing configurations that must contain the canonical alias: the first of each list in the table."""
        found = (next((f for f in files if self.files.kind(f) == "file"), None) for files in self.table.tsconfigs)
        return tuple(dict.fromkeys(path for path in found if path is not None))

    def _find_config(self, entry: str, directory: str) -> str | None:
        parts = split_package(entry)
        package = None if parts is None else self._package_named(parts[0], directory)
        if parts is None or package is None:
            return None
        subpath: str | None = parts[1]
        if package.exports is not None:
            subpath = resolve_exports(package.exports, parts[1], TYPES_OF_REQUIRE_CONDITIONS).target
        path = None if subpath is None else join(package.directory, subpath)
        if path is None:
            return None
        candidates = (path, f"{path}.json", posixpath.join(path, "tsconfig.json"))
        return next((candidate for candidate in candidates if self.files.kind(candidate) == "file"), None)

    @query
    def _placed_json(self, path: str) -> PlacedJson | None:
        text = self.files.read(path)
        root = None if text is None else parse_json(text, comments=True).root
        return None if text is None or root is None else PlacedJson(text, root)

    def json_root(self, path: str) -> Node | None:
        """The value of a JSON file with positions; None if the file can't be read."""
        placed = self._placed_json(path)
        return None if placed is None else placed.root

    @query
    def placed_configuration(self, path: str) -> PlacedJson | None:
        """The text and the value of a manifest or configuration; None for another or a malformed file."""
        placed = self._placed_json(path) if is_configuration(path) else None
        if placed is None:
            return None
        comments = posixpath.basename(path) != "package.json"
        return None if parse_json(placed.text, comments=comments).problems else placed

    def configuration(self, path: str) -> Node | None:
        """The value of a manifest or configuration, with positions; None for another or a malformed file."""
        placed = self.placed_configuration(path)
        return None if placed is None else placed.root

    def notices(self) -> tuple[Notice, ...]:
        """The problems of the manifests and configurations that were read so far."""
        return self._problems(self.known_packages(), self.known_tsconfigs())

    def count_read(self) -> tuple[int, ...]:
        """How much was read so far, for `notices_since`; it grows until a file changes."""
        return tuple(self.database.count(method) for method in _READ)

    def notices_since(self, counted: Sequence[int]) -> tuple[Notice, ...]:
        """The problems of what was read since it was counted, if no file has changed."""
        manifests, *configs = (self.database.latest(method, known) for method, known in zip(_READ, counted))
        return self._problems(
            (package for package in manifests if package is not None),
            self._existing(config for found in configs for config in found),
        )

    def _problems(self, packages: Iterable[Package], configs: Iterable[TsConfig]) -> tuple[Notice, ...]:
        broken = {package.broken for package in packages if package.broken is not None}
        problems = {problem for config in configs for problem in config.problems}
        return tuple(sorted(broken | problems, key=self.order_of))

    @staticmethod
    def order_of(notice: Notice) -> tuple[str, int, str, tuple[int, int]]:
        """By what notices are sorted."""
        return notice.path, notice.line or 0, notice.message, notice.span or (0, 0)

    def known_packages(self) -> Iterator[Package]:
        """The packages that were read so far."""
        return (package for package in self.database.values(Packages.package_at) if package is not None)

    def known_tsconfigs(self) -> Iterator[TsConfig]:
        """The configurations that were read so far, and still exist."""
        configs = (*self.database.values(Packages.tsconfig_at), *self.database.values(Packages.tsconfig))
        return self._existing(configs)

    def _existing(self, configs: Iterable[TsConfig | None]) -> Iterator[TsConfig]:
        return (config for config in configs if config is not None and self.files.kind(config.path) == "file")


_READ = (Packages.package_at, Packages.tsconfig_at, Packages.tsconfig)
_MOST_PATTERNS = 64
_BRACES = compile_on_use(r"\{([^{}]*,[^{}]*)\}")


def _expanded(pattern: str) -> list[str]:
    """A pattern of a workspace with each choice of its `{a,b}`."""
    found = [pattern]
    while len(found) < _MOST_PATTERNS and (braces := _BRACES.search(found[0])) is not None:
        written = braces[0]
        found = [each.replace(written, choice, 1) for choice in braces[1].split(",") for each in found]
    return found
