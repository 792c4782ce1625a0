"""One source file on the analysis thread, for the features that answer about a position in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from workflow_ls.project.file_facts import FileFacts
from workflow_ls.server.protocol.convert import Mapper
from workflow_ls.server.server import WorkflowServer
from workflow_ls.server.session.snapshot import SessionSnapshot
from workflow_ls.server.session.workspace_folder import WorkspaceFolder
from workflow_ls.server.unsaved.unsaved_view import UnsavedView, with_unsaved
from workflow_ls.vfs.files import holds_code

T = TypeVar("T")


class FileView(NamedTuple):
    """A file of a workspace folder: its facts, and the mapper for its positions.  On the analysis thread only."""

    snapshot: SessionSnapshot
    folder: WorkspaceFolder
    facts: FileFacts
    mapper: Mapper

    @property
    def path(self) -> str:
        """The file's path, relative to the root directory."""
        return self.facts.path

    def uri(self, path: str) -> str:
        """The URI of a file of the same folder."""
        return self.snapshot.uri(self.folder, path)


async def with_file(ls: WorkflowServer, uri: str, work: Callable[[FileView], T], *, unsaved: bool = False) -> T | None:
    """Run `work` on a file; None for one that is not a source file, is exempt, or cannot be read.

    `unsaved`: run it on a document that was never saved, too.
    """
    location = ls.session.locate(uri)
    if location is None and unsaved:

        def look(view: UnsavedView) -> T | None:
            facts = view.facts
            return None if facts is None else work(FileView(view.snapshot, view.folder, facts, view.mapper))

        return await with_unsaved(ls.session, uri, look)
    if location is None or not holds_code(location.path):
        return None
    directory, path = location

    def job(snapshot: SessionSnapshot) -> T | None:
        folder = snapshot.folder(directory)
        facts = None if folder.workspace.is_exempt(path) else folder.workspace.sources.facts(path)
        if facts is None:
            return None
        return work(FileView(snapshot, folder, facts, snapshot.mapper(folder, path)))

    return await ls.session.run(job)
