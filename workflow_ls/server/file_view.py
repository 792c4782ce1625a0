"""One source file as the analysis sees it, for the features that answer about a place in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from workflow_ls.project.file_facts import FileFacts
from workflow_ls.server.convert import Mapper
from workflow_ls.server.server import WorkflowServer
from workflow_ls.server.session import Session
from workflow_ls.server.workspace_folder import WorkspaceFolder
from workflow_ls.vfs.files import is_source

T = TypeVar("T")


class View(NamedTuple):
    """A file of a root: its facts, and the mapper for its positions.  On the thread of the analysis only."""

    session: Session
    folder: WorkspaceFolder
    facts: FileFacts
    mapper: Mapper

    @property
    def path(self) -> str:
        """The file's path below the root."""
        return self.facts.path

    def uri(self, path: str) -> str:
        """The URI of a file of the same root."""
        return self.session.uri(self.folder, path)


async def look(ls: WorkflowServer, uri: str, work: Callable[[View], T]) -> T | None:
    """Do work on the view of a file; None for what is no source file, is exempt, or can't be read."""
    session, place = ls.session, ls.session.place(uri)
    if place is None or not is_source(place[1]):
        return None
    directory, path = place

    def view() -> T | None:
        folder = session.workspace_folder(directory)
        facts = None if folder.workspace.is_exempt(path) else folder.workspace.facts(path)
        if facts is None:
            return None
        return work(View(session, folder, facts, session.mapper(folder, path)))

    return await session.run(view)
