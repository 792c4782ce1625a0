"""From fixes to a workspace edit: the analysis thread makes pending edits, and the loop builds the workspace edit.

A document may change in between.  So a pending edit carries the text that it was made for, and the workspace edit is
only built while that text is the document's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lsprotocol import types

from workflow_ls.diagnostics import Fix
from workflow_ls.project.candidate_search import candidate_queries
from workflow_ls.server.protocol.convert import to_path, to_workspace_edit
from workflow_ls.server.session.session import Session
from workflow_ls.server.session.snapshot import SessionSnapshot
from workflow_ls.server.session.workspace_folder import WorkspaceFolder
from workflow_ls.text import Edit
from workflow_ls.vfs.files import Query


@dataclass(frozen=True, slots=True)
class PendingEdit:
    """Edits to one file whose text is `before`."""

    uri: str
    before: bytes
    edits: list[types.TextEdit]


def to_pending_edit(
    snapshot: SessionSnapshot, folder: WorkspaceFolder, path: str, edits: Iterable[Edit]
) -> PendingEdit:
    """Edits of the analysis in the client's positions.  On the analysis thread only."""
    before = folder.files.read(path) or b""
    return PendingEdit(snapshot.uri(folder, path), before, snapshot.mapper(folder, path).text_edits(edits))


def to_pending_edits(snapshot: SessionSnapshot, folder: WorkspaceFolder, fix: Fix) -> list[PendingEdit]:
    """All edits of a fix.  On the analysis thread only."""
    return [to_pending_edit(snapshot, folder, file.path, file.edits) for file in fix.files]


def is_current(session: Session, pending: PendingEdit) -> bool:
    """Whether the document still has the text that an edit was made for; True for a closed file."""
    document = session.documents.get(pending.uri)
    return document is None or document.text == pending.before


def build_edit(
    session: Session, pending_edits: Sequence[PendingEdit], *, within: str | None = None
) -> types.WorkspaceEdit | None:
    """The pending edits as one workspace edit; None where a document has changed since.  On the loop only.

    The edits of files other than `within`, a URI, get a change annotation; without `within`, those of closed files.
    """
    if not all(is_current(session, pending) for pending in pending_edits):
        return None
    opened = session.documents
    others = [
        pending.uri for pending in pending_edits if pending.uri != within and (within or pending.uri not in opened)
    ]
    files = [(pending.uri, session.version(pending.uri), pending.edits) for pending in pending_edits]
    return to_workspace_edit(files, session.client, annotate=others)


def fixable_paths(folder: WorkspaceFolder) -> tuple[str, ...]:
    """The files that "fix all" checks: those that the search finds on disk, and open documents that are not ignored.

    On the analysis thread only.
    """
    ignored = ignored_documents(folder)
    return tuple(path for path in folder.analysis.paths() if path not in ignored)


def ignored_documents(folder: WorkspaceFolder) -> frozenset[str]:
    """The open documents that `.gitignore` excludes.  On the analysis thread only."""
    if not folder.disk.searched:
        return frozenset()
    found = set(folder.disk.search(candidate_queries(folder.workspace.table)))
    return frozenset(path for path in folder.files.texts.paths - found if _is_ignored(folder, path))


def _is_ignored(folder: WorkspaceFolder, path: str) -> bool:
    """Whether `.gitignore` excludes a file on disk."""
    disk, (directory, _, name) = folder.disk, path.rpartition("/")
    return disk.kind(path) is not None and path not in disk.search((Query((name,), (), directory),))


def is_on_disk(pending: PendingEdit) -> bool:
    """Whether the file on disk has the text that an edit was made for."""
    path = to_path(pending.uri)
    try:
        return path is not None and path.read_bytes() == pending.before
    except OSError:
        return False
