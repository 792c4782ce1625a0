"""Whether a package still needs its dependency on a package that legacy modules left, and the edit that removes it.

A dependency is needed by whatever names the package, in any file that is not documentation: this is read as text, so
that a configuration, a script or a file of another language counts as much as an import.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from workflow_ls.diagnostics import FileEdit
from workflow_ls.jsonc.property_edits import remove_items, remove_properties
from workflow_ls.jsonc.tree import Node
from workflow_ls.project.configuration.manifest import DEPENDENCY_SECTIONS, Package
from workflow_ls.project.configuration.package_manager import LOCK_FILES
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.source_index import Sources
from workflow_ls.project.workspace import Workspace
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.rewrite.packages.dependency_sections import replaced_among
from workflow_ls.text import Edit, sort_edits
from workflow_ls.vfs.files import Query, is_within

PEER = "peerDependencies"
_CONFIG = compile_on_use(r"(?:^|/)tsconfig[\w.-]*\.json$")


class OldDependencies(Component):
    """The dependencies on packages that legacy modules left."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.workspace = Workspace.of(database)
        self.sources = database.component(Sources)

    def unused(self, package: Package) -> tuple[str, ...]:
        """The packages that a manifest declares, that legacy modules left, and that nothing of the package names.

        One that it declares as a peer stays: what installs the package provides it.
        """
        sections = package.sections or {}
        declared = [name for section, versions in sections.items() if section != PEER for name in versions]
        peers = sections.get(PEER, {})
        replaced = (name for name in replaced_among(self.table, declared) if name not in peers)
        return tuple(name for name in replaced if name != package.name and not self.is_used(package.directory, name))

    @query
    def is_used(self, directory: str, name: str) -> bool:
        """Whether anything in the directory of a package names another package, or reaches its directory by a path."""
        package = self.workspace.packages.package_at(directory)
        if package is None or any(is_within(path, directory or path) for path in self.files.unreadable()):
            return True
        texts = self._names(directory, name)
        encoded = [text.encode() for text in texts]
        for path in self.sources.candidates_of(package):
            data = self.files.read(path) or b""
            if any(text in data for text in encoded):
                return True  # without a search
        root = self.workspace.packages.json_root(package.path)
        if root is None or _names_it(root, texts, self._commands(name), (*DEPENDENCY_SECTIONS, "name")):
            return True
        found = self.files.search((Query(("",), texts, under=directory),))
        return any(self._counts(path, package, texts) for path in found)

    def _counts(self, path: str, package: Package, texts: tuple[str, ...]) -> bool:
        """Whether a file that names a package needs it: not one of another package, nor a lock or documentation."""
        if path == package.path or posixpath.basename(path) in LOCK_FILES or self.table.is_doc(path):
            return False
        if _CONFIG.search(path):
            root = self.workspace.packages.json_root(path)
            if root is not None and not _names_it(root, texts, (), ("references",)):
                return False
        owner = self.workspace.packages.package_of(path)
        return not package.directory or owner is None or owner.directory == package.directory or not owner.name

    def _names(self, directory: str, name: str) -> tuple[str, ...]:
        """The texts by which files may name a package: its name, aliases that lead into it, and relative paths."""
        target = self.workspace.packages.package_named(name, posixpath.join(directory, "package.json"))
        if target is None or not target.directory:
            return (name,)
        config = self.workspace.packages.tsconfig_for(posixpath.join(directory, "any-file.ts"))
        prefixes = [
            key.partition("*")[0]
            for key in (() if config is None else config.paths)
            if config is not None and any(is_within(path, target.directory) for path in config.path_targets(key))
        ]
        # Whatever specifier leads to a folder of the package, the package is behind it.
        roots = (
            root for part in self.table.legacy_parts if is_within(part.tree, target.directory) for root in part.roots
        )
        prefixes += roots
        paths = (f"../{target.directory}/", f"../{posixpath.basename(target.directory)}/")
        return tuple(dict.fromkeys((name, *(prefix for prefix in prefixes if len(prefix) > 1), *paths)))

    def _commands(self, name: str) -> tuple[str, ...]:
        """The commands that a package installs."""
        target = self.workspace.packages.package_named(name, "package.json")
        root = None if target is None else self.workspace.packages.json_root(target.path)
        commands = None if root is None else root.at("bin")
        if commands is None:
            return ()
        if commands.kind == "string":
            return (name.rpartition("/")[2],)
        return tuple(member.key for member in commands.properties)


def _names_it(root: Node, texts: tuple[str, ...], commands: tuple[str, ...], besides: tuple[str, ...]) -> bool:
    """Whether a manifest or configuration names a package in other keys than `besides`, or runs one of its commands."""
    for member in root.properties:
        if member.key in besides:
            continue
        for text in _texts(member.value):
            if any(each in text for each in texts):
                return True
            words = re.split(r"[\s;&|\"'()]+", text) if member.key == "scripts" else ()
            if any(command in words for command in commands):
                return True
    return False


def _texts(node: Node) -> Iterator[str]:
    """All keys and strings in a value."""
    if isinstance(node.data, str):
        yield node.data
    for member in node.properties:
        yield member.key
        yield from _texts(member.value)
    for item in node.items:
        yield from _texts(item)


def without_dependency(workspace: Workspace, package: Package, name: str) -> FileEdit | None:
    """The edit that removes a dependency from all sections of a manifest, and sections that are empty then."""
    placed = workspace.packages.placed_configuration(package.path)
    if placed is None:
        return None
    edits, empty = list[Edit](), set[str]()
    for section in DEPENDENCY_SECTIONS:
        node = placed.root.at(section)
        if node is None or section == PEER or node.property_named(name) is None:
            continue
        if len(node.properties) == 1:
            empty.add(section)
        else:
            edits += remove_properties(placed.text, node, {name})
    edits += remove_properties(placed.text, placed.root, empty) if empty else ()
    return FileEdit(package.path, sort_edits(edits), placed.text) if edits else None


def referenced_projects(workspace: Workspace, path: str, root: Node) -> Iterator[tuple[int, Node, str]]:
    """The references of a TypeScript configuration to projects of packages that legacy modules left.

    Yields the index of each, its value, and the name of the package.
    """
    listed, directory = root.at("references"), posixpath.dirname(path)
    own = workspace.packages.package_of(path)
    for index, item in enumerate(() if listed is None else listed.items):
        node = item.at("path")
        if node is None or not isinstance(node.data, str):
            continue
        place = posixpath.normpath(posixpath.join(directory, node.data))
        package = workspace.packages.package_of(posixpath.join(place, "tsconfig.json"))
        is_other = package is not None and own is not None and package.directory != own.directory
        if package is not None and is_other and replaced_among(workspace.table, [package.name]):
            yield index, node, package.name


def without_references(workspace: Workspace, path: str, indices: set[int]) -> FileEdit | None:
    """The edit that removes some of the references of a configuration."""
    placed = workspace.packages.placed_configuration(path)
    listed = None if placed is None else placed.root.at("references")
    if placed is None or listed is None:
        return None
    if len(indices) == len(listed.items):
        edits = remove_properties(placed.text, placed.root, {"references"})
    else:
        edits = remove_items(placed.text, listed, indices)
    return FileEdit(path, edits, placed.text) if edits else None
