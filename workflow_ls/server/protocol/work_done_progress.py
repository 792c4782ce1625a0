"""Work-done progress, and the user's way to stop a long command."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from workflow_ls.server.protocol.messages import work_done_token
from workflow_ls.server.server import WorkflowServer

T = TypeVar("T")
log = logging.getLogger(__name__)
CREATE_SECONDS = 1.0  # to wait for the client's answer


class StoppedError(Exception):
    """The user stopped the command."""


class WorkDoneProgress:
    """The progress of one command; without a token, nothing is reported."""

    def __init__(self, ls: WorkflowServer, token: types.ProgressToken | None) -> None:
        self._ls = ls
        self._token = token
        self._part = 0.0

    def check(self) -> None:
        """Raise StoppedError if the user stopped the command."""
        if self._token is not None and self._ls.work_done_progress.tokens[self._token].cancelled():
            raise StoppedError

    async def until_stopped(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of some work; raise StoppedError, and cancel the work, as soon as the user stops the command."""
        task = asyncio.ensure_future(work)
        if self._token is not None:
            self._ls.work_done_progress.tokens[self._token].add_done_callback(lambda _: task.cancel())
        try:
            return await task
        except asyncio.CancelledError:
            self.check()
            raise

    def report(self, done: int, total: int) -> None:
        """Report the number of files done; raise StoppedError if the user stopped the command.

        What is done anew, since the files changed meanwhile, is not reported until it gets as far as before.
        """
        self.check()
        part = done / max(total, 1)
        if self._token is not None and part >= self._part:
            self._part = part
            value = types.WorkDoneProgressReport(
                cancellable=True, message=f"{done} of {total} files", percentage=int(100 * part)
            )
            self._ls.work_done_progress.report(self._token, value)


@asynccontextmanager
async def work_done_progress(ls: WorkflowServer, title: str) -> AsyncIterator[WorkDoneProgress]:
    """WorkDoneProgress under the token of the current command, or under a new one where the client shows progress.

    Commands may share a token: it begins with the first of them, and ends with the last.
    """
    token = work_done_token.get()
    if token is None and ls.session.client.progress:
        token = await _created(ls)
    if token is None:
        yield WorkDoneProgress(ls, None)
        return
    users = ls.session.progress_users
    users[token] += 1
    if users[token] == 1:
        ls.work_done_progress.begin(token, types.WorkDoneProgressBegin(title, cancellable=True, percentage=0))
    try:
        yield WorkDoneProgress(ls, token)
    finally:
        users[token] -= 1
        if not users[token]:
            del users[token]
            ls.work_done_progress.end(token, types.WorkDoneProgressEnd())
            # pygls keeps a token forever, and refuses one that it has.
            ls.work_done_progress.tokens.pop(token, None)


async def _created(ls: WorkflowServer) -> types.ProgressToken | None:
    """A new token that the client agrees to; None where it refuses one, or does not answer in time."""
    session, token = ls.session, str(uuid.uuid4())
    if session.progress_request is not None and not session.progress_request.done():
        return None  # to a client that has not answered yet, each command would wait anew
    request = session.progress_request = asyncio.ensure_future(_create(ls, token))
    # Not `wait_for`, which would take the request back: its answer may come later.
    await asyncio.wait([request], timeout=CREATE_SECONDS)
    if not request.done():
        log.warning("the client did not answer window/workDoneProgress/create; the command shows no progress")
        return None
    return token if request.result() else None


async def _create(ls: WorkflowServer, token: types.ProgressToken) -> bool:
    """Whether the client agrees to a token."""
    try:
        await ls.work_done_progress.create_async(token)
    except JsonRpcException as error:
        log.warning("the client refused window/workDoneProgress/create; the command shows no progress: %s", error)
        return False
    return True
