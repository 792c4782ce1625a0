"""From fixes to a workspace edit: the analysis thread makes pending edits, and the loop builds the workspace edit.

A text may change in between: that of a document, or that of a file on disk without an event.  So a pending edit
carries the text that it was made for.  `make_present` makes it anew until that is the file's text, and the workspace
edit is only built while it is the document's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from lsprotocol import types

from workflow_ls.diagnostics import FileEdit, Fix
from workflow_ls.printable import visible_path
from workflow_ls.project.candidate_search import candidate_queries
from workflow_ls.proof.joined_fixes import FileFix
from workflow_ls.server.protocol.convert import to_workspace_edit
from workflow_ls.server.session.documents import DocumentSnapshot
from workflow_ls.server.session.session import Session
from workflow_ls.server.session.snapshot import FileLocation, SessionSnapshot
from workflow_ls.server.session.workspace_folder import WorkspaceFolder
from workflow_ls.vfs.files import Query

T = TypeVar("T")
Changed = Mapping[FileLocation, str]
"""Files that have another text than edits are for, and why the edits can't be made if that stays so, as a clause."""

_MOST_ATTEMPTS = 3  # to make edits for the present texts, before those of files that keep changing are left out


@dataclass(frozen=True, slots=True)
class PendingEdit:
    """Edits to one file whose text is `before`."""

    uri: str
    location: FileLocation
    before: bytes
    edits: list[types.TextEdit]


def to_pending_edit(snapshot: SessionSnapshot, folder: WorkspaceFolder, file: FileEdit | FileFix) -> PendingEdit:
    """Edits of the analysis in the client's positions.  On the analysis thread only."""
    mapper = snapshot.mapper_of(folder, file.path, file.before)
    location = FileLocation(folder.directory, file.path)
    return PendingEdit(snapshot.uri(folder, file.path), location, file.before, mapper.text_edits(file.edits))


def to_pending_edits(snapshot: SessionSnapshot, folder: WorkspaceFolder, fix: Fix) -> list[PendingEdit]:
    """All edits of a fix.  On the analysis thread only."""
    return [to_pending_edit(snapshot, folder, file) for file in fix.files]


def make_present(
    snapshot: SessionSnapshot, make: Callable[[], T], edits_of: Callable[[T], Iterable[PendingEdit]]
) -> tuple[T, Changed]:
    """Make edits for the texts that files have now.  On the analysis thread only.

    Where a closed file has another text by then, it is read anew, and `make` is called again.  Returns what was made,
    and which of its files have another text every time.
    """
    for _ in range(_MOST_ATTEMPTS):
        made = make()
        changed = find_changed(snapshot, edits_of(made))
        if not changed:
            break
        read_anew(snapshot, changed)
    return made, changed


def paths_among(edits: Iterable[PendingEdit], locations: Collection[FileLocation]) -> list[str]:
    """The paths of the edited files that are among some files."""
    return list(dict.fromkeys(edit.location.path for edit in edits if edit.location in locations))


def obstacle(edits: Iterable[PendingEdit], changed: Changed) -> str | None:
    """Why some edits can't be made, as a clause: their files have another text every time; None where they can."""
    return "; ".join(dict.fromkeys(changed[edit.location] for edit in edits if edit.location in changed)) or None


def find_changed(snapshot: SessionSnapshot, edits: Iterable[PendingEdit]) -> Changed:
    """The closed files that have another text than the edits are for.  On the analysis thread only."""
    # Several actions edit the same manifest.
    texts = dict.fromkeys((edit.location, edit.before) for edit in edits if edit.location not in snapshot.documents)
    changed = dict[FileLocation, str]()
    for location, before in texts:
        path = visible_path(location.path)
        document = _open_elsewhere(snapshot, location)
        if document is not None and document.text != before:
            changed[location] = f"{path} has unsaved changes where it is open as {visible_path(document.path)}"
        elif snapshot.folder(location.directory).disk.read(location.path) != before:
            changed[location] = f"{path} keeps changing; try again once no other program writes there"
    return changed


def _open_elsewhere(snapshot: SessionSnapshot, location: FileLocation) -> DocumentSnapshot | None:
    """The open document of a file that is closed by this path: by way of a link, or in another workspace folder."""
    alias = snapshot.folder(location.directory).open_alias(location.path)
    if alias is not None:
        return snapshot.documents.get(location._replace(path=alias))
    file = location.directory / location.path
    others = (FileLocation(folder.directory, folder.below(file) or "") for folder in snapshot.folders())
    return next((snapshot.documents[other] for other in others if other in snapshot.documents), None)


def read_anew(snapshot: SessionSnapshot, locations: Collection[FileLocation]) -> None:
    """Read files anew, and analyse what depends on them anew.  On the analysis thread only."""
    for directory in {location.directory for location in locations}:
        paths = [location.path for location in locations if location.directory == directory]
        snapshot.folder(directory).changed_on_disk(paths)


def document_of(session: Session, pending: PendingEdit) -> DocumentSnapshot | None:
    """The open document of an edited file, which may have been opened since; None for a closed file."""
    document = session.documents.get(pending.uri)
    return document if document is not None else session.document_at(session.locate(pending.uri))


def outdated_documents(session: Session, pending_edits: Iterable[PendingEdit]) -> list[str]:
    """The paths of the documents that have another text than the edits are for.  On the loop only."""
    return [
        pending.location.path
        for pending in pending_edits
        if (document := document_of(session, pending)) is not None and document.text != pending.before
    ]


def build_edit(
    session: Session,
    pending_edits: Sequence[PendingEdit],
    *,
    within: str | None = None,
    preview: str | None = None,
) -> types.WorkspaceEdit | None:
    """The pending edits as one workspace edit; None where a document has changed since.  On the loop only.

    The edits of files other than `within`, a URI, get a change annotation; without `within`, those of closed files.
    `preview` is as in `to_workspace_edit`.
    """
    if outdated_documents(session, pending_edits):
        return None
    files, others = list[tuple[str, int | None, list[types.TextEdit]]](), list[str]()
    for pending in pending_edits:
        document = document_of(session, pending)
        uri, version = (pending.uri, None) if document is None else (document.uri, document.version)
        files.append((uri, version, pending.edits))
        if within not in (uri, pending.uri) and (within or document is None):
            others.append(uri)
    return to_workspace_edit(files, session.client, annotate=others, preview=preview)


def with_created_file(session: Session, pending: PendingEdit, *, is_new: bool) -> types.WorkspaceEdit:
    """The workspace edit of one file, which creates it first if it is new."""
    document = document_of(session, pending)
    uri, version = (pending.uri, None) if document is None else (document.uri, document.version)
    edit = to_workspace_edit([(uri, version, pending.edits)], session.client)
    if is_new:
        edit.changes = None
        changed = types.TextDocumentEdit(
            types.OptionalVersionedTextDocumentIdentifier(uri=uri, version=version), list(pending.edits)
        )
        edit.document_changes = [types.CreateFile(uri, options=types.CreateFileOptions(ignore_if_exists=True)), changed]
    return edit


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
