"""The wire: what pygls does with messages, made safe against clients that send something unexpected.

Documents and folders are this server's own (`session.py`), so pygls keeps none.  A request is answered exactly once,
whatever it holds; a nested object with a "jsonrpc" key stays data; diagnostics of other servers, which a client passes
along in a code action, may hold anything.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Callable, Generator
from concurrent.futures import Future
from contextvars import ContextVar
from typing import Any

from lsprotocol import types
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcMethodNotFound,
    JsonRpcParseError,
    JsonRpcServerNotInitialized,
)
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.language_server import lsp_method

log = logging.getLogger(__name__)

work_done_token: ContextVar[types.ProgressToken | None] = ContextVar("work_done_token", default=None)
"""The token under which the client of the command at hand wants to hear of its progress."""


class Protocol(LanguageServerProtocol):
    """The protocol of this server."""

    @property
    def was_shut_down(self) -> bool:
        """Whether the client asked for the end, which makes `exit` a success (LSP 3.17, exit)."""
        return self._shutdown

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Leave parsed JSON as it is: this is called for every object of a message, the innermost first."""
        return data

    def refuse_unreadable(self, error: Exception) -> None:
        """Answer what is no JSON, and has no id that could be told (JSON-RPC 2.0, section 5)."""
        self._refuse(None, JsonRpcParseError(f"the message is no JSON: {error}"))

    def handle_message(self, message: Any) -> None:
        """Read one message and hand it on; what can't be read is logged, and answered if it asks for an answer."""
        if not isinstance(message, dict) or message.get("jsonrpc") != self.VERSION:
            log.warning("ignored what is no JSON-RPC 2.0 message")
            self._refuse(_id_of(message), JsonRpcInvalidRequest("this is no JSON-RPC 2.0 message"))
            return
        method, is_request = message.get("method"), "method" in message and message.get("id") is not None
        refusal = self._refusal(method) if "method" in message else None
        if refusal is not None:
            # What starts with `$/` may be ignored by anyone (LSP 3.17, base protocol).
            optional = isinstance(method, str) and method.startswith("$/")
            log.log(logging.DEBUG if optional else logging.WARNING, "ignored %r: %s", method, refusal)
            if is_request:
                self._refuse(_id_of(message), refusal)
            return
        try:
            structured = super().structure_message(_tolerant(message))
        except JsonRpcException as error:
            log.warning("a message of %r can't be read: %s", method, error.__cause__ or error)
            if is_request:
                self._refuse(_id_of(message), JsonRpcInvalidParams(f"the parameters of {method!r} can't be read"))
            elif "method" not in message:
                self._fail(message.get("id"), error)
            return
        super().handle_message(structured)

    def _refusal(self, method: object) -> JsonRpcException | None:
        """Why a message is not for this moment (LSP 3.17, Server lifecycle)."""
        if not isinstance(method, str):
            return JsonRpcInvalidRequest("a method is a string")
        if method == types.EXIT:
            return None
        if self._shutdown:
            return JsonRpcInvalidRequest("the server is shutting down")
        if self._workspace is None and method != types.INITIALIZE:
            return JsonRpcServerNotInitialized("the server is not initialized")
        if self._workspace is not None and method == types.INITIALIZE:
            return JsonRpcInvalidRequest("the server is initialized already")
        known = method in self.fm.builtin_features or method in self.fm.features or method == types.CANCEL_REQUEST
        return None if known else JsonRpcMethodNotFound(f"there is no method {method!r}")

    def _refuse(self, identity: int | str | None, error: JsonRpcException) -> None:
        # As plain data, since lsprotocol leaves an id of null out.
        self._send_data(
            {"jsonrpc": self.VERSION, "id": identity, "error": {"code": error.code, "message": error.message}}
        )

    def _fail(self, identity: Any, error: JsonRpcException) -> None:
        """End the wait for an answer that can't be read."""
        waiting = self._request_futures.pop(identity, None) if isinstance(identity, (str, int)) else None
        if waiting is not None and not waiting.done():
            waiting.set_exception(error)

    def _execute_handler(
        self,
        msg_id: str | int,
        handler: Callable[..., Any],
        callback: Callable[[Future[Any]], None],
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        """Run a handler; unlike pygls, forget it when it is done, also where it answers a notification."""

        def done(future: Future[Any]) -> None:
            if self._request_futures.get(msg_id) is future:
                del self._request_futures[msg_id]
            callback(future)

        super()._execute_handler(msg_id, handler, done, args, kwargs)

    def _run_generator(
        self, future: Future[Any] | None, *, gen: Generator[Any, Any, Any], result_future: Future[Any]
    ) -> None:
        """Go on with a handler in parts; unlike pygls, take the cancelling of one part for that of the whole."""
        if future is not None and future.cancelled():
            gen.close()
            result_future.cancel()
            return
        super()._run_generator(future, gen=gen, result_future=result_future)

    @lsp_method(types.SHUTDOWN)
    async def lsp_shutdown(self, *args: Any) -> None:  # type: ignore[override]  # pygls awaits it as well
        """Cancel what is under way, so that it is answered before this is, and let the feature close the session."""
        self._shutdown = True
        waiting: list[object] = [*self._request_futures.values()]
        current = asyncio.current_task()
        running = [task for task in waiting if isinstance(task, asyncio.Task) and task is not current]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self.fm.features[types.SHUTDOWN](*args)

    @lsp_method(types.WORKSPACE_EXECUTE_COMMAND)
    async def lsp_workspace__execute_command(  # type: ignore[override]  # as above
        self, params: types.ExecuteCommandParams
    ) -> Any:
        """Run a command; as this is one task with it, cancelling the request cancels the command."""
        command = self.fm.commands.get(params.command)
        if command is None:
            raise JsonRpcInvalidParams(f"there is no command {params.command!r}")
        arguments = params.arguments or ()
        try:
            inspect.signature(command).bind(*arguments)
        except TypeError as error:
            raise JsonRpcInvalidParams(f"{params.command}: {error}") from error
        work_done_token.set(params.work_done_token)
        result = command(*arguments)
        return await result if inspect.isawaitable(result) else result

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        """Hand on to the feature."""
        self.fm.features[types.TEXT_DOCUMENT_DID_OPEN](params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        """Hand on to the feature."""
        self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE](params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        """Hand on to the feature."""
        self.fm.features[types.TEXT_DOCUMENT_DID_CLOSE](params)

    @lsp_method(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def lsp_workspace__did_change_workspace_folders(self, params: types.DidChangeWorkspaceFoldersParams) -> None:
        """Hand on to the feature."""
        self.fm.features[types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS](params)


def _id_of(message: Any) -> int | str | None:
    """The id that an answer needs; None where there is none that JSON-RPC allows."""
    identity = message.get("id") if isinstance(message, dict) else None
    return identity if isinstance(identity, (int, str)) and not isinstance(identity, bool) else None


def _tolerant(message: dict[str, Any]) -> dict[str, Any]:
    """The message without what some clients add to it, and LSP does not know.

    A response has a result or an error, also where the other one is there and null; a code action comes with
    diagnostics of other servers, whose severities and tags may be anything.
    """
    if "method" not in message and "result" in message and message.get("error") is None:
        return {key: value for key, value in message.items() if key != "error"}
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
