"""The state of one connection: the client, the open documents, the roots, and the thread of the analysis."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types

from workflow_ls.diagnostics import Severity
from workflow_ls.rules import CODES
from workflow_ls.server.capabilities import Client
from workflow_ls.server.convert import Mapper, to_path, to_uri
from workflow_ls.server.documents import Document, open_document
from workflow_ls.server.roots import Root
from workflow_ls.text import Encoding
from workflow_ls.workspace.root import find_root

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Options:
    """The settings of the editor.

    `workspace_diagnostics`: report closed files, too.  `severities` are laid over those of workflow-ls.json.
    """

    workspace_diagnostics: bool = True
    code_lens: bool = True
    severities: Mapping[str, Severity | None] | None = None


class Session:
    """What the server knows of its client.

    The loop's thread owns the documents, the analysis thread owns the roots.  `run` hands work from the first to the
    second, in order: what was sent later sees what was sent before.
    """

    def __init__(self) -> None:
        self.client = Client()
        self.encoding: Encoding = "utf-16"
        self.options = Options()
        self.documents: dict[str, Document] = {}
        self.folders: list[Path] = []
        self._roots: dict[Path, Root] = {}
        self._root_of: dict[Path, Path] = {}
        self._uris: dict[tuple[Path, str], str] = {}
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="analysis")
        self.published: set[str] = set()
        self.generations: dict[Path, int] = {}
        self.refreshing = False

    async def run(self, work: Callable[[], T]) -> T:
        """Do work on the thread of the analysis, and wait for it."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, work)

    def send(self, work: Callable[[], object]) -> None:
        """Do work on the thread of the analysis, in turn, and do not wait for it."""
        self._worker.submit(_logged, work)

    def close(self) -> None:
        """End the thread once the work at hand is done."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    def place(self, uri: str) -> tuple[Path, str] | None:
        """The root directory that a document belongs to, and its path below it; None for what is no file."""
        path = to_path(uri)
        if path is None:
            return None
        directory = path.parent
        if directory not in self._root_of:
            # The deepest open folder that holds the file; a file opened alone finds its own root.
            inside = [folder for folder in self.folders if path.is_relative_to(folder)]
            start = max(inside, key=lambda folder: len(folder.parts), default=path)
            self._root_of[directory] = find_root(start)
        root = self._root_of[directory]
        return (root, path.relative_to(root).as_posix()) if path.is_relative_to(root) else None

    def root(self, directory: Path) -> Root:
        """The root in a directory, opened when it is first asked for.  On the thread of the analysis only."""
        if directory not in self._roots:
            self._roots[directory] = Root(directory)
            self._roots[directory].use_severities(self.options.severities or {})
        return self._roots[directory]

    def open_roots(self) -> list[Root]:
        """The roots that are open.  On the thread of the analysis only."""
        return list(self._roots.values())

    def folder_roots(self) -> list[Path]:
        """The root directories of the open folders."""
        return list(dict.fromkeys(find_root(folder) for folder in self.folders))

    def set_folders(self, folders: list[Path]) -> None:
        """Take over the open folders; roots that no folder or document needs any more are dropped."""
        self.folders = folders
        self._root_of.clear()
        needed = {*self.folder_roots(), *(place[0] for uri in self.documents if (place := self.place(uri)) is not None)}

        def drop() -> None:
            for directory in [directory for directory in self._roots if directory not in needed]:
                del self._roots[directory]

        self.send(drop)

    def set_options(self, raw: object) -> None:
        """Take over the editor's settings; what is wrong with them is logged and left out."""
        self.options = read_options(raw)
        severities = self.options.severities or {}

        def use() -> None:
            for root in self.open_roots():
                root.use_severities(severities)

        self.send(use)

    def open(self, item: types.TextDocumentItem) -> Document | None:
        """A document was opened; None for one that is no file."""
        place = self.place(item.uri)
        if place is None:
            return None
        directory, path = place
        document = open_document(item.uri, path, item.version, item.text)
        self.documents[item.uri] = document
        self._uris[directory, path] = item.uri
        self.send(lambda: self.root(directory).put(path, document.source))
        return document

    def change(self, uri: str, version: int | None, changes: Sequence[types.TextDocumentContentChangeEvent]) -> None:
        """A document changed; a document that is not open is left out, saying so."""
        document, place = self.documents.get(uri), self.place(uri)
        if document is None or place is None:
            log.warning("ignored a change of %s, which is not open", uri)
            return
        directory, path = place
        changed = self.documents[uri] = document.edited(version, changes, self.encoding)
        self.send(lambda: self.root(directory).put(path, changed.source))

    def close_document(self, uri: str) -> None:
        """A document was closed."""
        document, place = self.documents.pop(uri, None), self.place(uri)
        if document is None or place is None:
            return
        directory, path = place
        self._uris.pop((directory, path), None)
        self.send(lambda: self.root(directory).drop(path))

    def mapper(self, root: Root, path: str) -> Mapper:
        """The mapper for a file as the analysis sees it.  On the thread of the analysis only."""
        return Mapper(root.files.read(path) or b"", self.encoding)

    def uri(self, root: Root, path: str) -> str:
        """The URI of a file of a root: the client's own where the document is open."""
        return self._uris.get((root.directory, path)) or to_uri(root.directory / path)

    def version(self, uri: str) -> int | None:
        """The version of a document; None for a closed one."""
        document = self.documents.get(uri)
        return None if document is None else document.version


def read_options(raw: object) -> Options:
    """The settings in what an editor sends: `{"workspaceDiagnostics": …, "codeLens": …, "rules": {…}}`."""
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
        severities=severities,
    )


def _logged(work: Callable[[], object]) -> None:
    try:
        work()
    except Exception:
        log.exception("the analysis failed")
