"""The state of one connection: the client, the open documents, the roots, and the thread of the analysis."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types

from workflow_ls.diagnostics import Severity
from workflow_ls.rules import CODES
from workflow_ls.server.capabilities import Client
from workflow_ls.server.convert import Mapper, to_path, to_uri
from workflow_ls.server.documents import Document, open_document
from workflow_ls.server.timings import Timings
from workflow_ls.server.workspace_folder import WorkspaceFolder
from workflow_ls.syntax.parser import parse
from workflow_ls.text import Encoding
from workflow_ls.vfs.root import find_root, is_root

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Options:
    """The settings of the editor.

    `workspace_diagnostics`: report closed files, too.  `severities` are laid over those of workflow-ls.json.
    `hover_command_links`: the client runs `command:` links in a hover.
    """

    workspace_diagnostics: bool = True
    code_lens: bool = True
    hover_command_links: bool = False
    severities: Mapping[str, Severity | None] | None = None


class Session:
    """What the server knows of its client.

    The loop's thread owns the documents, the analysis thread owns the roots.  `run` hands work from the first to the
    second, in order: what was sent later sees what was sent before.
    """

    def __init__(self) -> None:
        self.client = Client()
        self.client_info: types.ClientInfo | None = None
        self.timings = Timings()
        self.encoding: Encoding = "utf-16"
        self.options = Options()
        self.documents: dict[str, Document] = {}
        self.folders: list[Path] = []
        self._workspace_folders: dict[Path, WorkspaceFolder] = {}
        self._root_of: dict[Path, Path] = {}
        self._places: dict[str, tuple[Path, str]] = {}  # of the open documents
        self._uris: dict[tuple[Path, str], str] = {}
        self._asked_for: set[Path] = set()  # roots that a command named, besides those of the open folders
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="analysis")
        self._closed = False
        # What the client shows of each file, and of which version, where findings are pushed.
        self.published: dict[str, tuple[list[types.Diagnostic], int | None]] = {}
        self.publishing = asyncio.Lock()
        self.generations: dict[Path, int] = {}
        self.refreshing = False
        # The state in which workspace/diagnostic was last answered, with the result ids that the client has since.
        self.answered: tuple[object, Mapping[str, str]] | None = None
        self.parent_watch: asyncio.Future[None] | None = None  # kept here, since the loop keeps no task alive

    async def run(self, work: Callable[[], T]) -> T:
        """Do work on the thread of the analysis, and wait for it.

        Raises CancelledError once the session is closed: nobody waits for an answer then.
        """
        if self._closed:
            raise asyncio.CancelledError
        return await asyncio.get_running_loop().run_in_executor(self._worker, self._timed, work)

    def _timed(self, work: Callable[[], T]) -> T:
        start = time.perf_counter()
        try:
            return work()
        finally:
            named = getattr(work, "func", work)
            name = str(getattr(named, "__qualname__", named)).partition(".<locals>")[0]
            self.timings.add(name, time.perf_counter() - start)

    def send(self, work: Callable[[], object]) -> None:
        """Do work on the thread of the analysis, in turn, and do not wait for it."""
        if not self._closed:
            self._worker.submit(_logged, work)

    def close(self) -> None:
        """End the thread once the work at hand is done."""
        self._closed = True
        self._worker.shutdown(wait=False, cancel_futures=True)

    def place(self, uri: str) -> tuple[Path, str] | None:
        """The root directory that a document belongs to, and its path below it; None for what is no file."""
        path = to_path(uri)
        if path is None:
            return None
        path = Path(os.path.normpath(path))
        directory = path.parent
        if directory not in self._root_of:
            # The deepest open folder that holds the file; a file opened alone finds its own root.
            inside = [folder for folder in self.folders if path.is_relative_to(folder)]
            start = max(inside, key=lambda folder: len(folder.parts), default=path)
            self._root_of[directory] = Path(find_root(start))
        root = self._root_of[directory]
        return (root, path.relative_to(root).as_posix()) if path.is_relative_to(root) else None

    def workspace_folder(self, directory: Path) -> WorkspaceFolder:
        """The root in a directory, opened when it is first asked for.  On the thread of the analysis only."""
        if directory not in self._workspace_folders:
            self._workspace_folders[directory] = WorkspaceFolder(directory, indexed=self._is_project(directory))
            self._workspace_folders[directory].use_severities(self.options.severities or {})
        return self._workspace_folders[directory]

    def _is_project(self, directory: Path) -> bool:
        """Whether a root is an open folder's, or marked or named as one.

        What lies beside a file opened alone is not looked for: it may lie in a home directory.
        """
        return directory in self._asked_for or directory in self.folder_roots() or is_root(directory)

    def ask_for(self, directory: Path) -> None:
        """Take a root for a project from now on, since it was named."""
        self._asked_for.add(directory)
        self.send(lambda: self.workspace_folder(directory).search_files(True))

    def workspace_folders(self) -> list[WorkspaceFolder]:
        """The roots that are open.  On the thread of the analysis only."""
        return list(self._workspace_folders.values())

    def folder_roots(self) -> list[Path]:
        """The root directories of the open folders."""
        return list(dict.fromkeys(Path(find_root(folder)) for folder in self.folders))

    def set_folders(self, folders: list[Path]) -> None:
        """Take over the open folders; what is open moves to its new root, and roots that nothing needs are dropped."""
        self.folders = folders
        self._root_of.clear()
        for uri in self.documents:
            place = self.place(uri)
            if place is not None and place != self._places[uri]:
                self._move(uri, place)
        needed = {*self.folder_roots(), *(directory for directory, _ in self._places.values())}
        for directory in [directory for directory in self.generations if directory not in needed]:
            del self.generations[directory]

        def drop() -> None:
            for directory in [directory for directory in self._workspace_folders if directory not in needed]:
                del self._workspace_folders[directory]
            for folder in self.workspace_folders():
                folder.search_files(self._is_project(folder.directory))

        self.send(drop)

    def _move(self, uri: str, place: tuple[Path, str]) -> None:
        document, before = self.documents[uri], self._places[uri]
        moved = Document(uri, place[1], document.version, parse(document.source.text, place[1]), document.lines)
        self._forget_place(uri)
        self._keep(moved, place)
        self.send(lambda: self.workspace_folder(before[0]).drop(before[1]))

    def _keep(self, document: Document, place: tuple[Path, str]) -> None:
        directory, path = place
        self.documents[document.uri] = document
        self._places[document.uri] = place
        self._uris[place] = document.uri
        self.send(lambda: self.workspace_folder(directory).put(path, document.source))

    def _forget_place(self, uri: str) -> tuple[Path, str] | None:
        place = self._places.pop(uri, None)
        if place is not None and self._uris.get(place) == uri:
            del self._uris[place]
        return place

    def set_options(self, raw: object) -> None:
        """Take over the editor's settings; what is wrong with them is logged and left out."""
        # Whether links run commands is a trait of the client, told with `initialize`, and no setting of its user.
        links = self.options.hover_command_links
        self.options = read_options(raw)
        if links:
            self.options = replace(self.options, hover_command_links=True)
        severities = self.options.severities or {}

        def use() -> None:
            for folder in self.workspace_folders():
                folder.use_severities(severities)

        self.send(use)

    def open(self, item: types.TextDocumentItem) -> Document | None:
        """A document was opened, or opened again; None for one that is no file."""
        place = self.place(item.uri)
        if place is None:
            return None
        document = open_document(item.uri, place[1], item.version, item.text)
        self._keep(document, place)
        return document

    def change(
        self, uri: str, version: int | None, changes: Sequence[types.TextDocumentContentChangeEvent]
    ) -> Document | None:
        """A document changed; None, saying so, for a document that is not open."""
        document = self.documents.get(uri)
        if document is None:
            # What is no file was opened, too, but is of no concern here.
            log.log(logging.DEBUG if self.place(uri) is None else logging.WARNING, "%s changed, but is not open", uri)
            return None
        changed = document.edited(version, changes, self.encoding)
        self._keep(changed, self._places[uri])
        return changed

    def close_document(self, uri: str) -> bool:
        """A document was closed; returns whether it was open."""
        place = self._forget_place(uri)
        if self.documents.pop(uri, None) is None or place is None:
            return False
        # The same file may be open under another spelling of its URI.
        other = next((uri for uri, there in self._places.items() if there == place), None)
        if other is not None:
            self._keep(self.documents[other], place)
        else:
            directory, path = place
            self.send(lambda: self.workspace_folder(directory).drop(path))
        return True

    def mapper(self, folder: WorkspaceFolder, path: str) -> Mapper:
        """The mapper for a file as the analysis sees it.  On the thread of the analysis only."""
        text = folder.files.read(path) or b""
        document = self.documents.get(self._uris.get((folder.directory, path), ""))
        same = document is not None and document.source.text is text
        return Mapper(text, self.encoding, document.lines if document is not None and same else None)

    def uri(self, folder: WorkspaceFolder, path: str) -> str:
        """The URI of a file of a root: the client's own where the document is open."""
        return self._uris.get((folder.directory, path)) or to_uri(folder.directory / path)

    def version(self, uri: str) -> int | None:
        """The version of a document; None for a closed one."""
        document = self.documents.get(uri)
        return None if document is None else document.version


def read_options(raw: object) -> Options:
    """The settings in what an editor sends.

    `{"workspaceDiagnostics": …, "codeLens": …, "rules": {…}}`, and with `initialize` also `"hoverCommandLinks": …`.
    """
    data: dict[str, Any] = raw if isinstance(raw, dict) else {}
    labels: dict[str, Severity | None] = {severity.label: severity for severity in Severity}
    labels["off"] = None
    severities: dict[str, Severity | None] = {}
    rules = data.get("rules")
    for code, level in rules.items() if isinstance(rules, dict) else ():
        if code in CODES and level in labels:
            severities[code] = labels[level]
        else:
            log.warning("setting `rules`: `%s: %s` is no rule and severity, and is left out", code, level)
    return Options(
        workspace_diagnostics=data.get("workspaceDiagnostics") is not False,
        code_lens=data.get("codeLens") is not False,
        hover_command_links=data.get("hoverCommandLinks") is True,
        severities=severities,
    )


def _logged(work: Callable[[], object]) -> None:
    try:
        work()
    except Exception:
        log.exception("the analysis failed")
