"""textDocument/diagnostic, for clients that pull diagnostics."""

from __future__ import annotations

from lsprotocol import types

from workflow_ls.server.features.publish_diagnostics import check_others
from workflow_ls.server.file_diagnostics import check_file, look_unwatched, result_id
from workflow_ls.server.server import WorkflowServer
from workflow_ls.server.session.snapshot import SessionSnapshot
from workflow_ls.server.unsaved.unsaved_view import unsaved_diagnostics


async def pull(ls: WorkflowServer, params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
    """The findings of a document; "unchanged" if the client has them already."""
    session, location = ls.session, ls.session.locate(params.text_document.uri)
    if location is None:
        items = await unsaved_diagnostics(session, params.text_document.uri)
        return types.RelatedFullDocumentDiagnosticReport(items=items)
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


HANDLERS = (
    (
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        pull,
        types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True, identifier="workflow-ls"),
    ),
)
