"""The targets of `exports` that the build of a package does not make, by the entries of its configuration.

    "./keys": "./dist/keys/index.mjs"          in package.json
    entry: { index: 'src/index.ts' }           in tsup.config.ts, which makes dist/index.mjs alone

Only a list of single files decides, in the one configuration of a tool that the package has, and only where its `build`
script runs nothing else that makes files.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from workflow_ls.jsonc.tree import Node
from workflow_ls.manifests.target_manifest import DECLARATIONS, Manifest, leaves
from workflow_ls.project.builds.build_paths import BuildList, build_lists
from workflow_ls.project.builds.evaluation import Configurations
from workflow_ls.project.builds.kinds.configuration_names import tool_of
from workflow_ls.project.builds.values import ObjectValue, TextValue, Value, workspace_path
from workflow_ls.project.resolution.build_outputs import split_extension
from workflow_ls.records import record
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.vfs.files import SOURCE_EXTENSIONS

_BUNDLERS = ("tsup", "tsdown")
_OTHERS = compile_on_use(r"\b(?:tsc|swc|babel|rollup|vite|esbuild|webpack|cp|copy\w*|node|tsx)\b")
_CODE = (".js", ".mjs", ".cjs")


@record
class UnbuiltTarget:
    """A target of the entry `key`, at `leaf`: no entry of the configuration at `configuration` makes `file`."""

    key: str
    leaf: Node
    file: str
    configuration: str


def unbuilt_targets(manifest: Manifest) -> Iterator[UnbuiltTarget]:
    """The targets of exact entries that are code in the build's output, and that no entry makes."""
    built = _outputs(manifest)
    if built is None:
        return
    configuration, directory, stems = built
    for key in manifest.exports:
        value = manifest.entry(key)
        for leaf in () if value is None or "*" in key else leaves(value):
            file = posixpath.normpath(posixpath.join(manifest.package.directory, str(leaf.data)))
            stem, ending = split_extension(file)
            is_output = file.startswith(f"{directory}/") and ending in _CODE and ending not in DECLARATIONS
            if is_output and stem not in stems and manifest.workspace.files.kind(file) is None:
                yield UnbuiltTarget(key, leaf, file, configuration)


def _outputs(manifest: Manifest) -> tuple[str, str, frozenset[str]] | None:
    """The configuration of the build, the directory of its outputs, and these without ending; None if not known."""
    workspace, package = manifest.workspace, manifest.package
    script = manifest.root.at("scripts", "build")
    if script is not None and _OTHERS.search(str(script.data)):
        return None
    names = workspace.files.entries(package.directory)
    paths = [posixpath.join(package.directory, name) for name in names if name.endswith(SOURCE_EXTENSIONS)]
    paths = [path for path in paths if tool_of(path) in _BUNDLERS]
    value = workspace.component(Configurations).value(paths[0]) if len(paths) == 1 else None
    found = [each for each in (() if value is None else build_lists(paths[0], value)) if each.is_entry]
    if value is None or len(found) != 1 or not found[0].whole or any(each.rest for each in found[0].paths):
        return None
    directory = workspace_path(_option(value, "outDir") or "dist", package.directory)
    return None if directory is None else (paths[0], directory, frozenset(_stems(found[0], directory)))


def _option(value: Value, name: str) -> str | None:
    option = value.get(name) if isinstance(value, ObjectValue) else None
    return option.value if isinstance(option, TextValue) else None


def _stems(entries: BuildList, directory: str) -> Iterator[str]:
    """The outputs without ending: by the names of the entries, or by their paths below the folder that all lie in."""
    above = posixpath.commonpath([posixpath.dirname(entry.path) or "." for entry in entries.paths] or ["."])
    for entry in entries.paths:
        name = entry.key or split_extension(posixpath.relpath(entry.path, above))[0]
        yield posixpath.join(directory, name)
