"""The language server and its client"""

from __future__ import annotations

import contextlib
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.checks import open_project
from tests.server.places import uri, write
from tests.server.processes import spawn
from tests.server.raw import PATIENCE, PULL, PUSH, Message, RawClient, framed, read_message
from tests.strategies import many
from workflow_ls.analysis import Analysis
from workflow_ls.proof import joined_fixes as joining
from workflow_ls.proof.joined_fixes import FixOptions, joined_fixes
from workflow_ls.text import overlap

LEGACY = "import { client } from '@shared/workflow/runtime/client';\n"
FILE = "packages/a/src/a.ts"
MANY = many(6_000)
EDITS, SWITCHED = many(600), many(1_200)
needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path)


@pytest.fixture
def client(root: Path) -> Iterator[RawClient]:
    with RawClient(spawn()) as raw:
        raw.initialize(PULL, root)
        yield raw


def memory(client: RawClient) -> float:
    """What the server's process holds, in megabytes."""
    status = Path(f"/proc/{client.process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1000


def at(line: int, end: int | None = None) -> Message:
    return {"start": {"line": line, "character": 30}, "end": {"line": line if end is None else end, "character": 30}}


def toggle(number: int) -> Message:
    """A change that types a character, or takes it back."""
    start, typed = {"line": 0, "character": 0}, number % 2 == 0
    return {"range": {"start": start, "end": {"line": 0, "character": 0 if typed else 1}}, "text": "x" if typed else ""}


@needs_proc
def test_a_flood_of_changes(client: RawClient, root: Path) -> None:
    """Thousands of changes without a pause -> the next answer is that for the last of them; memory stays as it was."""
    document = uri(root, FILE)
    client.open(document, LEGACY * 20)
    client.pull(document)
    before = memory(client)
    for number in range(many(10_000)):
        client.change(document, number + 2, toggle(number))
    client.change(document, 20_000, {"range": at(0, 10), "text": "x';\n"})
    assert len(client.pull(document)) == 9
    assert memory(client) < before + 60


@needs_proc
def test_many_edits_with_their_answers(client: RawClient, root: Path) -> None:
    """Many edits, each with its diagnostics -> memory does not grow with their number."""
    document = uri(root, FILE)
    client.open(document, LEGACY * 10)
    held: list[float] = []
    for start in range(0, 3 * EDITS, EDITS):
        for number in range(start, start + EDITS):
            client.change(document, number + 2, toggle(number))
            imports = [item for item in client.pull(document) if item["code"] == "deprecated-import"]
            assert len(imports) == 10 - (number % 2 == 0)
        held.append(memory(client))
    assert held[2] < held[0] + 15


@needs_proc
def test_a_branch_switch_over_hundreds_of_files(root: Path) -> None:
    """Hundreds of files change again and again, as with branches -> the answers follow; memory does not grow."""
    files = [root / f"packages/a/src/f{number}.ts" for number in range(SWITCHED)]
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(LEGACY)
    with RawClient(spawn()) as client:
        client.initialize(PULL, root)
        held: list[float] = []
        for turn in range(6):
            expected = 0 if turn % 2 else SWITCHED
            for file in files:
                file.write_text("" if turn % 2 else LEGACY * 5)
            client.changed_on_disk(*((file, 2) for file in files))
            answer = client.request("workspace/diagnostic", {"previousResultIds": []})["result"]["items"]
            client.seen.clear()
            assert sum("/f" in item["uri"] and len(item["items"]) == 5 for item in answer) == expected
            held.append(memory(client))
        assert held[4] < held[0] + 40
        assert held[4] < 200


@needs_proc
def test_thousands_of_findings_and_an_action(root: Path) -> None:
    """Thousands of findings in one file -> code actions come for one and for all of them; memory stays under 250 MB."""
    document, literal = uri(root, FILE), {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}}}
    capabilities = {**PULL, "textDocument": {**PULL["textDocument"], "codeAction": literal}}
    with RawClient(spawn()) as client:
        client.initialize(capabilities, root)
        client.open(document, LEGACY * MANY)
        for range_ in (at(0), at(MANY // 2), at(0, MANY - 1)):
            params = {"textDocument": {"uri": document}, "range": range_, "context": {"diagnostics": []}}
            found = client.request("textDocument/codeAction", params)["result"]
            [every] = [action for action in found if action["kind"] == "source.fixAll.workflow-ls"]
            [change] = every["edit"]["documentChanges"]
            assert len(change["edits"]) == MANY
        assert memory(client) < 250


def test_the_edits_of_a_file_are_joined_in_linear_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of fixes in one file -> each is compared with its neighbours only."""
    calls: list[bool] = []

    def counted(*edits: object) -> bool:
        calls.append(overlap(*edits))  # type: ignore[arg-type]  # they are passed on
        return calls[-1]

    monkeypatch.setattr(joining, "overlap", counted)
    looked = Analysis(open_project(f"//- /{FILE}\n{LEGACY * 1_000}")[1])
    findings = list(looked.check_file(FILE))
    random.Random(1).shuffle(findings)
    [change] = joined_fixes(findings, FixOptions())
    assert change.after == LEGACY.replace("@shared/workflow", "@alga-psa/workflows").encode() * 1_000
    assert len(calls) <= 2 * len(findings)


class Mute(RawClient):
    """A client that answers nothing."""

    def wait_for(self, wanted: Callable[[Message], bool]) -> Message:
        while not wanted(message := self.receive()):
            pass
        return message


def test_a_client_that_never_answers(root: Path) -> None:
    """The client answers no request of the server -> it is served all the same, and can leave."""
    capabilities = {
        "textDocument": PULL["textDocument"],
        "workspace": {
            **PULL["workspace"],
            "applyEdit": True,
            "configuration": True,
            "didChangeWatchedFiles": {"dynamicRegistration": True},
            "didChangeConfiguration": {"dynamicRegistration": True},
        },
        "window": {"workDoneProgress": True, "showDocument": {"support": True}},
    }
    with Mute(spawn()) as client:
        client.initialize(capabilities, root)
        client.open(uri(root, FILE), LEGACY)
        commands = [
            client.post("workspace/executeCommand", {"command": f"workflow-ls.{name}", "arguments": []})
            for name in ("fixWorkspace", "status", "showMapping")
        ]
        for version in range(2, 20):
            client.replace(uri(root, FILE), LEGACY * version, version)
            assert len(client.pull(uri(root, FILE))) == version
        end = client.post("shutdown")
        assert client.answer(end)["result"] is None
        asked = {m["method"] for m in client.seen if "method" in m and "id" in m}
        assert {"client/registerCapability"} <= asked
        answered = {m["id"] for m in client.seen if "method" not in m}
        assert answered >= {*commands}
        client.notify("exit", None)
        assert client.ended() == 0


def test_a_client_that_reads_nothing_more(root: Path) -> None:
    """The client closes what it reads from, and goes on to write -> the server ends with it, without a hang."""
    command = [sys.executable, "-m", "workflow_ls", "serve"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, **pipes) as server:  # type: ignore[call-overload]
        params = {"processId": None, "rootUri": root.as_uri(), "capabilities": PUSH}
        server.stdin.write(framed({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}))
        server.stdin.flush()
        read_message(server.stdout)
        server.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            server.stdin.write(framed({"jsonrpc": "2.0", "method": "initialized", "params": {}}))
            for number in range(200):
                document = {"uri": uri(root, f"{number}.ts"), "languageId": "typescript", "version": 1, "text": LEGACY}
                opened = {"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": document}}
                server.stdin.write(framed(opened))
            server.stdin.close()
        assert server.wait(PATIENCE) in (0, 1)


@pytest.mark.parametrize("end", [1, 30, 60])
def test_a_client_that_dies_in_the_middle_of_a_message(root: Path, end: int) -> None:
    """The client goes when half of a message is sent, with requests under way -> the server ends."""
    with RawClient(spawn()) as client:
        client.initialize(PULL, root)
        client.open(uri(root, FILE), LEGACY * 2_000)
        for _ in range(20):
            client.post("workspace/diagnostic", {"previousResultIds": []})
        message = framed({"jsonrpc": "2.0", "id": 99, "method": "textDocument/hover", "params": {}})
        client.write(message[:end])
        assert client.process.stdin is not None
        client.process.stdin.close()
        assert client.ended() == 1


def test_everything_is_cancelled_while_it_is_typed(client: RawClient, root: Path) -> None:
    """Every request is cancelled at once, between edits -> each is answered once, and the text stays in step."""
    document, posted = uri(root, FILE), []
    client.open(document, LEGACY * 30)
    for number in range(300):
        client.change(document, number + 2, toggle(number))
        posted.append(client.post("textDocument/diagnostic", {"textDocument": {"uri": document}}))
        client.notify("$/cancelRequest", {"id": posted[-1]})
    assert len(client.pull(document)) == 30
    answers = [message["id"] for message in client.seen if "id" in message and "method" not in message]
    assert [answers.count(identity) for identity in posted] == [1] * len(posted)
