"""What modules export for the checker of the TypeScript compiler, compared with what they are found to export here."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.conformance.comparison import Comparison
from tests.conformance.node import run_node
from tests.project.workspaces import NO_TABLE, workspace_of
from workflow_ls.config.settings import Settings
from workflow_ls.project.configuration.tsconfig import TsConfig
from workflow_ls.project.exports.module_exports import ModuleExports, Origin
from workflow_ls.project.resolution.build_outputs import is_output
from workflow_ls.project.workspace import Workspace
from workflow_ls.syntax.exports.module_syntax import ModuleSyntax
from workflow_ls.vfs.disk import DiskFiles
from workflow_ls.vfs.files import SOURCE_EXTENSIONS

# For each name whether it is a value and a type, and where it is declared; None where it leads nowhere.
Expected = Mapping[str, Any]

AMBIGUOUS = (
    "Two stars bring the name from two places. The compiler keeps the first, with an error; ECMAScript exports "
    "neither, and so it is here."
)
OPAQUE = (
    "The module makes its names when it runs (`module.exports =`, `export =`). It is told to be so, and its names are "
    "not guessed."
)
BEHIND = (
    "The name comes from such a module, or from one that is not installed: it is taken to be what the re-export says, "
    "or to hide behind its star."
)
JAVASCRIPT = (
    "What JavaScript declares in JSDoc is not read, and a function that is used as a class, or the result of a "
    "`require`, is a value and no more."
)
AUGMENTED = "A `declare module` in another file adds the name. Augmentations are not followed."
SYNTHETIC = (
    "The default import of a module without one stands for the whole module for the compiler "
    "(`allowSyntheticDefaultImports`). When it runs, that holds for CommonJS only."
)
COMMON_JS = (
    "`default` of a CommonJS module is `exports` itself for who imports it, as Node has it; the compiler does not list "
    "it."
)
TYPE_STAR = (
    "The name comes through `export type *` and through another re-export. Whether the compiler gives it as a value "
    "depends on which of the two its checker meets first; here it is one if any way to it lets values through."
)
NOWHERE = (
    "One way to the name leads nowhere, which is an error for the compiler wherever it meets that way first; here the "
    "name is where the other way leads."
)
SOURCE = (
    "By its own name, a package leads to what was built of it for the compiler. Here it leads to the source, since a "
    "workspace is read before any build."
)
REASONS = (AMBIGUOUS, OPAQUE, BEHIND, JAVASCRIPT, AUGMENTED, SYNTHETIC, COMMON_JS, TYPE_STAR, NOWHERE, SOURCE)


_JAVASCRIPT = (".js", ".jsx", ".mjs", ".cjs")


def compare_texts(graphs: Iterable[Mapping[str, str]]) -> Iterable[tuple[Mapping[str, str], Comparison]]:
    """Compare the modules of each graph, which is given by the texts of its files."""
    graphs = list(graphs)
    for files, answers in zip(graphs, run_node("exports.mjs", [{"files": f, "modules": list(f)} for f in graphs])):
        yield files, _compare(workspace_of(files), dict(zip(files, answers)))


class _Bundled(Workspace):
    """A workspace whose files are all compiled for a bundler, whatever configuration a package ships."""

    def tsconfig_for(self, path: str) -> TsConfig:
        return TsConfig(path, (), module_resolution="bundler")


def compare_directory(root: Path, modules: list[str]) -> Comparison:
    """Compare modules on the disk, given by their paths below `root`."""
    answers = run_node("exports.mjs", [{"root": str(root), "modules": modules}])[0]
    return _compare(_Bundled(DiskFiles(root), NO_TABLE, Settings()), dict(zip(modules, answers)))


def modules_below(root: Path) -> list[str]:
    """The modules below a directory that the compiler can be asked about.

    Where there is a declaration or a TypeScript source beside JavaScript, it is the module of that name.  What was
    built of sources that are here says the same again.
    """
    paths = {file.relative_to(root).as_posix() for file in root.rglob("*") if file.is_file()}
    return sorted(
        path
        for path in paths
        if path.endswith(SOURCE_EXTENSIONS) and not path.startswith(("_cjs/", "_esm/")) and not _typed(path) & paths
    )


def _typed(path: str) -> set[str]:
    stem, extension = posixpath.splitext(path)
    if extension not in _JAVASCRIPT:
        return set()
    kind = extension[1] if extension in (".mjs", ".cjs") else ""
    return {f"{stem}{typed}" for typed in (f".{kind}ts", f".d.{kind}ts", *([".tsx"] if not kind else []))}


def _compare(workspace: Workspace, answers: Mapping[str, Expected | None]) -> Comparison:
    result, index = Comparison(), workspace.exports
    for path, expected in answers.items():
        actual = index.exports(path)
        if expected is None:
            # Of CommonJS, the compiler tells nothing here.
            if actual.names and not path.endswith(_JAVASCRIPT):
                result.differences.append(f"{path}: no module for the compiler, exports {sorted(actual.names)}")
            continue
        result.compared += 1
        if actual.opaque is not None:
            if expected and actual.opaque == "it is a script, not a module":
                result.differences.append(f"{path}: {actual.opaque}, the compiler {dict(expected)}")
            result.known[OPAQUE] += len(expected)
            continue
        for name in sorted((actual.names.keys() | expected.keys()) - {"export="}):
            ours, theirs = actual.names.get(name), expected.get(name)
            if ours is None and theirs is None:
                continue  # it leads nowhere
            if (
                ours is not None
                and theirs is not None
                and list(ours) == theirs[:2]
                and _same_place(actual.origins[name], theirs)
            ):
                result.equal += 1
            elif (reason := _reason(workspace, path, actual, expected, name)) is not None:
                result.known[reason] += 1
            else:
                result.differences.append(
                    f"{path}: {name} is {ours} {actual.origins.get(name)}, for the compiler {theirs}"
                )
    return result


def _same_place(origin: Origin, theirs: Any) -> bool:
    # `export default a.b` is an alias for the compiler, of whatever that is.
    return not theirs[2] or origin.name == "default" or any(path == origin.path for path, _ in theirs[2])


def _reason(workspace: Workspace, path: str, actual: ModuleExports, expected: Expected, name: str) -> str | None:
    if name in actual.ambiguous:
        return AMBIGUOUS
    if name not in actual.names:
        return _reason_to_lack(workspace, path, actual, expected[name], name)
    ours, origin, theirs = actual.names[name], actual.origins[name], expected.get(name)
    if workspace.files.kind(origin.path) != "file" or workspace.sources.syntax(origin.path).opaque is not None:
        return BEHIND
    if theirs is None and name in expected and origin.name == "default":
        return BEHIND
    if theirs is None and name == "default" and path.endswith((".js", ".cjs")):
        return COMMON_JS
    if name in expected and origin.path.endswith(_JAVASCRIPT):
        return JAVASCRIPT
    if theirs is not None and _kinds(theirs) == {"javascript"}:
        return JAVASCRIPT
    if theirs is not None and list(ours) == theirs[:2] and _is_built(workspace, path, theirs):
        return SOURCE
    stars = [star for module in _re_exporting(workspace, path) for star in module.stars]
    if theirs is not None and ours.type == theirs[1] and any(star.type_only for star in stars):
        return TYPE_STAR
    return NOWHERE if theirs is None and name in expected and stars else None


def _is_built(workspace: Workspace, path: str, theirs: Any) -> bool:
    package = workspace.packages.package_of(path)
    return package is not None and all(
        is_output(workspace.packages, package, place) for place, kind in theirs[2] if kind != "augmentation"
    )


def _reason_to_lack(workspace: Workspace, path: str, actual: ModuleExports, theirs: Any, name: str) -> str | None:
    if _kinds(theirs) == {"augmentation"}:
        return AUGMENTED
    if actual.unresolved:
        return BEHIND
    if _kinds(theirs) == {"javascript"} and not theirs[0]:
        return JAVASCRIPT
    if any(export.name == name and export.source == "default" for export in workspace.sources.syntax(path).exports):
        return SYNTHETIC
    return None


def _kinds(theirs: Any) -> set[str | None]:
    return {kind for _, kind in theirs[2]}


def _re_exporting(workspace: Workspace, path: str) -> Iterator[ModuleSyntax]:
    """The syntax of a module, and of all that it re-exports from."""
    seen, todo = {path}, [path]
    while todo:
        at = todo.pop()
        syntax = workspace.sources.syntax(at)
        yield syntax
        specifiers = [export.specifier for export in syntax.exports] + [star.specifier for star in syntax.stars]
        for specifier in filter(None, specifiers):
            target = workspace.resolver.resolve(specifier, at)
            if target is not None and target.endswith(SOURCE_EXTENSIONS) and target not in seen:
                seen.add(target)
                todo.append(target)
