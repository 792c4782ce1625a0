"""Every file of the workspace, a few at a time: what the commands for the whole workspace go through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from pygls.exceptions import JsonRpcInvalidParams

from workflow_ls.server.convert import to_path
from workflow_ls.server.progress import Progress
from workflow_ls.server.session import Session
from workflow_ls.server.workspace_edit import fixable_paths
from workflow_ls.server.workspace_folder import WorkspaceFolder
from workflow_ls.vfs.files import is_within
from workflow_ls.vfs.root import find_root

T = TypeVar("T")
Place = tuple[Path, str]
"""A root directory, and a path below it."""
_BATCH = 16  # files between which other work gets its turn


async def walk(
    session: Session, places: Sequence[Place], told: Progress, look: Callable[[Session, WorkspaceFolder, str], T]
) -> list[T]:
    """Look at every file of the places, a few at a time, so that typing and stopping get their turn."""
    files = dict[str, Place]()
    for directory, within in places:
        for uri, path in await session.run(partial(_files, session, directory, within)):
            files.setdefault(uri, (directory, path))
    paths, results = list(files.values()), list[T]()
    for start in range(0, len(paths), _BATCH):
        told.report(start, len(paths))
        batch = paths[start : start + _BATCH]
        results += await session.run(partial(_look_at, session, batch, look))
    told.check()
    return results


def _look_at(session: Session, files: Sequence[Place], look: Callable[[Session, WorkspaceFolder, str], T]) -> list[T]:
    return [look(session, session.workspace_folder(directory), path) for directory, path in files]


def _files(session: Session, directory: Path, within: str) -> list[tuple[str, str]]:
    folder = session.workspace_folder(directory)
    return [(session.uri(folder, path), path) for path in fixable_paths(folder) if is_within(path, within)]


def find_places(session: Session, folder: str | None) -> list[Place]:
    """The roots of the open folders, the deepest first, or of the open files; or the one folder that is asked for."""
    if folder is not None:
        path = to_path(folder)
        if path is None or not path.is_dir():
            raise JsonRpcInvalidParams(f"{folder} is not a folder")
        inside = [root for root in session.folder_roots() if path.is_relative_to(root)]
        root = max(inside, key=lambda root: len(root.parts), default=None) or Path(find_root(path))
        session.ask_for(root)
        within = path.relative_to(root).as_posix()
        return [(root, "" if within == "." else within)]
    opened = (place[0] for uri in session.documents if (place := session.place(uri)) is not None)
    roots = session.folder_roots() or list(dict.fromkeys(opened))
    return [(root, "") for root in sorted(roots, key=lambda root: -len(root.parts))]
