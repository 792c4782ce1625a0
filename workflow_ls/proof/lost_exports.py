"""The names that modules export no more after fixes: the edited modules, and those that re-export them."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator

from workflow_ls.project.exports.module_exports import ModuleExports, Origin
from workflow_ls.project.resolution.build_outputs import split_extension
from workflow_ls.project.workspace import Workspace
from workflow_ls.proof.regression import Regression
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.vfs.files import CODE_EXTENSIONS, Query, holds_code

_PASSED_ON = compile_on_use(rb"\bexport\s*(?:type\s*)?(?:[{*=]|default\b)")
_STAR = compile_on_use(rb"\bexport\s*(?:type\s*)?\*")


def lost_exports(before: Workspace, after: Workspace, edited: Iterable[str]) -> Iterator[Regression]:
    """What the `edited` modules, and the modules that re-export them, export no more, or with less meaning."""
    seen, todo = set[str](), [path for path in edited if holds_code(path) and _passes_names_on(before, path)]
    while todo:
        seen.update(todo)
        changed = list[str]()
        for path in todo:
            old, new = before.exports.exports(path), after.exports.exports(path)
            if new.opaque is None and new != old:
                changed.append(path)
                known = [name for name, origin in old.origins.items() if _is_known(before, origin)]
                yield from _lost(path, known, old, new, tuple(after.exports.re_exported(path)))
        # In a barrel, a name that is new, or has another declaration, may meet that of another module.
        todo = [path for path in _star_barrels(after, changed) if path not in seen]


def _passes_names_on(workspace: Workspace, path: str) -> bool:
    """Whether a module may export what it does not declare: only such exports depend on its imports."""
    return _PASSED_ON.search(workspace.files.read(path) or b"") is not None


def _is_known(workspace: Workspace, origin: Origin) -> bool:
    """Whether a name has a declaration that was read; else its re-export is the only evidence of it."""
    if workspace.files.kind(origin.path) != "file":
        return False
    exports = workspace.exports.exports(origin.path)
    return exports.opaque is None and not exports.unresolved


def _lost(
    path: str, names: Iterable[str], old: ModuleExports, new: ModuleExports, behind: tuple[str, ...]
) -> Iterator[Regression]:
    for name in names:
        meaning, now = old.names[name], new.names.get(name)
        # A name may come from a module that can't be read.
        if now is None and (name in new.ambiguous or not new.unresolved):
            how = "make ambiguous" if name in new.ambiguous else "lose"
            yield Regression(path, f"the fix would {how} the export `{name}` of {path}", behind=behind, root=True)
        elif now is not None and (meaning.value > now.value or meaning.type > now.type):
            kind = "a value" if meaning.value > now.value else "a type"
            reason = f"the fix would lose `{name}` as {kind} in the exports of {path}"
            yield Regression(path, reason, behind=behind, root=True)


def _star_barrels(workspace: Workspace, paths: Collection[str]) -> Iterator[str]:
    """The modules that re-export all of one of these modules."""
    needles = {needle for path in paths for needle in _needles(workspace, path)}
    queries = (Query(CODE_EXTENSIONS, tuple(sorted(needles))),)
    for found in workspace.files.search(queries) if needles else ():
        if _STAR.search(workspace.files.read(found) or b"") and not set(paths).isdisjoint(
            workspace.exports.re_exported(found)
        ):
            yield found


def _needles(workspace: Workspace, path: str) -> Iterator[str]:
    """Texts of which each specifier of a module contains one."""
    directory, name = posixpath.split(path)
    stem = split_extension(name)[0]
    package = workspace.packages.package_of(path)
    if stem != "index":
        yield stem
    elif posixpath.basename(directory):
        yield posixpath.basename(directory)
    if package is not None and package.name:
        yield package.name
