"""The imports that bundles leave to Node after a cutover, and that lead to TypeScript then.

They stop no cutover, since its remedy is an option of a build, or the build of the package that moves, and neither
changes what the cutover does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from workflow_ls.moves.cutover.new_imports import new_imports
from workflow_ls.moves.plan_model import Note, Rewrite
from workflow_ls.project.workspace import Workspace
from workflow_ls.rewrite.loading.bundled_imports import BundledImports


def left_out_imports(
    workspace: Workspace, after: Workspace, rewrites: Iterable[Rewrite], new_paths: Mapping[str, str | None]
) -> Iterator[Note]:
    """A note about the first such import of each file; `new_paths` has the moved files, None for a deleted one."""
    bundled, base, seen = after.component(BundledImports), workspace.component(BundledImports), set[str]()
    for rewrite, path, specifier in new_imports(workspace, after, rewrites, new_paths):
        if path not in seen:
            blocked = bundled.left_out_since(path, rewrite.old, specifier, base, rewrite.path)
            if blocked is not None:
                seen.add(path)
                yield Note(rewrite.path, blocked.message, rewrite.line)
