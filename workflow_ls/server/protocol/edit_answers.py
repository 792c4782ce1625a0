"""What a client answers to workspace/applyEdit."""

from __future__ import annotations

import logging
from pathlib import PurePath

from lsprotocol import types

from workflow_ls.printable import counted, visible
from workflow_ls.server.protocol.capabilities import Client
from workflow_ls.server.protocol.convert import to_path

log = logging.getLogger(__name__)


def refusal_of(answer: types.ApplyWorkspaceEditResult, edit: types.WorkspaceEdit, client: Client) -> str | None:
    """The message for the user about an edit that was not applied, or not as a whole; None where it was."""
    failed = answer.failed_change
    if failed is not None:
        log.warning("workspace/applyEdit: the client's `failedChange` is %d, with `applied` %s", failed, answer.applied)
    if answer.applied:
        return None
    reason = (answer.failure_reason or "the editor refused the edit").rstrip(".")
    if not failed or client.undoes_failed_edits:
        return f"Nothing was changed: {reason}."
    place = _name_of(edit, failed)
    before = f"the {counted(failed, 'file')} before it" if failed > 1 else "the file before it"
    return f"The edit stopped at {place}: {reason}. The editor may have changed {before}: undo that, or fix the rest."


def _name_of(edit: types.WorkspaceEdit, index: int) -> str:
    """The name of the file that a change concerns; clients count the changes from 0."""
    changes = edit.document_changes or ()
    uris = [change.text_document.uri for change in changes if isinstance(change, types.TextDocumentEdit)]
    uris = uris or list(edit.changes or ())
    if index >= len(uris):
        return f"change {index}"
    return visible(PurePath(to_path(uris[index]) or uris[index]).name)
