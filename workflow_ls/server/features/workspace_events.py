"""Changes around the documents: files on disk, workspace folders, settings."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lsprotocol import types

from workflow_ls.config.settings import CONFIG_FILE
from workflow_ls.server.features.lifecycle import SECTION, apply_settings, pull_settings
from workflow_ls.server.features.publish_diagnostics import check_others, refresh
from workflow_ls.server.folder_messages import show_folders
from workflow_ls.server.protocol.convert import to_directory, to_path
from workflow_ls.server.server import WorkflowServer
from workflow_ls.server.session.snapshot import SessionSnapshot

_ROOT_MARKERS = (CONFIG_FILE, "package.json", "pnpm-workspace.yaml", ".git")


async def did_change_watched_files(ls: WorkflowServer, params: types.DidChangeWatchedFilesParams) -> None:
    """Files were changed, created or deleted; all of them are handled at once."""
    changed = [(path, change.type) for change in params.changes if (path := to_path(change.uri)) is not None]
    await changed_on_disk(
        ls,
        (path for path, _ in changed),
        roots_changed=any(
            path.name in _ROOT_MARKERS and kind != types.FileChangeType.Changed for path, kind in changed
        ),
    )


async def changed_on_disk(ls: WorkflowServer, paths: Iterable[Path], *, roots_changed: bool = False) -> None:
    """Update the workspace folders that hold the paths.

    `roots_changed`: a marker of a root directory may have been created or deleted.
    """
    session = ls.session
    paths = [session.below_a_folder(path) for path in paths]
    if session.look_at_folders():
        show_folders(ls)
        refresh(ls)
    elif roots_changed:
        session.set_folders(session.client_folders)

    def job(snapshot: SessionSnapshot) -> list[Path]:
        changed = list[Path]()
        for folder in snapshot.folders():
            below = [name for path in paths if (name := folder.below(path)) is not None]
            if below:
                folder.changed_on_disk(below)
                changed.append(folder.directory)
        return changed

    for directory in await session.run(job):
        check_others(ls, directory)


def did_change_folders(ls: WorkflowServer, params: types.DidChangeWorkspaceFoldersParams) -> None:
    """Folders were added or removed."""
    removed = {to_directory(folder.uri) for folder in params.event.removed}
    added = [path for folder in params.event.added if (path := to_directory(folder.uri)) is not None]
    kept = [folder for folder in ls.session.client_folders if folder not in removed]
    ls.session.set_folders(list(dict.fromkeys((*kept, *added))))
    show_folders(ls)
    refresh(ls)


async def did_change_configuration(ls: WorkflowServer, params: types.DidChangeConfigurationParams) -> None:
    """Settings changed: they are requested where the client supports that, else they are in the notification."""
    if ls.session.client.configuration:
        await pull_settings(ls)
    elif isinstance(params.settings, dict):
        apply_settings(ls, params.settings.get(SECTION, params.settings))


HANDLERS = (
    (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, did_change_watched_files, None),
    (types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, did_change_folders, None),
    (types.WORKSPACE_DID_CHANGE_CONFIGURATION, did_change_configuration, None),
)
