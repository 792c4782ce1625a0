"""Work-done progress, and the user's way to stop a long command."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from lsprotocol import types

from workflow_ls.server.protocol.messages import work_done_token
from workflow_ls.server.server import WorkflowServer


class StoppedError(Exception):
    """The user stopped the command."""


class WorkDoneProgress:
    """The progress of one command; without a token, nothing is reported."""

    def __init__(self, ls: WorkflowServer, token: types.ProgressToken | None) -> None:
        self._ls = ls
        self._token = token

    def check(self) -> None:
        """Raise StoppedError if the user stopped the command."""
        if self._token is not None and self._ls.work_done_progress.tokens[self._token].cancelled():
            raise StoppedError

    def report(self, done: int, total: int) -> None:
        """Report the number of files done; raise StoppedError if the user stopped the command."""
        self.check()
        if self._token is not None:
            value = types.WorkDoneProgressReport(
                cancellable=True, message=f"{done} of {total} files", percentage=100 * done // max(total, 1)
            )
            self._ls.work_done_progress.report(self._token, value)


@asynccontextmanager
async def work_done_progress(ls: WorkflowServer, title: str) -> AsyncIterator[WorkDoneProgress]:
    """WorkDoneProgress under the token of the current command, or under a new one where the client shows progress."""
    token = work_done_token.get()
    if token is None and ls.session.client.progress:
        token = str(uuid.uuid4())
        await ls.work_done_progress.create_async(token)
    if token is None:
        yield WorkDoneProgress(ls, None)
        return
    ls.work_done_progress.begin(token, types.WorkDoneProgressBegin(title, cancellable=True, percentage=0))
    try:
        yield WorkDoneProgress(ls, token)
    finally:
        ls.work_done_progress.end(token, types.WorkDoneProgressEnd())
        # pygls keeps a token forever, and refuses one that it has.
        ls.work_done_progress.tokens.pop(token, None)
