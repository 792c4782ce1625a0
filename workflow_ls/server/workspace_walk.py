"""All files of the workspace in batches, for the commands that concern the whole workspace."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from pygls.exceptions import JsonRpcInvalidParams

from workflow_ls.server.edits.workspace_edit import fixable_paths
from workflow_ls.server.protocol.convert import to_directory
from workflow_ls.server.protocol.work_done_progress import WorkDoneProgress
from workflow_ls.server.session.session import Session
from workflow_ls.server.session.snapshot import FileLocation, SessionSnapshot
from workflow_ls.server.session.workspace_folder import WorkspaceFolder
from workflow_ls.vfs.files import is_within
from workflow_ls.vfs.root import find_root, is_too_wide

T = TypeVar("T")
Visit = Callable[[SessionSnapshot, WorkspaceFolder, str], T]
BATCH_SIZE = 16  # files between which other jobs run


class WorkspaceRoot(NamedTuple):
    """A root directory, and the folders in it that a command is limited to, relative to it; `("",)` for no limit."""

    directory: Path
    within: tuple[str, ...] = ("",)


async def for_each_file(
    session: Session, roots: Sequence[WorkspaceRoot], progress: WorkDoneProgress, visit: Visit[T]
) -> list[T]:
    """The results of visiting every file of the roots, each file once, in batches between which other jobs run.

    Raises StoppedError where the user stops it.
    """
    locations = dict[str, FileLocation]()
    for directory, within in roots:
        for uri, path in await progress.until_stopped(session.run(partial(_files, directory, within))):
            locations.setdefault(uri, FileLocation(directory, path))
    files, results = list(locations.values()), list[T]()
    for start in range(0, len(files), BATCH_SIZE):
        progress.report(start, len(files))
        batch = files[start : start + BATCH_SIZE]
        results += await progress.until_stopped(session.run(partial(_visit_files, batch, visit)))
    progress.check()
    return results


def _visit_files(files: Sequence[FileLocation], visit: Visit[T], snapshot: SessionSnapshot) -> list[T]:
    return [visit(snapshot, snapshot.folder(directory), path) for directory, path in files]


def _files(directory: Path, within: Sequence[str], snapshot: SessionSnapshot) -> list[tuple[str, str]]:
    """The URI and the path of each file."""
    folder = snapshot.folder(directory)
    paths = [path for path in fixable_paths(folder) if any(is_within(path, named) for named in within)]
    return [(snapshot.uri(folder, path), path) for path in paths]


def workspace_roots(session: Session) -> list[WorkspaceRoot]:
    """The roots of the open folders, the deepest first, or else of the open files, without a limit.

    Of a folder that is too wide to be searched, the roots of the open files count as well.
    """
    session.look_at_folders()
    locations = filter(None, (session.locate(uri) for uri in session.documents))
    of_files, roots = [found.directory for found in locations], session.root_directories()
    wide = [root for root in roots if is_too_wide(root)]
    roots += [root for root in of_files if not roots or any(map(root.is_relative_to, wide))]
    return [WorkspaceRoot(root) for root in _deepest_first(dict.fromkeys(roots))]


def opened_folders(session: Session) -> list[WorkspaceRoot]:
    """As `workspace_roots`, limited to the open folders: what lies beside them is no part of the client's workspace."""
    roots = workspace_roots(session)
    opened = session.opened()
    return [WorkspaceRoot(root.directory, opened.get(root.directory, ("",))) for root in roots]


def named_folder(session: Session, uri: str) -> WorkspaceRoot:
    """The folder with a URI, whose root is indexed from now on.  Raises JsonRpcInvalidParams where it is no folder."""
    path = to_directory(uri)
    if path is None or not path.is_dir():
        raise JsonRpcInvalidParams(f"{uri} is not a folder")
    session.look_at_folders()
    containing = [root for root in session.root_directories() if path.is_relative_to(root) and not is_too_wide(root)]
    root = _deepest_first(containing)[0] if containing else Path(find_root(path))
    session.request_root(root)
    return WorkspaceRoot(root, (_relative(path, root),))


def _deepest_first(directories: Iterable[Path]) -> list[Path]:
    return sorted(directories, key=lambda directory: -len(directory.parts))


def _relative(path: Path, root: Path) -> str:
    relative = path.relative_to(root).as_posix()
    return "" if relative == "." else relative
