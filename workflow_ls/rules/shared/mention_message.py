"""What a finding says of a mention in a file that is no source."""

from __future__ import annotations

from workflow_ls.project.legacy_strings import moved_directory, moved_file
from workflow_ls.project.mentions.mention_model import Mention, Role
from workflow_ls.project.workspace import Workspace

_SAYS = {
    Role.PLACE: "this {kind} names the place of `{text}`",
    Role.EXCLUSION: "this {kind} leaves `{text}` out",
    Role.UNREAD: "this {kind}, which is not read, names `{text}`",
}


def mention_message(workspace: Workspace, mention: Mention) -> str:
    """What names what, and where that moved."""
    says = _SAYS.get(mention.role, "this {kind} names `{text}`").format(kind=mention.kind, text=mention.text)
    tree = workspace.table.tree
    if mention.target is None:
        return f"{says}, a {workspace.table.legacy_module}"
    # A folder that still has its legacy counterpart has not moved as a whole.
    if mention.target != tree and workspace.files.kind(mention.target) is None:
        new = moved_file(workspace, mention.module) or moved_directory(workspace, mention.module)
        if new is not None:
            return f"{says}, which moved to `{new}`"
    if mention.target == tree and workspace.files.kind(tree) is None:
        return f"{says}, which is gone"
    return f"{says}, a part of the legacy tree"
