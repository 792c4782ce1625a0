"""didOpen, didChange, didSave, didClose: the open documents, and the diagnostics that a change of one requires."""

from __future__ import annotations

from lsprotocol import types

from workflow_ls.server.features.publish_diagnostics import (
    check_others,
    document_changed,
    document_closed,
    unsaved_changed,
    unsaved_closed,
)
from workflow_ls.server.folder_messages import show_root
from workflow_ls.server.server import WorkflowServer


def did_open(ls: WorkflowServer, params: types.DidOpenTextDocumentParams) -> None:
    """Store the document."""
    document = ls.session.open(params.text_document)
    if document is None:
        unsaved_changed(ls, ls.session.unsaved.open(params.text_document))
    else:
        document_changed(ls, document, looks=True)
        location = ls.session.locate(document.uri)
        if location is not None:
            show_root(ls, location.directory)


def did_change(ls: WorkflowServer, params: types.DidChangeTextDocumentParams) -> None:
    """Apply the edits to the document."""
    uri, version = params.text_document.uri, params.text_document.version
    if ls.session.unsaved.get(uri) is not None:
        unsaved_changed(ls, ls.session.unsaved.change(uri, version, params.content_changes, ls.session.encoding))
        return
    document = ls.session.change(uri, version, params.content_changes)
    if document is not None:
        document_changed(ls, document)


def did_close(ls: WorkflowServer, params: types.DidCloseTextDocumentParams) -> None:
    """Forget the document, so that the file on disk counts."""
    if ls.session.unsaved.close(params.text_document.uri):
        unsaved_closed(ls, params.text_document.uri)
    elif ls.session.close_document(params.text_document.uri):
        document_closed(ls, params.text_document.uri)


def did_save(ls: WorkflowServer, params: types.DidSaveTextDocumentParams) -> None:
    """Look at the files on disk, where the client watches none: what saves one may write others."""
    location = ls.session.locate(params.text_document.uri)
    if location is not None and not ls.session.client.watches:
        check_others(ls, location.directory)


HANDLERS = (
    (types.TEXT_DOCUMENT_DID_OPEN, did_open, None),
    (types.TEXT_DOCUMENT_DID_CHANGE, did_change, None),
    (types.TEXT_DOCUMENT_DID_CLOSE, did_close, None),
    (types.TEXT_DOCUMENT_DID_SAVE, did_save, types.SaveOptions(include_text=False)),
)
