"""What changes around the documents: files on disk, workspace folders, settings."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lsprotocol import types

from workflow_ls.config.settings import CONFIG_FILE
from workflow_ls.server.convert import to_path
from workflow_ls.server.features.diagnostics import note_generation, refresh
from workflow_ls.server.features.lifecycle import SECTION, pull_settings, take_settings
from workflow_ls.server.server import WorkflowServer

_MARK_ROOTS = (CONFIG_FILE, "package.json", "pnpm-workspace.yaml", ".git")


async def did_change_watched_files(ls: WorkflowServer, params: types.DidChangeWatchedFilesParams) -> None:
    """Files changed, appeared or went: one look at all of them together, however many they are."""
    changed = [(path, change.type) for change in params.changes if (path := to_path(change.uri)) is not None]
    await changed_on_disk(
        ls,
        (path for path, _ in changed),
        marks=any(path.name in _MARK_ROOTS and kind != types.FileChangeType.Changed for path, kind in changed),
    )


async def changed_on_disk(ls: WorkflowServer, paths: Iterable[Path], *, marks: bool = False) -> None:
    """Take note of changes on disk, in every root that holds them.

    `marks`: what tells where a root is appeared or went.
    """
    session, paths = ls.session, list(paths)
    if marks:
        session.set_folders(session.folders)

    def look() -> list[tuple[Path, int]]:
        for folder in session.workspace_folders():
            below = [name for path in paths if (name := folder.below(path)) is not None]
            if below:
                folder.changed_on_disk(below)
        return [(folder.directory, folder.diagnostics_epoch) for folder in session.workspace_folders()]

    for directory, generation in await session.run(look):
        note_generation(ls, directory, generation)


def did_change_folders(ls: WorkflowServer, params: types.DidChangeWorkspaceFoldersParams) -> None:
    """Folders were added or removed."""
    removed = {to_path(folder.uri) for folder in params.event.removed}
    added = [path for folder in params.event.added if (path := to_path(folder.uri)) is not None]
    kept = [folder for folder in ls.session.folders if folder not in removed]
    ls.session.set_folders(list(dict.fromkeys((*kept, *added))))
    refresh(ls)


async def did_change_configuration(ls: WorkflowServer, params: types.DidChangeConfigurationParams) -> None:
    """Settings changed: they are asked for where the client can be asked, else they come along."""
    if ls.session.client.configuration:
        await pull_settings(ls)
    elif isinstance(params.settings, dict):
        take_settings(ls, params.settings.get(SECTION, params.settings))


HANDLERS = (
    (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, did_change_watched_files, None),
    (types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, did_change_folders, None),
    (types.WORKSPACE_DID_CHANGE_CONFIGURATION, did_change_configuration, None),
)
