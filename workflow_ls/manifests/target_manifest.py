"""The manifest of a target package, and the missing files of its `exports`."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from workflow_ls.config.table_records import TargetPackage
from workflow_ls.jsonc.tree import Node
from workflow_ls.manifests.entries.exports_style import Neighbour, leaves_of, neighbours
from workflow_ls.project.configuration.manifest import Package
from workflow_ls.project.resolution.bare_specifiers import TYPES_CONDITIONS
from workflow_ls.project.resolution.build_outputs import is_output, split_extension
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record
from workflow_ls.vfs.files import SOURCE_EXTENSIONS

DECLARATIONS = (".d.ts", ".d.mts", ".d.cts")
_CODE = (*SOURCE_EXTENSIONS, *DECLARATIONS)
_FORMATS = {".mjs": ".mts", ".cjs": ".cts"}


@record(slots=False)
class Manifest:
    """The manifest of a target package, with its workspace and its row of the table."""

    workspace: Workspace
    known: TargetPackage
    package: Package
    text: bytes
    root: Node

    @property
    def sources(self) -> str:
        """The directory of the sources."""
        return posixpath.normpath(posixpath.join(self.known.directory, self.known.sources))

    @property
    def exports(self) -> Mapping[str, Any]:
        """The entries of `exports` by key; empty without that field."""
        exports = self.package.exports
        entries: Mapping[str, Any] = exports if self.is_map else {".": exports}
        return {} if exports is None else entries

    def entry(self, key: str) -> Node | None:
        """The value of an entry, with its place in the text."""
        if self.is_map:
            return self._entries.get(key)
        return self.root.at("exports") if key == "." else None

    @cached_property
    def _entries(self) -> Mapping[str, Node]:
        field = self.root.at("exports")
        return {} if field is None else {member.key: member.value for member in field.properties}

    @cached_property
    def neighbours(self) -> tuple[Neighbour, ...]:
        """The entries of `exports` that can be models of others."""
        return neighbours(self.exports, self.known.sources)

    @cached_property
    def befores(self) -> frozenset[str]:
        """What the targets of these entries have before the module, and what the sources have."""
        found = {leaf.before for entry in self.neighbours for leaf in leaves_of(entry.template)}
        return frozenset({*found, f"./{self.known.sources}/" if self.known.sources else "./"})

    @cached_property
    def is_map(self) -> bool:
        """Whether the keys of `exports` are subpaths."""
        exports = self.package.exports
        return isinstance(exports, dict) and all(key.startswith(".") for key in exports)

    def specifier(self, subpath: str) -> str:
        """The specifier that imports a subpath."""
        return self.known.name + subpath.removeprefix(".")


def open_manifest(workspace: Workspace, known: TargetPackage) -> Manifest | None:
    """The manifest of a package of the table; None if it is missing, broken, or of another package."""
    package = workspace.packages.package_at(known.directory)
    if package is None or package.name != known.name:  # a broken one has no name
        return None
    placed = workspace.packages.placed_configuration(package.path)
    return None if placed is None else Manifest(workspace, known, package, *placed)


def source_candidates(manifest: Manifest, modules: Iterable[str]) -> tuple[str, ...]:
    """The existing source files of the modules ("" for the root): `x.ts`, `x/index.tsx` and so on.

    Without one, the declarations of a module, the source of one that is named by its output (`x.mjs`), or an asset.
    """
    files, found, sources = manifest.workspace.files, dict[str, None](), manifest.sources
    for module in modules:
        base = posixpath.join(sources, module)
        stems = (base, posixpath.join(base, "index")) if module else (posixpath.join(base, "index"),)
        stem, ending = posixpath.splitext(base)
        usual = [known + extension for known in stems for extension in SOURCE_EXTENSIONS]
        others = [*(base + extension for extension in DECLARATIONS), stem + _FORMATS.get(ending, ending)]
        for paths in (usual, others):
            existing = [path for path in paths if files.kind(path) == "file"]
            found |= dict.fromkeys(existing)
            if existing:
                break
    return tuple(found)


def module_of(subpath: str) -> str:
    """The module that a subpath, or a key without `*`, names."""
    return subpath.removeprefix(".").removeprefix("/")


def missing_targets(manifest: Manifest, key: str) -> tuple[Node, ...]:
    """The targets of an exact entry that do not exist, and have no source that they are built from; in file order.

    A build output counts as existing if it is no code, or if the `types` condition leads to its source.
    """
    value = manifest.entry(key)
    if value is None or "*" in key or key.endswith("/"):
        return ()
    workspace, package = manifest.workspace, manifest.package
    source = workspace.resolver.look_up(package, key, TYPES_CONDITIONS).path
    missing = []
    for leaf in leaves(value):
        target = str(leaf.data)
        path = posixpath.normpath(posixpath.join(package.directory, target))
        built = is_output(workspace.packages, package, path)
        code = split_extension(path)[1] in _CODE
        if not target.startswith("./") or (built and (source is not None or not code)):
            continue
        if workspace.resolver.file_of_target(package, target) is None:
            missing.append(leaf)
    return tuple(missing)


def leaves(value: Node) -> Iterator[Node]:
    """The targets in an entry, whatever their conditions, in file order."""
    if value.kind == "string":
        yield value
    for inner in (*value.items, *(member.value for member in value.properties)):
        yield from leaves(inner)
