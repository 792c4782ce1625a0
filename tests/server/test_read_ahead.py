"""A message is read as a whole with its first header: pygls gets the same bodies as by reading line by line."""

from __future__ import annotations

import json
import threading
from io import BytesIO
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from pygls.io_ import run

from tests.strategies import examples
from workflow_ls.server.protocol.stdio import _Input, _Readers

BODIES = (b"{}", b'{"a": "\r\n\r\n"}', b'{"b": "Content-Length: 2\\r\\n"}')
MESSAGES = tuple(b"Content-Length: %d\r\n\r\n%b" % (len(body), body) for body in BODIES)
PIECES = (
    *MESSAGES,
    b"Content-Length: 2\r\n",
    b"content-length:0002\n",
    b"Content-Length: 0\r\n",
    b"Content-Length: 99999999999\r\n",
    b"Content-Type: x\r\n",
    b"\r\n",
    b"{}",
    b"{",
)


class LineByLine(_Input):
    """What reads nothing ahead."""

    readline = _Input._line

    def read(self, size: int) -> bytes:
        return self._stream.read(size)


class Collecting:
    """Stands for pygls's protocol."""

    def __init__(self) -> None:
        self.messages: list[Any] = []

    def structure_message(self, data: dict[str, Any]) -> str:
        return json.dumps(data)

    def handle_message(self, message: str) -> None:
        self.messages.append(message)


def messages_of(input_: _Input) -> list[Any]:
    protocol, failures = Collecting(), list[str]()
    run(threading.Event(), input_, protocol, None, lambda error, _: failures.append(str(error)))  # type: ignore[arg-type]
    return [protocol.messages, failures]


@settings(max_examples=examples(400))
@given(st.lists(st.sampled_from(PIECES), max_size=8).map(b"".join))
@example(b"".join(MESSAGES))
@example(b"Content-Length: 2\r\nContent-Length: 9\r\n\r\n{}" + MESSAGES[0])
def test_the_same_messages(data: bytes) -> None:
    assert messages_of(_Input(BytesIO(data))) == messages_of(LineByLine(BytesIO(data)))


def test_only_the_first_header_is_read_in_a_thread() -> None:
    input_, threads = _Input(BytesIO(b"".join(MESSAGES[:2]))), list[str]()

    class Pool:
        def submit(self, work: Any) -> str:
            threads.append(work.__name__)
            return "a future"

    readers = _Readers(input_, Pool())  # type: ignore[arg-type]
    for body in BODIES[:2]:
        readers.submit(input_.readline)
        input_.readline()
        assert readers.submit(input_.readline).result() == b"\r\n"
        assert readers.submit(input_.read, len(body)).result() == body
    assert threads == ["readline", "readline"]
