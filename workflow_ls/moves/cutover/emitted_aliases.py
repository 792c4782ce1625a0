"""The aliases that a cutover adds to configurations of TypeScript, so that Node can follow what they emit.

After the move, the rewritten imports are canonical ones, and `missing-alias` no longer sees that Node followed the
legacy ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workflow_ls.diagnostics import Blocked
from workflow_ls.manifests.aliases import add_aliases, missing_aliases, read_config
from workflow_ls.moves.cutover.new_imports import new_imports
from workflow_ls.moves.plan_model import Problem, Rewrite
from workflow_ls.project.workspace import Workspace
from workflow_ls.rewrite.loading.emitted_imports import EmittedImports
from workflow_ls.text import apply_edits


def add_emitted_aliases(
    before: Workspace, workspace: Workspace, rewrites: Iterable[Rewrite], new_paths: Mapping[str, str | None]
) -> tuple[Workspace, dict[str, bytes], list[Rewrite], list[Problem]]:
    """A fork of `workspace`, after the moves and `rewrites`, in which the configurations have the aliases they need.

    With it come the new texts of these configurations, what was changed, and those that can't be edited.
    """
    texts, added, problems = dict[str, bytes](), dict[str, Rewrite](), dict[str, Problem]()
    lacking = _lacking(before, workspace, rewrites, new_paths)
    todo = list(lacking)
    while todo:
        # One fork has the edits of many configurations; a file in the chain of several is edited in a fork for each.
        edited, waiting = dict[str, bytes](), list[str]()
        for path in todo:
            config = read_config(workspace, path)
            if not edited.keys().isdisjoint(config.chain):
                waiting.append(path)
                continue
            missing = missing_aliases(workspace, config)
            edit = add_aliases(workspace, config, missing) if missing else None
            if isinstance(edit, Blocked):
                reason = f"it has no aliases for what {lacking[path]} imports once that is emitted, and {edit.reason}"
                problems[path] = Problem(path, Blocked(reason, edit.remedy, edit.related))
            elif edit is not None and edit.path in edited:
                waiting.append(path)
            elif edit is not None:
                edited[edit.path] = apply_edits(edit.before, edit.edits)
                keys = " and ".join(f"`{alias.key}`" for alias in missing)
                added[path] = Rewrite(edit.path, None, "missing-alias", lacking[path], f"Add the path aliases {keys}")
        workspace = workspace.fork(edited) if edited else workspace
        texts.update(edited)
        todo = waiting
    made = [added[path] for path in lacking if path in added]
    return workspace, texts, made, [problems[path] for path in lacking if path in problems]


def _lacking(
    before: Workspace, workspace: Workspace, rewrites: Iterable[Rewrite], new_paths: Mapping[str, str | None]
) -> dict[str, str]:
    """The configurations that lack an alias for a new specifier, each with the first file that needs it."""
    emitted, found = workspace.component(EmittedImports), dict[str, str]()
    for rewrite, path, specifier in new_imports(before, workspace, rewrites, new_paths):
        if path == rewrite.path:
            for config in emitted.lacking_since(path, rewrite.old, specifier):
                found.setdefault(config.path, path)
    return found
