"""textDocument/publishDiagnostics, and the refresh requests: what follows from a change, in the client's model.

A client that pulls diagnostics gets a request to refresh; for any other they are published, with versions.  Closed
files are reported as well, unless the setting `workspaceDiagnostics` is off.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from lsprotocol import types

from workflow_ls.server.file_diagnostics import FileDiagnostics, check_file, in_slices, look_in_slices, look_unwatched
from workflow_ls.server.server import WorkflowServer
from workflow_ls.server.session import garbage
from workflow_ls.server.session.documents import DocumentSnapshot
from workflow_ls.server.session.snapshot import FileLocation, FolderState, SessionSnapshot, state_of
from workflow_ls.server.session.workspace_folder import WorkspaceFolder, is_reported
from workflow_ls.server.unsaved.unsaved_view import unsaved_diagnostics
from workflow_ls.server.watched_files import unwatched_paths, watch_further
from workflow_ls.vfs.files import holds_code

DEBOUNCE_SECONDS = 0.15  # to wait for more changes before other files are checked again
MAX_DELAY_SECONDS = 0.6  # to wait at most, however many changes come
MAX_HOLD_SECONDS = 300.0  # to hold back at most: a client may never answer


class _Checked(NamedTuple):
    """A check of one file.

    `state` is that of the workspace folder; `diagnostics` is None where nothing is to be published: what the client
    shows is up to date, or it pulls.  Without `is_proved`, there is more to say once the first proof is done.
    """

    uri: str
    state: FolderState
    diagnostics: FileDiagnostics | None
    is_proved: bool = True


def _check(known: FolderState | None, snapshot: SessionSnapshot, folder: WorkspaceFolder, path: str) -> _Checked:
    """Check a file, unless its folder is still in the state `known`, for which the client has its diagnostics."""
    state = state_of(folder)
    # The errors in a manifest may have been found since, by a check of another file.
    current = state == known and holds_code(path)
    diagnostics = None if current or snapshot.client.pulls else check_file(snapshot, folder, path)
    return _Checked(snapshot.uri(folder, path), state, diagnostics)


def document_changed(ls: WorkflowServer, document: DocumentSnapshot, *, looks: bool = False) -> None:
    """Give a document to the analysis and publish its diagnostics, by one job; update the other files if needed.

    `looks`: whether to look first at what changed on disk, where the client watches no files.  While the client
    applies an edit, which may open hundreds of documents, the document is checked after it.
    """
    session = ls.session
    if session.edits:
        session.edits.documents.add(document.uri)
        session.start(_stored(session.put(document, lambda _snapshot, _folder: None)))
        return

    def job(snapshot: SessionSnapshot, folder: WorkspaceFolder) -> _Checked:
        if looks:
            look_unwatched(snapshot, folder, often=True)
        if snapshot.client.pulls or not folder.is_proof_ahead(document.path):
            return _check(None, snapshot, folder, document.path)
        early = check_file(snapshot, folder, document.path, is_proved=False)
        return _Checked(document.uri, state_of(folder), early, is_proved=False)

    session.start(_publish_document(ls, document, session.put(document, job)))


async def _stored(future: Future[None]) -> None:
    await asyncio.wrap_future(future)


async def _publish_document(ls: WorkflowServer, document: DocumentSnapshot, future: Future[_Checked]) -> None:
    session, checked = ls.session, await asyncio.wrap_future(future)
    directory = checked.state.directory
    # The check of a newer version publishes its own diagnostics.
    if session.documents.get(document.uri) is document:
        _publish_checked(ls, checked)
    if not checked.is_proved:
        checked = await session.run(lambda snapshot: _check(None, snapshot, snapshot.folder(directory), document.path))
        if session.documents.get(document.uri) is document:
            _publish_checked(ls, checked)
    check_others(ls, directory)


def document_closed(ls: WorkflowServer, uri: str) -> None:
    """Publish the diagnostics of the file on disk for a document that was closed."""
    location = ls.session.locate(uri)
    if location is not None:
        ls.session.start(_publish_file(ls, uri, location))


async def _publish_file(ls: WorkflowServer, uri: str, location: FileLocation) -> None:
    session, (directory, path) = ls.session, location
    in_workspace = is_reported(path, session.opened().get(directory, ()))

    def job(snapshot: SessionSnapshot) -> list[types.Diagnostic]:
        shown = in_workspace and snapshot.options.workspace_diagnostics and not snapshot.client.pulls
        return check_file(snapshot, snapshot.folder(directory), path).items if shown else []

    items = await session.run(job)
    if not session.client.pulls and uri not in session.documents:
        _publish(ls, FileDiagnostics(uri, None, items))
        session.checked.pop(uri, None)
    check_others(ls, directory)


def unsaved_changed(ls: WorkflowServer, document: DocumentSnapshot | None) -> None:
    """Publish the diagnostics of a document that was never saved, if there is one, and the client does not pull."""
    if document is not None and not ls.session.client.pulls:
        ls.session.start(_publish_unsaved(ls, document))


async def _publish_unsaved(ls: WorkflowServer, document: DocumentSnapshot) -> None:
    items = await unsaved_diagnostics(ls.session, document.uri)
    if ls.session.unsaved.get(document.uri) is document:
        _publish(ls, FileDiagnostics(document.uri, document.version, items))


def unsaved_closed(ls: WorkflowServer, uri: str) -> None:
    """Withdraw the diagnostics of a document that was never saved, and is closed."""
    if not ls.session.client.pulls:
        _publish(ls, FileDiagnostics(uri, None, []))


def check_others(ls: WorkflowServer, directory: Path) -> None:
    """Find out whether a change of one file concerns others, once changes pause, and refresh all files if it does.

    Where the client watches no files, this is when the server looks at them itself: a look takes longer than the
    answer to a keystroke may.  What other files depend on is read off the changed file anew, which must not delay its
    own diagnostics.
    """
    session, is_new = ls.session, directory not in ls.session.unchecked
    session.unchecked[directory] = asyncio.get_running_loop().time()
    if is_new:
        session.start(_check_others(ls, directory))


async def _check_others(ls: WorkflowServer, directory: Path) -> None:
    session, time = ls.session, asyncio.get_running_loop().time
    await session.edits.wait()
    latest = time() + MAX_DELAY_SECONDS
    while (pause := min(session.unchecked[directory] + DEBOUNCE_SECONDS, latest) - time()) > 0:
        await asyncio.sleep(pause)
    del session.unchecked[directory]
    await look_in_slices(session, directory)

    def job(snapshot: SessionSnapshot) -> tuple[int, list[str]]:
        folder = snapshot.folder(directory)
        # A client may never ask for the findings of all files, after which this is done as well.
        folder.keep_facts()
        garbage.collect()
        return folder.diagnostics_epoch, unwatched_paths(folder) if snapshot.client.watches else []

    epoch, unwatched = await session.run(job)
    await watch_further(ls, directory, unwatched)
    if session.diagnostics_epochs.get(directory) != epoch:
        session.diagnostics_epochs[directory] = epoch
        await _refresh_now(ls)
    session.announce_change()


@contextmanager
def held_back(ls: WorkflowServer) -> Iterator[None]:
    """Hold back checks, and what is published, while a client applies an edit, or for `MAX_HOLD_SECONDS`.

    Of a workspace that is rewritten half way, diagnostics would name errors that are gone a moment later; and the
    jsonrpc of Emacs 28 misreads a message that comes in while it opens the files of an edit.
    """
    edits = ls.session.edits
    edit = edits.begin()

    def release() -> None:
        if edits.end(edit):
            _publish_held(ls)

    timer = asyncio.get_running_loop().call_later(MAX_HOLD_SECONDS, release)
    try:
        yield
    finally:
        timer.cancel()
        release()


def _publish_held(ls: WorkflowServer) -> None:
    """Publish the diagnostics that were put off, and check the documents that the client opened or changed."""
    session = ls.session
    publications, session.edits.publications = session.edits.publications, {}
    documents, session.edits.documents = session.edits.documents, set()
    for publish in publications.values():
        publish()
    if documents:
        session.start(_publish_changed(ls, documents))


async def _publish_changed(ls: WorkflowServer, uris: Collection[str]) -> None:
    for uri in uris:
        ls.session.checked.pop(uri, None)
    # One after the other, so that the answer to a command need not wait for all of them.
    for uri in uris:
        await _publish_open(ls, uri)


def refresh(ls: WorkflowServer) -> None:
    """All diagnostics may have changed: ask the client to pull them again, or publish them, once changes pause."""
    session = ls.session
    if not session.refreshing:
        session.refreshing = True
        session.start(_refresh(ls))


async def _refresh(ls: WorkflowServer) -> None:
    session = ls.session
    await session.edits.wait()
    await asyncio.sleep(DEBOUNCE_SECONDS)
    session.refreshing = False
    await _refresh_now(ls)


async def _refresh_now(ls: WorkflowServer) -> None:
    session = ls.session
    session.announce_change()
    if session.client.lens_refresh:
        session.start(ls.workspace_code_lens_refresh_async(None))
    if session.client.pulls:
        if session.client.refreshes:
            await ls.workspace_diagnostic_refresh_async(None)
        return
    # One round at a time: a round withdraws what it did not find, and must not withdraw what another one published.
    async with session.publishing:
        for uri in list(session.documents):
            await _publish_open(ls, uri)
        await _publish_closed(ls)


async def _publish_open(ls: WorkflowServer, uri: str) -> None:
    """Publish the diagnostics of an open document, unless they are up to date."""
    session = ls.session
    location, document = session.locate(uri), session.documents.get(uri)
    if location is None or document is None:
        return
    known, (directory, path) = session.checked.get(uri), location
    checked = await session.run(lambda snapshot: _check(known, snapshot, snapshot.folder(directory), path))
    if session.documents.get(uri) is document:
        _publish_checked(ls, checked)
    check_others(ls, directory)


async def _publish_closed(ls: WorkflowServer) -> None:
    """Publish the diagnostics of closed files, and withdraw those of files that have none anymore.

    Those of a document that is closed in between are published when it is closed, and nothing is withdrawn of it.
    """
    session, found, known = ls.session, set(ls.session.documents), dict(ls.session.checked)

    def visit(snapshot: SessionSnapshot, folder: WorkspaceFolder, path: str) -> _Checked:
        return _check(known.get(snapshot.uri(folder, path)), snapshot, folder, path)

    for directory, within in session.opened().items() if session.options.workspace_diagnostics else ():
        async for checked in in_slices(session, directory, within, visit):
            found.add(checked.uri)
            was_open = checked.diagnostics is not None and checked.diagnostics.version is not None
            if not was_open and checked.uri not in session.documents:
                _publish_checked(ls, checked)
    for document in session.unsaved.all():
        await _publish_unsaved(ls, document)
        found.add(document.uri)
    for uri in {*session.published, *session.edits.publications} - found - set(session.documents):
        _publish(ls, FileDiagnostics(uri, None, []))
        session.checked.pop(uri, None)


def _publish_checked(ls: WorkflowServer, checked: _Checked) -> None:
    if checked.diagnostics is not None:
        _publish(ls, checked.diagnostics)
        if checked.is_proved:
            ls.session.checked[checked.uri] = checked.state


def _publish(ls: WorkflowServer, file: FileDiagnostics) -> None:
    """Send the diagnostics of a file, unless the client shows the same; an empty list clears them."""
    if ls.session.edits:
        ls.session.edits.publications[file.uri] = partial(_publish, ls, file)
        return
    published, (uri, version, items) = ls.session.published, file
    if published.get(uri, ([], None)) == (items, version):
        return
    if items or version is not None:
        published[uri] = items, version
    else:
        del published[uri]
    sent = version if ls.session.client.versions else None
    ls.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, items, version=sent))
