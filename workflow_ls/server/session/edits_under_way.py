"""The edits that a client applies at the moment, and the checks and publications that are put off until they end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class EditsUnderWay:
    """Whether a client applies edits, and what is to be checked and published once it does no longer.

    Owned by the loop's thread.
    """

    def __init__(self) -> None:
        """None is under way."""
        self._edits: set[object] = set()
        self._ended = asyncio.Event()
        self._ended.set()
        self.publications: dict[str, Callable[[], None]] = {}  # the last one of each URI
        self.documents: set[str] = set()  # the URIs of those that changed, and are not checked yet

    def __bool__(self) -> bool:
        """Whether one is under way."""
        return bool(self._edits)

    def begin(self) -> object:
        """One begins; returns a token for `end`."""
        edit = object()
        self._edits.add(edit)
        self._ended.clear()
        return edit

    def end(self, edit: object) -> bool:
        """One ended; returns whether it was the last.  Ends that are reported twice count once."""
        if edit not in self._edits:
            return False
        self._edits.discard(edit)
        if not self._edits:
            self._ended.set()
        return not self._edits

    async def wait(self) -> None:
        """Wait until none is under way."""
        await self._ended.wait()
