"""The first message of a client, read before the library of the protocol is there, whose import takes longest."""

from __future__ import annotations

import json
import re
import select
from typing import Any, BinaryIO

from workflow_ls.regular_expressions import compile_on_use

_LENGTH = compile_on_use(rb"content-length[ \t]*:[ \t]*0*(\d{1,8})[ \t]*\r?\n\Z", re.IGNORECASE)
_LONGEST_HEADERS = 20  # lines


class FirstMessage:
    """The stream of a client: what was read of it ahead is there to be read again."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._ahead = b""

    def look(self) -> dict[str, Any] | None:
        """The first message, if it is there already; None where it is not, or is no JSON-RPC."""
        if not _has_input(self._stream):
            return None
        length = 0
        for _ in range(_LONGEST_HEADERS):
            line = self._stream.readline()
            self._ahead += line
            if found := _LENGTH.match(line):
                length = int(found[1])
            elif not line.strip():
                break
        body = self._stream.read(length) if length else b""
        self._ahead += body
        try:
            message = json.loads(body)
        except (ValueError, RecursionError):
            return None
        return message if isinstance(message, dict) and len(body) == length else None

    def readline(self) -> bytes:
        line, newline, rest = self._ahead.partition(b"\n")
        self._ahead = rest
        return line + newline if newline else line + self._stream.readline()

    def read(self, size: int, /) -> bytes:
        known, self._ahead = self._ahead[:size], self._ahead[size:]
        return known if len(known) == size else known + self._stream.read(size - len(known))


def _has_input(stream: BinaryIO) -> bool:
    if not hasattr(select, "poll"):
        return False
    poll = select.poll()
    poll.register(stream.fileno(), select.POLLIN)
    return any(events & select.POLLIN for _, events in poll.poll(0))
