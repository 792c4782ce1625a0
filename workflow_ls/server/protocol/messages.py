"""pygls's protocol, made safe against clients that send unexpected messages.

`session.py` keeps the documents and folders, so pygls keeps none.  Each request is answered exactly once, whatever it
contains; a nested object with a "jsonrpc" key stays data; the diagnostics of other servers, which a client passes along
in a code action, may contain anything.

This module is the only one that uses private names of pygls, whose public API (2.1.1) has no equivalent for these:

- `_shutdown`: `exit` takes its exit code from it, and `lsp_shutdown` is replaced here.
- `_send_data`: sends an error with the id null, which the types of lsprotocol leave out.
- `_converter`, `_result_types`: to structure messages by itself, since pygls rejects each one with an unknown value.
- `_request_futures`: the unanswered requests, to fail one whose answer is invalid, to cancel all at shutdown, and to
  drop the handlers of notifications, which pygls keeps forever.
- `_execute_handler`: for the same reason, since it knows when a handler is done.
- `_run_generator`: pygls raises in the loop's callback where a part of a handler is cancelled.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Callable, Generator
from concurrent.futures import Future
from contextvars import ContextVar
from functools import partial
from typing import Any

from attrs import evolve
from cattrs import Converter
from lsprotocol import types
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcMethodNotFound,
    JsonRpcParseError,
    JsonRpcServerNotInitialized,
)
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method
from pygls.protocol.json_rpc import JsonRPCNotification, JsonRPCResponseMessage

from workflow_ls.server.protocol.structuring import MisfitError, structure

log = logging.getLogger(__name__)
_MOST_TOLD = 200  # values to log; more of them would say nothing new about the client

work_done_token: ContextVar[types.ProgressToken | None] = ContextVar("work_done_token", default=None)
"""The token of the client for the progress of the current command."""


class Protocol(LanguageServerProtocol):
    """The protocol of this server."""

    def __init__(self, server: LanguageServer, converter: Converter) -> None:
        super().__init__(server, converter)
        self._logged = set[tuple[str, str]]()

    @property
    def was_shut_down(self) -> bool:
        """Whether the client requested the shutdown, which makes `exit` a success (LSP 3.17, exit)."""
        return self._shutdown

    @property
    def is_initialized(self) -> bool:
        """Whether the client sent `initialize`."""
        try:
            return self.workspace is not None
        except RuntimeError:
            return False

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Keep parsed JSON as it is: pygls calls this for every object in a message, the innermost first."""
        return data

    def refuse_unreadable(self, error: Exception) -> None:
        """Answer a message that is not JSON, and so has no known id (JSON-RPC 2.0, section 5)."""
        self._refuse(None, JsonRpcParseError(f"the message is not JSON: {error}"))

    def handle_message(self, message: Any) -> None:
        """Handle one message; an invalid one is logged, and answered with an error where it is a request."""
        if not isinstance(message, dict) or message.get("jsonrpc") != self.VERSION:
            log.warning("ignored a message that is not JSON-RPC 2.0")
            self._refuse(_id_of(message), JsonRpcInvalidRequest("the message is not JSON-RPC 2.0"))
            return
        method, is_request = message.get("method"), "method" in message and message.get("id") is not None
        refusal = self._refusal(method) if "method" in message else None
        if refusal is not None:
            # A method that starts with `$/` is optional (LSP 3.17, base protocol).
            optional = isinstance(method, str) and method.startswith("$/")
            log.log(logging.DEBUG if optional else logging.WARNING, "ignored %r: %s", method, refusal)
            if is_request:
                self._refuse(_id_of(message), refusal)
            return
        if "method" not in message and not self._is_awaited(message.get("id")):
            log.debug("ignored an answer that no request expects")
            return
        log_value = partial(self._log_value, "an answer" if method is None else method)
        try:
            structured = structure(self._converter, _tolerant(message), self._type_of(message), log_value)
            if isinstance(structured, types.ResponseErrorMessage) and structured.error is None:
                raise MisfitError("error")
        except MisfitError as error:
            log.warning("ignored an invalid message of %r: `%s` is missing or invalid", method, error)
            invalid = JsonRpcInvalidParams(f"invalid parameters for {method!r}: `{error}` is missing or invalid")
            if is_request:
                self._refuse(_id_of(message), invalid)
            elif "method" not in message:
                self._fail(message.get("id"), invalid)
            return
        super().handle_message(structured)

    def _is_awaited(self, identity: object) -> bool:
        """Whether a request expects an answer: not one that was cancelled meanwhile."""
        waiting: object = self._request_futures.get(identity) if isinstance(identity, (str, int)) else None
        return isinstance(waiting, Future) and not waiting.done()

    def _type_of(self, message: dict[str, Any]) -> Any:
        """The type of a message; that of an answer follows from its request, and is known only once."""
        if "method" in message:
            return self.get_message_type(message["method"]) or JsonRPCNotification
        identity = message.get("id")
        answer = self._result_types.pop(identity, None) if isinstance(identity, (str, int)) else None
        return types.ResponseErrorMessage if "error" in message else answer or JsonRPCResponseMessage

    def _log_value(self, source: str, place: str, value: object) -> None:
        """Log a value that this server does not know, once for each place."""
        if (source, place) not in self._logged and len(self._logged) < _MOST_TOLD:
            self._logged.add((source, place))
            log.warning("%s: ignored `%s`, since %.200r is unknown or invalid", source, place, value)

    def _refusal(self, method: object) -> JsonRpcException | None:
        """The error for a method that is unknown, or not allowed now (LSP 3.17, Server lifecycle), else None."""
        if not isinstance(method, str):
            return JsonRpcInvalidRequest("the method must be a string")
        if method == types.EXIT:
            return None
        if self.was_shut_down:
            return JsonRpcInvalidRequest("the server is shutting down")
        if not self.is_initialized and method != types.INITIALIZE:
            return JsonRpcServerNotInitialized("the server is not initialized")
        if self.is_initialized and method == types.INITIALIZE:
            return JsonRpcInvalidRequest("the server is already initialized")
        # pygls would keep notebooks, which this server has no use for.
        is_builtin = method in self.fm.builtin_features and not method.startswith("notebookDocument/")
        known = is_builtin or method in self.fm.features or method == types.CANCEL_REQUEST
        return None if known else JsonRpcMethodNotFound(f"unknown method {method!r}")

    def _refuse(self, identity: int | str | None, error: JsonRpcException) -> None:
        # As plain data, since lsprotocol omits an id that is null.
        self._send_data(
            {"jsonrpc": self.VERSION, "id": identity, "error": {"code": error.code, "message": error.message}}
        )

    def _fail(self, identity: Any, error: JsonRpcException) -> None:
        """Fail the request whose answer is invalid."""
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
        """Run a handler; unlike pygls, drop it when it is done, also the handler of a notification."""

        def done(future: Future[Any]) -> None:
            if self._request_futures.get(msg_id) is future:
                del self._request_futures[msg_id]
            callback(future)

        super()._execute_handler(msg_id, handler, done, args, kwargs)

    def _run_generator(
        self, future: Future[Any] | None, *, gen: Generator[Any, Any, Any], result_future: Future[Any]
    ) -> None:
        """Continue a handler that runs in parts; unlike pygls, cancel all of it when a part is cancelled."""
        if future is not None and future.cancelled():
            gen.close()
            result_future.cancel()
            return
        super()._run_generator(future, gen=gen, result_future=result_future)

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        """Initialize; pygls would raise for a `rootUri` that can't be parsed, and uses it for nothing here.

        An encoding may be any string, so that lsprotocol takes any value for one, and pygls looks it up.
        """
        general = params.capabilities.general or types.GeneralClientCapabilities()
        params.capabilities.general = general
        if general.position_encodings is not None:
            general.position_encodings = [name for name in general.position_encodings if isinstance(name, str)]
        elif (encoding := _encoding_in(params.initialization_options)) is not None:
            general.position_encodings = [encoding]
        known = evolve(params, root_uri=None, root_path=None, workspace_folders=None)
        steps = super().lsp_initialize(known)
        handler, _, keywords = next(steps)
        yield handler, (params,), keywords
        return (yield from steps)

    @lsp_method(types.SHUTDOWN)
    async def lsp_shutdown(self, *args: Any) -> None:  # type: ignore[override]  # pygls awaits it as well
        """Cancel the running requests, which are answered before this one, and call the feature."""
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
        """Run a command, in the task of the request, so that cancelling the request cancels the command."""
        command = self.fm.commands.get(params.command)
        if command is None:
            raise JsonRpcInvalidParams(f"unknown command {params.command!r}")
        arguments = params.arguments or ()
        try:
            inspect.signature(command).bind(*arguments)
        except TypeError as error:
            raise JsonRpcInvalidParams(f"{params.command}: {error}") from error
        token: object = params.work_done_token
        work_done_token.set(token if isinstance(token, (int, str)) else None)
        result = command(*arguments)
        return await result if inspect.isawaitable(result) else result

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        """Call the feature; pygls would keep the document or folder as well."""
        self.fm.features[types.TEXT_DOCUMENT_DID_OPEN](params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        """Call the feature; pygls would keep the document or folder as well."""
        self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE](params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        """Call the feature; pygls would keep the document or folder as well."""
        self.fm.features[types.TEXT_DOCUMENT_DID_CLOSE](params)

    @lsp_method(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def lsp_workspace__did_change_workspace_folders(self, params: types.DidChangeWorkspaceFoldersParams) -> None:
        """Call the feature; pygls would keep the document or folder as well."""
        self.fm.features[types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS](params)


def _encoding_in(options: object) -> str | None:
    """The `positionEncoding` of the initialization options, for clients that can't have it in their capabilities."""
    wanted = options.get("positionEncoding") if isinstance(options, dict) else None
    if wanted is None or wanted in tuple(types.PositionEncodingKind):
        return wanted
    log.warning("option `positionEncoding`: ignored %.200r. Use utf-8, utf-16 or utf-32.", wanted)
    return None


def _id_of(message: Any) -> int | str | None:
    """The id for the answer; None where the message has none that JSON-RPC allows."""
    identity = message.get("id") if isinstance(message, dict) else None
    return identity if isinstance(identity, (int, str)) and not isinstance(identity, bool) else None


def _tolerant(message: dict[str, Any]) -> dict[str, Any]:
    """The message without additions of some clients that LSP does not allow.

    A response has a result or an error, and the other one may be null; the diagnostics of other servers in a code
    action may have any severities and tags.
    """
    if "method" not in message and "result" in message and message.get("error") is None:
        return {key: value for key, value in message.items() if key != "error"}
    params = message.get("params")
    context = params.get("context") if isinstance(params, dict) else None
    diagnostics = context.get("diagnostics") if isinstance(context, dict) else None
    if not isinstance(params, dict) or not isinstance(context, dict) or not isinstance(diagnostics, list):
        return message
    kept = [_known_parts(diagnostic) for diagnostic in diagnostics if isinstance(diagnostic, dict)]
    return {**message, "params": {**params, "context": {**context, "diagnostics": kept}}}


def _known_parts(diagnostic: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {key: diagnostic[key] for key in ("range", "code", "source", "data") if key in diagnostic}
    message = diagnostic.get("message")
    return {**kept, "message": message if isinstance(message, str) else ""}
