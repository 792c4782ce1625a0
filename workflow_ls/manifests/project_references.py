"""The `references` between TypeScript projects that a rewritten import needs, so that `tsc -b` builds its target first.

A composite project takes in only its own files and those of referenced projects (TypeScript, "Project references").
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping

from workflow_ls.diagnostics import Blocked, FileEdit, Related
from workflow_ls.jsonc.array_edits import append_item
from workflow_ls.jsonc.property_edits import set_properties
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.configuration.tsconfig import TsConfig
from workflow_ls.project.queries.database import Component, query
from workflow_ls.project.workspace import Workspace
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.rewrite.packages.package_lookup import Conditions, PackageLocation
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.rewrite.target import ImportPart
from workflow_ls.vfs.files import is_within, parents

_CONFIG = compile_on_use(r"tsconfig[\w.-]*\.json")
_DEEPEST = 200  # projects


class ProjectReferences(Component):
    """The references between projects that new imports need."""

    @query
    def needed(self, importer: str, path: str, legacy: str | None) -> FileEdit | Blocked | None:
        """As `reference_needed`."""
        return reference_needed(Workspace.of(self.database), importer, path, legacy)

    @query
    def referenced(self, path: str) -> tuple[str, ...]:
        """The existing configurations that the one at `path` references."""
        kind = self.files.kind
        places = self.database.component(Packages).tsconfig(path).references
        named = (posixpath.join(place, "tsconfig.json") if kind(place) == "directory" else place for place in places)
        return tuple(dict.fromkeys(other for other in named if kind(other) == "file"))

    @query
    def hold(self, config: str, path: str) -> bool:
        """Whether a project that a configuration references, directly or through others, contains a file."""
        tsconfig, directory = self.database.component(Packages).tsconfig, posixpath.dirname(config)
        found, todo = {config}, [config]
        while todo and len(found) <= _DEEPEST:
            for other in self.referenced(todo.pop()):
                if other in found:
                    continue
                found.add(other)
                above = posixpath.dirname(other)
                if above != directory and is_within(directory, above):
                    # Often one at the root that references all: what it holds is found once for all that reference it.
                    if _contains(tsconfig(other), path) or self.hold(other, path):
                        return True
                elif _contains(tsconfig(other), path):
                    return True
                else:
                    todo.append(other)
        return False

    @query
    def reachable(self, config: str) -> frozenset[str]:
        """The configurations that one references, directly or through others."""
        found, todo = dict[str, None](), [config]
        while todo and len(found) < _DEEPEST:
            new = [other for other in self.referenced(todo.pop()) if other not in found]
            found.update(dict.fromkeys(new))
            todo += new
        return frozenset(found)

    @query
    def _selecting(self, config: str) -> Mapping[str, tuple[str, ...]]:
        """The configurations that one references, and those beside it, by the places that they select files from."""
        directory, by_place = posixpath.dirname(config), dict[str, dict[str, None]]()
        names = (name for name in self.files.listing(directory) if _CONFIG.fullmatch(name))
        beside = sorted(posixpath.join(directory, name) for name in names)
        for path in (*self.referenced(config), *beside):
            for place in _places(self.database.component(Packages).tsconfig(path)):
                by_place.setdefault(place, {})[path] = None
        return {place: tuple(paths) for place, paths in by_place.items()}

    def selecting(self, config: str, path: str) -> TsConfig | None:
        """The first configuration that one references, or else beside it, that contains a file."""
        by_place, tsconfig = self._selecting(config), self.database.component(Packages).tsconfig
        referenced = {other: number for number, other in enumerate(self.referenced(config))}
        near = dict.fromkeys(other for place in (path, *parents(path)) for other in by_place.get(place, ()))
        holding = [other for other in near if _contains(tsconfig(other), path)]
        first = min(holding, key=lambda other: (referenced.get(other, len(referenced)), other), default=None)
        return None if first is None else tsconfig(first)


def references_needed(
    targets: TargetResolver, importer: str, parts: Iterable[ImportPart], module: str
) -> tuple[FileEdit, ...] | Blocked:
    """The edits of configurations that a rewrite needs, so that the importer's project references those of its targets.

    `module` is the legacy module that is imported now.
    """
    legacy, edits = targets.workspace.resolver.legacy_file(module), dict[FileEdit, None]()
    component = targets.database.component(ProjectReferences)
    for specifier in dict.fromkeys(part.specifier for part in parts):
        location = targets.checker.locate(specifier, importer, (Conditions.TYPES,))
        if isinstance(location, PackageLocation):
            edit = component.needed(importer, location.path, legacy)
            if isinstance(edit, Blocked):
                return edit
            edits.update({} if edit is None else {edit: None})
    return tuple(edits)


def reference_needed(workspace: Workspace, importer: str, path: str, legacy: str | None) -> FileEdit | Blocked | None:
    """The edit that makes the project of the file `importer` reference that of the file `path`.

    None if it needs no reference, or already has one, directly or by way of other projects.  Blocked if the import
    would fail for want of a reference that can't be added, while that of the file `legacy` does not.
    """
    project = project_of(workspace, importer)
    if project is None or not (project.composite or project.references) or _contains(project, path):
        return None
    graph = workspace.component(ProjectReferences)
    if graph.hold(project.path, path):
        return None
    target = project_of(workspace, path)
    fault = f"{path} is in no composite project"
    if target is not None and target.path != project.path and target.composite:
        if project.path not in graph.reachable(target.path):
            return _added(workspace, project, target)
        fault = f"the project {target.path} references {project.path} in turn"
    if not project.composite or path.endswith((".d.ts", ".d.mts", ".d.cts")):
        return None
    if legacy is None or not (_contains(project, legacy) or graph.hold(project.path, legacy)):
        return None  # the present import fails in the same way
    shown = (Related(project.path, None, "the project of this file"),)
    reason = f"the project {project.path} is composite, and can't take in the target: {fault}"
    remedy = "break that circle" if "in turn" in fault else f"give {posixpath.dirname(path)} a composite tsconfig.json"
    return Blocked(reason, remedy, shown)


def project_of(workspace: Workspace, path: str) -> TsConfig | None:
    """The project that contains a file: the nearest configuration, or one that it references or that lies beside it."""
    nearest = workspace.packages.tsconfig_for(path)
    if nearest is None or _contains(nearest, path):
        return nearest
    return workspace.component(ProjectReferences).selecting(nearest.path, path)


def _places(config: TsConfig) -> Iterator[str]:
    """The files and directories at or below which a configuration may contain files."""
    yield from config.files or ()
    default = (posixpath.dirname(config.path),) if config.files is None else ()
    for glob in default if config.include is None else config.include:
        special = re.search(r"[*?]", glob)
        yield glob if special is None else glob[: special.start()].rpartition("/")[0]


def _contains(config: TsConfig, path: str) -> bool:
    """Whether the `files`, `include` and `exclude` of a configuration select a file."""
    if path in (config.files or ()):
        return True
    directory = posixpath.dirname(config.path)
    default = (directory,) if config.files is None else ()
    included = default if config.include is None else config.include
    out = tuple(place for place in (config.out_dir, config.declaration_dir) if place)
    if not any(_selects(glob, path) for glob in included) or "node_modules" in path.split("/"):
        return False
    return not any(_selects(glob, path) for glob in config.exclude or out)


def _selects(glob: str, path: str) -> bool:
    if not re.search(r"[*?]", glob):
        return is_within(path, glob)
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", glob)
    forms = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    pattern = "".join(forms.get(part, re.escape(part)) for part in parts)
    return re.fullmatch(f"{pattern}(?:/.*)?", path) is not None


def _added(workspace: Workspace, project: TsConfig, target: TsConfig) -> FileEdit | None:
    """The edit that adds a reference, in the style of those that are there: to a directory, or to a configuration."""
    placed = workspace.packages.placed_configuration(project.path)
    if placed is None or placed.root.kind != "object":
        return None
    text, root = placed
    directory, name = posixpath.split(target.path)
    listed = root.at("references")
    written = [] if listed is None else [item.at("path") for item in listed.items]
    paths = [str(node.data) for node in written if node is not None]
    named = any(path.endswith(".json") for path in paths[-1:]) or name != "tsconfig.json"
    place = posixpath.relpath(target.path if named else directory or ".", posixpath.dirname(project.path) or ".")
    item = {"path": place if place.startswith("..") else f"./{place}"}
    if listed is None:
        edits = set_properties(text, root, [("references", [item])], after=[member.key for member in root.properties])
    else:
        edits = append_item(text, listed, item)
    return FileEdit(project.path, edits, text) if edits else None
