"""From findings to a workspace edit: what is changed is worked out by the analysis, and sent by the loop.

Between the two a document may change.  So a change carries the text that it was made for, and an edit is only built
while that text is still the one in force.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lsprotocol import types

from workflow_ls.diagnostics import Fix
from workflow_ls.project.candidates import candidate_queries
from workflow_ls.server.convert import to_path, to_workspace_edit
from workflow_ls.server.session import Session
from workflow_ls.server.workspace_folder import WorkspaceFolder
from workflow_ls.text import Edit
from workflow_ls.vfs.files import Query


@dataclass(frozen=True, slots=True)
class Change:
    """Edits to one file, for the text `before`."""

    uri: str
    before: bytes
    edits: list[types.TextEdit]


def to_change(session: Session, folder: WorkspaceFolder, path: str, edits: Iterable[Edit]) -> Change:
    """Edits of the analysis as a client reads them.  On the thread of the analysis only."""
    before = folder.files.read(path) or b""
    return Change(session.uri(folder, path), before, session.mapper(folder, path).text_edits(edits))


def to_changes(session: Session, folder: WorkspaceFolder, fix: Fix) -> list[Change]:
    """All that a fix changes.  On the thread of the analysis only."""
    return [to_change(session, folder, file.path, file.edits) for file in fix.files]


def is_current(session: Session, change: Change) -> bool:
    """Whether a change still fits its document; one for a closed file does, as far as is known."""
    document = session.documents.get(change.uri)
    return document is None or document.source.text == change.before


def build_edit(session: Session, changes: Sequence[Change], *, here: str | None = None) -> types.WorkspaceEdit | None:
    """The changes as one edit; None where a document has changed since they were made.  On the loop only.

    Annotated are the files other than `here`, or without that, those that are closed.
    """
    if not all(is_current(session, change) for change in changes):
        return None
    others = [change.uri for change in changes if change.uri != here and (here or change.uri not in session.documents)]
    files = [(change.uri, session.version(change.uri), change.edits) for change in changes]
    return to_workspace_edit(files, session.client, annotate=others)


def fixable_paths(folder: WorkspaceFolder) -> tuple[str, ...]:
    """The files that "fix all" looks at: what the search finds on disk, and open documents that it would not leave out.

    On the thread of the analysis only.
    """
    workspace, disk = folder.workspace, folder.disk
    found = set(disk.search(candidate_queries(workspace.table)))
    unsaved = folder.files.texts.paths - found
    return tuple(path for path in folder.analysis.paths() if path not in unsaved or not _is_left_out(folder, path))


def _is_left_out(folder: WorkspaceFolder, path: str) -> bool:
    """Whether `.gitignore` excludes a file on disk."""
    disk, (directory, _, name) = folder.disk, path.rpartition("/")
    return disk.kind(path) is not None and path not in disk.search((Query((name,), (), directory),))


def is_on_disk(change: Change) -> bool:
    """Whether the disk still holds the text that a change was made for."""
    path = to_path(change.uri)
    try:
        return path is not None and path.read_bytes() == change.before
    except OSError:
        return False
