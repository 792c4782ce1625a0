"""The `references` between TypeScript projects that a rewritten import needs, so that `tsc -b` builds its target first.

A composite project takes in only its own files and those of referenced projects (TypeScript, "Project references").
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from workflow_ls.diagnostics import Blocked, FileEdit, Related
from workflow_ls.jsonc.array_edits import append_item
from workflow_ls.jsonc.property_edits import set_properties
from workflow_ls.project.configuration.tsconfig import TsConfig
from workflow_ls.project.queries.database import Component, query
from workflow_ls.project.workspace import Workspace
from workflow_ls.rewrite.package_lookup import Conditions, PackageLocation
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.rewrite.target import ImportPart
from workflow_ls.vfs.files import is_within

_CONFIG = re.compile(r"tsconfig[\w.-]*\.json")
_DEEPEST = 200  # projects


class ProjectReferences(Component):
    """The references between projects that new imports need."""

    @query
    def needed(self, importer: str, path: str, legacy: str | None) -> FileEdit | Blocked | None:
        """As `reference_needed`."""
        return reference_needed(Workspace.of(self.database), importer, path, legacy)


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
    if any(_contains(other, path) for other in _reachable(workspace, project)):
        return None
    target = project_of(workspace, path)
    fault = f"{path} is in no composite project"
    if target is not None and target.path != project.path and target.composite:
        if all(other.path != project.path for other in _reachable(workspace, target)):
            return _added(workspace, project, target)
        fault = f"the project {target.path} references {project.path} in turn"
    if not project.composite or path.endswith((".d.ts", ".d.mts", ".d.cts")):
        return None
    known = (project, *_reachable(workspace, project))
    if legacy is None or not any(_contains(other, legacy) for other in known):
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
    directory = posixpath.dirname(nearest.path)
    beside = (posixpath.join(directory, n) for n in workspace.files.entries(directory) if _CONFIG.fullmatch(n))
    candidates = (*_referenced(workspace, nearest), *(workspace.packages.tsconfig(other) for other in beside))
    return next((config for config in candidates if _contains(config, path)), None)


def _referenced(workspace: Workspace, config: TsConfig) -> Iterator[TsConfig]:
    for place in config.references:
        path = posixpath.join(place, "tsconfig.json") if workspace.files.kind(place) == "directory" else place
        if workspace.files.kind(path) == "file":
            yield workspace.packages.tsconfig(path)


def _reachable(workspace: Workspace, config: TsConfig) -> tuple[TsConfig, ...]:
    """The projects that a project references, directly or through others."""
    found, todo = dict[str, TsConfig](), [config]
    while todo and len(found) < _DEEPEST:
        for other in _referenced(workspace, todo.pop()):
            if other.path not in found:
                found[other.path] = other
                todo.append(other)
    return tuple(found.values())


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
