"""Whether a workspace has anything that the mapping table is about: without that, no findings mean nothing."""

from __future__ import annotations

from workflow_ls import CONFIG_FILE
from workflow_ls.printable import listed
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, Query


@record
class MissingFacts:
    """Why a check of a workspace proves nothing, and what to do, as sentences.

    `is_empty` says that it has no source file at all, so that there is nothing to find either.
    """

    message: str
    is_empty: bool


def missing_facts(workspace: Workspace) -> MissingFacts | None:
    """What a workspace lacks for its check to prove anything; None if it lacks nothing.

    A finished move has its target left, and one that has not begun its references.
    """
    message = _message(workspace)
    if message is None:
        return None
    return MissingFacts(message, not workspace.files.search((Query(SOURCE_EXTENSIONS),)))


def _message(workspace: Workspace) -> str | None:
    table = workspace.table
    if not table.canonical.name:
        if any(row.to for row in table.modules) or any(row.to for row in table.names):
            return None  # the targets are aliases, which are those of each importing file, or the packages of a scope
        return (
            f"{CONFIG_FILE} has no target yet, so that nothing can be rewritten. Run `workflow-ls map --infer --write` "
            'to propose rows, or add them to "modules".'
        )
    known = (workspace.packages.package_named(package.name, "") for package in table.packages)
    if any(package is not None for package in known):
        return None
    if any(facts.legacy_references or facts.canonical_references for facts in workspace.sources.candidate_facts()):
        return None
    names = listed([f"`{root}`" for root in table.roots])
    packages = listed([package.name for package in table.packages])
    folders = [tree for tree in table.trees if not tree.startswith("node_modules/")]
    folder = f"the folder {listed(folders)}, " if folders else ""
    if any(workspace.files.kind(tree) is not None for tree in folders):
        folder = ""
    there = f"{folder}the package {packages} and imports of {names}: none of them is in this workspace"
    if table.is_builtin and workspace.files.kind(CONFIG_FILE) is None:
        return f"The built-in mapping is about {there}. Run `workflow-ls init` to describe what moves here."
    remedy = f"Correct {CONFIG_FILE}; `workflow-ls init --dry-run` shows what this workspace has."
    return f"{CONFIG_FILE} is about {there}. {remedy}"
