"""The state of one connection: the client, the open documents, and the way to the analysis thread."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from workflow_ls.server.protocol.capabilities import Client
from workflow_ls.server.protocol.convert import to_path
from workflow_ls.server.session.documents import DocumentSnapshot, open_document
from workflow_ls.server.session.edits_under_way import EditsUnderWay
from workflow_ls.server.session.options import Options, read_options
from workflow_ls.server.session.snapshot import (
    FileLocation,
    FolderState,
    SessionSnapshot,
    WorkspaceFolders,
    root_directories,
)
from workflow_ls.server.session.threads import AnalysisThread, ThreadOwner, until_set
from workflow_ls.server.session.workspace_folder import WorkspaceFolder
from workflow_ls.server.unsaved.unsaved_documents import UnsavedDocuments
from workflow_ls.text import Encoding
from workflow_ls.vfs.git.linked_worktrees import linked_worktree_above
from workflow_ls.vfs.root import find_root_of_file, find_root_of_folder, is_too_wide

log = logging.getLogger(__name__)
T = TypeVar("T")


class Session:
    """What the server knows of its client.

    The loop's thread owns the session and its documents; the analysis thread owns the workspace folders.  A job gets
    from the first to the second with a `SessionSnapshot`, in order: it sees the documents as they were when it was
    queued.  No job reads the session itself.
    """

    def __init__(self, early: Mapping[Path, WorkspaceFolder] = MappingProxyType({})) -> None:
        """`early` are workspace folders that are open already, by their root directories."""
        self.client = Client()
        self.client_info: types.ClientInfo | None = None
        self.encoding: Encoding = "utf-16"
        self.options = Options()
        self.client_folders: list[Path] = []
        self._missing: frozenset[Path] = frozenset()  # those of them that are no directories
        self._owner = ThreadOwner()
        self._documents: dict[str, DocumentSnapshot] = {}
        self.unsaved = UnsavedDocuments()
        self._locations: dict[str, FileLocation] = {}  # of the open documents
        # Replaced, never written, since jobs read it; of two URIs of one file the document stored last counts.
        self._by_location: Mapping[FileLocation, DocumentSnapshot] = MappingProxyType({})
        self._root_directories: dict[Path, Path] = {}  # by the directory of a file
        self._spellings: dict[Path, Path] = {}  # of the directories of files, as the client's folders are written
        self._requested: frozenset[Path] = frozenset()
        self._analysis = AnalysisThread()
        self._workspace_folders = WorkspaceFolders(early)
        # What the client shows of each file, and of which version, where diagnostics are pushed.
        self.published: dict[str, tuple[list[types.Diagnostic], int | None]] = {}
        self.checked: dict[str, FolderState] = {}  # the state that this is true of
        self.edits = EditsUnderWay()
        self.publishing = asyncio.Lock()
        self.diagnostics_epochs: dict[Path, int] = {}
        self.unchecked: dict[Path, float] = {}  # folders whose other files a change may concern, and when it came
        self.refreshing = False
        self.watched: set[Path] = set()  # the files that the client watches since they were read
        self.last_pulled: DocumentSnapshot | None = None  # whose diagnostics were requested last
        # The state in which workspace/diagnostic was last answered, and the result ids that the client has since.
        self.answered: tuple[object, Mapping[str, str]] | None = None
        self._change: asyncio.Future[None] | None = None  # the next one, for which requests are held
        self.shown_folders = set[Path]()  # about which a message was shown
        self.progress_users = Counter[types.ProgressToken]()  # how many commands report under a token
        self.progress_request: asyncio.Future[bool] | None = None  # the last one for a new token
        self.tasks: set[asyncio.Task[object]] = set()  # the loop alone would not keep them alive

    @property
    def documents(self) -> Mapping[str, DocumentSnapshot]:
        """The open documents by URI."""
        self._owner.check()
        return self._documents

    def document_at(self, location: FileLocation | None) -> DocumentSnapshot | None:
        """The open document of a file; None where it is closed."""
        return None if location is None else self._by_location.get(location)

    @property
    def timings(self) -> Callable[[], dict[str, dict[str, float]]]:
        """The summary of the durations of jobs, for a job to call."""
        return self._analysis.timings.summary

    def snapshot(self) -> SessionSnapshot:
        """The session as it is now, for a job that is queued now."""
        self._owner.check()
        return SessionSnapshot(
            self.client,
            self.encoding,
            self.options,
            tuple(self.client_folders),
            self._requested,
            self._by_location,
            self._workspace_folders,
        )

    def submit(self, job: Callable[[SessionSnapshot], T]) -> Future[T]:
        """Queue a job for the analysis thread.  Raises CancelledError once the session is closed."""
        return self._analysis.submit(_name_of(job), partial(job, self.snapshot()))

    async def run(self, job: Callable[[SessionSnapshot], T]) -> T:
        """Run a job on the analysis thread.  Raises CancelledError once the session is closed.

        The job ends at its next checkpoint where the task is cancelled; what it computed so far is kept as memos.
        """
        stop = threading.Event()
        future = self._analysis.submit(_name_of(job), partial(until_set, stop, partial(job, self.snapshot())))
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            stop.set()
            raise

    def send(self, job: Callable[[SessionSnapshot], object]) -> None:
        """Queue a job for the analysis thread that has no result; an exception is logged."""
        self._analysis.send(_name_of(job), partial(job, self.snapshot()))

    def close(self) -> None:
        """End the analysis thread, and its job at the next checkpoint.  Any thread may call this."""
        self._analysis.close()

    def wait(self, seconds: float) -> bool:
        """Wait for the end of the current job; returns whether it has ended.  Any thread may call this."""
        return self._analysis.wait(seconds)

    def locate(self, uri: str) -> FileLocation | None:
        """The location of a file; None for a URI that names no file."""
        self._owner.check()
        path = to_path(uri)
        if path is None:
            return None
        path = self.below_a_folder(Path(os.path.normpath(path)))
        parent = path.parent
        if parent not in self._root_directories:
            # The deepest open folder that holds the file; without one, the root is found from the file.
            containing = [folder for folder in self.client_folders if path != folder and path.is_relative_to(folder)]
            folder = max(containing, key=lambda folder: len(folder.parts), default=None)
            found = find_root_of_file(path) if folder is None or is_too_wide(folder) else find_root_of_folder(folder)
            if linked_worktree_above(str(path), found) is not None:
                found = find_root_of_file(path)  # another checkout inside the folder
            self._root_directories[parent] = Path(found)
        root = self._root_directories[parent]
        return FileLocation(root, path.relative_to(root).as_posix()) if path.is_relative_to(root) else None

    def below_a_folder(self, path: Path) -> Path:
        """A path by way of the client's folder that holds it, also where its URI leads there by another way."""
        directory = path.parent
        if directory not in self._spellings:
            self._spellings[directory] = directory
            if not any(path.is_relative_to(folder) for folder in self.client_folders):
                real = Path(os.path.realpath(directory))
                tops = ((folder, Path(os.path.realpath(folder))) for folder in self.client_folders)
                found = [(folder, top) for folder, top in tops if real.is_relative_to(top)]
                if found:
                    folder, top = max(found, key=lambda each: len(each[1].parts))
                    self._spellings[directory] = folder / real.relative_to(top)
        return self._spellings[directory] / path.name

    def root_directories(self) -> list[Path]:
        """The root directories of the client's folders."""
        return root_directories(self.client_folders)

    def opened(self) -> dict[Path, tuple[str, ...]]:
        """The root directories of the client's folders, each with these folders, relative to it.

        What lies beside them is read, as a part of the same project, but is no part of the client's workspace.
        """
        opened = dict[Path, tuple[str, ...]]()
        for folder in self.client_folders:
            root = Path(find_root_of_folder(folder))
            relative = folder.relative_to(root).as_posix()
            opened[root] = (*opened.get(root, ()), "" if relative == "." else relative)
        return opened

    def look_at_folders(self) -> bool:
        """Use the client's folders as they are on disk now: one may have been renamed or deleted, or be there again.

        Returns whether one was.
        """
        is_changed = _missing(self.client_folders) != self._missing
        if is_changed:
            self.set_folders(self.client_folders)
        return is_changed

    def request_root(self, directory: Path) -> None:
        """Index a root directory from now on, since a command named it."""
        self._requested |= {directory}
        self.send(lambda snapshot: snapshot.folder(directory).search_files(True))

    def set_folders(self, folders: list[Path]) -> None:
        """Replace the client's folders; documents move to their new roots, and unused workspace folders are closed."""
        self._owner.check()
        self.client_folders = folders
        self._missing = _missing(folders)
        self._root_directories.clear()
        self._spellings.clear()
        for uri in self._documents:
            location = self.locate(uri)
            if location is not None and location != self._locations[uri]:
                self._move(uri, location)
        needed = {*self.root_directories(), *(location.directory for location in self._locations.values())}
        # A folder that is opened again counts its versions from 0 again.
        self.diagnostics_epochs = {key: epoch for key, epoch in self.diagnostics_epochs.items() if key in needed}
        self.checked = {uri: state for uri, state in self.checked.items() if state.directory in needed}
        self.answered = None
        self.send(lambda snapshot: snapshot.keep_folders(needed))

    def _move(self, uri: str, location: FileLocation) -> None:
        moved, before = self._documents[uri].moved(location.path), self._locations[uri]
        self._forget_location(uri)
        self._store(moved, location)

        def move(snapshot: SessionSnapshot) -> None:
            snapshot.folder(location.directory).put(location.path, moved.source)
            snapshot.folder(before.directory).drop(before.path)

        self.send(move)

    def _store(self, document: DocumentSnapshot, location: FileLocation) -> None:
        self._documents[document.uri] = document
        self._locations[document.uri] = location
        self._by_location = MappingProxyType({**self._by_location, location: document})

    def _forget_location(self, uri: str) -> FileLocation | None:
        location = self._locations.pop(uri, None)
        if location is not None and self._by_location[location].uri == uri:
            others = {key: document for key, document in self._by_location.items() if key != location}
            self._by_location = MappingProxyType(others)
        return location

    def set_options(self, raw: object, of_folders: Mapping[Path, object] = MappingProxyType({})) -> None:
        """Replace the editor's settings; invalid ones are logged and ignored, and what is no object changes none."""
        if raw is not None and not isinstance(raw, dict):
            log.warning("ignored the settings %.200r, which are no object", raw)
            return
        # These are traits of the client, sent with `initialize`, and no settings of its user.
        known, read = self.options, read_options(raw, of_folders)
        self.options = replace(
            read,
            hover_command_links=known.hover_command_links or read.hover_command_links,
            resolve_edits=known.resolve_edits or read.resolve_edits,
            hover_below_findings=known.hover_below_findings or read.hover_below_findings,
            beside_typescript=known.beside_typescript or read.beside_typescript,
            checks_json=known.checks_json or read.checks_json,
            shows_summary=known.shows_summary or read.shows_summary,
        )
        self.send(SessionSnapshot.use_severities)

    def open(self, item: types.TextDocumentItem) -> DocumentSnapshot | None:
        """Store a document that was opened; None for a URI that names no file.  `put` must follow."""
        location = self.locate(item.uri)
        if location is None:
            return None
        document = open_document(item.uri, location.path, item.version, item.text)
        self._store(document, location)
        return document

    def change(
        self, uri: str, version: int | None, changes: Sequence[types.TextDocumentContentChangeEvent]
    ) -> DocumentSnapshot | None:
        """Store the next version of a document; None for one that is not open, which is logged.  `put` must follow."""
        document = self.documents.get(uri)
        if document is None:
            # A document that is not a file was not stored, so this is expected.
            level = logging.DEBUG if self.locate(uri) is None else logging.WARNING
            log.log(level, "ignored a change of %s, which is not open", uri)
            return None
        changed = document.edited(version, changes, self.encoding)
        self._store(changed, self._locations[uri])
        return changed

    def put(self, document: DocumentSnapshot, job: Callable[[SessionSnapshot, WorkspaceFolder], T]) -> Future[T]:
        """Queue one job: give a stored document to its workspace folder, then run `job` with that folder."""
        directory = self._locations[document.uri].directory

        def put(snapshot: SessionSnapshot) -> T:
            folder = snapshot.folder(directory)
            folder.put(document.path, document.source)
            return job(snapshot, folder)

        return self.submit(put)

    def close_document(self, uri: str) -> bool:
        """Forget a document that was closed, so that the file on disk counts; returns whether it was open."""
        self._owner.check()
        location = self._forget_location(uri)
        if self._documents.pop(uri, None) is None or location is None:
            return False
        # The same file may be open under another spelling of its URI.
        other = next((uri for uri, same in self._locations.items() if same == location), None)
        directory, path = location
        if other is None:
            self.send(lambda snapshot: snapshot.folder(directory).drop(path))
        else:
            document = self._documents[other]
            self._store(document, location)
            self.send(lambda snapshot: snapshot.folder(directory).put(path, document.source))
        return True

    def next_change(self) -> asyncio.Future[None]:
        """Done once something has changed that diagnostics may depend on, and changes pause."""
        if self._change is None or self._change.done():
            self._change = asyncio.get_running_loop().create_future()
        return self._change

    def announce_change(self) -> None:
        """Let those go on that wait for the next change."""
        if self._change is not None and not self._change.done():
            self._change.set_result(None)

    def version(self, uri: str) -> int | None:
        """The version of a document; None for a closed one."""
        document = self.documents.get(uri)
        return None if document is None else document.version

    def start(self, work: Coroutine[Any, Any, object]) -> None:
        """Run a coroutine in the background; an exception is logged."""
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._finish)

    def _finish(self, task: asyncio.Task[object]) -> None:
        self.tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, JsonRpcException):
            log.warning("the client refused a request of the server: %s", error)
        elif error is not None:
            log.error("a background task failed", exc_info=error)


def _missing(folders: Iterable[Path]) -> frozenset[Path]:
    return frozenset(folder for folder in folders if not folder.is_dir())


def _name_of(job: Callable[..., object]) -> str:
    """The name of a job in the timings: the function that defines it."""
    function = getattr(job, "func", job)
    return str(getattr(function, "__qualname__", function)).partition(".<locals>")[0]
