"""What a job on the analysis thread may use: the session at one moment, and the workspace folders."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from workflow_ls.server.protocol.capabilities import Client
from workflow_ls.server.protocol.convert import Mapper, to_uri
from workflow_ls.server.session.documents import DocumentSnapshot
from workflow_ls.server.session.options import Options
from workflow_ls.server.session.threads import ThreadOwner
from workflow_ls.server.session.workspace_folder import WorkspaceFolder
from workflow_ls.text import Encoding
from workflow_ls.vfs.root import find_root_of_folder, is_root, is_too_wide


class FileLocation(NamedTuple):
    """A file: the root directory of its workspace folder, and its path relative to that."""

    directory: Path
    path: str


class FolderState(NamedTuple):
    """The state of a workspace folder: its root directory, and its version, which counts all changes."""

    directory: Path
    version: int


class WorkspaceFolders:
    """The open workspace folders, by root directory.  The analysis thread owns them."""

    def __init__(self, early: Mapping[Path, WorkspaceFolder] = MappingProxyType({})) -> None:
        """`early` are open already."""
        self._folders = dict(early)
        self._owner = ThreadOwner()

    def get(self, directory: Path) -> WorkspaceFolder | None:
        """The open folder of a root directory."""
        self._owner.check()
        return self._folders.get(directory)

    def add(self, folder: WorkspaceFolder) -> None:
        """Keep a folder open."""
        self._owner.check()
        self._folders[folder.directory] = folder

    def all(self) -> list[WorkspaceFolder]:
        """The open folders."""
        self._owner.check()
        return list(self._folders.values())

    def keep(self, directories: Collection[Path]) -> None:
        """Close the folders of all other root directories."""
        self._owner.check()
        for directory in self._folders.keys() - directories:
            self._folders.pop(directory).disk.cancel_searches()


@dataclass(frozen=True, slots=True)
class SessionSnapshot:
    """The session when a job was queued, and the workspace folders, whose texts are those of that moment as well.

    The loop creates it; its methods run on the analysis thread.  `client_folders` are the folders that the client has
    open, `requested` further root directories that a command named, `documents` the open documents.
    """

    client: Client
    encoding: Encoding
    options: Options
    client_folders: tuple[Path, ...]
    requested: frozenset[Path]
    documents: Mapping[FileLocation, DocumentSnapshot]
    _folders: WorkspaceFolders

    def folder(self, directory: Path) -> WorkspaceFolder:
        """The workspace folder of a root directory, opened on first use."""
        folder = self._folders.get(directory)
        if folder is None:
            folder = WorkspaceFolder(directory, indexed=self._is_project(directory))
            folder.use_severities(self.options.severities_of(directory))
            self._folders.add(folder)
        return folder

    def folders(self) -> list[WorkspaceFolder]:
        """The open workspace folders."""
        return self._folders.all()

    def keep_folders(self, directories: Collection[Path]) -> None:
        """Close the workspace folders of other root directories, and index those that are a project's."""
        self._folders.keep(directories)
        for folder in self._folders.all():
            folder.search_files(self._is_project(folder.directory))

    def use_severities(self) -> None:
        """Apply the editor's severities to all folders."""
        for folder in self._folders.all():
            folder.use_severities(self.options.severities_of(folder.directory))

    def document(self, folder: WorkspaceFolder, path: str) -> DocumentSnapshot | None:
        """The open document of a file; None where it is closed."""
        return self.documents.get(FileLocation(folder.directory, path))

    def uri(self, folder: WorkspaceFolder, path: str) -> str:
        """The URI of a file: the client's spelling where the document is open."""
        document = self.document(folder, path)
        return to_uri(folder.directory / path) if document is None else document.uri

    def version(self, folder: WorkspaceFolder, path: str) -> int | None:
        """The version of a document; None for a closed file."""
        document = self.document(folder, path)
        return None if document is None else document.version

    def mapper(self, folder: WorkspaceFolder, path: str) -> Mapper:
        """The mapper for the text that a file has now."""
        return self.mapper_of(folder, path, folder.files.read(path) or b"")

    def mapper_of(self, folder: WorkspaceFolder, path: str, text: bytes) -> Mapper:
        """The mapper for a text of a file."""
        document = self.document(folder, path)
        return Mapper(text, self.encoding, None if document is None or document.text != text else document.lines)

    def _is_project(self, directory: Path) -> bool:
        """Whether to index a root directory: an open folder has it, a command named it, or it has a root's marker.

        Only a command makes a home directory one to index.  The directory of a file that was opened alone is none
        either.
        """
        if directory in self.requested:
            return True
        is_project = directory in root_directories(self.client_folders) or is_root(directory)
        return is_project and not is_too_wide(directory)


def state_of(folder: WorkspaceFolder) -> FolderState:
    """The present state of a folder."""
    return FolderState(folder.directory, folder.version)


def root_directories(client_folders: Iterable[Path]) -> list[Path]:
    """The root directories of folders, each once."""
    return list(dict.fromkeys(Path(find_root_of_folder(folder)) for folder in client_folders))
