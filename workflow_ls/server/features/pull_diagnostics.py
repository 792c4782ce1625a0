"""textDocument/diagnostic, for clients that pull diagnostics."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types

from workflow_ls.server.features.publish_diagnostics import check_others, refresh
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

    def job(snapshot: SessionSnapshot) -> tuple[list[types.Diagnostic], bool]:
        folder = snapshot.folder(directory)
        if not typed:
            look_unwatched(snapshot, folder)
        if snapshot.client.refreshes and folder.is_proof_ahead(path):
            return check_file(snapshot, folder, path, is_proved=False).items, False
        if not snapshot.client.watches:
            folder.findings_now(path)
        return check_file(snapshot, folder, path).items, True

    items, is_proved = await session.run(job)
    if not is_proved:
        session.start(_prove(ls, directory, path))
    check_others(ls, directory)
    identity = result_id(items)
    if identity == params.previous_result_id:
        return types.RelatedUnchangedDocumentDiagnosticReport(result_id=identity)
    return types.RelatedFullDocumentDiagnosticReport(items=items, result_id=identity)


async def _prove(ls: WorkflowServer, directory: Path, path: str) -> None:
    """Check a file whose diagnostics were answered without proof, and let the client pull them again."""
    await ls.session.run(lambda snapshot: snapshot.folder(directory).findings_of_text(path))
    refresh(ls)


HANDLERS = (
    (
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        pull,
        types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True, identifier="workflow-ls"),
    ),
)
