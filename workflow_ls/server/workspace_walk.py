"""All files of the workspace in batches, for the commands that concern the whole workspace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from pygls.exceptions import JsonRpcInvalidParams

from workflow_ls.server.protocol.convert import to_path
from workflow_ls.server.protocol.work_done_progress import WorkDoneProgress
from workflow_ls.server.session.session import Session
from workflow_ls.server.session.snapshot import FileLocation, SessionSnapshot
from workflow_ls.server.session.workspace_folder import WorkspaceFolder
from workflow_ls.server.workspace_edit import fixable_paths
from workflow_ls.vfs.files import is_within
from workflow_ls.vfs.root import find_root

T = TypeVar("T")
Visit = Callable[[SessionSnapshot, WorkspaceFolder, str], T]
BATCH_SIZE = 16  # files between which other jobs run


class WorkspaceRoot(NamedTuple):
    """A root directory, and the folder in it that a command is limited to, relative to it; "" for no limit."""

    directory: Path
    within: str


async def for_each_file(
    session: Session, roots: Sequence[WorkspaceRoot], progress: WorkDoneProgress, visit: Visit[T]
) -> list[T]:
    """The results of visiting every file of the roots, each file once, in batches between which other jobs run.

    Raises StoppedError where the user stops it.
    """
    locations = dict[str, FileLocation]()
    for directory, within in roots:
        for uri, path in await session.run(partial(_files, directory, within)):
            locations.setdefault(uri, FileLocation(directory, path))
    files, results = list(locations.values()), list[T]()
    for start in range(0, len(files), BATCH_SIZE):
        progress.report(start, len(files))
        batch = files[start : start + BATCH_SIZE]
        results += await session.run(partial(_visit_files, batch, visit))
    progress.check()
    return results


def _visit_files(files: Sequence[FileLocation], visit: Visit[T], snapshot: SessionSnapshot) -> list[T]:
    return [visit(snapshot, snapshot.folder(directory), path) for directory, path in files]


def _files(directory: Path, within: str, snapshot: SessionSnapshot) -> list[tuple[str, str]]:
    """The URI and the path of each file."""
    folder = snapshot.folder(directory)
    return [(snapshot.uri(folder, path), path) for path in fixable_paths(folder) if is_within(path, within)]


def workspace_roots(session: Session, uri: str | None = None) -> list[WorkspaceRoot]:
    """The roots of the open folders, the deepest first, or else of the open files; or the folder with a URI only.

    Raises JsonRpcInvalidParams where the URI names no folder.
    """
    if uri is not None:
        path = to_path(uri)
        if path is None or not path.is_dir():
            raise JsonRpcInvalidParams(f"{uri} is not a folder")
        containing = [root for root in session.root_directories() if path.is_relative_to(root)]
        root = max(containing, key=lambda root: len(root.parts), default=None) or Path(find_root(path))
        session.request_root(root)
        within = path.relative_to(root).as_posix()
        return [WorkspaceRoot(root, "" if within == "." else within)]
    locations = (session.locate(uri) for uri in session.documents)
    roots = session.root_directories() or list(dict.fromkeys(found.directory for found in locations if found))
    return [WorkspaceRoot(root, "") for root in sorted(roots, key=lambda root: -len(root.parts))]
