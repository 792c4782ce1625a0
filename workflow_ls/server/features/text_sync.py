"""didOpen, didChange, didClose: the documents, and what follows from a change of one."""

from __future__ import annotations

from lsprotocol import types

from workflow_ls.server.features.diagnostics import document_closed, documents_changed
from workflow_ls.server.server import WorkflowServer


def did_open(ls: WorkflowServer, params: types.DidOpenTextDocumentParams) -> None:
    """Keep the text."""
    if ls.session.open(params.text_document) is not None:
        documents_changed(ls, params.text_document.uri)


def did_change(ls: WorkflowServer, params: types.DidChangeTextDocumentParams) -> None:
    """Follow the edits."""
    document = params.text_document
    if ls.session.change(document.uri, document.version, params.content_changes) is not None:
        documents_changed(ls, document.uri)


def did_close(ls: WorkflowServer, params: types.DidCloseTextDocumentParams) -> None:
    """Let the disk count again."""
    if ls.session.close_document(params.text_document.uri):
        document_closed(ls, params.text_document.uri)


HANDLERS = (
    (types.TEXT_DOCUMENT_DID_OPEN, did_open, None),
    (types.TEXT_DOCUMENT_DID_CHANGE, did_change, None),
    (types.TEXT_DOCUMENT_DID_CLOSE, did_close, None),
)
