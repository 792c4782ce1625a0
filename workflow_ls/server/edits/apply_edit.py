"""workspace/applyEdit: have the client apply edits, and take in what came of it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial
from typing import NamedTuple

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from workflow_ls.printable import listed, visible_path
from workflow_ls.server.edits.workspace_edit import (
    PendingEdit,
    find_changed,
    outdated_documents,
    paths_among,
    read_anew,
)
from workflow_ls.server.features.publish_diagnostics import check_others, held_back
from workflow_ls.server.server import WorkflowServer
from workflow_ls.server.session.snapshot import SessionSnapshot

log = logging.getLogger(__name__)


class RefusedEdit(NamedTuple):
    """Why a client did not apply an edit of `total` files, as a clause, and which of them it changed all the same."""

    reason: str
    changed: tuple[str, ...]
    total: int

    @property
    def message(self) -> str:
        """The text for a user."""
        if not self.changed:
            return f"Nothing was changed: {self.reason}."
        shown = listed([visible_path(path) for path in self.changed])
        return f"The edit failed, but {len(self.changed)} of {self.total} files changed ({shown}): {self.reason}."


async def apply_edit(
    ls: WorkflowServer, edit: types.WorkspaceEdit, pending_edits: Sequence[PendingEdit], label: str
) -> RefusedEdit | None:
    """Have the client apply an edit that was built from pending edits; None where it did.

    Closed files are read anew afterwards, whatever the client answers: it may have written some of them, and
    report no change.
    """
    metadata = types.WorkspaceEditMetadata(is_refactoring=True) if ls.session.client.edit_metadata else None
    params, made = types.ApplyWorkspaceEditParams(edit, label=label, metadata=metadata), 0
    try:
        # A user may look at a preview for as long as they like, and type meanwhile.
        with nullcontext() if _is_previewed(edit) else held_back(ls):
            answer = await ls.workspace_apply_edit_async(params)
    except JsonRpcException as error:
        reason: str | None = str(error)
    else:
        reason = None if answer.applied else answer.failure_reason or "the editor refused the edit"
        made = max(0, answer.failed_change or 0)
        if answer.failed_change is not None:
            log.warning("workspace/applyEdit: applied is %s, failedChange %d", answer.applied, answer.failed_change)
    written = await ls.session.run(partial(_take_in, pending_edits))
    for directory in {pending.location.directory for pending in pending_edits}:
        check_others(ls, directory)
    if reason is None:
        return None
    # The changes before the one that failed may be made: nothing says that they were undone.
    changed = (*outdated_documents(ls.session, pending_edits[:made]), *written)
    return RefusedEdit(reason, changed, len(pending_edits))


def _is_previewed(edit: types.WorkspaceEdit) -> bool:
    return any(annotation.needs_confirmation for annotation in (edit.change_annotations or {}).values())


def _take_in(pending_edits: Sequence[PendingEdit], snapshot: SessionSnapshot) -> list[str]:
    """Read the closed files among the edited ones anew that have another text; their paths."""
    changed = find_changed(snapshot, pending_edits)
    read_anew(snapshot, changed)
    return paths_among(pending_edits, changed)
