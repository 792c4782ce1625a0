"""workspace/diagnostic is held while a client has all that there is, and answered once something differs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.places import uri, write
from tests.server.raw import PULL, PUSH, Message, RawClient, folder_of

pytestmark = pytest.mark.slow

IMPORT = "import { client } from '@shared/workflow/runtime/client';\n"
FILE, OTHER = "packages/a/src/held.ts", "packages/b/src/other.ts"
TARGET = "ee/packages/workflows/src/runtime/client.ts"
CANCELLED = -32800
WATCHING = {**PULL, "workspace": {**PULL["workspace"], "didChangeWatchedFiles": {"dynamicRegistration": True}}}
Known = dict[str, str]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path, f"//- /{FILE}\n{IMPORT}\n//- /{OTHER}\n{IMPORT}")


@pytest.fixture
def client(root: Path) -> Iterator[RawClient]:
    with RawClient() as client:
        client.initialize(WATCHING, root)
        yield client


def ask(client: RawClient, known: Known, token: str | None = None) -> int:
    previous = [{"uri": name, "value": value} for name, value in known.items()]
    params: Message = {"previousResultIds": previous}
    return client.post("workspace/diagnostic", params if token is None else {**params, "partialResultToken": token})


def learn(known: Known, reports: list[Message]) -> dict[str, int]:
    """Take in the reports as a client does; returns the number of findings of each file that has others."""
    known.update({report["uri"]: report["resultId"] for report in reports if "resultId" in report})
    full = (report for report in reports if report["kind"] == "full")
    return {report["uri"]: len(report["items"]) for report in full if report["uri"].endswith((FILE, OTHER))}


def answer(client: RawClient, known: Known, identity: int) -> dict[str, int]:
    return learn(known, client.answer(identity)["result"]["items"])


def know_all(client: RawClient, token: str | None = None) -> Known:
    known: Known = {}
    client.wait_for(lambda message: message.get("method") == "client/registerCapability")
    answer(client, known, ask(client, known, token))
    return known


def is_open(client: RawClient, identity: int) -> bool:
    """Whether a request has no answer although later ones have theirs."""
    assert client.is_alive()
    return not any(message.get("id") == identity and "method" not in message for message in client.seen)


def test_the_first_answer_comes_at_once_and_the_next_with_a_change(client: RawClient, root: Path) -> None:
    known = know_all(client)
    assert {uri(root, FILE), uri(root, OTHER)} <= known.keys()
    held = ask(client, known)
    client.open(uri(root, FILE), IMPORT)
    assert client.pull(uri(root, FILE))
    assert is_open(client, held)
    client.replace(uri(root, FILE), "", 2)
    assert answer(client, known, held) == {uri(root, FILE): 0}
    again = ask(client, known)
    assert is_open(client, again)
    client.replace(uri(root, FILE), IMPORT, 3)
    assert answer(client, known, again) == {uri(root, FILE): 1}


def test_nothing_to_report_is_an_answer_once(tmp_path: Path) -> None:
    root = write(tmp_path, base="")
    with RawClient() as client:
        client.initialize(WATCHING, root)
        known: Known = {}
        assert answer(client, known, ask(client, known)) == {}
        held = ask(client, {})
        client.open(uri(root, FILE), "export {};\n")
        assert client.pull(uri(root, FILE)) == []
        assert is_open(client, held)
        client.replace(uri(root, FILE), IMPORT, 2)
        assert answer(client, known, held) == {uri(root, FILE): 1}


def test_typing_that_changes_no_finding_answers_nothing(client: RawClient, root: Path) -> None:
    known = know_all(client)
    client.open(uri(root, FILE), IMPORT)
    held = ask(client, known)
    for version in range(2, 6):
        client.replace(uri(root, FILE), f"{IMPORT}// {'x' * version}\n", version)
        assert client.pull(uri(root, FILE))
    assert is_open(client, held)
    client.replace(uri(root, FILE), f"\n{IMPORT}", 9)  # another place
    assert answer(client, known, held) == {uri(root, FILE): 1}


def test_closed_files_that_change_on_disk(client: RawClient, root: Path) -> None:
    known = know_all(client)
    held = ask(client, known)
    (root / OTHER).write_text("")
    client.changed_on_disk((root / OTHER, 2))
    assert answer(client, known, held) == {uri(root, OTHER): 0}
    held = ask(client, known)
    (root / TARGET).unlink()
    client.changed_on_disk((root / TARGET, 3))
    assert answer(client, known, held) == {uri(root, FILE): 1}


def test_settings_and_folders_that_change(client: RawClient, root: Path) -> None:
    known = know_all(client)
    held = ask(client, known)
    client.notify("workspace/didChangeConfiguration", {"settings": {"workflow-ls": {"workspaceDiagnostics": False}}})
    assert answer(client, known, held) == {uri(root, FILE): 0, uri(root, OTHER): 0}
    held = ask(client, known)
    assert is_open(client, held)
    client.notify("workspace/didChangeConfiguration", {"settings": {"workflow-ls": {"workspaceDiagnostics": True}}})
    assert answer(client, known, held) == {uri(root, FILE): 1, uri(root, OTHER): 1}
    held = ask(client, known)
    client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": [folder_of(root)]}})
    assert answer(client, known, held) == {uri(root, FILE): 0, uri(root, OTHER): 0}


def test_the_changes_of_a_held_request_come_in_parts(client: RawClient, root: Path) -> None:
    known: Known = {}
    client.wait_for(lambda message: message.get("method") == "client/registerCapability")

    def parts(token: str) -> dict[str, int]:
        sent = [m["params"] for m in client.seen if m.get("method") == "$/progress"]
        items = [item for each in sent if each["token"] == token for item in each["value"]["items"]]
        return learn(known, items)

    assert client.answer(ask(client, known, "first"))["result"]["items"] == []
    assert parts("first") == {uri(root, FILE): 1, uri(root, OTHER): 1}
    held = ask(client, known, "second")
    client.open(uri(root, FILE), IMPORT)
    assert is_open(client, held)
    assert parts("second") == {}
    client.replace(uri(root, FILE), "", 2)
    assert client.answer(held)["result"]["items"] == []
    assert parts("second") == {uri(root, FILE): 0}


def test_several_at_once_and_one_that_is_cancelled(client: RawClient, root: Path) -> None:
    known = know_all(client)
    held = [ask(client, known) for _ in range(5)]
    client.notify("$/cancelRequest", {"id": held[2]})
    assert client.answer(held[2])["error"]["code"] == CANCELLED
    client.open(uri(root, FILE), "")
    for identity in (*held[:2], *held[3:]):
        assert answer(client, dict(known), identity) == {uri(root, FILE): 0}


def test_the_end_of_the_session_answers_a_held_request(client: RawClient) -> None:
    known = know_all(client)
    held = ask(client, known)
    assert is_open(client, held)
    assert client.request("shutdown")["result"] is None
    assert any(message.get("id") == held and message["error"]["code"] == CANCELLED for message in client.seen)


@pytest.mark.slow
def test_a_client_that_watches_nothing_hears_of_the_disk(root: Path) -> None:
    """Nothing tells the server of a change on disk, so that it looks while it holds a request."""
    with RawClient() as client:
        client.initialize(PULL, root)
        known: Known = {}
        answer(client, known, ask(client, known))
        held = ask(client, known)
        assert is_open(client, held)
        (root / OTHER).write_text("")
        assert answer(client, known, held) == {uri(root, OTHER): 0}


def test_a_client_that_is_told_may_ask_as_well(root: Path) -> None:
    with RawClient() as client:
        client.initialize({**PUSH, "workspace": WATCHING["workspace"]}, root)
        known = know_all(client)
        held = ask(client, known)
        client.open(uri(root, FILE), "")
        assert answer(client, known, held) == {uri(root, FILE): 0}
