"""The imports that bundles leave to Node after a cutover, and that lead to TypeScript then.

They stop no cutover, since its remedy is an option of a build, or the build of the package that moves, and neither
changes what the cutover does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from workflow_ls.moves.plan_model import Note, Rewrite
from workflow_ls.project.workspace import Workspace
from workflow_ls.rewrite.loading.bundled_imports import BundledImports


def left_out_imports(
    workspace: Workspace, after: Workspace, rewrites: Iterable[Rewrite], new_paths: Mapping[str, str | None]
) -> Iterator[Note]:
    """A note about the first such import of each file; `new_paths` has the moved files, None for a deleted one."""
    bundled, base = after.component(BundledImports), workspace.component(BundledImports)
    canonical, seen = workspace.table.canonical.name, set[str]()
    judged = set[tuple[str, str, str]]()
    for rewrite in rewrites:
        path = new_paths.get(rewrite.path, rewrite.path)
        if not canonical or path is None or path in seen or not f"{rewrite.new}/".startswith(f"{canonical}/"):
            continue
        if (path, rewrite.old, rewrite.new) in judged:
            continue
        judged.add((path, rewrite.old, rewrite.new))
        blocked = bundled.left_out_since(path, rewrite.old, rewrite.new, base, rewrite.path)
        if blocked is not None:
            seen.add(path)
            yield Note(rewrite.path, blocked.message, rewrite.line)
