"""textDocument/diagnostic and workspace/diagnostic, for clients that pull diagnostics."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from workflow_ls.server.features.publish_diagnostics import check_others
from workflow_ls.server.file_diagnostics import FileDiagnostics, check_file, in_slices, look_unwatched, result_id
from workflow_ls.server.server import WorkflowServer
from workflow_ls.server.session.session import Session
from workflow_ls.server.session.snapshot import FolderState, SessionSnapshot, state_of

PARTIAL_RESULT_SIZE = 32  # reports in one partial result


async def pull(ls: WorkflowServer, params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
    """Answer textDocument/diagnostic."""
    session, location = ls.session, ls.session.locate(params.text_document.uri)
    if location is None:
        return types.RelatedFullDocumentDiagnosticReport(items=[])
    directory, path = location
    # Some clients request it after each keystroke, and a look at everything would delay that answer.
    document = session.documents.get(params.text_document.uri)
    typed, session.last_pulled = document is not session.last_pulled, document

    def job(snapshot: SessionSnapshot) -> list[types.Diagnostic]:
        folder = snapshot.folder(directory)
        if not typed:
            look_unwatched(snapshot, folder)
        if not snapshot.client.watches:
            folder.findings_now(path)
        return check_file(snapshot, folder, path).items

    items = await session.run(job)
    check_others(ls, directory)
    identity = result_id(items)
    if identity == params.previous_result_id:
        return types.RelatedUnchangedDocumentDiagnosticReport(result_id=identity)
    return types.RelatedFullDocumentDiagnosticReport(items=items, result_id=identity)


async def pull_workspace(
    ls: WorkflowServer, params: types.WorkspaceDiagnosticParams
) -> types.WorkspaceDiagnosticReport:
    """Answer workspace/diagnostic: the files of the open folders, in partial results where the client takes them."""
    session = ls.session
    known = {previous.uri: previous.value for previous in params.previous_result_ids}
    await _look(session)
    state = await _state(session)
    if session.answered == (state, known):
        # Some clients request it every other second.
        return types.WorkspaceDiagnosticReport(
            [
                types.WorkspaceUnchangedDocumentDiagnosticReport(uri=uri, result_id=value, version=session.version(uri))
                for uri, value in known.items()
            ]
        )
    result_ids: dict[str, str] = {}
    reports: list[types.WorkspaceDocumentDiagnosticReport] = []
    sent = False

    def send_partial_result() -> None:
        nonlocal sent, reports
        if params.partial_result_token is not None and reports:
            kind = types.WorkspaceDiagnosticReportPartialResult if sent else types.WorkspaceDiagnosticReport
            part: Any = kind(reports)
            ls.progress(types.ProgressParams(params.partial_result_token, part))
            sent, reports = True, []

    for directory, within in session.opened().items() if session.options.workspace_diagnostics else ():
        async for file in in_slices(session, directory, within, check_file):
            if file.items or file.uri in known:
                result_ids[file.uri] = result_id(file.items)
            report = _workspace_report(file, known.pop(file.uri, None))
            if report is not None:
                reports.append(report)
            if len(reports) >= PARTIAL_RESULT_SIZE:
                send_partial_result()
    reports += [
        types.WorkspaceFullDocumentDiagnosticReport(uri=uri, items=[], version=session.version(uri)) for uri in known
    ]
    send_partial_result()
    session.answered = (state, result_ids) if await _state(session) == state else None
    return types.WorkspaceDiagnosticReport(reports)


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


def _workspace_report(file: FileDiagnostics, known: str | None) -> types.WorkspaceDocumentDiagnosticReport | None:
    """The report on a file whose diagnostics have the result id `known` at the client; None for one without any."""
    identity = result_id(file.items)
    if identity == known:
        return types.WorkspaceUnchangedDocumentDiagnosticReport(uri=file.uri, result_id=identity, version=file.version)
    if not file.items and known is None:
        return None
    return types.WorkspaceFullDocumentDiagnosticReport(
        uri=file.uri, items=file.items, version=file.version, result_id=identity
    )


HANDLERS = (
    (
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        pull,
        types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True, identifier="workflow-ls"),
    ),
    (types.WORKSPACE_DIAGNOSTIC, pull_workspace, None),
)
