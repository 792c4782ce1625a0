"""Work-done progress: told where the client shows it, and a way for the user to stop what is under way."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from lsprotocol import types

from workflow_ls.server.protocol import work_done_token
from workflow_ls.server.server import WorkflowServer


class StoppedError(Exception):
    """The user stopped the work."""


class Progress:
    """The progress of one piece of work; without a token, nobody hears of it."""

    def __init__(self, ls: WorkflowServer, token: types.ProgressToken | None) -> None:
        self._ls = ls
        self._token = token

    def check(self) -> None:
        """Raise StoppedError if the user stopped the work."""
        if self._token is not None and self._ls.work_done_progress.tokens[self._token].cancelled():
            raise StoppedError

    def report(self, done: int, total: int) -> None:
        """Tell how many files are done, and raise StoppedError if the user stopped the work."""
        self.check()
        if self._token is not None:
            value = types.WorkDoneProgressReport(
                cancellable=True, message=f"{done} of {total} files", percentage=100 * done // max(total, 1)
            )
            self._ls.work_done_progress.report(self._token, value)


@asynccontextmanager
async def progress(ls: WorkflowServer, title: str) -> AsyncIterator[Progress]:
    """Progress under the token of the command at hand, or under one of the server's own."""
    token = work_done_token.get()
    if token is None and ls.session.client.progress:
        token = str(uuid.uuid4())
        await ls.work_done_progress.create_async(token)
    if token is None:
        yield Progress(ls, None)
        return
    ls.work_done_progress.begin(token, types.WorkDoneProgressBegin(title, cancellable=True, percentage=0))
    try:
        yield Progress(ls, token)
    finally:
        ls.work_done_progress.end(token, types.WorkDoneProgressEnd())
        # pygls never lets go of a token, and refuses to see one twice.
        ls.work_done_progress.tokens.pop(token, None)
