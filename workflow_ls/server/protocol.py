"""The wire: what pygls does with messages, made safe against clients that send something unexpected.

Documents are this server's own (`documents.py`), so pygls keeps none.  A request that can't be read is answered with
an error, never left open; a nested object with a "jsonrpc" key stays data; diagnostics of other servers, which a
client passes along in a code action, may hold anything.
"""

from __future__ import annotations

import logging
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidRequest
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.language_server import lsp_method

log = logging.getLogger(__name__)


class Protocol(LanguageServerProtocol):
    """The protocol of this server."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Leave parsed JSON as it is: this is called for every object of a message, the innermost first."""
        return data

    def handle_message(self, message: Any) -> None:
        """Read one message and hand it on; what can't be read is logged, and answered if it asks for an answer."""
        if not isinstance(message, dict) or message.get("jsonrpc") != self.VERSION:
            log.warning("ignored what is no JSON-RPC 2.0 message")
            return
        if self._shutdown and "id" in message and "method" in message:
            error = JsonRpcInvalidRequest("the server is shutting down")
            self._send_response(message["id"], error=error.to_response_error())
            return
        try:
            structured = super().structure_message(_tolerant(message))
        except JsonRpcException as error:
            log.warning("a message of %r can't be read: %s", message.get("method"), error)
            if "id" in message and "method" in message:
                self._send_response(message["id"], error=error.to_response_error())
            return
        super().handle_message(structured)

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> Any:
        """Hand on to the feature."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> Any:
        """Hand on to the feature."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> Any:
        """Hand on to the feature."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CLOSE], (params,), None


def _tolerant(message: dict[str, Any]) -> dict[str, Any]:
    """The message, without the parts of other servers' diagnostics that LSP does not know."""
    params = message.get("params")
    context = params.get("context") if isinstance(params, dict) else None
    passed = context.get("diagnostics") if isinstance(context, dict) else None
    if not isinstance(params, dict) or not isinstance(context, dict) or not isinstance(passed, list):
        return message
    kept = [_own_parts(diagnostic) for diagnostic in passed if isinstance(diagnostic, dict)]
    return {**message, "params": {**params, "context": {**context, "diagnostics": kept}}}


def _own_parts(diagnostic: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {key: diagnostic[key] for key in ("range", "code", "source", "data") if key in diagnostic}
    message = diagnostic.get("message")
    return {**kept, "message": message if isinstance(message, str) else ""}
