"""The second process of a large check: it gets the paths of files, and gives the facts of their texts.

It prints nothing, writes no file, and ends with its input.  What it can't say, the check finds itself.
"""

from __future__ import annotations

import gc
import os
from contextlib import suppress
from typing import Any

from workflow_ls.cli.beside.frames import Answer, Frames, Question, Shared, framed
from workflow_ls.kept.facts_file import tool_digest
from workflow_ls.project.kept_facts import KeptFacts
from workflow_ls.project.parsed_sources import ParsedSources
from workflow_ls.project.runtime.asked_facts import AskedFile, find_asked
from workflow_ls.vfs.git.git_process import read_plain

_MOST = 1 << 16  # bytes of a piece of the input
WORKSPACE = 0  # the number of what all questions share: the table, and the callees


def serve(reading: int, writing: int) -> None:
    """Answer what comes from one descriptor on the other, until there is no more."""
    gc.disable()
    frames, shared, store = Frames(), dict[int, Any](), _NewFacts()
    parsed = ParsedSources(kept=KeptFacts(store))
    _write(writing, framed(tool_digest()))
    while piece := os.read(reading, _MOST):
        for message in frames.of(piece):
            if isinstance(message, Shared):
                shared[message.number] = message.value
            elif isinstance(message, Question):
                # Whatever fails here fails in the check as well, which says so.
                with suppress(Exception):
                    _look_up(parsed, message, shared)
                _write(writing, framed(Answer(message.number, store.take())))


class _NewFacts:
    """What is found of one file; implements `FactsStore` of the core."""

    def __init__(self) -> None:
        self._found: list[tuple[bytes, bytes]] = []

    def take(self) -> tuple[tuple[bytes, bytes], ...]:
        """All that was found since the last time."""
        found, self._found = tuple(self._found), []
        return found

    def find(self, _key: bytes) -> bytes | None:
        """Nothing was kept: each text is looked at once."""
        return None

    def keep(self, key: bytes, data: bytes) -> None:
        """Take note of what was found."""
        self._found.append((key, data))


def _look_up(parsed: ParsedSources, question: Question, shared: dict[int, Any]) -> None:
    text = read_plain(os.fsdecode(question.place), question.size)
    if text is not None:
        table, callees = shared[WORKSPACE]
        asked = AskedFile(question.path, shared[question.aliases], question.keeps_types, question.is_moving)
        find_asked(parsed, asked, text, table, callees)


def _write(writing: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(writing, rest) :]
