"""workspace/diagnostic: the files of the open folders, for clients that pull diagnostics.

A client sends the next request as soon as it has an answer.  Where it has all reports, this one is held until a file
gets other diagnostics (LSP 3.17: the request may run long): an idle editor causes no work.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from lsprotocol import types

from workflow_ls.server.file_diagnostics import FileDiagnostics, check_file, in_slices, look_unwatched, result_id
from workflow_ls.server.server import WorkflowServer
from workflow_ls.server.session.session import Session
from workflow_ls.server.session.snapshot import FolderState, SessionSnapshot, state_of
from workflow_ls.server.session.workspace_folder import is_reported

PARTIAL_RESULT_SIZE = 32  # reports in one partial result
UNWATCHED_SECONDS = 2.0  # between looks at the disk for a request that is held, where the client watches no files
_NOTHING = result_id([])
Report = types.WorkspaceDocumentDiagnosticReport


async def pull_workspace(
    ls: WorkflowServer, params: types.WorkspaceDiagnosticParams
) -> types.WorkspaceDiagnosticReport:
    """The findings of all files, in partial results where the client takes them, once they differ from its own."""
    session = ls.session
    known = {previous.uri: previous.value for previous in params.previous_result_ids}
    if session.answered is not None and session.answered[1] == known:
        await _until_different(session, known)
    await _look(session)
    state = await _state(session)
    parts = _Parts(ls, params.partial_result_token)
    result_ids = dict[str, str]()
    for directory, within in session.opened().items() if session.options.workspace_diagnostics else ():
        async for file in in_slices(session, directory, within, check_file):
            if file.items or file.uri in known:
                result_ids[file.uri] = result_id(file.items)
            parts.add(_workspace_report(file, known.pop(file.uri, None)))
    for uri, value in known.items():
        result_ids[uri] = _NOTHING
        parts.add(_workspace_report(FileDiagnostics(uri, session.version(uri), []), value))
    rest = parts.rest()
    session.answered = (state if await _state(session) == state else None, result_ids)
    return types.WorkspaceDiagnosticReport(rest)


class _Parts:
    """The reports of an answer, sent in parts to a client that has a token for them."""

    def __init__(self, ls: WorkflowServer, token: types.ProgressToken | None) -> None:
        self._ls = ls
        self._token = token
        self._reports: list[Report] = []
        self._is_first = True

    def add(self, report: Report | None) -> None:
        """Add a report, if there is one."""
        if report is not None:
            self._reports.append(report)
        if len(self._reports) >= PARTIAL_RESULT_SIZE:
            self._send()

    def rest(self) -> list[Report]:
        """What is left for the answer itself."""
        self._send()
        return self._reports

    def _send(self) -> None:
        if self._token is not None and self._reports:
            kind = types.WorkspaceDiagnosticReport if self._is_first else types.WorkspaceDiagnosticReportPartialResult
            part: Any = kind(self._reports)
            self._ls.progress(types.ProgressParams(self._token, part))
            self._is_first, self._reports = False, []


async def _until_different(session: Session, known: Mapping[str, str]) -> None:
    """Wait until a file has other diagnostics than those with the result ids that the client knows."""
    state: object = None  # in which the client has all reports; None where it is not known
    others: object = None
    while True:
        change = session.next_change()
        await _look(session)
        now = await _state(session)
        if now != state:
            # A key that changes no other file costs a look at the open ones.
            before, others = others, await _others(session)
            if await _differs(session, known, everything=state is None or others != before):
                return
            state = now
        await asyncio.wait([change], timeout=None if session.client.watches else UNWATCHED_SECONDS)


async def _others(session: Session) -> tuple[object, ...]:
    """What changes when the diagnostics of another file may differ than one in which somebody types."""
    directories = session.root_directories()

    def job(snapshot: SessionSnapshot) -> list[int]:
        return [snapshot.folder(directory).diagnostics_epoch for directory in directories]

    folders, opened = tuple(session.client_folders), frozenset(session.documents)
    return await session.run(job), session.options, folders, opened


async def _differs(session: Session, known: Mapping[str, str], *, everything: bool) -> bool:
    opened = session.opened() if session.options.workspace_diagnostics else {}
    if not everything:
        locations = {session.locate(uri) for uri in session.documents}
        files = {found for found in locations if found and is_reported(found.path, opened.get(found.directory, ()))}

        def check_open(snapshot: SessionSnapshot) -> list[FileDiagnostics]:
            return [check_file(snapshot, snapshot.folder(directory), path) for directory, path in files]

        return _has_new(await session.run(check_open), known)
    seen = set[str]()
    for directory, within in opened.items():
        async for file in in_slices(session, directory, within, check_file):
            seen.add(file.uri)
            if _has_new((file,), known):
                return True
    return any(uri not in seen and value != _NOTHING for uri, value in known.items())


def _has_new(files: Iterable[FileDiagnostics], known: Mapping[str, str]) -> bool:
    shown = (file for file in files if file.items or file.uri in known)
    return any(result_id(file.items) != known.get(file.uri) for file in shown)


async def _look(session: Session) -> None:
    directories = session.root_directories()

    def job(snapshot: SessionSnapshot) -> None:
        for directory in directories:
            look_unwatched(snapshot, snapshot.folder(directory))

    await session.run(job)


async def _state(session: Session) -> tuple[list[FolderState], bool]:
    """All that the diagnostics of the open folders depend on."""
    directories = session.root_directories()

    def job(snapshot: SessionSnapshot) -> list[FolderState]:
        return [state_of(snapshot.folder(directory)) for directory in directories]

    return await session.run(job), session.options.workspace_diagnostics


def _workspace_report(file: FileDiagnostics, known: str | None) -> Report | None:
    """The report on a file whose diagnostics have the result id `known` at the client; None for one without any."""
    identity = result_id(file.items)
    if identity == known:
        return types.WorkspaceUnchangedDocumentDiagnosticReport(uri=file.uri, result_id=identity, version=file.version)
    if not file.items and known is None:
        return None
    return types.WorkspaceFullDocumentDiagnosticReport(
        uri=file.uri, items=file.items, version=file.version, result_id=identity
    )


HANDLERS = ((types.WORKSPACE_DIAGNOSTIC, pull_workspace, None),)
