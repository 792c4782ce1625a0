"""Diagnostics, in the client's model: it pulls them, or they are pushed with versions; never both.

Closed files are reported, too, unless the setting `workspaceDiagnostics` is off.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import posixpath
import time
from collections import deque
from collections.abc import AsyncIterator, Collection, Coroutine
from functools import partial
from pathlib import Path
from typing import Any

from lsprotocol import types

from workflow_ls.diagnostics import Diagnostic, Notice, Related
from workflow_ls.printable import visible
from workflow_ls.server.convert import Mapper, to_diagnostic
from workflow_ls.server.server import WorkflowServer
from workflow_ls.server.session import Session
from workflow_ls.server.workspace_folder import WorkspaceFolder
from workflow_ls.vfs.files import is_source

log = logging.getLogger(__name__)
_SETTLE = 0.15  # seconds to wait for more changes before closed files are looked at again
_TURN = 0.004  # seconds after which other work gets its turn
_PART = 32  # reports that are handed over at a time
_running: set[asyncio.Task[Any]] = set()


def documents_changed(ls: WorkflowServer, uri: str) -> None:
    """A document has a new text: publish its findings where the client does not pull, and see to the other files."""
    _start(_document_changed(ls, uri))


async def _document_changed(ls: WorkflowServer, uri: str) -> None:
    session, place = ls.session, ls.session.place(uri)
    document = session.documents.get(uri)
    if place is None or document is None:
        return
    directory, path = place

    def look() -> tuple[list[types.Diagnostic] | None, int]:
        folder = session.workspace_folder(directory)
        # A newer text may be on its way already; then its own turn publishes.
        current = folder.workspace.sources.get(path) is document.source
        wanted = current and not session.client.pulls
        return build(session, folder, path) if wanted else None, folder.diagnostics_epoch

    items, generation = await session.run(look)
    if items is not None and session.documents.get(uri) is document:
        publish(ls, uri, items, document.version)
    note_generation(ls, directory, generation)


def document_closed(ls: WorkflowServer, uri: str) -> None:
    """A document was closed: what is on disk counts for it again."""
    place = ls.session.place(uri)
    if place is not None:
        _start(_file_closed(ls, uri, *place))


async def _file_closed(ls: WorkflowServer, uri: str, directory: Path, path: str) -> None:
    session = ls.session

    def look() -> tuple[list[types.Diagnostic], int]:
        folder = session.workspace_folder(directory)
        shown = session.options.workspace_diagnostics
        return build(session, folder, path) if shown else [], folder.diagnostics_epoch

    items, generation = await session.run(look)
    if not session.client.pulls and uri not in session.documents:
        publish(ls, uri, items, None)
    note_generation(ls, directory, generation)


def note_generation(ls: WorkflowServer, directory: Path, generation: int) -> None:
    """Bring the findings of other files up to date, where a change may have touched them."""
    if ls.session.generations.get(directory) != generation:
        ls.session.generations[directory] = generation
        refresh(ls)


def refresh(ls: WorkflowServer) -> None:
    """All findings may differ: ask the client to pull again, or publish anew, once things have settled."""
    session = ls.session
    if not session.refreshing:
        session.refreshing = True
        _start(_refresh(ls))


async def _refresh(ls: WorkflowServer) -> None:
    session = ls.session
    await asyncio.sleep(_SETTLE)
    session.refreshing = False
    if session.client.lens_refresh:
        _start(ls.workspace_code_lens_refresh_async(None))
    if session.client.pulls:
        if session.client.refreshes:
            await ls.workspace_diagnostic_refresh_async(None)
        return
    # One after the other: what a round did not meet it takes back, whoever published it.
    async with session.publishing:
        for uri in list(session.documents):
            await _document_changed(ls, uri)
        await _publish_closed(ls)


async def _publish_closed(ls: WorkflowServer) -> None:
    """Publish the findings of closed files, and take back those that are gone."""
    session, shown = ls.session, set[str]()
    for directory in session.folder_roots() if session.options.workspace_diagnostics else ():
        async for uri, items in _all_findings(session, directory):
            if uri not in session.documents:
                shown.add(uri)
                publish(ls, uri, items, None)
    for uri in set(session.published) - shown - set(session.documents):
        publish(ls, uri, [], None)


async def _all_findings(session: Session, directory: Path) -> AsyncIterator[tuple[str, list[types.Diagnostic]]]:
    """The findings of all files of a root, by URI, in turns, so that what is typed meanwhile need not wait."""
    done = set[str]()
    # Looking at a file may show that a configuration is broken, which then has a finding of its own.
    while waiting := deque(await session.run(partial(_not_yet, session, directory, done))):
        done.update(waiting)
        while waiting:
            for found in await session.run(partial(_build_some, session, directory, waiting)):
                yield found


def _not_yet(session: Session, directory: Path, done: Collection[str]) -> list[str]:
    return [path for path in session.workspace_folder(directory).reported_paths() if path not in done]


def _build_some(session: Session, directory: Path, waiting: deque[str]) -> list[tuple[str, list[types.Diagnostic]]]:
    """Take files from `waiting` until the turn is over."""
    folder, found, end = session.workspace_folder(directory), [], time.perf_counter() + _TURN
    while waiting and time.perf_counter() < end:
        path = waiting.popleft()
        found.append((session.uri(folder, path), build(session, folder, path)))
    return found


def publish(ls: WorkflowServer, uri: str, items: list[types.Diagnostic], version: int | None) -> None:
    """Send the findings of a file, unless the client shows just these; an empty list clears them."""
    published = ls.session.published
    if published.get(uri, ([], None)) == (items, version):
        return
    if items or version is not None:
        published[uri] = items, version
    else:
        del published[uri]
    sent = version if ls.session.client.versions else None
    ls.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, items, version=sent))


def build(session: Session, folder: WorkspaceFolder, path: str) -> list[types.Diagnostic]:
    """The findings of a file as LSP diagnostics.  On the thread of the analysis only."""
    mapper = session.mapper(folder, path)
    if path.endswith(".json"):
        # What is wrong with a manifest or a configuration is known once it was read.
        directory = posixpath.dirname(path)
        folder.workspace.package_at(directory)
        folder.workspace.tsconfig_at(directory)
    findings = folder.analysis.check_file(path)
    if findings and is_source(path):
        # Where its specifiers lead depends on it, so what is wrong with it is told, too.
        folder.workspace.tsconfig_for(path)
    items = [
        to_diagnostic(finding, mapper, session.client, related_places(session, folder, finding)) for finding in findings
    ]
    return items + [_problem(mapper, notice) for notice in folder.notices() if notice.path == path]


def related_places(
    session: Session, folder: WorkspaceFolder, finding: Diagnostic
) -> list[types.DiagnosticRelatedInformation]:
    """The places that explain a finding."""
    return [
        types.DiagnosticRelatedInformation(_location(session, folder, place), visible(place.message))
        for place in finding.related
    ]


def _location(session: Session, folder: WorkspaceFolder, place: Related) -> types.Location:
    uri = session.uri(folder, place.path)
    if place.span is None:
        return types.Location(uri, types.Range(types.Position(0, 0), types.Position(0, 0)))
    return types.Location(uri, session.mapper(folder, place.path).range(place.span))


def _problem(mapper: Mapper, notice: Notice) -> types.Diagnostic:
    """What is wrong with a manifest or a configuration, at its place, or on its line."""
    if notice.span is not None:
        place = mapper.range(notice.span)
    else:
        line = (notice.line or 1) - 1
        place = types.Range(types.Position(line, 0), mapper.end_of_line(line))
    return types.Diagnostic(
        place, visible(notice.message), severity=types.DiagnosticSeverity.Error, source="workflow-ls"
    )


def result_id(items: list[types.Diagnostic]) -> str:
    """What tells two reports apart: equal for equal findings."""
    return hashlib.blake2b(repr(items).encode(), digest_size=12).hexdigest()


async def pull(ls: WorkflowServer, params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
    """Answer textDocument/diagnostic."""
    session, place = ls.session, ls.session.place(params.text_document.uri)
    if place is None:
        return types.RelatedFullDocumentDiagnosticReport(items=[])
    directory, path = place

    def look() -> tuple[list[types.Diagnostic], int]:
        folder = session.workspace_folder(directory)
        return build(session, folder, path), folder.diagnostics_epoch

    items, generation = await session.run(look)
    note_generation(ls, directory, generation)
    identity = result_id(items)
    if identity == params.previous_result_id:
        return types.RelatedUnchangedDocumentDiagnosticReport(result_id=identity)
    return types.RelatedFullDocumentDiagnosticReport(items=items, result_id=identity)


async def pull_workspace(
    ls: WorkflowServer, params: types.WorkspaceDiagnosticParams
) -> types.WorkspaceDiagnosticReport:
    """Answer workspace/diagnostic: the files of the open folders, in parts where the client takes parts."""
    session = ls.session
    known = {previous.uri: previous.value for previous in params.previous_result_ids}
    state = await _state(session)
    if session.answered == (state, known):
        # Some clients ask every other second.
        return types.WorkspaceDiagnosticReport(
            [
                types.WorkspaceUnchangedDocumentDiagnosticReport(uri=uri, result_id=value, version=session.version(uri))
                for uri, value in known.items()
            ]
        )
    told: dict[str, str] = {}
    reports: list[types.WorkspaceDocumentDiagnosticReport] = []
    sent = False

    def hand_over() -> None:
        nonlocal sent, reports
        if params.partial_result_token is not None and reports:
            kind = types.WorkspaceDiagnosticReportPartialResult if sent else types.WorkspaceDiagnosticReport
            part: Any = kind(reports)
            ls.progress(types.ProgressParams(params.partial_result_token, part))
            sent, reports = True, []

    for directory in session.folder_roots() if session.options.workspace_diagnostics else ():
        async for uri, items in _all_findings(session, directory):
            if items or uri in known:
                told[uri] = result_id(items)
            report = _workspace_report(session, uri, items, known.pop(uri, None))
            if report is not None:
                reports.append(report)
            if len(reports) >= _PART:
                hand_over()
    reports += [
        types.WorkspaceFullDocumentDiagnosticReport(uri=uri, items=[], version=session.version(uri)) for uri in known
    ]
    hand_over()
    session.answered = (state, told) if await _state(session) == state else None
    return types.WorkspaceDiagnosticReport(reports)


async def _state(session: Session) -> object:
    """What the findings of the open folders depend on."""

    def look() -> list[tuple[Path, int]]:
        return [(directory, session.workspace_folder(directory).version) for directory in session.folder_roots()]

    return await session.run(look), session.options.workspace_diagnostics


def _workspace_report(
    session: Session, uri: str, items: list[types.Diagnostic], before: str | None
) -> types.WorkspaceDocumentDiagnosticReport | None:
    identity, version = result_id(items), session.version(uri)
    if identity == before:
        return types.WorkspaceUnchangedDocumentDiagnosticReport(uri=uri, result_id=identity, version=version)
    if not items and before is None:
        return None
    return types.WorkspaceFullDocumentDiagnosticReport(uri=uri, items=items, version=version, result_id=identity)


def _start(work: Coroutine[Any, Any, Any]) -> None:
    task = asyncio.get_running_loop().create_task(work)
    _running.add(task)
    task.add_done_callback(_finished)


def _finished(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("diagnostics failed", exc_info=error)


HANDLERS = (
    (
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        pull,
        types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True, identifier="workflow-ls"),
    ),
    (types.WORKSPACE_DIAGNOSTIC, pull_workspace, None),
)
