"""The server class, which the features take as their first parameter."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from lsprotocol import types
from lsprotocol.converters import get_converter
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from workflow_ls import __version__
from workflow_ls.printable import visible
from workflow_ls.server.protocol.messages import Protocol
from workflow_ls.server.session.session import Session
from workflow_ls.server.session.workspace_folder import WorkspaceFolder
from workflow_ls.vfs.searching.git_grep import end_all

END_SECONDS = 1.0  # for the analysis to end, and the processes that it started
log = logging.getLogger(__name__)


class WorkflowServer(LanguageServer):
    """The language server, with its session."""

    protocol: Protocol

    def __init__(self, early: Mapping[Path, WorkspaceFolder] = MappingProxyType({})) -> None:
        """`early` are workspace folders that are open already, by their root directories."""
        # pygls's pool only reads standard input, which takes one thread; `Session` has the analysis thread.
        super().__init__(
            "workflow-ls",
            __version__,
            text_document_sync_kind=types.TextDocumentSyncKind.Incremental,
            protocol_cls=Protocol,
            converter_factory=get_converter,
            max_workers=4,
        )
        self.session = Session(early)
        self.over = threading.Event()  # set once the client is served
        self.loop: asyncio.AbstractEventLoop | None = None  # once the client is there
        self.readers: ThreadPoolExecutor | None = None  # in which pygls reads, where it is not its own pool

    @property
    def thread_pool(self) -> ThreadPoolExecutor:
        """The pool in which pygls reads its input."""
        return super().thread_pool if self.readers is None else self.readers

    def answers(self, seconds: float) -> bool:
        """Whether the loop does anything within some seconds, or has not begun.  Called on another thread."""
        if self.loop is None:
            return True
        answered = threading.Event()
        try:
            self.loop.call_soon_threadsafe(answered.set)
        except RuntimeError:  # it is closed
            return True
        return answered.wait(seconds)

    def end(self) -> NoReturn:
        """End this process at once, since its client has gone; another thread may hang, or be at work."""
        self.session.close()
        self.session.wait(END_SECONDS)
        end_all()
        os._exit(1)

    def window_show_message(self, params: types.ShowMessageParams) -> None:
        """Show a message, in which names of a workspace are no links: VS Code runs the commands of those."""
        lines = (visible(line).replace("](", "] (") for line in params.message.split("\n"))
        super().window_show_message(types.ShowMessageParams(params.type, "\n".join(lines)))

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log an error.  The client gets the errors of requests as their answers, so no message is shown."""
        log.error("%s: %s", getattr(source, "__name__", source), error)
        if source is JsonRpcException and isinstance(error, (ValueError, RecursionError)):
            self.protocol.refuse_unreadable(error)
