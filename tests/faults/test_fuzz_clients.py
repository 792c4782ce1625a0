"""Messages that nobody sends yet"""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.lsp_messages import NOTIFICATIONS, REQUESTS, TEXTS, Messages
from tests.server.places import uri, write
from tests.server.raw import PULL, PUSH, Message, RawClient
from tests.strategies import NIGHTLY
from workflow_ls.rules import CODES

LEGACY = "import { client } from '@shared/workflow/runtime/client';\n"
COMMANDS = tuple(f"workflow-ls.{name}" for name in ("fixFile", "fixWorkspace", "status", "showMapping", "unknown"))
SEEDS = range(200 if NIGHTLY else 8)
COUNT = 50  # messages of one client: in all some hundred, in a nightly run ten thousand
INTERNAL_ERROR = -32603
# These would not go on: the server would wait for an answer as long as the client takes.
ANSWERED = ("workspace/applyEdit", "window/showDocument")


class Fuzzer(RawClient):
    """A client that answers what `answers` makes: a result or an error, or nothing."""

    answers: Callable[[Message], Message | None]

    def wait_for(self, wanted: Callable[[Message], bool]) -> Message:
        while True:
            message = self.receive()
            if "method" in message and "id" in message:
                answer = self.answers(message)
                if answer is not None:
                    self.send({"jsonrpc": "2.0", "id": message["id"], **answer})
            if wanted(message):
                return message


def pools(root: Path) -> dict[str, tuple[str, ...]]:
    """The values of strings, by the end of the name of their property."""
    names = (
        "packages/a/src/a.ts",
        "packages/a/src",
        "packages/a/package.json",
        "workflow-ls.json",
        "gone/x.ts",
        "gone",
        "",
    )
    uris = (*(uri(root, name) for name in names), "untitled:1", "file:///", "", "git:/a?x", "file://[", "a b")
    return {
        "uri": uris,
        "path": (str(root), str(root / "gone"), "/", "", "packages"),
        "command": COMMANDS,
        "text": (LEGACY, LEGACY * 3, "", "{", "\ufeff" + LEGACY.replace("\n", "\r\n")),
        "settings": (*TEXTS, *CODES[:3], "workflow-ls", "rules", "off", "codeLens", "error"),
    }


@pytest.fixture
def probe(tmp_path: Path) -> str:
    """A document of a workspace of its own, which no generated message names."""
    folder = write(tmp_path / "probe", f"//- /workflow-ls.json\n{{}}\n//- /packages/a/probe.ts\n{LEGACY}")
    return uri(folder, "packages/a/probe.ts")


def shake_hands(client: Fuzzer, messages: Messages, base: Message) -> Message:
    """Initialize with what the client makes up, and capabilities of `base` so that much is in use."""
    made = messages.params("initialize")
    capabilities = {**made["capabilities"], **base}
    params = {**made, "capabilities": capabilities, "processId": random.choice((None, os.getpid()))}
    answer = client.request("initialize", params)
    assert answer["result"]["capabilities"]["hoverProvider"], json.dumps(params)
    client.notify("initialized", messages.params("initialized"))
    return params


def generated(randomness: random.Random, messages: Messages) -> Iterator[tuple[str, Any, bool]]:
    """Methods and parameters, and whether it is a request."""
    while True:
        is_request = randomness.random() < 0.5
        method = randomness.choice(REQUESTS if is_request else NOTIFICATIONS)
        yield method, messages.params(method), is_request


def unexpected(log: str) -> list[str]:
    """The exceptions in a log that are no refusals."""
    raised = re.findall(r"^(?:[\w.]+(?:Error|Exception)\b|.*FeatureNotificationError).*", log, re.MULTILINE)
    return [line for line in raised if not line.startswith("pygls.exceptions.JsonRpc")]


@pytest.mark.generative
@pytest.mark.parametrize("seed", SEEDS)
def test_legal_messages(tmp_path: Path, probe: str, seed: int) -> None:
    """Messages with unknown, missing and extreme values -> each is answered, as is a plain request after each."""
    randomness = random.Random(seed)
    root = write(tmp_path / "root", f"//- /workflow-ls.json\n{{}}\n//- /packages/a/src/a.ts\n{LEGACY}")
    messages = Messages(randomness, pools(root))

    def answer(asked: Message) -> Message | None:
        method, chance = asked["method"], randomness.random()
        if chance < 0.1 and method not in ANSWERED:
            return None
        return {"error": {"code": -32601, "message": "no"}} if chance < 0.3 else {"result": messages.result(method)}

    place = {"textDocument": {"uri": probe}, "position": {"line": 0, "character": 30}}
    client = Fuzzer()
    client.answers = answer
    with client:
        shake_hands(client, messages, randomness.choice(({}, PUSH, PULL)))
        client.open(probe, LEGACY)
        made = generated(randomness, messages)
        for number in range(COUNT):
            method, params, is_request = next(made)
            said = f"seed {seed}, message {number}: {method} {json.dumps(params)[:2_000]}"
            if is_request:
                code = client.request(method, params).get("error", {}).get("code")
                assert code != INTERNAL_ERROR, said
            else:
                client.notify(method, params)
            assert "client" in json.dumps(client.request("textDocument/hover", place)["result"]), said
            client.seen.clear()
        assert client.request("shutdown")["result"] is None
        client.notify("exit", None)
        assert client.ended() == 0
        client.drain_log()
        log = client.log.decode(errors="replace")
        assert unexpected(log) == [], f"seed {seed}:\n{log[-6_000:]}"
