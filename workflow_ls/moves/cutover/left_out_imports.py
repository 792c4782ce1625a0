"""The imports that bundles leave to Node after a cutover, and that lead to TypeScript then.

They stop no cutover, since its remedy is an option of a build, or the build of the package that moves, and neither
changes what the cutover does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from workflow_ls.moves.plan_model import Note, Rewrite
from workflow_ls.project.workspace import Workspace
from workflow_ls.rewrite.loading.bundled_imports import BundledImports


def left_out_imports(
    workspace: Workspace, after: Workspace, rewrites: Iterable[Rewrite], new_paths: Mapping[str, str | None]
) -> Iterator[Note]:
    """A note about the first such import of each file; `new_paths` has the moved files, None for a deleted one."""
    bundled, base = after.component(BundledImports), workspace.component(BundledImports)
    rewrites, seen = tuple(rewrites), set[str]()
    judged, named = set[tuple[str, str, str]](), defaultdict[str, set[str]](set)
    for rewrite in rewrites:
        named[rewrite.path].add(rewrite.new)
    for rewrite in rewrites:
        path = new_paths.get(rewrite.path, rewrite.path)
        if path is None or path in seen or (path, rewrite.old, rewrite.new) in judged:
            continue
        judged.add((path, rewrite.old, rewrite.new))
        present = bundled.canonical_specifiers(path)
        # A removed barrel gives way to several modules: `new` describes them then, and names none.
        known = named[rewrite.path] | base.canonical_specifiers(rewrite.path)
        new = (rewrite.new,) if rewrite.new in present else tuple(each for each in present if each not in known)
        found = (bundled.left_out_since(path, rewrite.old, each, base, rewrite.path) for each in new)
        blocked = next(filter(None, found), None)
        if blocked is not None:
            seen.add(path)
            yield Note(rewrite.path, blocked.message, rewrite.line)
